"""The comparison as files: the shipped edition, export and import."""

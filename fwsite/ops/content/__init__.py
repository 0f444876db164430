"""Content export and import: everything that maintainers can edit, out to files and in again."""

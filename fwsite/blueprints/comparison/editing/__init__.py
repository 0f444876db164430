"""Pages of the comparison for maintainers."""

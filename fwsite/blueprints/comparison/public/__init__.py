"""Pages of the comparison for everybody."""

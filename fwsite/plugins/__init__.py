"""Plugin system: finds, validates, migrates and calls extensions."""

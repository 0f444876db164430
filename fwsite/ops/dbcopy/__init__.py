"""Database copy: a whole site into another, empty database."""

"""Backup and restore: an installation in one file, and an installation from one file."""

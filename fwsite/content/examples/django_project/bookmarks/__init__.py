"""Bookmarks of people who sign in."""

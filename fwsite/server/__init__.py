"""Serving the application under waitress: one process or several, stopped and restarted without losing a request."""

"""Application server: waitress with one process or several, stopped and restarted without losing a request."""

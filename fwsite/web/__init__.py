"""Web layer: what happens around every request, whatever its page."""

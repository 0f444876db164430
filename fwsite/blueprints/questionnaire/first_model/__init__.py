"""Results of the first model: stored before there was a second one, and shown as they were.

Nothing new is worked out by it. Whoever deletes the last of these results may delete this folder.
"""

"""Measured evidence: runs of ``fwsite measure``, and what they say about claims and ratings."""

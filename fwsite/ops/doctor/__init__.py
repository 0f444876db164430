"""What is wrong with an installation, found by looking: each finding says what, where, and what to do.

Nothing is changed by it, and nothing that is found is secret.
"""

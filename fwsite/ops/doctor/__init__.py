"""Diagnosis: what is wrong with an installation; each finding says what, where, and what to do.

Nothing is changed by it, and nothing that is found is secret.
"""

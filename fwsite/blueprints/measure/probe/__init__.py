"""Child program: what runs inside a subject's environment. Only the standard library, and nothing else of the site.

Its package is imported by path (``BOOT`` of ``fwsite.blueprints.measure.child``), by whatever Python the subject has.
"""

"""Startup failures: why the site cannot be served, in words that say what to do."""

from __future__ import annotations


class PortTaken(Exception):
    """Nobody can listen there, or somebody else does."""


class AddressChanged(Exception):
    """The socket that was handed over listens elsewhere than the settings say."""


class CrashLoop(Exception):
    """Processes end as soon as they are started."""


class BeingRestored(Exception):
    """A backup is being put in the place of what would be served."""

"""Content loading: what an upgrade takes in, the edition and the runs of this host."""

from __future__ import annotations

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.measured import runs


def load() -> str:
    """Take in what is new; says what that was. Raises :class:`ContentError` where the edition has a fault."""
    return "; ".join(filter(None, (content.load(), runs.load())))

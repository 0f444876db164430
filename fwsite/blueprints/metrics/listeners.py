"""What is counted of each event: that it happened."""

from __future__ import annotations

from fwsite.extend import EventContext, count_event


def happened(context: EventContext) -> None:
    """One more."""
    count_event(context.name)

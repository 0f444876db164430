"""Evidence: what a claim rests on."""

from __future__ import annotations

from enum import StrEnum


class Evidence(StrEnum):
    """The three kinds of evidence, strongest first; the word is also what visitors read."""

    MEASURED = "measured"
    """A run of this site's own measurement produced it."""
    SOURCED = "sourced"
    """A published source states it; the source is named, with the date it was read."""
    OPINION = "opinion"
    """A judgement: ours, or that of the source that is named beside it."""

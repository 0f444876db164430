"""Publication: whether visitors see an article at a moment, and why not.

The clock is UTC: a day begins at 00:00 UTC, and a time without a zone is one of UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from fwsite.blueprints.article.frontmatter import FrontMatter
from fwsite.extend import ContentProblem


class Standing(StrEnum):
    """How an article stands to visitors."""

    PUBLIC = "public"
    DRAFT = "draft"
    HELD_BACK = "held back"
    WAITING = "waiting"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Publication:
    """How an article stands, in a sentence ``why``, and what its author can ``do``; both are empty for a public one."""

    standing: Standing
    why: str = ""
    do: str = ""

    @property
    def is_public(self) -> bool:
        """Whether visitors get the article."""
        return self.standing is Standing.PUBLIC


PUBLIC = Publication(Standing.PUBLIC)
HOLDING_KEYS = frozenset({"draft", "private", "hidden", "unlisted"})
"""Keys of Hugo, Docusaurus and their likes that keep an article back where they are true."""
STATUS_KEYS = frozenset({"status", "visibility"})
"""Keys of Pelican, Nikola, WordPress and Ghost."""
PUBLIC_STATUS = frozenset({"published", "publish", "public", "featured"})
OTHER_STATUS = frozenset(
    "draft hidden skip private pending future scheduled trash auto-draft inherit unlisted members paid sent".split()
)
"""What else these say. Each keeps an article back; any other word is one that cannot be read."""
START_KEYS = ("publishdate", "pubdate")
"""Keys of Hugo, beside ``date`` and ``published``; the latest of them counts."""
END_KEYS = ("expirydate", "unpublishdate")
"""Keys of Hugo; the earliest counts."""


def now() -> datetime:
    """The time by which articles wait and expire."""
    return datetime.now(UTC)


def at(matter: FrontMatter, moment: datetime) -> Publication:
    """How an article with this front matter stands at a moment."""
    if matter.unreadable:
        faults = "; ".join(_place(each) + each.message for each in matter.unreadable)
        do = "Fix that in the file to publish it."
        return Publication(Standing.HELD_BACK, f"Its file cannot be read: {faults}.", do)
    if matter.draft:
        return Publication(Standing.DRAFT, f"Its file says {matter.draft}.", "Remove that to publish it.")
    if matter.starts and moment < matter.starts:
        do = "It is published automatically then; an earlier date publishes it now."
        return Publication(Standing.WAITING, f"It waits until {_said(matter.starts)}.", do)
    if matter.ends and moment >= matter.ends:
        do = "Change or remove its expiryDate to publish it again."
        return Publication(Standing.EXPIRED, f"It was published until {_said(matter.ends)}.", do)
    return PUBLIC


def next_change(matter: FrontMatter, moment: datetime) -> datetime | None:
    """The first moment after ``moment`` at which an article may stand otherwise."""
    later = [each for each in (matter.starts, matter.ends) if each and each > moment]
    return min(later, default=None)


def _place(problem: ContentProblem) -> str:
    return f"line {problem.line}, {problem.key} " if problem.line else ""


def _said(moment: datetime) -> str:
    offset = moment.strftime("%z") if moment.utcoffset() else "UTC"
    return f"{moment:%Y-%m-%d %H:%M} {offset}"

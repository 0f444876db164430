"""Page state: what tells what a kept page was made from, and whether that is still the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from fwsite.db.content_version import Numbers


class State(NamedTuple):
    """Equal as long as nothing has changed: ``site`` is about what all pages are made from, ``tags`` has the numbers
    of cache tags.
    """

    site: tuple[Any, ...]
    tags: Numbers

    def of(self, tags: Iterable[str]) -> State:
        """As it is for a page with these tags."""
        return State(self.site, {tag: self.tags.get(tag, 0) for tag in tags})

    def counts_at(self, now: State | None) -> bool:
        """Whether a page that was made at this state may be given at that of now."""
        return now is not None and now.of(self.tags) == self

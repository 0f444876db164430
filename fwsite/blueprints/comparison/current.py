"""The published comparison, read from the database once for each content version."""

from __future__ import annotations

from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.domain.comparison import Comparison
from fwsite.extend import per_content_version


@per_content_version
def comparison_in_force(most: int) -> Comparison:
    """Everything published, with no more than ``most`` pros and as many cons in a cell.

    All pages are made anew after a change of content, and each of them needs it.
    """
    return whole_comparison(most)

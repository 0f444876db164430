"""What stands behind a claim, behind a rating, and at the foot of a framework's page."""

from __future__ import annotations

from flask import url_for
from markupsafe import Markup

from fwsite.extend import Claim, Rating, SlotContext

from .queries import Tally, tallies

_NONE = Tally()


def claim(context: SlotContext) -> Markup:
    """How many agree with it, and the way to the form: a form on the page itself would keep it out of the cache."""
    of: Claim = context.values["claim"]
    found = tallies().of_claims.get(of.key, _NONE)
    said = f"{found.agree:,} of {found.total:,} agree · " if found.total else ""
    address = url_for("votes.ask", key=of.key)
    return Markup(
        ' <span class="ref">· {}<a href="{}" rel="nofollow">Vote<span class="vh"> on this point</span></a></span>'
    ).format(said, address)


def rating(context: SlotContext) -> Markup:
    """How many agree with the points behind it; nothing before anybody has voted."""
    of: Rating = context.values["rating"]
    found = tallies().of_cells.get((of.framework, of.criterion), _NONE)
    if not found.total:
        return Markup("")
    return Markup(' <span class="ref">Readers agree with its points: {} of {} votes</span>').format(
        f"{found.agree:,}", f"{found.total:,}"
    )


def framework_footer(context: SlotContext) -> Markup:
    """How many have voted on its points, and the way to the list; nothing before anybody has."""
    votes = sum(found.total for (key, _), found in tallies().of_cells.items() if key == context.values["framework"])
    if not votes:
        return Markup("")
    return Markup('<p class="meta">Votes on points of {}: {}. <a href="{}">What readers disagree with</a></p>').format(
        context.values["name"], f"{votes:,}", url_for("votes.index")
    )

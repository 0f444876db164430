"""About: who answers for the site, and how what it says came to stand there."""

import re

from fwsite.blueprints.about import views
from fwsite.extend import Extension, NavItem, Point, PointKind, Setting

LONGEST = 500
_CONTACT = re.compile(r"/(?![/\\])\S*|https?://[^\s/]\S*|mailto:[^\s@]+@\S+")


def _link(value: str) -> str | None:
    if not value or _CONTACT.fullmatch(value):
        return None
    return "must be /own/contact, https://… or mailto:…"


def _sentence(value: str) -> str | None:
    is_line = value.isprintable() and len(value) <= LONGEST
    return None if is_line else f"must be one line of at most {LONGEST} characters"


extension = Extension(
    name="about",
    title="About",
    blueprint=views.bp,
    nav=(NavItem(label="About", endpoint="about.index", weight=5, place="foot"),),
    offers=(
        Point(
            kind=PointKind.SLOT,
            name="about.evidence",
            help="At the head of the page About: what the claims of the site rest on.",
        ),
    ),
    settings=(
        Setting(
            name="ABOUT_CONTACT",
            type=str,
            default="",
            help="Where readers reach who answers for the site: /own/contact, https://… or mailto:…. Empty: nowhere.",
            check=_link,
        ),
        Setting(
            name="ABOUT_MONEY",
            type=str,
            default="",
            help="Who pays for the site, and whether anybody does for what it says: a sentence or two in Markdown. "
            "Empty: the page does not speak of money.",
            check=_sentence,
        ),
    ),
    sitemap=views.sitemap,
    texts=views.texts,
)

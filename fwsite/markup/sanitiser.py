"""HTML sanitiser and tag filter: what of a text's HTML is markup, and what is shown as it was typed.

Sanitisers drop a tag that they do not know, and some take the text after it away as well. A word in angle brackets
that is no markup here is therefore escaped before the sanitiser sees it, as GitHub's tag filter does for a few.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import nh3

TAGS = frozenset(
    "a abbr b bdi bdo blockquote br cite code col colgroup data dd del details dfn div dl dt em figcaption figure h1 "
    "h2 h3 h4 h5 h6 hr i img ins kbd li mark meter ol p pre progress q rp rt ruby s samp section small span strong sub "
    "summary sup table tbody td tfoot th thead time tr u ul var wbr".split()
)
UNWRAPPED = frozenset("big center font nobr picture source strike tt".split())
"""Tags that are left out while what they hold stays: they only say how it looks."""
LAYOUT = frozenset("address article aside footer form header hgroup main nav noscript".split())
"""The same at the beginning of a block; within a line they are words about HTML."""
_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": {"id", "lang", "dir"},
    "a": {"href", "title", "class", "name"},
    "abbr": {"title"},
    "code": {"class"},
    "data": {"value"},
    "details": {"class", "open"},
    "div": {"class"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"class", "value"},
    "meter": {"min", "max", "value"},
    "ol": {"start"},
    "p": {"class"},
    "pre": {"class"},
    "progress": {"max", "value"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"class", "colspan", "rowspan"},
    "th": {"class", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "ul": {"class"},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_ATTRIBUTE = r"\s+[a-zA-Z_:][\w.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?"
TAG = rf"<(?:[a-zA-Z][a-zA-Z0-9-]*(?:{_ATTRIBUTE})*\s*/?|/[a-zA-Z][a-zA-Z0-9-]*\s*)>"
"""An opening or closing tag, as CommonMark 0.31 (6.6) has it: ``Map<String, List>`` is none."""
_WORDS = re.compile(r"<[a-zA-Z]+(?:\s+(?!(?:class|hidden|nowrap|open|reversed)\b)[a-zA-Z]\w*)+\s*>")
"""Words in angle brackets of which the first happens to be the name of a tag: ``<a or b>``."""
COMMENT = r"<!--(?:(?!<!--|-->).)*-->"
_LESS_THAN = re.compile(rf"(?P<comment>{COMMENT})|(?P<tag>{TAG})|<", re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_LAYOUT_TAG = re.compile(rf"</?(?:{'|'.join(sorted(LAYOUT))})(?=[\s/>])(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)


def tag_name(tag: str) -> str:
    """The lower-case name of the tag that a text begins with; an empty text where it begins with none."""
    name = _NAME.match(tag)
    return name[1].lower() if name else ""


def filter_tags(made: str, allowed: frozenset[str] = TAGS | UNWRAPPED) -> tuple[str, list[str]]:
    """HTML whose every ``<`` begins an ``allowed`` tag or a comment, the others escaped; and the escaped tags."""
    shown: list[str] = []

    def kept(match: re.Match[str]) -> str:
        if match["comment"] or (tag_name(match[0]) in allowed and not _WORDS.fullmatch(match[0])):
            return match[0]
        if match["tag"]:
            shown.append(match[0])
        return match[0].replace("<", "&lt;")

    return _LESS_THAN.sub(kept, made), shown


def without_layout(block: str) -> str:
    """A block of HTML without the tags that a page has itself, such as ``<main>``."""
    return _LAYOUT_TAG.sub("", block)


def sanitise(filtered: str, tags: frozenset[str] = TAGS) -> str:
    """HTML with nothing in it but the elements and attributes that a text needs."""
    return nh3.clean(
        filtered,
        tags=set(tags),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items() if tag in tags or tag == "*"},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )

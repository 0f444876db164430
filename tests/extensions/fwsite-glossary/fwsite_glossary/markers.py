"""Marks in HTML: a link around the first occurrence of each term. Everything else stays as it is, byte for byte."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .entries import Entry
from .finder import Finder, Place

LIST = "glossary-list"
"""The class of lists of definitions, which are left alone."""
_RAW = frozenset("iframe noembed noframes noscript plaintext script style textarea title xmp".split())
"""Elements that end at their own end tag, whatever is in them."""
_FOREIGN = frozenset({"svg", "math"})
_CLOSED = frozenset(
    "a audio button canvas code datalist h1 h2 h3 h4 h5 h6 kbd label legend object pre samp select summary".split()
).union(_RAW, _FOREIGN, {"template", "video"})
"""Elements in which nothing is marked: a link there would be out of place, or inside another one."""
_WITHIN_WORDS = frozenset(
    "a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strong u var wbr".split()
)
"""Elements that may begin and end inside a word."""
_WITHOUT_END = frozenset("area base br col embed hr img input link meta option optgroup param source track wbr".split())
"""Elements that have no end tag, or need none."""
_TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))
    | <[!?][^>]*+(?:>|\Z)
    | </[^a-zA-Z>][^>]*+(?:>|\Z)
    | </>
    | <(?P<slash>/?)(?P<name>[a-zA-Z][^ \t\n\r\f/>]*+)
      (?P<attributes>(?:
        [ \t\n\r\f/]++
        | [^ \t\n\r\f/>][^ \t\n\r\f/>=]*+
          (?:[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\r\f>"'][^ \t\n\r\f>]*+)?+)?+
      )*+)
      (?:>|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
"""Comments and tags, as browsers cut them; all else is text."""
_REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?")
_BREAK = "\0"
"""Stands between words that only a tag parts: neither blank nor letter."""
_ODD = "\ufffd"
"""Stands for what is no single character."""


@dataclass(frozen=True)
class _Run:
    """Text between two tags: where its characters begin in the HTML, and whether it may be marked."""

    offsets: Sequence[int]
    text: str
    is_open: bool


def mark(source: str, finder: Finder, link: Callable[[Entry], str]) -> str:
    """``source`` with ``link(entry)`` before and ``</a>`` after each term where it comes first."""
    runs = list(_runs(source))
    pieces, end = [], 0
    for place, run, start in _first_places(runs, finder):
        first, last = run.offsets[place.start - start], run.offsets[place.end - start]
        pieces += [source[end:first], link(place.entry), source[first:last], "</a>"]
        end = last
    return "".join((*pieces, source[end:]))


def _first_places(runs: list[_Run], finder: Finder) -> Iterator[tuple[Place, _Run, int]]:
    """Where each term is marked, in which run, and where that begins in the whole text."""
    whole = "".join(run.text for run in runs)
    starts = [0]
    for run in runs:
        starts.append(starts[-1] + len(run.text))
    done: set[Entry] = set()
    at = 0
    while place := finder.next(whole, at):
        number = bisect_right(starts, place.start) - 1
        if place.end > starts[number + 1]:  # a tag goes through it
            at = place.start + 1
            continue
        at = place.end
        if runs[number].is_open and place.entry not in done:
            done.add(place.entry)
            yield place, runs[number], starts[number]


def _runs(source: str) -> Iterator[_Run]:
    """Every text, and breaks for tags that part words."""
    inside: list[str] = []
    end = 0
    for match in _tokens(source):
        yield _run(source, end, match.start(), is_open=not inside)
        end = match.end()
        name = (match["name"] or "").lower()
        if name:
            _step(inside, name, match)
            if name not in _WITHIN_WORDS:
                yield _Run([end, end], _BREAK, False)
    yield _run(source, end, len(source), is_open=not inside)


def _tokens(source: str) -> Iterator[re.Match[str]]:
    """Tags and comments; what is in an element of :data:`_RAW` is no tag."""
    at = 0
    while match := _TOKEN.search(source, at):
        yield match
        at = match.end()
        name = (match["name"] or "").lower()
        if name in _RAW and not match["slash"]:
            close = re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE).search(source, at)
            at = close.start() if close and name != "plaintext" else len(source)


def _step(inside: list[str], name: str, tag: re.Match[str]) -> None:
    """Keep the elements that are open, from the closed one on in which nothing is marked.

    An end tag that does not fit ends nothing: browsers ignore some of them, and a mark less does no harm.
    """
    if tag["slash"]:
        if inside and inside[-1] == name:
            inside.pop()
    elif name in _CLOSED or inside or (name == "dl" and LIST in tag["attributes"]):
        in_foreign = name in _FOREIGN or not _FOREIGN.isdisjoint(inside)
        if name not in _WITHOUT_END and not (in_foreign and tag[0].endswith("/>")):
            inside.append(name)


def _run(source: str, start: int, end: int, *, is_open: bool) -> _Run:
    raw = source[start:end].replace(_BREAK, _ODD)
    if "&" not in raw:
        return _Run(range(start, end + 1), raw, is_open)
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _REFERENCE.finditer(raw):
        meant = html.unescape(match[0])
        if meant != match[0]:
            parts += [raw[at : match.start()], meant if len(meant) == 1 else _ODD]
            offsets += range(start + at, start + match.start() + 1)
            at = match.end()
    return _Run([*offsets, *range(start + at, end + 1)], "".join((*parts, raw[at:])), is_open)

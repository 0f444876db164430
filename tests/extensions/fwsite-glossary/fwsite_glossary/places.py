"""The glossary in other pages: marks in articles, lines of terms, and the directive."""

from __future__ import annotations

import difflib

from flask import current_app, g, render_template, request, url_for
from markupsafe import Markup

from fwsite.extend import DirectiveContext, DirectiveError, SlotContext, TransformContext

from . import queries
from .entries import Entry, spelling_key
from .finder import finder
from .markers import mark

MARK = Markup('<a class="glossary-term" href="{}" title="{}">')
_STYLED = ("article", "comparison")
"""Parts of the site in which terms are shown."""


def article_text(context: TransformContext) -> Markup:
    """An article's text with its terms marked, each where it comes first."""
    if not current_app.config["GLOSSARY_MARK"]:
        return context.html
    return Markup(mark(str(context.html), finder(_entries()), _link))


def article_header(context: SlotContext) -> Markup:
    """What the marks are, where there are any."""
    if '<a class="glossary-term"' not in context.values["html"]:
        return Markup("")
    return _render("glossary/_header.html")


def comparison_criterion(context: SlotContext) -> Markup:
    """The terms that a criterion is explained with."""
    found = finder(_entries()).found(context.values["text"])
    return _render("glossary/_criterion.html", entries=found) if found else Markup("")


def site_head(_context: SlotContext) -> Markup:
    """The style sheet, where it is needed."""
    return _render("glossary/_head.html") if request.blueprint in _STYLED else Markup("")


def directive(context: DirectiveContext) -> Markup:
    """``::glossary[ORM, WSGI]`` - the definitions of these terms."""
    if not context.arguments:
        raise DirectiveError("write the terms to explain between the brackets, such as ::glossary[ORM, WSGI]")
    by_key = {spelling_key(spelling): entry for entry in _entries() for spelling in entry.spellings}
    unknown = [word for word in context.arguments if spelling_key(word) not in by_key]
    if unknown:
        raise DirectiveError(_said_unknown(unknown[0], by_key))
    entries = dict.fromkeys(by_key[spelling_key(word)] for word in context.arguments)
    return _render("glossary/_list.html", entries=entries, with_ids=False)


def _said_unknown(word: str, known: dict[str, Entry]) -> str:
    close = difflib.get_close_matches(spelling_key(word), known, n=3)
    hint = f"did you mean {' or '.join(dict.fromkeys(known[key].term for key in close))}?" if close else "add it first"
    return f"the glossary has no term “{word[:80]}”; {hint}"


def _entries() -> tuple[Entry, ...]:
    """All terms, read once for each answer."""
    if "glossary_entries" not in g:
        g.glossary_entries = queries.entries()
    entries: tuple[Entry, ...] = g.glossary_entries
    return entries


def _link(entry: Entry) -> Markup:
    return MARK.format(url_for("glossary.index", _anchor=entry.anchor), entry.plain)


def _render(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values).strip())

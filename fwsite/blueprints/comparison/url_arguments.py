"""URL arguments: what the addresses of the comparison name, or error 404; and what each kind is called."""

from __future__ import annotations

from flask import abort, request

from fwsite.domain.items import Kind

NOUNS = {
    Kind.CRITERION: ("criterion", "criteria"),
    Kind.SOURCE: ("source", "sources"),
    Kind.FRAMEWORK: ("framework", "frameworks"),
    Kind.RATING: ("rating", "ratings"),
    Kind.CLAIM: ("point", "pros and cons"),
}
"""What each kind is called in a sentence, one and many."""


def kind_named(name: str) -> Kind:
    """The kind that an address names, or error 404."""
    if name not in list(Kind):
        abort(404)
    return Kind(name)


def page_number(name: str) -> int:
    """A page's number from the address; the first for anything else."""
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 8 else 1

"""Navigation links: an entry whose address cannot be built is left out, and costs nobody their page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import current_app, request, url_for

from fwsite.domain.people import Role
from fwsite.plugins.contract import NavItem
from fwsite.plugins.discovery import said
from fwsite.plugins.fault_log import note
from fwsite.plugins.registry import registry_of
from fwsite.plugins.state import FAULTS


class Link(NamedTuple):
    """One entry; ``current`` is what ``aria-current`` says of it, empty elsewhere."""

    label: str
    url: str
    current: str


def main() -> list[Link]:
    """The main navigation."""
    return _links(registry_of(current_app).nav)


def foot() -> list[Link]:
    """The links at the foot of every page."""
    return _links(registry_of(current_app).foot)


def work(role: Role) -> list[Link]:
    """The bar of people with ``role``."""
    return _links(registry_of(current_app).work_nav(role))


def _links(items: Iterable[NavItem]) -> list[Link]:
    found = []
    for item in items:
        try:
            found.append(Link(item.label, url_for(item.endpoint), _current(item)))
        except FAULTS as error:  # url_defaults of its blueprint, for example
            name = item.endpoint.partition(".")[0]
            note(name, f"navigation entry {item.label}", f"failed: {said(error)}", error)
    return found


def _current(item: NavItem) -> str:
    if item.endpoint == request.endpoint:
        return "page"
    return "true" if item.endpoint.partition(".")[0] == request.blueprint else ""

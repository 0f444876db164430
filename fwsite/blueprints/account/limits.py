"""Login throttling: how often a password may be tried, for one name and from one address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from fwsite.domain.people import name_key
from fwsite.extend import Limit, current_person, hidden_key, limited

_PER_NAME = "10 per 15 minutes"
_NAMES = "account.name"

Breached = Callable[[int], Response]
"""Makes the page for error 429 of the seconds to wait."""
_View = Callable[[Any], Any]


def per_address(breached: Breached) -> _View:
    """A limit for a view that signs in."""
    return limited(Limit("50 per 15 minutes", "account.address"), breached)


def per_name(breached: Breached) -> _View:
    """A limit by the name in the form."""
    return limited(Limit(_PER_NAME, _NAMES, lambda: _key(request.form.get("name", ""))), breached)


def per_person() -> _View:
    """A limit for who is signed in: attempts here and at signing in count together."""
    return limited(Limit(_PER_NAME, _NAMES, lambda: _key(_own_name())))


def _own_name() -> str:
    person = current_person()
    return person.name if person else ""


def _key(name: str) -> str:
    return hidden_key(f"name {name_key(name)}")


def forget(name: str) -> None:
    """Let this name begin anew. Not inside a transaction that writes."""
    Limit(_PER_NAME, _NAMES).forget(_key(name))

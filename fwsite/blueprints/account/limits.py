"""How often a password may be tried: for one name, and from one address."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from flask import Response, request
from flask_limiter import RequestLimit, RouteLimit
from limits import parse

from fwsite.domain.people import name_key
from fwsite.extend import hidden_key, limiter
from fwsite.identity import current_person

_PER_NAME = "10 per 15 minutes"
_PER_ADDRESS = "50 per 15 minutes"
_NAMES = "account.name"
_ADDRESSES = "account.address"

Breached = Callable[[RequestLimit], Response]


def per_address(breached: Breached) -> RouteLimit:
    """A limit for a view that signs in; ``breached`` makes the page for error 429."""
    return limiter.shared_limit(_PER_ADDRESS, scope=_ADDRESSES, on_breach=breached)


def per_name(breached: Breached) -> RouteLimit:
    """A limit by the name in the form."""
    return _by_name(lambda: request.form.get("name", ""), breached)


def per_person() -> RouteLimit:
    """A limit for who is signed in; tries here and at signing in count together."""
    return _by_name(_own_name, None)


def _by_name(name: Callable[[], str], breached: Breached | None) -> RouteLimit:
    return limiter.shared_limit(_PER_NAME, scope=_NAMES, key_func=lambda: _key(name()), on_breach=breached)


def _own_name() -> str:
    person = current_person()
    return person.name if person else ""


def _key(name: str) -> str:
    return hidden_key(f"name {name_key(name)}")


def forget(name: str) -> None:
    """Let this name begin anew. Not inside a transaction that writes."""
    limiter.limiter.clear(parse(_PER_NAME), _key(name), _NAMES)


def seconds_to_wait(limit: RequestLimit) -> int:
    """Until there may be another try."""
    return max(1, math.ceil(limit.window.reset_time - time.time()))

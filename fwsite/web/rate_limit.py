"""Rate limiting: how often something may be tried, counted in the database or in Redis for all processes.

A count is kept under a keyed hash, so that no table, no Redis and no log has an address or a name in it.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import TooManyRequests

from fwsite.web.signing import hidden_key

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import FixedWindowRateLimiter

_View = TypeVar("_View", bound=Callable[..., Any])
_IPV6_NETWORK = 64
"""Bits of an IPv6 address that a household or a machine cannot change."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def hidden_network() -> str:
    """The network that the request comes from, as a keyed hash: of the whole IPv4 address, or of the first half of an
    IPv6 one.
    """
    given = request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(given)
    except ValueError:  # a socket file, for example
        return hidden_key(f"address {given}")
    bits = _IPV6_NETWORK if parsed.version == 6 else parsed.max_prefixlen
    return hidden_key(f"address {ipaddress.ip_network((parsed, bits), strict=False)}")


def init_app(app: Flask) -> None:
    """Count where the settings say."""
    app.extensions["fwsite.web.rate_limit"] = _Counter(app.config["THROTTLE_URL"])


class _Counter:
    """Counts for one application; made ready when something is counted first."""

    def __init__(self, redis: str) -> None:
        self._redis = redis
        self._ready: dict[bool, FixedWindowRateLimiter] = {}

    def ready(self, in_process: bool) -> FixedWindowRateLimiter:
        if in_process not in self._ready:
            from limits.storage import storage_from_string
            from limits.strategies import FixedWindowRateLimiter

            from fwsite.web.rate_limit_storage import DatabaseStorage, ProcessStorage

            if in_process:
                storage: Any = ProcessStorage()
            else:
                storage = storage_from_string(self._redis) if self._redis else DatabaseStorage()
            self._ready[in_process] = FixedWindowRateLimiter(storage)
        return self._ready[in_process]


def _counter(in_process: bool) -> FixedWindowRateLimiter:
    counter: _Counter = current_app.extensions["fwsite.web.rate_limit"]
    return counter.ready(in_process)


@dataclass(frozen=True)
class Limit:
    """So many attempts within some time, as in ``10 per 15 minutes``. Those of one ``scope`` count together.

    ``key`` says whose attempts they are, without telling: see :func:`hidden_key`. ``in_process`` counts in
    this process' memory, which costs no transaction: for a limit so generous that it may be so many times as there are
    processes.
    """

    amount: str
    scope: str
    key: Callable[[], str] = hidden_network
    in_process: bool = False

    def hit(self) -> int:
        """Count a try: 0 where it is within the limit, else the seconds until there may be another.

        Not inside a transaction that writes: the count is a transaction of its own.
        """
        item, names = _parsed(self.amount), (self.key(), self.scope)
        counter = _counter(self.in_process)
        if counter.hit(item, *names):
            return 0
        return max(1, math.ceil(counter.get_window_stats(item, *names).reset_time - time.time()))

    def forget(self, key: str) -> None:
        """Let whoever has this key begin anew."""
        _counter(self.in_process).clear(_parsed(self.amount), key, self.scope)


@lru_cache(maxsize=32)
def _parsed(amount: str) -> RateLimitItem:
    from limits import parse

    return parse(amount)


def limited(limit: Limit, otherwise: Callable[[int], Response] | None = None) -> Callable[[_View], _View]:
    """For a view, below its route: attempts beyond the limit are not made, and end with error 429.

    Or with the page that ``otherwise`` makes of the seconds to wait. Requests that only read are not counted: counting
    writes.
    """

    def protect(view: _View) -> _View:
        @wraps(view)
        def counted(*given: Any, **named: Any) -> Any:
            seconds = 0 if request.method in _READING else limit.hit()
            if not seconds:
                return view(*given, **named)
            if otherwise is not None:
                return otherwise(seconds)
            raise TooManyRequests(retry_after=seconds)

        return counted  # type: ignore[return-value]

    return protect

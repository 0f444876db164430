"""Trusted proxies: whose word counts for where a visitor comes from, and nobody else's."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from waitress.proxy_headers import proxy_headers_middleware

UNIX_PEER = "localhost"
"""What waitress calls whoever comes by a socket file; all others come with a number."""
_BELIEVED = frozenset({"x-forwarded-for", "x-forwarded-proto"})
"""Not X-Forwarded-Host: a proxy passes Host itself, so that links cannot be made to lead elsewhere."""
_Application = Callable[[dict[str, Any], Any], Any]


def behind_proxies(app: _Application, trusted: Sequence[str], count: int) -> _Application:
    """The application behind proxies: ``trusted`` are their addresses, networks, or ``unix``, ``count`` how many stand
    in a row. What anybody else says of forwarding, or of a request's id, is taken away before the application sees it.
    """
    doubted = proxy_headers_middleware(app)

    def doubt(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_X_REQUEST_ID", None)
        return doubted(environ, start_response)

    if not trusted:
        return doubt
    believed = proxy_headers_middleware(
        app, trusted_proxy="*", trusted_proxy_count=count, trusted_proxy_headers=_BELIEVED
    )
    is_trusted = _peers(trusted)

    def choose(environ: dict[str, Any], start_response: Any) -> Any:
        answer = believed if is_trusted(environ["REMOTE_ADDR"]) else doubt
        return answer(environ, start_response)

    return choose


def _peers(trusted: Sequence[str]) -> Callable[[str], bool]:
    networks = [ipaddress.ip_network(part) for part in trusted if part != "unix"]

    @lru_cache(1024)
    def is_trusted(peer: str) -> bool:
        if peer == UNIX_PEER:
            return "unix" in trusted
        address = ipaddress.ip_address(peer)
        mapped = getattr(address, "ipv4_mapped", None)  # of IPv4 on a socket that takes both kinds
        return any((mapped or address) in network for network in networks)

    return is_trusted

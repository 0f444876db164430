"""Vary tracking: notes what of a request a page has looked at, so that no cache keeps what was made for one visitor."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import Authorization, Headers

ARGS = "args"
"""The query, of which a view may say that its page depends on it; everything else belongs to one visitor."""


class TrackingRequest(Request):
    """Flask's request; ``looked_at`` has the names of what was read of it: ``args``, ``cookies``, ``headers``
    (``authorization``, ``user_agent`` and the like are read from them), ``remote_addr``.

    The host is no part of it, as pages are kept by host. What a view reads from ``environ`` is not noticed.
    """

    looked_at: set[str]

    def __init__(self, environ: Any, *given: Any, **named: Any) -> None:
        self.looked_at = set()
        super().__init__(environ, *given, **named)

    @property
    def is_personal(self) -> bool:
        """Whether anything was read that another visitor may have otherwise."""
        return not self.looked_at <= {ARGS}

    @property
    def args(self) -> Any:
        """The query, noted."""
        self.looked_at.add(ARGS)
        return super().args

    @property
    def query_string(self) -> bytes:
        """The query as it came, noted."""
        self.looked_at.add(ARGS)
        return self._query_string

    @query_string.setter
    def query_string(self, value: bytes) -> None:
        self._query_string = value

    @property
    def cookies(self) -> Any:
        """The cookies, noted."""
        self.looked_at.add("cookies")
        return super().cookies

    @property
    def authorization(self) -> Authorization | None:
        """The credentials, noted."""
        self.looked_at.add("authorization")
        return super().authorization

    @property
    def headers(self) -> Headers:
        """The headers, noted."""
        self.looked_at.add("headers")
        return self._headers

    @headers.setter
    def headers(self, value: Headers) -> None:
        self._headers = value

    @property
    def remote_addr(self) -> str | None:
        """The visitor's address, noted."""
        self.looked_at.add("remote_addr")
        return self._remote_addr

    @remote_addr.setter
    def remote_addr(self, value: str | None) -> None:
        self._remote_addr = value

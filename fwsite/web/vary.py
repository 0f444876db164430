"""Vary tracking: notes what of a request a page has looked at, so that no cache keeps what was made for one visitor."""

from __future__ import annotations

from typing import Any

from flask import Request

ARGS = frozenset({"args", "query_string"})
"""The query, of which a view may say that its page depends on it; everything else belongs to one visitor."""


class _Noted:
    """Descriptor: an attribute of Flask's request, of which is noted that it was read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._inherited = getattr(Request, name, None)

    def __get__(self, request: TrackingRequest, owner: type) -> Any:
        request.looked_at.add(self._name)
        if self._inherited is None:  # Werkzeug sets it when it makes the request
            return request.__dict__[self._name]
        return self._inherited.__get__(request, owner)

    def __set__(self, request: TrackingRequest, value: Any) -> None:
        request.__dict__[self._name] = value


class TrackingRequest(Request):
    """Flask's request; ``looked_at`` has the names of those of its attributes below that were read. Others, such as
    ``user_agent``, are read from the headers.

    The host is none of them, as pages are kept by host. What a view reads from ``environ`` is not noticed.
    """

    looked_at: set[str]
    args: Any = _Noted()
    query_string: Any = _Noted()
    cookies: Any = _Noted()
    authorization: Any = _Noted()
    headers: Any = _Noted()
    remote_addr: Any = _Noted()

    def __init__(self, environ: Any, *given: Any, **named: Any) -> None:
        self.looked_at = set()
        super().__init__(environ, *given, **named)

    @property
    def is_personal(self) -> bool:
        """Whether anything was read that another visitor may have otherwise."""
        return not self.looked_at <= ARGS

    @property
    def asked_for_args(self) -> bool:
        """Whether the query was read."""
        return not self.looked_at.isdisjoint(ARGS)

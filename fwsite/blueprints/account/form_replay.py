"""Form replay: a form that came while nobody was signed in goes through signing in, and is sent from there.

Its fields travel in the sign-in form, with a prefix to tell them from that form's own.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from flask import request

from fwsite.extend import kept_fields

_PREFIX = "kept."
_UNQUOTED = "/-._~!$&'()*+,;=:@"
_OWN_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")


def own_path(text: str | None) -> str | None:
    """``text`` where it is an address on this site that no browser takes for another: a path and a query.

    One slash first, then visible ASCII without a backslash: no scheme, no host, nothing that a browser drops.
    """
    return text if text and _OWN_PATH.fullmatch(text) else None


def requested_path() -> str:
    """Path and query of this request, as it is written in a link."""
    path, query = quote(request.path, safe=_UNQUOTED), quote(request.query_string, safe=f"{_UNQUOTED}?%")
    return f"{path}?{query}" if query else path


class Again(NamedTuple):
    """A form to send again: where to, and its names and texts in their order."""

    action: str
    fields: list[tuple[str, str]]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The fields as they stand in the sign-in form."""
        return [(_PREFIX + name, text) for name, text in self.fields]


def refused() -> Again:
    """This request's own form."""
    return Again(requested_path(), kept_fields())


def carried() -> Again | None:
    """The form that this request's sign-in form carries."""
    action = own_path(request.form.get("again"))
    if action is None:
        return None
    sent = request.form.items(multi=True)
    return Again(action, [(name.removeprefix(_PREFIX), text) for name, text in sent if name.startswith(_PREFIX)])

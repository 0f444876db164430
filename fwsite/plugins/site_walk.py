"""Site walk: the site's pages, and those of an extension as far as a page leads to them, for whoever tries it.

What an extension adds to the site's pages fails quietly there, so that nobody loses the page: it is logged. The walk
goes to all of them, the result of the questionnaire too, and says what was logged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient

from fwsite.plugins.registry import registry_of

_LINK = re.compile(r'<a\s[^>]*href="(/[^"#]*)')
_FIELD = re.compile(r'<input[^>]* name="(?P<name>[^"]+)"[^>]* value="(?P<value>[^"]*)"')
_MOST = 100
"""Pages; an extension may link to thousands of its own."""


@contextmanager
def heard(name: str) -> Iterator[list[str]]:
    """What the site logs as an error of the extension ``name`` meanwhile."""
    log, kept, said = logging.getLogger("fwsite"), _Kept(), f"extension {name}:"
    log.addHandler(kept)
    found: list[str] = []
    try:
        yield found
    finally:
        log.removeHandler(kept)
        found += [text for text in kept.texts if text.startswith(said)]


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def walk(app: Flask, name: str, clients: Iterable[FlaskClient], host: str = "localhost") -> Iterator[tuple[str, int]]:
    """Address and status of each page: home, account, a result, what the sitemap names, and those of ``name``."""
    base = f"http://{host}"
    prefix = f"/{registry_of(app).prefixes.get(name, name).strip('/')}/"
    with app.test_request_context(base_url=base):
        listed = [entry.path for entry in registry_of(app).sitemap()]
    for client in clients:
        waiting = ["/", "/account/", prefix, *listed, *filter(None, [_result(client, base)])]
        seen: set[str] = set()
        while waiting and len(seen) < _MOST:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            response = client.get(path, base_url=base)
            if response.mimetype == "text/html" and response.status_code == 200:
                links = (link.replace("&amp;", "&") for link in _LINK.findall(response.text))
                waiting += [link for link in links if link.startswith(prefix)]
            yield path, response.status_code
            response.close()


def _result(client: FlaskClient, base: str) -> str:
    """The address of a result; empty where there is no questionnaire to answer."""
    page = client.get("/questionnaire/", base_url=base)
    fields: dict[str, str] = {}
    for field in _FIELD.finditer(page.text if page.status_code == 200 else ""):
        if not field["name"].startswith("w-"):
            fields.setdefault(field["name"], field["value"])
    answered = client.post("/questionnaire/", data=fields, base_url=base) if fields else page
    return str(answered.location or "")

"""Site walk: the site's pages, and those of an extension as far as a page leads to them, for whoever tries it.

What an extension adds to the site's pages fails quietly there, so that nobody loses the page: it is logged. The walk
goes to all of them, the result of the questionnaire too, and says what was logged.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from fwsite.plugins.discovery import said
from fwsite.plugins.fault_log import ONCE
from fwsite.plugins.registry import registry_of

_LINK = re.compile(r'<a\s[^>]*href="(/[^"#]*)')
_FIELD = re.compile(r'<input[^>]* name="(?P<name>[^"]+)"[^>]* value="(?P<value>[^"]*)"')
MOST_ALIKE = 10
"""Pages of one kind that one visitor opens; an extension may link to thousands of its own."""
MOST = 100
"""Pages that one visitor opens."""


class Fault(NamedTuple):
    """One line of the log: what it says, what was raised and where, and whether a page of its own ended with it."""

    text: str
    cause: str
    ends_the_page: bool

    def __str__(self) -> str:
        return self.text if self.cause in self.text else f"{self.text}: {self.cause}"


class Page(NamedTuple):
    """One page that was opened; ``rule`` is the pattern of its address, such as ``/notes/<key>``."""

    path: str
    rule: str
    status: int


@contextmanager
def heard(name: str) -> Iterator[list[Fault]]:
    """What the site logs as an error of the extension ``name`` meanwhile, as it comes, however quiet the log is."""
    log, kept = logging.getLogger("fwsite"), _Kept(f"extension {name}:")
    level = log.level
    log.addHandler(kept)
    log.setLevel(min(log.getEffectiveLevel(), logging.ERROR))
    try:
        yield kept.faults
    finally:
        log.setLevel(level)
        log.removeHandler(kept)


class _Kept(logging.Handler):
    def __init__(self, start: str) -> None:
        super().__init__(logging.ERROR)
        self._start = start
        self.faults: list[Fault] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        text = str(getattr(record, ONCE, record.getMessage()))
        if text.startswith(self._start):
            self.faults.append(Fault(text, said(error) if error else "", text.startswith(f"{self._start} GET ")))


class SiteWalk:
    """Opens home, account, a result, what the sitemap names, and the pages of the extension ``name``.

    ``left_out`` counts the addresses that were one too many of their kind, or altogether.
    """

    def __init__(self, app: Flask, name: str, clients: Iterable[FlaskClient], host: str = "localhost") -> None:
        self._clients = tuple(clients)
        self._base = f"http://{host}"
        self._rules = app.url_map.bind(host)
        self._prefix = f"/{registry_of(app).prefixes.get(name, name).strip('/')}/"
        with app.test_request_context(base_url=self._base):
            self._listed = [entry.path for entry in registry_of(app).sitemap()]
        self.left_out = 0

    def __iter__(self) -> Iterator[Page]:
        for client in self._clients:
            yield from self._walk(client)

    def _walk(self, client: FlaskClient) -> Iterator[Page]:
        waiting = ["/", "/account/", self._prefix, *self._listed, *filter(None, [_result(client, self._base)])]
        seen: set[str] = set()
        opened: Counter[str] = Counter()
        while waiting:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            rule = self._rule(path)
            if opened[rule] == MOST_ALIKE or opened.total() == MOST:
                self.left_out += 1
                continue
            opened[rule] += 1
            response = client.get(path, base_url=self._base)
            if response.mimetype == "text/html" and response.status_code == 200:
                links = (link.replace("&amp;", "&") for link in _LINK.findall(response.text))
                waiting += [link for link in links if link.startswith(self._prefix)]
            response.close()
            yield Page(path, rule, response.status_code)

    def _rule(self, path: str) -> str:
        try:
            rule, _ = self._rules.match(path.partition("?")[0], method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):  # it answers with an error, or leads to another address
            return path
        return rule.rule


def _result(client: FlaskClient, base: str) -> str:
    """The address of a result; empty where there is no questionnaire to answer."""
    page = client.get("/questionnaire/", base_url=base)
    fields: dict[str, str] = {}
    for field in _FIELD.finditer(page.text if page.status_code == 200 else ""):
        if not field["name"].startswith("w-"):
            fields.setdefault(field["name"], field["value"])
    answered = client.post("/questionnaire/", data=fields, base_url=base) if fields else page
    return str(answered.location or "")

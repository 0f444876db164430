"""The application for tests: as ``fwsite.create_app`` makes it, but that it sees every change at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

import fwsite
from fwsite.db.engine import db
from fwsite.intervals import AT_ONCE
from fwsite.plugins import discovery


def create_app(*given: Any, **named: Any) -> Flask:
    """The site; tests write files and databases from outside, and are faster than any interval and
    more than any network."""
    unlimited = {"QUESTIONNAIRE_ANSWERS_PER_ADDRESS": 0} if "questionnaire" in discovery.BUILTIN else {}
    settings = {**unlimited, **(named.pop("settings", None) or {})}
    return fwsite.create_app(*given, **{"intervals": AT_ONCE, "settings": settings, **named})


class Visitor(FlaskClient):
    """Takes each response whole and lets it be closed, as a server does; otherwise served files stay open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


@contextmanager
def opened(folder: Path, compiled: FileSystemBytecodeCache, **named: Any) -> Iterator[Flask]:
    """The application on a folder; its database is closed at the end."""
    app = create_app(folder, **named)
    app.test_client_class = Visitor
    app.jinja_env.bytecode_cache = compiled
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()

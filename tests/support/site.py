"""The application for tests: as ``fwsite.create_app`` makes it, but that it sees every change at once."""

from __future__ import annotations

from typing import Any

from flask import Flask

import fwsite
from fwsite.intervals import AT_ONCE


def create_app(*given: Any, **named: Any) -> Flask:
    """The site; tests write files and databases from outside, and are faster than any interval."""
    return fwsite.create_app(*given, **{"intervals": AT_ONCE, **named})

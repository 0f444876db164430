"""The interface between server and application that each framework is written for."""

from __future__ import annotations

from collections.abc import Mapping

from fwsite.domain.evidence import Evidence
from fwsite.extend import Cell, ColumnContext

INTERFACES: Mapping[str, Cell] = {
    "django": Cell("WSGI and ASGI", Evidence.SOURCED, "https://docs.djangoproject.com/en/5.2/howto/deployment/"),
    "flask": Cell("WSGI", Evidence.SOURCED, "https://flask.palletsprojects.com/en/stable/deploying/"),
    "fastapi": Cell("ASGI", Evidence.SOURCED, "https://fastapi.tiangolo.com/deployment/manually/"),
    "none": Cell("Whichever you write"),
}
"""By the keys of frameworks that we have read about; each page named says so itself."""


def cells(context: ColumnContext) -> dict[str, Cell]:
    """What is known of the frameworks that are shown; the others are left out."""
    return {key: INTERFACES[key] for key in context.frameworks if key in INTERFACES}

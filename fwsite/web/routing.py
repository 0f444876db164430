"""URL converters: what the arguments of an address may be."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import BaseConverter, PathConverter, UnicodeConverter, ValidationError


class _WithoutNul(BaseConverter):
    """Takes no text with a NUL in it: nothing is called so, and PostgreSQL refuses to look for it."""

    def to_python(self, value: str) -> Any:
        if "\0" in value:
            raise ValidationError
        return super().to_python(value)


class _Text(_WithoutNul, UnicodeConverter):
    pass


class _Path(_WithoutNul, PathConverter):
    pass


CONVERTERS = {"default": _Text, "string": _Text, "path": _Path}
"""In place of those of Werkzeug."""

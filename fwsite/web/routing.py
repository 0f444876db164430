"""Rules of addresses: what their arguments may be; made ready to build addresses when one is built."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import BaseConverter, PathConverter, Rule, UnicodeConverter, ValidationError

_Build = Callable[..., tuple[str, str]]


class LazyRule(Rule):
    """Werkzeug compiles two functions for each rule beforehand, which took a thirtieth of the start; a process that has
    just started needs few of them. A Werkzeug that no longer does so does not call this.
    """

    def _compile_builder(self, append_unknown: bool = True) -> _Build:
        make = super()._compile_builder

        @cache
        def made() -> _Build:
            return make(append_unknown)

        def build(rule: Rule, /, **values: str) -> tuple[str, str]:  # a value may be called anything
            return made()(rule, **values)

        return build


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

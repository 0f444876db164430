"""Rules of addresses: what their arguments may be; made ready to build addresses when one is built."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Map, PathConverter, Rule, UnicodeConverter

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


class Text(UnicodeConverter):
    """As Werkzeug has it, but that no text has a NUL in it: PostgreSQL takes none, and nothing is called so."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **options)
        self.regex = self.regex.replace("[^/]", "[^/\0]")


class Path(PathConverter):
    """The same for several parts of a path."""

    regex = "[^/\0][^\0]*?"


CONVERTERS = {"default": Text, "string": Text, "path": Path}
"""In place of those of Flask."""

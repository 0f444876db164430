"""Rules of addresses that are made ready to build addresses when one is built."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from werkzeug.routing import Rule

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

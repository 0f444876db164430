"""Setting: its name, type, default and meaning, and what makes a value wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting that a host may change.

    ``name`` is in capitals; an extension's settings begin with its own name. ``type`` is ``str``, ``int``,
    ``bool`` or ``tuple`` (of texts; separated by commas in the environment). ``minimum`` and ``maximum`` bound
    an ``int``, both included. ``check`` gets the typed value and returns what is wrong with it, or ``None``.
    """

    name: str
    type: type
    default: Any
    help: str
    minimum: int | None = None
    maximum: int | None = None
    check: Callable[[Any], str | None] | None = None

    def from_text(self, text: str) -> Any:
        """The value of an environment variable. Raises :class:`ValueError` saying what is expected."""
        if self.type is int:
            try:
                number = int(text)
            except ValueError:
                raise ValueError(self._range()) from None
            return self.checked(number)
        if self.type is bool:
            if text.lower() not in _TRUE | _FALSE:
                raise ValueError("must be true or false")
            return self.checked(text.lower() in _TRUE)
        if self.type is tuple:
            return self.checked(tuple(part.strip() for part in text.split(",") if part.strip()))
        return self.checked(text)

    def from_toml(self, value: Any) -> Any:
        """The value of ``config.toml``. Raises :class:`ValueError` saying what is expected."""
        if self.type is tuple:
            if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
                raise ValueError('must be a list of texts such as ["a", "b"]')
            return self.checked(tuple(value))
        if type(value) is not self.type:
            wanted = {str: 'a text in "quotes"', int: self._range(must=""), bool: "true or false"}[self.type]
            raise ValueError(f"must be {wanted}")
        return self.checked(value)

    def checked(self, value: Any) -> Any:
        """``value`` when it is within bounds and passes ``check``; raises :class:`ValueError` otherwise."""
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(self._range())
        wrong = self.check(value) if self.check else None
        if wrong:
            raise ValueError(wrong)
        return value

    def _range(self, must: str = "must be ") -> str:
        if self.minimum is None and self.maximum is None:
            return f"{must}a whole number"
        if self.maximum is None:
            return f"{must}a whole number of at least {self.minimum}"
        return f"{must}a whole number from {self.minimum} to {self.maximum}"

"""English for lists and small numbers, as sentences that are put together need it."""

from __future__ import annotations

from collections.abc import Sequence

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def joined(parts: Sequence[str], word: str = "and") -> str:
    """A, B and C."""
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def number(count: int) -> str:
    """One, two ... and from thirteen on in digits."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def inside(name: str) -> str:
    """A heading as it stands inside a sentence: "data access", but "ORM" keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]

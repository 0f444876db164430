"""Places where one part of the site lets others in: slots, transforms, events, directives, and what each hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from markupsafe import Markup


class PointKind(StrEnum):
    """How others use a point.

    ``slot``
        They add HTML at a place in a page, in load order.
    ``transform``
        They get HTML and give it back changed, one after the other.
    ``event``
        They are told that something has happened. It can no longer be stopped, and nothing they do undoes it.
    """

    SLOT = "slot"
    TRANSFORM = "transform"
    EVENT = "event"


@dataclass(frozen=True, kw_only=True)
class Point:
    """A slot, a transform or an event that an extension offers to all others, under its own name and a dot.

    ``help`` says where it is or when it happens; ``values`` has the name and the meaning of everything it hands over.
    """

    kind: PointKind
    name: str
    help: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SlotContext:
    """What a slot gets: the slot's name and the values that the page hands over."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TransformContext:
    """What a transform gets: its name, the HTML as those before it left it, and the values of its page."""

    name: str
    html: Markup
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EventContext:
    """What a handler of an event gets: the event's name and what there is to know about it.

    It is called after the change was committed, in the process that made it, with a database session of which nothing
    is left open. What the handler changes, it commits itself.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DirectiveContext:
    """What a directive gets: the text between the brackets of ``::name[text]``."""

    name: str
    text: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """The text cut at its commas, without surrounding blanks and empty parts."""
        return tuple(part.strip() for part in self.text.split(",") if part.strip())


class DirectiveError(ValueError):
    """Raised by a directive whose text it cannot use; the message says what to write instead."""

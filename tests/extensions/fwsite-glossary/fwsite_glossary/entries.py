"""A term with its definition, and what makes one unusable."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fwsite.domain.items import unusable
from fwsite.domain.questionnaire import Fault
from fwsite.markup import inline

TERM_LENGTH = 80
KEY_LENGTH = 3 * TERM_LENGTH
"""A folded character has at most three."""
ALIASES = 10
DEFINITION_LENGTH = 400


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What people write of a term: its name, other spellings, and the definition in inline Markdown."""

    term: str
    aliases: tuple[str, ...]
    definition: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """The term and its other spellings."""
        return (self.term, *self.aliases)

    @property
    def key(self) -> str:
        """What tells it from other terms."""
        return spelling_key(self.term)

    @property
    def plain(self) -> str:
        """The definition without its Markdown."""
        return inline(self.definition).striptags()


@dataclass(frozen=True, kw_only=True)
class Entry(Wording):
    """A term of the glossary. ``slug`` stays the same for good, also where the term is written otherwise."""

    slug: str

    @property
    def anchor(self) -> str:
        """Its id on the glossary's page."""
        return f"term-{self.slug}"

    @property
    def wording(self) -> Wording:
        """What people wrote of it."""
        return Wording(term=self.term, aliases=self.aliases, definition=self.definition)


def one_line(text: str) -> str:
    """The text as it is kept: composed characters, single blanks, no line breaks."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def spelling_key(text: str) -> str:
    """The same for spellings that differ in case alone."""
    return unicodedata.normalize("NFC", one_line(text).casefold())


def faults(wording: Wording, taken: Mapping[str, str]) -> list[Fault]:
    """What has to be changed; ``taken`` has the term for each spelling, by key, that other terms have."""
    return [
        *(Fault("term", wrong) for wrong in _wrong_spelling(wording.term, taken)),
        *(Fault("aliases", wrong) for wrong in _wrong_aliases(wording, taken)),
        *(Fault("definition", wrong) for wrong in _wrong_definition(wording.definition)),
    ]


def _wrong_spelling(text: str, taken: Mapping[str, str]) -> Iterator[str]:
    if not text:
        yield "Write the term."
    elif len(text) > TERM_LENGTH:
        yield f"Write at most {TERM_LENGTH} characters; “{text[:20]}…” has {len(text)}."
    elif odd := _unprintable(text):
        yield f"The character {odd} cannot be shown; write the term without it."
    elif "," in text:
        yield f"“{text}” has a comma, which parts spellings from each other; write it without."
    elif not any(character.isalnum() for character in text):
        yield f"“{text}” has no letter and no digit, so it cannot be found in a text."
    elif spelling_key(text) in taken:
        yield f"“{text}” is a spelling of “{taken[spelling_key(text)]}” already; change that term instead."


def _wrong_aliases(wording: Wording, taken: Mapping[str, str]) -> Iterator[str]:
    if len(wording.aliases) > ALIASES:
        yield f"Write at most {ALIASES} other spellings; these are {len(wording.aliases)}."
        return
    own = {wording.key}
    for alias in wording.aliases:
        yield from _wrong_spelling(alias, taken)
        if spelling_key(alias) in own:
            yield f"“{alias[:TERM_LENGTH]}” is there twice; capitals and small letters are the same here."
        own.add(spelling_key(alias))


def _wrong_definition(text: str) -> Iterator[str]:
    if not text:
        yield "Write what the term means."
    elif len(text) > DEFINITION_LENGTH:
        yield f"Write at most {DEFINITION_LENGTH} characters; these are {len(text)}."
    elif odd := unusable(text):
        yield f"The character {odd} cannot be kept; write the definition without it."
    elif not inline(text).striptags():
        yield "There is nothing to read in it but signs of Markdown."


def _unprintable(text: str) -> str | None:
    return next((f"U+{ord(character):04X}" for character in text if not character.isprintable()), None)

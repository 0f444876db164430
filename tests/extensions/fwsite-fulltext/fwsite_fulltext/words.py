"""What somebody types, cut into the words that are looked for; the same on every database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_CHARACTERS = 200
MOST_WORDS = 10
_WORD = re.compile(r"[^\W_]+")
_COMMON = frozenset(
    # Articles, pronouns
    "a an the i me my myself we us our ours ourselves you your yours yourself yourselves he him his himself she her "
    "hers herself it its itself they them their theirs themselves this that these those "
    # Verbs that help others
    "am is are was were be been being have has had having do does did doing can could will would shall should may "
    "might must "
    # Conjunctions, questions, prepositions, adverbs
    "and or but nor not no if as than then so because while until what which who whom whose when where why how of at "
    "by for with about against between into through during before after above below to from up down in out on off over "
    "under again further once here there all any both each few more most other some such only own same too very just "
    "now don "
    # What an apostrophe leaves
    "s t d m ll re ve".split()
)
"""Words that say nothing of what a text is about. PostgreSQL does not keep them, so nobody looks for them."""


@dataclass(frozen=True)
class Words:
    """The words of a query, in its order; ``too_many`` where it had more than are looked for."""

    words: tuple[str, ...]
    too_many: bool = False
    only_common: bool = False
    """Whether there were words, and all of them are too common."""

    @classmethod
    def of(cls, text: str) -> Words:
        """Those of a text, whatever is in it."""
        found = _WORD.findall(unicodedata.normalize("NFC", text[:MOST_CHARACTERS]))
        words = list(dict.fromkeys(word for word in found if word.casefold() not in _COMMON))
        too_many = len(text) > MOST_CHARACTERS or len(words) > MOST_WORDS
        return cls(tuple(words[:MOST_WORDS]), too_many, bool(found) and not words)

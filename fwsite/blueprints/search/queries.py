"""The search index in memory: made from what the parts name as their texts, and made anew once one may be another."""

from __future__ import annotations

from dataclasses import dataclass

from fwsite.domain.search_index import SearchIndex
from fwsite.extend import Text, TextsContext, files_state, per_content_version, texts_by_extension


@dataclass(frozen=True)
class Library:
    """Everything that can be found; not ``is_whole`` where a part could not say what it has."""

    index: SearchIndex[Text]
    is_whole: bool


def library() -> Library:
    """What there is to find now. What lacks a part is not kept, so that the part is asked again."""
    found = _kept(files_state())
    return found if found.is_whole else _made()


@per_content_version(most=1)
def _kept(files: object) -> Library:
    """Articles are files: their state is an argument."""
    return _made()


def _made() -> Library:
    found = texts_by_extension(TextsContext())
    texts = (text for each in found.values() for text in each or ())
    return Library(SearchIndex(texts), None not in found.values())

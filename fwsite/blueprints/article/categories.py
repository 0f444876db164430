"""Categories: sections of the list, one for each name whatever its case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from fwsite.blueprints.article.catalogue import Article


def sections(articles: Iterable[Article]) -> list[tuple[str, list[Article]]]:
    """The categories by name, each with its articles in their order.

    A category is spelled as its oldest article has it, by date and then by file name: what is written later changes
    no heading.
    """
    articles = list(articles)
    spelled: dict[str, str] = {}
    for article in sorted(articles, key=lambda each: (each.matter.date or date.max, each.slug)):
        for name in article.matter.categories:
            spelled.setdefault(name.casefold(), name)
    return [(spelled[key], [each for each in articles if key in _keys(each)]) for key in sorted(spelled)]


def _keys(article: Article) -> set[str]:
    return {name.casefold() for name in article.matter.categories}

"""What the YAML block at the top of an article says."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date as Date
from pathlib import Path
from typing import Any

from fwsite.extend import ContentProblem
from fwsite.markup import keep_rendered, rendered_before

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


_KIND = "front matter"


@dataclass(frozen=True)
class ArticleSource:
    """A work that the article rests on; ``id`` is what ``[^id]`` in the text refers to."""

    title: str
    id: str = ""
    author: str = ""
    publisher: str = ""
    date: Date | None = None
    url: str = ""
    read: Date | None = None


@dataclass
class FrontMatter:
    """What the block says. Everything has a value, whatever was wrong; ``problems`` says what was."""

    title: str = ""
    author: str = ""
    date: Date | None = None
    categories: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    image_alts: tuple[str, ...] = ()
    description: str = ""
    reviewed: Date | None = None
    sources: tuple[ArticleSource, ...] = ()
    draft: bool = False
    problems: list[ContentProblem] = field(default_factory=list)
    logged: bool = False


def split(text: str) -> tuple[str, str, int]:
    """The YAML block, the body, and the number of the body's first line. No block: an empty one."""
    match = _BLOCK.match(text)
    if not match:
        return "", text, 1
    return match["yaml"].removesuffix("\n"), text[match.end() :], text.count("\n", 0, match.end()) + 1


def read(block: str, path: Path) -> FrontMatter:
    """Read the block of the file ``path``. Blocks without faults are remembered, as what was rendered is."""
    known = rendered_before(_KIND, block)
    if known is not None:
        return _matter(json.loads(known))
    from fwsite.blueprints.article.frontmatter_yaml import read_block  # a site that has read all of them does without

    matter = read_block(block, path)
    if not matter.problems:
        keep_rendered(_KIND, block, json.dumps(asdict(matter), default=Date.isoformat))
    return matter


def _matter(document: dict[str, Any]) -> FrontMatter:
    sources = tuple(ArticleSource(**_with_days(each, "date", "read")) for each in document.pop("sources"))
    lists = {name: tuple(document[name]) for name in ("categories", "images", "image_alts")}
    return FrontMatter(**_with_days(document, "date", "reviewed") | lists, sources=sources)


def _with_days(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return document | {name: Date.fromisoformat(document[name]) for name in names if document[name]}

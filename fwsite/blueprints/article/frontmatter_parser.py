"""Front matter parser: reads the YAML block forgivingly; what is wrong is reported, the rest is used."""

from __future__ import annotations

import re
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from fwsite.blueprints.article.frontmatter import ArticleSource, FrontMatter
from fwsite.extend import ContentProblem

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
KEYS = frozenset("title author date categories images imageAlts description reviewed sources draft".split())
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What YAML can say as an escape and neither HTML nor XML can hold."""
_SOURCE_KEYS = frozenset("id title author publisher date url read".split())


class _Loader(yaml.SafeLoader):
    """Reads a day that is none, such as 2026-13-45, as text, so that its key can be named. Refuses aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise ValueError("aliases (*name) are not read here")  # a few of them can stand for gigabytes
        return super().compose_node(parent, index)

    def timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.timestamp)


def split(text: str) -> tuple[str, str, int]:
    """The YAML block, the body, and the number of the body's first line. No block: an empty one."""
    match = _BLOCK.match(text)
    if not match:
        return "", text, 1
    return match["yaml"].removesuffix("\n"), text[match.end() :], text.count("\n", 0, match.end()) + 1


def read(block: str, path: Path) -> FrontMatter:
    """Read the block of the file ``path``."""
    return _Reader(block, path).read()


class _Reader:
    def __init__(self, block: str, path: Path) -> None:
        self.block = block
        self.path = path
        self.lines: dict[str, int] = {}
        self.matter = FrontMatter()

    def problem(self, key: str, message: str) -> None:
        self.matter.problems.append(
            ContentProblem(path=self.path, line=self.lines.get(key, 1), key=key, message=message)
        )

    def read(self) -> FrontMatter:
        table = self.table()
        matter = self.matter
        for key in table:
            if key not in KEYS:
                self.problem(str(key), f"unknown key, ignored; known are {', '.join(sorted(KEYS))}")
        matter.title = self.text(table, "title")
        matter.author = self.text(table, "author")
        matter.description = self.text(table, "description")
        matter.date = self.day("date", table.get("date"))
        matter.reviewed = self.day("reviewed", table.get("reviewed"))
        matter.categories = self.texts(table, "categories")
        matter.images = self.texts(table, "images")
        matter.image_alts = self.texts(table, "imageAlts")
        matter.draft = self.flag(table, "draft")
        matter.sources = self.sources(table.get("sources"))
        if len(matter.image_alts) < len(matter.images):
            self.problem("imageAlts", f"has {len(matter.image_alts)} texts for {len(matter.images)} images")
        return matter

    def table(self) -> dict[str, Any]:
        try:
            loader = _Loader(self.block)
            node = loader.get_single_node()
            loaded = loader.construct_document(node) if node is not None else None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            self.lines["front matter"] = mark.line + 2 if mark else 1
            reason = getattr(error, "problem", None) or str(error).splitlines()[0]
            self.problem("front matter", f"is not valid YAML: {reason}")
            return {}
        if loaded is None:
            return {}
        if not isinstance(loaded, dict) or not isinstance(node, yaml.MappingNode):
            self.problem("front matter", "must be lines such as title: A title")
            return {}
        self.lines = {str(key.value): key.start_mark.line + 2 for key, _ in node.value}
        return loaded

    def text(self, table: dict[str, Any], key: str) -> str:
        value = table.get(key, "")
        if isinstance(value, dict | list) or value is None:
            self.problem(key, "must be a text")
            return ""
        return _printable(value)

    def texts(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key) or []
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or any(isinstance(item, dict | list) for item in value):
            self.problem(key, "must be a list of texts")
            return ()
        return tuple("" if item is None else _printable(item) for item in value)

    def flag(self, table: dict[str, Any], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.problem(key, "must be true or false")
            return True  # an article whose author tried to hold it back is not published by mistake
        return value

    def day(self, key: str, value: Any) -> Date | None:
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, Date):
            return value
        try:
            return datetime.fromisoformat(str(value).strip()).date()
        except ValueError:
            self.problem(key, f'is {value!r}; write a date such as "2026-11-22"')
            return None

    def sources(self, value: Any) -> tuple[ArticleSource, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem("sources", "must be a list of tables with title and url")
            return ()
        return tuple(source for item in value if (source := self.source(item)) is not None)

    def source(self, item: Any) -> ArticleSource | None:
        if isinstance(item, str):
            item = {"title": item, "url": item if item.startswith("http") else ""}
        if not isinstance(item, dict) or not item.get("title"):
            self.problem("sources", "each source needs a title")
            return None
        for key in item.keys() - _SOURCE_KEYS:
            self.problem("sources", f"unknown key {key}; known are {', '.join(sorted(_SOURCE_KEYS))}")
        for key, value in item.items():
            if isinstance(value, dict | list):
                self.problem("sources", f"{key} must be a text")
                return None
        url = _printable(item.get("url") or "")
        if url and not url.startswith(("https://", "http://")):
            self.problem("sources", f"url {url!r} must begin with https:// or http://")
            url = ""
        return ArticleSource(
            title=_printable(item["title"]),
            id=_printable(item.get("id") or ""),
            author=_printable(item.get("author") or ""),
            publisher=_printable(item.get("publisher") or ""),
            date=self.day("sources", item.get("date")),
            url=url,
            read=self.day("sources", item.get("read")),
        )


def _printable(value: Any) -> str:
    return _UNPRINTABLE.sub("", str(value)).strip()

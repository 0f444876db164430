"""Benchmark workloads: what is asked of every subject, and the right answer to it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
MEDIA_TYPES = {".json": "application/json", ".html": "text/html"}
_BETWEEN_TAGS = re.compile(r"\s*(<[^>]*>)\s*")
_SHOWN = 60
"""Characters of a wrong answer that are shown."""


@dataclass(frozen=True)
class Workload:
    """One workload. ``served``: it needs a server, and is no matter of processor time."""

    key: str
    title: str
    path: str
    media_type: str
    expected: str
    database: bool = False
    served: bool = False

    def fault(self, answer: dict[str, Any]) -> str:
        """What is wrong with an answer, empty where it is right."""
        where = f"wrong answer to {self.key}"
        if answer["status"] != 200:
            return f"{where}: status {answer['status']} instead of 200"
        if answer["media_type"] != self.media_type:
            return f"{where}: {answer['media_type'] or 'no media type'} instead of {self.media_type}"
        expected, found = (canonical(text, self.media_type) for text in (self.expected, answer["body"]))
        if found == expected:
            return ""
        place = next((n for n, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), None)
        place = min(len(expected), len(found)) if place is None else place
        start = max(0, place - 10)
        return f"{where}: “{_excerpt(found, start)}” instead of “{_excerpt(expected, start)}”"


def _excerpt(text: str, start: int) -> str:
    """Part of an answer, with dots where it goes on."""
    end = start + _SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def canonical(text: str, media_type: str) -> str:
    """The answer without what frameworks are free to write as they like: blanks, and the order of keys."""
    if media_type == "text/html":
        return _BETWEEN_TAGS.sub(r"\1", text).strip()
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


@lru_cache(maxsize=1)
def all_workloads() -> dict[str, Workload]:
    """Those of ``workloads.toml``, by key."""
    table = tomllib.loads((FOLDER / "workloads.toml").read_text(encoding="utf-8"))
    return {key: _workload(key, **values) for key, values in table.items()}


def _workload(key: str, title: str, path: str, answer: str, database: bool = False, served: bool = False) -> Workload:
    file = FOLDER / "answers" / answer
    media_type = MEDIA_TYPES[file.suffix]
    return Workload(key, title, path, media_type, file.read_text(encoding="utf-8"), database, served)

"""Markdown escaping: text of others in a line of Markdown, as every reader shows it."""

from __future__ import annotations

import re

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"}
_START = re.compile(r"^(\d*)([-+=.)])")
"""What makes a list or a heading of a line that begins with it."""
_MARKS = re.compile(r"[\\`*_\[\]{}#]|[&<>|~]")


def plain(text: str) -> str:
    """``text`` for a line of Markdown, where every reader shows it as it is."""
    escaped = _MARKS.sub(lambda mark: _ENTITIES.get(mark[0]) or f"\\{mark[0]}", " ".join(text.split()))
    return _START.sub(lambda start: f"{start[1]}&#{ord(start[2])};", escaped)

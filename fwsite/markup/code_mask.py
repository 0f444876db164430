"""Code mask: a text without its code, for whoever looks at what is typed in it; needs neither Markdown nor nh3."""

from __future__ import annotations

import re

_FENCE = re.compile(r"\s*(?:[>*+-]\s+)*(```+|~~~+)")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


def without_code(text: str) -> str:
    """The text with as many lines, without fenced code and code within a line."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        lines.append("" if fence or mark else _CODE.sub("", line))
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
    return "\n".join(lines)

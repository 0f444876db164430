"""CommonMark compatibility: Markdown as it is written in the wild, for Python-Markdown.

CommonMark lets a list, a table or a quote follow a paragraph without an empty line, nests a list under the text of
its item, and reads fenced code anywhere. Python-Markdown wants empty lines and four blanks, and code at the margin.
This extension walks the blocks of a text as CommonMark does, puts code and blocks of HTML aside as they are, and
writes the rest down again in Python-Markdown's habits.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.util import BLOCK_LEVEL_ELEMENTS, ETX, STX

from fwsite.markup.sanitiser import LAYOUT, TAG, TAGS, UNWRAPPED, tag_name

STEP = 4
DEEPEST = 16
"""Lists and quotes nested deeper than this are read as text: it bounds the work on a hostile file."""

_FENCE = re.compile(r"(?P<indent> {0,3})(?P<mark>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
_LANGUAGE = re.compile(r"[ {.]*(?P<name>[\w#+-][\w#+.-]*)")
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})(?:[ \t]+(?P<text>.*))?")
_CLOSING = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?P<mark>=+|-+)[ \t]*")
_BREAK = re.compile(r" {0,3}([*_-])(?:[ \t]*\1){2,}[ \t]*")
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r" {0,3}(?P<marker>[*+-]|\d{1,9}[.)])(?P<gap> +|$)")
_NOTE = re.compile(r" {0,3}(?P<marker>\[\^[^\]\s]+\]:) *")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_MARKERS = frozenset("*+-.)")
_INTERRUPTING = frozenset({"*", "+", "-", "1.", "1)"})
_BAR = re.compile(r"(?<!\\)\|")
_DEFINITION = re.compile(r"^\[[^\[\]`]*`[^\[\]]*\]:(?=[ \t]*\S)")
_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_WHOLE_TAGS = frozenset({"pre", "script", "style"})
"""Elements that go on to their end tag; other HTML ends at an empty line."""
_MARKUP = TAGS | UNWRAPPED | LAYOUT
_BLOCKS = _WHOLE_TAGS | _MARKUP.intersection(BLOCK_LEVEL_ELEMENTS)
_HTML = re.compile(rf" {{0,3}}</?(?P<tag>{'|'.join(sorted(_BLOCKS))})(?=[\s/>]|$)", re.IGNORECASE)
_LONE_TAG = re.compile(rf" {{0,3}}{TAG}[ \t]*")
_COMMENT = re.compile(r" {0,3}<!--")
_MEANING = re.compile(r" {0,3}:[ \t]+(?=\S)")
_ADMONITION = re.compile(r"(?:!!! ?(?=\w)|\?\?\?\+? ?(?=[\w\"]))[\w\- ]*(?:\"[^\"]*\")?[ \t]*")
_KRAMDOWN_ATTRIBUTES = re.compile(r" {0,3}\{: ?[#.][^{}]*\}[ \t]*")
_KRAMDOWN_TOC = re.compile(r"\{: ?toc ?\}")
DIRECTIVE = re.compile(r"::(?P<name>[a-z][a-z0-9_-]*)\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\][ \t]*")
"""A line of our own: the place of live data. Alone on its line, outside code."""
_MISREAD = re.compile(r"\d+(?=\.\s)|(?=[*+-]\s|[>#]|:\s|!!!|\?\?\?)")
"""What Python-Markdown takes for the beginning of a block in the midst of a paragraph, and CommonMark does not."""


@dataclass(frozen=True)
class Hooks:
    """What happens to the parts that are not rewritten."""

    keep: Callable[[str], str]
    """HTML that is to come through as it is; returns a line that stands in for it."""
    code: Callable[[str, str], str]
    """Code and its language, or an empty text; returns HTML."""
    directive: Callable[[re.Match[str], int], str]
    """A match of :data:`DIRECTIVE` and its line, counted from 0; returns HTML."""
    block: Callable[[str], str] = str
    """What is kept of a block of HTML."""


class CommonMark(Extension):
    """Register with ``Markdown(extensions=[CommonMark(...)])``, after ``sane_lists``."""

    def __init__(
        self,
        keep: Callable[[str], str],
        code: Callable[[str, str], str],
        directive: Callable[[re.Match[str], int], str],
    ) -> None:
        """``keep`` makes of a block of HTML what is kept of it; the others are as in :class:`Hooks`."""
        super().__init__()
        self.keep = keep
        self.code = code
        self.directive = directive

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown. Takes the place of its own readers of tabs, HTML blocks and indented code."""
        hooks = Hooks(lambda html: md.htmlStash.store(f"<!-- -->{html}"), self.code, self.directive, self.keep)
        md.preprocessors.register(_Rewriting(hooks), "normalize_whitespace", 30)
        md.preprocessors.deregister("html_block")
        md.ESCAPED_CHARS = list(string.punctuation)


class _Rewriting(Preprocessor):
    def __init__(self, hooks: Hooks) -> None:
        super().__init__()
        self.hooks = hooks

    def run(self, lines: list[str]) -> list[str]:
        return [*rewrite(lines, self.hooks), "", ""]


def rewrite(lines: list[str], hooks: Hooks) -> list[str]:
    """The same text in Python-Markdown's habits."""
    text = "\n".join(lines).replace(STX, "").replace(ETX, "").replace("\r\n", "\n").replace("\r", "\n")
    return _Container(text.split("\n"), hooks).rewrite()


class _Container:
    """The lines of a text, a quote or a list item, the first of them being line ``number`` of the whole."""

    def __init__(self, lines: list[str], hooks: Hooks, number: int = 0, depth: int = 0, tight: bool = False) -> None:
        self.lines = lines
        self.hooks = hooks
        self.number = number
        self.depth = depth
        self.tight = tight
        """Whether a list may follow the first paragraph at once, as in the item of a tight list."""
        self.at = 0
        self.out: list[str] = []
        self.kinds: list[str] = []
        """The kinds of the blocks so far; a list's is its marker."""
        self.loose = False
        """Whether the last item holds empty lines."""
        self.last_ends: dict[str, int] = {}
        """The last line in which what ends a block of HTML stands, as far as it was asked for."""

    def rewrite(self) -> list[str]:
        readers = (self.indented, self.fence, self.directive, self.html, self.heading, self.rule, self.admonition)
        while self.at < len(self.lines):
            line = self.lines[self.at].expandtabs(STEP)
            if not line.strip():
                self.out.append("")
                self.at += 1
            elif not any(read(line) for read in (*readers, self.quote, self.item, self.note, self.meaning, self.table)):
                self.paragraph()
        while self.depth and self.out and not self.out[-1]:
            self.out.pop()
        return self.out

    def write(self, kind: str, lines: list[str], *, joined: bool = False) -> None:
        """A block, with an empty line before it unless it is ``joined`` to the last."""
        if self.out and self.out[-1] and not joined:
            self.out.append("")
        self.out += lines
        self.kinds.append(kind)

    @property
    def last(self) -> str:
        return self.kinds[-1] if self.kinds else ""

    def aside(self, html: str) -> None:
        self.write("aside", [self.hooks.keep(html)])

    def indented(self, line: str) -> bool:
        if _indent(line) < STEP:
            return False
        end = last = self.at
        while end < len(self.lines) and (_indent(self.lines[end]) >= STEP or not self.lines[end].strip()):
            last = end if self.lines[end].strip() else last
            end += 1
        code = [_dedent(line, STEP) for line in self.lines[self.at : last + 1]]
        self.aside(self.hooks.code("\n".join(code), ""))
        self.at = last + 1
        return True

    def fence(self, line: str) -> bool:
        fence = _FENCE.fullmatch(line)
        if not fence:
            return False
        end = self.at + 1
        while end < len(self.lines) and not _closes(self.lines[end], fence["mark"]):
            end += 1
        code = [_dedent(line, len(fence["indent"])) for line in self.lines[self.at + 1 : end]]
        language = _LANGUAGE.match(fence["info"])
        self.aside(self.hooks.code("\n".join(code), language["name"] if language else ""))
        self.at = end + 1
        return True

    def directive(self, line: str) -> bool:
        directive = DIRECTIVE.fullmatch(line)
        if not directive:
            return False
        self.aside(self.hooks.directive(directive, self.number + self.at))
        self.at += 1
        return True

    def html(self, line: str) -> bool:
        found, tag = _HTML.match(line), tag_name(line.lstrip())
        comment = _COMMENT.match(line) and self.at <= self.last_end("-->")
        if not (found or comment or (tag in _MARKUP and _LONE_TAG.fullmatch(line))):
            return False
        closing = "-->" if comment else f"</{tag}>" if tag in _WHOLE_TAGS else ""
        if tag != "pre" and self.at > self.last_end(closing):
            closing = ""
        end = self.at
        while end < len(self.lines) and (closing or self.lines[end].strip()):
            end += 1
            if closing and closing in self.lines[end - 1].lower():
                break
        block = "\n".join(self.lines[self.at : end])
        self.aside(self.hooks.block(f"{block}{closing}" if closing not in block.lower() else block))
        self.at = end
        return True

    def last_end(self, mark: str) -> int:
        if mark not in self.last_ends:
            numbers = (number for number, line in enumerate(self.lines) if mark in line.lower())
            self.last_ends[mark] = max(numbers, default=-1)
        return self.last_ends[mark]

    def heading(self, line: str) -> bool:
        heading = _HEADING.fullmatch(line)
        if not heading:
            return False
        text = _CLOSING.sub("", heading["text"] or "").strip()
        text = f"{text[:-1]}\\#" if text.endswith("#") and not text.endswith("\\#") else text
        self.at += 1
        if self.at < len(self.lines) and _KRAMDOWN_ATTRIBUTES.fullmatch(self.lines[self.at]):
            text = f"{text} {self.lines[self.at].strip()}"
            self.at += 1
        self.write("heading", [f"{heading['level']} {text}", ""])
        return True

    def rule(self, line: str) -> bool:
        if not _BREAK.fullmatch(line):
            return False
        self.write("rule", ["* * *", ""])
        self.at += 1
        return True

    def quote(self, line: str) -> bool:
        if not _QUOTE.match(line) or self.depth >= DEEPEST:
            return False
        begin, content = self.at, _Content()
        while self.at < len(self.lines):
            line = self.lines[self.at].expandtabs(STEP)
            mark = _QUOTE.match(line)
            if not mark and not self.lazy(content, line):
                break
            content.add(_quoted(self.lines[self.at]) if mark else line)
            self.at += 1
        inner = _Container(content.lines, self.hooks, self.number + begin, self.depth + 1).rewrite()
        self.write("quote", [f"> {line}" if line else ">" for line in inner])
        return True

    def item(self, line: str) -> bool:
        item = _ITEM.match(line)
        if not item or self.depth >= DEEPEST:
            return False
        gap = len(item["gap"])
        offset = item.end("marker") + (gap if 1 <= gap <= STEP and item.end() < len(line) else 1)
        body = self.body(line[offset:], offset, tight=True)
        if _KRAMDOWN_TOC.fullmatch(body[-1]) and len(body) > 1:
            self.write("text", ["[TOC]", ""])
            return True
        kind = item["marker"][-1]
        ordered = kind in ".)"
        if self.last in _MARKERS - {kind} and ordered == (self.last in ".)"):
            self.aside("")  # another marker begins another list
        marker = f"{item['marker'][:-1]}." if ordered else kind
        beside = self.last == kind and not self.loose
        nested = self.tight and self.last == "text" and "" not in self.out
        self.write(kind, _hung(f"{marker} ".ljust(STEP), body), joined=beside or nested)
        self.loose = "" in body
        return True

    def note(self, line: str) -> bool:
        """The text of a footnote."""
        note = _NOTE.match(line)
        if not note or self.depth >= DEEPEST:
            return False
        self.write("note", _hung(f"{note['marker']} ", self.body(line[note.end() :], STEP, tight=False)))
        return True

    def meaning(self, line: str) -> bool:
        """What a term means, under it."""
        meaning = _MEANING.match(line)
        if not meaning or self.last not in ("text", "meaning") or self.depth >= DEEPEST:
            return False
        loose = bool(self.out) and not self.out[-1]
        body = self.body(line[meaning.end() :], min(meaning.end(), STEP), tight=False)
        self.write("meaning", _hung(":   ", body), joined=not loose)
        return True

    def admonition(self, line: str) -> bool:
        """A box of MkDocs: its first line, and what is indented below it."""
        end = self.at + 1
        while end < len(self.lines) and not self.lines[end].strip():
            end += 1
        inside = end < len(self.lines) and _indent(self.lines[end]) >= STEP
        if not inside or not _ADMONITION.fullmatch(line) or self.depth >= DEEPEST:
            return False
        self.write("admonition", [line.strip(), *_hung(" " * STEP, self.body("", STEP, tight=False))])
        return True

    def body(self, begin: str, offset: int, *, tight: bool) -> list[str]:
        """What the item says that begins on this line, rewritten; ``offset`` is the column of its text."""
        number, content = self.number + self.at, _Content()
        content.add(begin)
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            outside = _indent(line) < offset
            if line.strip() and (content.void or (outside and not self.lazy(content, line))):
                break
            content.add(line if outside else _dedent(line, offset))
            self.at += 1
        while len(content.lines) > 1 and not content.lines[-1].strip():
            content.lines.pop()
            self.at -= 1
        inner = _Container(content.lines, self.hooks, number, self.depth + 1, tight)
        body = inner.rewrite()
        if not inner.kinds or inner.kinds[0] in ("quote", "table", "underlined"):
            body = [self.hooks.keep(""), "", *body]  # or Python-Markdown reads only the first line as such
        return body

    def table(self, line: str) -> bool:
        if not self.begins_table(self.at):
            return False
        rows = [line.strip()]
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at].strip():
            line = self.lines[self.at].expandtabs(STEP)
            if len(rows) > 1 and self.interrupts(line):
                break
            rows.append(line.strip())
            self.at += 1
        rows = [f"|{_unframed(row)}|" for row in rows]
        self.write("table", [_SPAN.sub(lambda span: span[0].replace("\\|", "|"), row) for row in rows] + [""])
        return True

    def begins_table(self, at: int) -> bool:
        if at + 1 >= len(self.lines) or "|" not in self.lines[at] + self.lines[at + 1]:
            return False
        rule = self.lines[at + 1].strip()
        return bool(_RULE.fullmatch(rule)) and _columns(self.lines[at].strip()) == _columns(rule)

    def paragraph(self) -> None:
        lines: list[str] = []
        while self.at < len(self.lines) and self.lines[self.at].strip():
            line = self.lines[self.at].expandtabs(STEP)
            underline = _UNDERLINE.fullmatch(line)
            if lines and underline:
                self.write("underlined", [" ".join(line.strip() for line in lines), underline["mark"][0] * 3, ""])
                self.at += 1
                return
            if lines and (self.interrupts(line) or self.begins_table(self.at) or _MEANING.match(line)):
                break
            lines.append(_plain(line))
            self.at += 1
        self.write("text", [*map(_break, lines[:-1]), lines[-1]])

    def interrupts(self, line: str) -> bool:
        """Whether the line ends a paragraph above it."""
        item = _ITEM.match(line)
        nestable = self.depth < DEEPEST
        if nestable and item and item.end() < len(line) and item["marker"] in _INTERRUPTING:
            return True
        openings = (_HTML, _COMMENT, *((_QUOTE, _NOTE) if nestable else ()))
        return any(pattern.fullmatch(line) for pattern in (_FENCE, _HEADING, _BREAK, DIRECTIVE)) or any(
            pattern.match(line) for pattern in openings
        )

    def lazy(self, content: _Content, line: str) -> bool:
        """Whether the line goes on with the paragraph that ends ``content``, though it is not marked as its part."""
        line = line.expandtabs(STEP)
        return (
            content.ends_in_text
            and bool(line.strip())
            and not (_ITEM.match(line) or _MEANING.match(line) or self.interrupts(line))
        )


@dataclass
class _Content:
    """The lines of a quote or an item as they are gathered."""

    lines: list[str] = field(default_factory=list)
    fence: str = ""

    def add(self, line: str) -> None:
        self.lines.append(line)
        if self.fence:
            if _closes(line, self.fence):
                self.fence = ""
        elif fence := _FENCE.fullmatch(line):
            self.fence = fence["mark"]

    @property
    def ends_in_text(self) -> bool:
        """Whether a paragraph may go on after the last line."""
        last = self.lines[-1] if self.lines else ""
        ended = any(pattern.fullmatch(last) for pattern in (_FENCE, _HEADING, _BREAK))
        return bool(last.strip()) and not self.fence and not ended

    @property
    def void(self) -> bool:
        """Whether there is nothing yet, and an empty line after it."""
        return len(self.lines) > 1 and not any(line.strip() for line in self.lines)


def _indent(line: str) -> int:
    line = line.expandtabs(STEP)
    return len(line) - len(line.lstrip(" "))


def _dedent(line: str, columns: int) -> str:
    """The line without its first columns of white space; the rest of a tab that is cut becomes blanks."""
    column = index = 0
    while column < columns and index < len(line) and line[index] in " \t":
        column += STEP - column % STEP if line[index] == "\t" else 1
        index += 1
    return " " * (column - columns) + line[index:]


def _quoted(line: str) -> str:
    """The line after its mark and one column of white space; code in it keeps its tabs."""
    text = line.partition(">")[2]
    return f"  {text[1:]}" if text.startswith("\t") else text.removeprefix(" ")


def _closes(line: str, mark: str) -> bool:
    line = line.strip() if _indent(line) < STEP else ""
    return len(line) >= len(mark) and line == mark[0] * len(line)


def _columns(row: str) -> int:
    return len(_BAR.split(_unframed(row)))


def _unframed(row: str) -> str:
    row = row.removeprefix("|")
    return row if row.endswith("\\|") else row.removesuffix("|")


def _plain(line: str) -> str:
    """A line of a paragraph, so that it is taken for nothing else."""
    line = _DEFINITION.sub(lambda label: label[0].replace("`", ""), line.lstrip())
    misread = _MISREAD.match(line)
    return f"{line[: misread.end()]}\\{line[misread.end() :]}" if misread else line


def _break(line: str) -> str:
    """A backslash at the end of a line breaks it."""
    cut = len(line) - len(line.rstrip("\\"))
    return f"{line[:-1]}  " if cut % 2 else line


def _hung(marker: str, body: list[str]) -> list[str]:
    """An item: its marker before the first line, the others under its text."""
    while len(body) > 1 and not body[0]:
        body = body[1:]
    return [f"{marker}{body[0]}" if body else marker, *(f"{' ' * STEP}{line}" if line else "" for line in body[1:])]

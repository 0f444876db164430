"""Words that are out: the table in the guide “How we write” is the one list, and no text of the site uses them.

The test reads templates, guides, articles, content files and the messages in Python. It skips code, URLs, keys and
quotations.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGE = ROOT / "fwsite"
GUIDES = PACKAGE / "blueprints" / "docs" / "guides"
ARTICLES = PACKAGE / "content" / "articles"

_BLOCK_CODE = re.compile(r"^```.*?^```|^    .*?$", re.S | re.M)
_INLINE_CODE = re.compile(r"`[^`\n]*`|<code>.*?</code>", re.S)
_URL = re.compile(r"(?:https?|mailto):[^\s)>\"]+|\]\([^)\s]*\)")
_QUOTED = re.compile(r"“[^”]*”|^>.*?$", re.M)
_TOML_NOT_OURS = re.compile(r'^\s*#.*?$|\b(?:words|key|url|title|file|archive) = "(?:[^"\\\n]|\\.)*"|[\w.-]+ = ', re.M)
_COMMENT = re.compile(r"\{#.*?#\}", re.S)
_JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
_TAG = re.compile(r"<[^>]*>", re.S)
_SHOWN_ATTRIBUTE = re.compile(r'(?:aria-label|title|alt|placeholder|content)=("[^"]*")')
_STRING = re.compile(r'"[^"\n]*"')


@dataclass(frozen=True, slots=True)
class Word:
    """A phrase that is out, what to write instead, and longer phrases in which it is right."""

    out: str
    better: str
    fine: tuple[str, ...] = ()

    def found_in(self, text: str) -> Iterator[int]:
        """Where it begins, as whole words, whatever the case and the line breaks."""
        right = [span for phrase in self.fine for span in _spans(phrase, text)]
        for start, end in _spans(self.out, text):
            if not any(first <= start and end <= last for first, last in right):
                yield start


def _spans(phrase: str, text: str) -> Iterator[tuple[int, int]]:
    pattern = r"\s+".join(re.escape(word) for word in phrase.split())
    yield from (match.span() for match in re.finditer(rf"(?<![\w-]){pattern}(?![\w-])", text, re.I))


def words_of(guide: str) -> list[Word]:
    """The rows of the guide's table: phrases in backticks, what is better, and where they are fine."""
    _, _, section = guide.partition("## Words that are out\n")
    rows = re.findall(r"^\| (`.+?) \| (.+?) \| (.*?) ?\|$", section.partition("\n## ")[0], re.M)
    return [
        Word(out, better, tuple(re.findall("`([^`]+)`", fine)))
        for phrases, better, fine in rows
        for out in re.findall("`([^`]+)`", phrases)
    ]


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """The text with spaces for what matches, so that lines and places stay."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def prose_of_markdown(text: str) -> str:
    for pattern in (_BLOCK_CODE, _INLINE_CODE, _URL, _QUOTED):
        text = _blank(pattern, text)
    return text


def prose_of_toml(text: str) -> str:
    for pattern in (_TOML_NOT_OURS, _INLINE_CODE, _URL, _QUOTED):
        text = _blank(pattern, text)
    return text


def prose_of_template(text: str) -> str:
    """What readers get: text, attributes that are read out, and the strings that macros are given."""

    def kept(match: re.Match[str], strings: re.Pattern[str]) -> str:
        shown = [found.span(found.re.groups) for found in strings.finditer(match[0]) if " " in found[0]]
        return "".join(
            character if character == "\n" or any(start <= at < end for start, end in shown) else " "
            for at, character in enumerate(match[0])
        )

    for pattern in (_COMMENT, _INLINE_CODE):
        text = _blank(pattern, text)
    text = _JINJA.sub(lambda match: kept(match, _STRING), text)
    return _TAG.sub(lambda match: kept(match, _SHOWN_ATTRIBUTE), text)


def strings_of_python(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string with a space in it that is not a docstring."""
    tree = ast.parse(text)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in bare
            and " " in node.value
        ):
            yield node.lineno, _blank(_INLINE_CODE, node.value)


def faults_in(texts: Iterable[tuple[int, str]], words: Iterable[Word], name: str) -> Iterator[str]:
    """``file:line`` with the word and the better one."""
    words = list(words)
    for first_line, text in texts:
        for word in words:
            for start in word.found_in(text):
                yield f"{name}:{first_line + text[:start].count(chr(10))}: “{word.out}”: write {word.better}"


def _texts(path: Path) -> Iterable[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    readers = {".md": prose_of_markdown, ".toml": prose_of_toml, ".html": prose_of_template}
    return strings_of_python(text) if path.suffix == ".py" else [(1, readers[path.suffix](text))]


WORDS = words_of((GUIDES / "style.md").read_text(encoding="utf-8"))
FILES = sorted(
    {
        *GUIDES.glob("*.md"),
        *ARTICLES.glob("*.md"),
        *(PACKAGE / "content").glob("*.toml"),
        *PACKAGE.rglob("*.py"),
        *(path for path in PACKAGE.rglob("*.html") if "measure" not in path.parts),
    }
)


def test_no_text_has_a_word_that_is_out() -> None:
    found = [fault for path in FILES for fault in faults_in(_texts(path), WORDS, str(path.relative_to(ROOT)))]
    assert not found, "\n" + "\n".join(found)


def test_the_table_is_read() -> None:
    assert len(WORDS) > 20
    assert {word.out for word in WORDS} >= {"for good", "stands"}
    assert all(word.better for word in WORDS)
    assert {path.suffix for path in FILES} == {".md", ".toml", ".py", ".html"}


SHORT = [Word("for good", "permanently"), Word("stands", "is", ("stands for",))]


@pytest.mark.parametrize(
    ("suffix", "text", "lines"),
    [
        (".md", "Gone\nFor\ngood.", [2]),
        (".md", "It stands for it.", []),
        (".md", "It stands for it, and stands there.", [1]),
        (".md", "outstands, for goodness, stands-by", []),
        (".md", "`it stands`, <https://example.org/stands>\n\n```\nit stands\n```\n\n> It stands\n\n“It stands”", []),
        (".toml", '# stands\nwords = "it stands"\nstands = "x"\nkey = "stands"\ntext = "it stands"', [5]),
        (".html", '{# stands #}\n<p class="stands" title="it stands">{{ stands }}</p>\n<code>stands</code>', [2]),
        (".html", '<p>\n{{ textarea("stands", "it stands") }} {% if stands %}stands{% endif %}</p>', [2, 2]),
        (".py", '"""It stands."""\n\nSAID = "it stands"\nKEY = "stands"\n', [3]),
        (".py", 'def f(a):\n    """It stands."""\n    return f"it stands {a}"\n', [3]),
    ],
)
def test_the_finder_names_line_and_better_word(tmp_path: Path, suffix: str, text: str, lines: list[int]) -> None:
    path = tmp_path / f"text{suffix}"
    path.write_text(text, encoding="utf-8")
    found = list(faults_in(_texts(path), SHORT, "text"))
    assert [int(fault.split(":")[1]) for fault in found] == lines
    assert all("write " in fault for fault in found)

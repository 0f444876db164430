"""Markdown as it is written in the wild, read as CommonMark reads it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fwsite.markup import parse
from fwsite.markup.commonmark import DEEPEST, Hooks, rewrite

SHAPES = frozenset("h1 h2 h3 h4 h5 h6 p ul ol li blockquote pre table tr th td hr dl dt dd del".split())


class Outline(HTMLParser):
    """A page as one line for each text: the elements around it, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.lines: list[str] = []
        self.text = ""

    def flush(self) -> None:
        text = self.text.strip("\n") if "pre" in self.stack else " ".join(self.text.split())
        if text:
            self.lines.append(" ".join([*(tag for tag in self.stack if tag != "p"), repr(text)]))
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SHAPES:
            self.flush()
            start = dict(attrs).get("start")
            self.stack.append(f"{tag}={start}" if start else tag)
        if tag == "hr":
            self.lines.append(self.stack.pop())

    def handle_endtag(self, tag: str) -> None:
        if tag in SHAPES:
            self.flush()
            while self.stack.pop().partition("=")[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data


def page(text: str) -> str:
    return parse(text).html(
        lambda directive: Markup("<p>{} {}</p>").format(directive.name, directive.line),
        lambda picture: Markup("<img>"),
    )


def outline(text: str) -> list[str]:
    reader = Outline()
    reader.feed(str(page(text)))
    reader.close()
    reader.flush()
    assert reader.stack == []
    return reader.lines


CASES = {
    "a list follows a paragraph at once": ("fruit:\n* apple\n* pear", ["'fruit:'", "ul li 'apple'", "ul li 'pear'"]),
    "a numbered list follows a paragraph at once": (
        "steps:\n1. go\n2. come",
        ["'steps:'", "ol li 'go'", "ol li 'come'"],
    ),
    "another number does not interrupt a paragraph": ("It was in\n1986. A year.", ["'It was in 1986. A year.'"]),
    "a list starts at any number": ("3. three\n4. four", ["ol=3 li 'three'", "ol=3 li 'four'"]),
    "numbers with a parenthesis": ("1) one\n2) two", ["ol li 'one'", "ol li 'two'"]),
    "two blanks nest": (
        "- a\n  - b\n    - c\n- d",
        ["ul li 'a'", "ul li ul li 'b'", "ul li ul li ul li 'c'", "ul li 'd'"],
    ),
    "three blanks nest under a number": ("1. a\n   - b\n2. c", ["ol li 'a'", "ol li ul li 'b'", "ol li 'c'"]),
    "four blanks nest": ("* a\n    * b\n* c", ["ul li 'a'", "ul li ul li 'b'", "ul li 'c'"]),
    "tabs nest": ("- a\n\t- b\n\t\t- c", ["ul li 'a'", "ul li ul li 'b'", "ul li ul li ul li 'c'"]),
    "one blank does not nest": ("- a\n - b", ["ul li 'a'", "ul li 'b'"]),
    "wide gaps after the marker": ("-   a\n\n    more\n-   b", ["ul li 'a'", "ul li 'more'", "ul li 'b'"]),
    "an item of several paragraphs": ("1. a\n\n   more\n2. b", ["ol li 'a'", "ol li 'more'", "ol li 'b'"]),
    "an item goes on without indentation": ("- a\nand on\n- b", ["ul li 'a and on'", "ul li 'b'"]),
    "an empty item": ("- a\n-\n- c", ["ul li 'a'", "ul li 'c'"]),
    "a marker with its text below": ("-\n  a\n- b", ["ul li 'a'", "ul li 'b'"]),
    "another bullet begins another list": ("- a\n\n* b", ["ul li 'a'", "ul li 'b'"]),
    "a numbered list after bullets": ("- a\n\n1. b", ["ul li 'a'", "ol li 'b'"]),
    "a paragraph after a list": ("- a\n\nend", ["ul li 'a'", "'end'"]),
    "a list in a list item at once": ("- - a\n  - b", ["ul li ul li 'a'", "ul li ul li 'b'"]),
    "a table follows a paragraph": (
        "see\na | b\n--|--\n1 | 2",
        ["'see'", "table tr th 'a'", "table tr th 'b'", "table tr td '1'", "table tr td '2'"],
    ),
    "a table in a list item": (
        "- a\n\n  | b |\n  |---|\n  | c |",
        ["ul li 'a'", "ul li table tr th 'b'", "ul li table tr td 'c'"],
    ),
    "a paragraph after a table's empty line": ("|a|\n|-|\n|b|\n\nend", ["table tr th 'a'", "table tr td 'b'", "'end'"]),
    "a list ends a table": ("|a|\n|-|\n- b", ["table tr th 'a'", "ul li 'b'"]),
    "an escaped bar in a cell of code": ("| a |\n|---|\n| `x \\| y` |", ["table tr th 'a'", "table tr td 'x | y'"]),
    "a table of one column": ("> |a|\n> |-|\n> b", ["blockquote table tr th 'a'", "blockquote table tr td 'b'"]),
    "a table with bars around some rows": (
        "a | b\n|-|-|\nc | d|",
        ["table tr th 'a'", "table tr th 'b'", "table tr td 'c'", "table tr td 'd'"],
    ),
    "a quote begins an item": ("- > a\n  > b", ["ul li blockquote 'a b'"]),
    "an underlined heading in an item": ("- a\n  ---\n- b", ["ul li h2 'a'", "ul li 'b'"]),
    "a table begins an item": ("- |a|\n  |-|\n  |b|", ["ul li table tr th 'a'", "ul li table tr td 'b'"]),
    "rows of text without a rule": ("a | b\nc | d", ["'a | b c | d'"]),
    "a quote follows a paragraph": ("He said\n> yes\nand no\n\nend", ["'He said'", "blockquote 'yes and no'", "'end'"]),
    "two quotes": ("> a\n\n> b", ["blockquote 'a'", "blockquote 'b'"]),
    "a list in a quote": (
        "> so:\n> - a\n>   - b",
        ["blockquote 'so:'", "blockquote ul li 'a'", "blockquote ul li ul li 'b'"],
    ),
    "a quote in a list": ("- a\n  > b", ["ul li 'a'", "ul li blockquote 'b'"]),
    "code in a list": ("1. a\n   ```js\n   b\n   ```\n2. c", ["ol li 'a'", "ol li pre 'b'", "ol li 'c'"]),
    "code in a quote": ("> ```\n> a\n>\n>  b\n> ```", ["blockquote pre 'a\\n\\n b'"]),
    "code after a paragraph": ("a\n```\nb\n```\nc", ["'a'", "pre 'b'", "'c'"]),
    "code with more in its first line": ('``` js {1,3} title="x"\na\n```', ["pre 'a'"]),
    "code that is not closed": ("~~~\na\n\n- b", ["pre 'a\\n\\n- b'"]),
    "a fence in a longer fence": ("````\n```\na\n```\n````", ["pre '```\\na\\n```'"]),
    "an indented fence": ("  ```\n  a\n    b\n  ```", ["pre 'a\\n  b'"]),
    "indented code": ("a\n\n    b\n\n\n      c\n\nd", ["'a'", "pre 'b\\n\\n\\n  c'", "'d'"]),
    "headings without empty lines": ("## a\ntext\n## b ##\n- c", ["h2 'a'", "'text'", "h2 'b'", "ul li 'c'"]),
    "a heading that ends in a hash": ("## C#", ["h2 'C#'"]),
    "a hash without a blank": ("#hash and\n#tag", ["'#hash and #tag'"]),
    "an underlined heading of two lines": ("a\nb\n---\nc", ["h2 'a b'", "'c'"]),
    "a rule between paragraphs": ("a\n***\nb", ["'a'", "hr", "'b'"]),
    "the first level moves down": ("# a\n## b", ["h2 'a'", "h3 'b'"]),
    "struck-out text": ("a ~~b~~", ["del 'b'"]),
    "a backslash breaks a line": ("a\\\nb", ["'a b'"]),
    "Markdown between tags": ("<details>\n<summary>s</summary>\n\n- a\n\n</details>", ["'s'", "ul li 'a'"]),
    "a list in a pre stays": ("<pre>\n- a\n\n- b\n</pre>", ["pre '- a\\n\\n- b'"]),
    "words in angle brackets that are no tag": ("Map<String, List> it", ["'Map<String, List> it'"]),
    "words in braces": ("## use {braces}", ["h2 'use {braces}'"]),
    "a definition": ("term\n: meaning", ["dl dt 'term'", "dl dd 'meaning'"]),
    "old and foreign line ends": ("a\r\n- b\r- c", ["'a'", "ul li 'b'", "ul li 'c'"]),
}


@pytest.mark.parametrize("case", CASES)
def test_reads_as_commonmark_does(case: str) -> None:
    text, expected = CASES[case]
    lines = outline(text)
    if case == "struck-out text":
        lines = [line for line in lines if line.startswith("del")]
    assert lines == expected


def test_separate_lists_and_quotes_stay_separate() -> None:
    assert page("- a\n\n* b").count("<ul>") == 2
    assert page("> a\n\n> b").count("<blockquote>") == 2
    assert page("1. a\n\n1) b").count("<ol>") == 2


def test_a_tight_list_has_no_paragraphs_in_its_items() -> None:
    assert "<p>" not in page("- a\n  - b\n- c")


def test_a_footnote_holds_a_list_and_may_begin_on_the_next_line() -> None:
    html = page("a[^1] b[^2]\n\n[^1]:\n    one\n    - x\n[^2]: two")
    notes = html[html.index("footnote") :]
    assert re.search(r"one.*<ul>\s*<li>x", notes, re.DOTALL)
    assert "two" in notes


@pytest.mark.parametrize("reference", ["[`a<b>`][]", "[`a<b>`]", "[see][`a<b>`]"])
def test_a_reference_may_have_code_in_its_label(reference: str) -> None:
    assert 'href="/x"' in page(f"{reference} it\n\n[`a<b>`]: /x")


def test_only_a_definition_loses_the_code_of_its_label() -> None:
    assert "<code>a</code>" in page("see [`a`]: it")


def test_any_punctuation_can_be_escaped() -> None:
    assert outline(r"\<b> \~~a~~ \"x\"") == ["'<b> ~~a~~ \"x\"'"]


def test_deep_nesting_is_read_as_text_from_some_depth_on() -> None:
    assert page(">" * 1000 + " a").count("<blockquote>") == DEEPEST
    assert page("- " * 1000 + "a").count("<ul>") == DEEPEST


class Aside:
    """Hooks that keep what is put aside."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.codes: list[str] = []
        self.hooks = Hooks(self.keep, self.code, lambda match, line: f"{match[0]}@{line}")

    def keep(self, html: str) -> str:
        self.kept.append(html)
        return f"kept{len(self.kept) - 1}"

    def code(self, code: str, language: str) -> str:
        self.codes.append(code)
        return f"code:{code}"


words = st.text("abc xyz.,é漢", min_size=1).map(str.strip).filter(lambda text: text[:1].isalpha())
code_lines = st.text("ab \t*->|#1.é`", max_size=12).filter(lambda line: "```" not in line)
fences = st.lists(code_lines, min_size=1, max_size=6)
paragraphs = st.lists(words, min_size=1, max_size=3)
tables = st.lists(words, min_size=1, max_size=3).map(lambda cells: ["|h|", "|-|", *(f"|{cell}|" for cell in cells)])
markers = st.sampled_from(["- ", "* ", "+ ", "1. ", "1) ", "-   "])


def nested(children: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    def hang(marker: str, items: list[list[str]]) -> list[str]:
        pad = " " * len(marker)
        return [
            f"{marker if number == 0 else pad}{line}" if line else ""
            for item in items
            for number, line in enumerate(item)
        ]

    lists = st.builds(
        hang, markers, st.lists(st.builds(lambda a, b: a + b, paragraphs, children), min_size=1, max_size=3)
    )
    quotes = children.map(lambda lines: [f"> {line}" for line in lines])
    return (
        lists
        | quotes
        | st.lists(children, min_size=2, max_size=3).map(lambda blocks: [line for block in blocks for line in block])
    )


texts = st.recursive(paragraphs | tables, nested, max_leaves=8)


@given(texts)
def test_the_words_of_every_line_survive_in_their_order(lines: list[str]) -> None:
    def said(text: str) -> list[str]:
        return re.findall(r"[a-zé漢]+", text)

    shown = " ".join(eval(line[line.index("'") :]) for line in outline("\n".join(lines)))
    assert said(shown) == said("\n".join(lines))


@given(fences, paragraphs)
def test_code_comes_through_unchanged_byte_for_byte(code: list[str], around: list[str]) -> None:
    aside = Aside()
    rewrite([*around, "```", *code, "```", *around], aside.hooks)
    assert aside.codes == ["\n".join(code)]


@given(fences, st.sampled_from(["- ", "> ", "1. - ", "> - "]), paragraphs)
def test_code_in_a_container_loses_the_indentation_of_the_container_only(
    code: list[str], container: str, around: list[str]
) -> None:
    code = [line.replace("\t", " ") for line in code]
    inside = container if container == "> " else ("> " + " " * 2 if ">" in container else " " * len(container))
    aside = Aside()
    rewrite([f"{container}text", *(f"{inside}{line}" for line in ("```", *code, "```")), "", *around], aside.hooks)
    assert aside.codes == ["\n".join(code)]


@given(texts)
def test_what_was_rewritten_reads_the_same_again(lines: list[str]) -> None:
    once = rewrite(lines, Aside().hooks)
    text = "\n".join(once)
    if "kept" not in text:
        assert outline(text) == outline("\n".join(lines))


def test_tabs_in_code_stay_tabs() -> None:
    assert "<code>\tx\ty\n</code>" in re.sub(r"</?span[^>]*>", "", page("```\n\tx\ty\n```"))
    aside = Aside()
    rewrite(["- a", "  ```", "\tb\tc", "  ```"], aside.hooks)
    rewrite(["> ```", "> \tb\tc", ">\td", "> ```"], aside.hooks)
    assert aside.codes == ["  b\tc", "\tb\tc\n  d"]


def test_a_directive_is_told_its_line_in_any_container() -> None:
    aside = Aside()
    rewrite(["a", "::b[c]", "- x", "", "  ::b[c]", "> > ::b[c]", "```", "::b[c]", "```"], aside.hooks)
    assert [kept for kept in aside.kept if kept.startswith("::")] == ["::b[c]@1", "::b[c]@4", "::b[c]@5"]

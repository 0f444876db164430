"""Plain text of HTML and of lines of Markdown, and where its sections begin."""

from __future__ import annotations

import pytest

from fwsite.extend import parse, plain_line, plain_text


def test_has_the_words_and_where_each_section_begins() -> None:
    document = parse("Before <it>\n\n## The *first* & “more”\n\nText of it.\n\n### Deeper {#own}\n\n- a\n- b\n")
    html = "".join(str(piece) for piece in document.pieces)
    text, anchors = plain_text(html, "Said before.")
    assert text == "Said before. Before <it> The first & “more” Text of it. Deeper a b"
    assert [(text[offset:].split()[0], anchor) for offset, anchor in anchors] == [
        ("The", "the-first--more"),
        ("Deeper", "own"),
    ]


def test_of_nothing_is_nothing() -> None:
    assert plain_text("") == ("", ())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Nothing but words, and a dot.", "Nothing but words, and a dot."),
        ("`fetch_related()` is *not* **needed**", "fetch_related() is not needed"),
        ("See [the docs](https://example.org/)", "See the docs"),
        ("a &amp; b < c", "a & b < c"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_a_line_of_markdown_loses_its_marks(line: str, words: str) -> None:
    assert plain_line(line) == words

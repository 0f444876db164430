"""What people write is shown as they wrote it: nothing disappears, and nothing is taken for what it is not."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fwsite.markup import Directive, inline, parse


def page(text: str) -> str:
    return str(
        parse(text).html(
            lambda directive: Markup("<p>::{}[{}]</p>").format(directive.name, directive.text),
            lambda picture: Markup('<img src="{}" alt="{}" width="{}">').format(
                picture.src, picture.alt, picture.width
            ),
        )
    )


def shown(text: str) -> str:
    """What a reader sees, in one line."""
    return _seen(page(text))


def _seen(made: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", made)).split())


class TestFieldsOfOneLine:
    @pytest.mark.parametrize(
        "text",
        [
            ">90 % of packages",
            "# of queries is low",
            "- 5 % memory",
            "+ 5 % memory",
            "* 5 stars",
            "1. It starts fast",
            "2) It starts late",
            "#1 in the survey",
            "---",
            "***",
            "===",
            "    indented",
            "::note[x]",
            "| a | b |",
            "```",
            "[a]: https://example.org",
            "[^1]: a note",
            ": a meaning",
            "!!! note",
            "Map<String, List> keys",
            "List<int> and <path> and <title>",
            "![a](b.png) c",
            "<b>bold</b>",
            "a <!-- b",
            "{% raw %}",
            "a | b",
        ],
    )
    def test_are_shown_as_typed(self, text: str) -> None:
        for links in (True, False):
            made = str(inline(text, links=links))
            assert html.unescape(made) == " ".join(text.split())

    def test_have_emphasis_code_and_links(self) -> None:
        assert inline('*a* **b** `c -- d` [e](/f) -- "g"') == (
            '<em>a</em> <strong>b</strong> <code>c -- d</code> <a href="/f">e</a> – “g”'
        )
        assert inline("[e](/f)", links=False) == "e"

    def test_lines_become_one(self) -> None:
        assert inline("# a\n\n- b  \nc") == "# a - b c"


class TestAngleBrackets:
    @pytest.mark.parametrize(
        "word", "path int set min list text filter map title textarea iframe xmp noembed noframes plaintext".split()
    )
    @pytest.mark.parametrize(
        "frame", ["Run it with <{}> and *wait*.", "Set </{}> *up*.", "- <{}> *x*", "|<{}>|\n|-|\n|*x*|"]
    )
    def test_a_word_that_is_no_markup_is_shown_and_so_is_what_follows(self, word: str, frame: str) -> None:
        text = frame.format(word)
        assert f"<{word}>" in shown(text) or f"</{word}>" in shown(text)
        assert "<em>" in page(text)
        assert shown(f"{text}\n\nMore *x*").endswith("More x")

    @pytest.mark.parametrize("word", ["script", "style", "noscript", "video", "object", "svg", "math", "select"])
    def test_even_one_that_would_hide_what_follows(self, word: str) -> None:
        assert shown(f"one <{word}> two") == f"one <{word}> two"
        assert shown(f"one\n\n<{word}>\nx\n</{word}>\n\ntwo").endswith("two")

    def test_a_picture_in_a_noscript_shows(self) -> None:
        assert page('<noscript>\n<img src="/a.png" alt="b">\n</noscript>').count("<img") == 1
        assert page('x <noscript><img src="/a.png" alt="b"></noscript>').count("<img") == 1

    @pytest.mark.parametrize(
        "text",
        [
            "Map<String, List> keys",
            "a < b and c > d",
            "x <a or b> y",
            "if a<b: c>d",
            "<3",
            "a <!-- b",
            "1 << 2 >> 3",
            "<>",
            "</>",
        ],
    )
    def test_no_tag_at_all(self, text: str) -> None:
        assert shown(text) == text.replace("--", "--")

    def test_what_only_says_how_it_looks_is_left_out(self) -> None:
        assert shown("<center>a</center> <font color=red>b</font> <picture><img src=/c.png></picture>") == "a b"
        assert page("<main>\n\n# a\n\n</main>").strip() == '<h2 id="a">a</h2>'
        assert shown("the `main` and the <main> element") == "the main and the <main> element"

    @pytest.mark.parametrize("text", ["text {:/comment}", "The set is\n{ red, green }", "{% endhighlight %}", "{ a }"])
    def test_words_in_braces(self, text: str) -> None:
        assert shown(text) == " ".join(text.split())

    def test_templates_of_other_programs(self) -> None:
        text = '{{< figure src="cat.png" >}} {% include "x--y" %} {{ site.url }}'
        assert shown(text) == text


class TestReferences:
    def test_two_beside_each_other_are_two(self) -> None:
        made = page("[Nadia] [Ding Fei]\n\n[Nadia]: /n\n[Ding Fei]: /d")
        assert made == '<p><a href="/n">Nadia</a> <a href="/d">Ding Fei</a></p>'

    def test_the_first_definition_counts(self) -> None:
        assert 'href="/1"' in page("[a]\n\n[a]: /1\n[a]: /2")
        assert "one" in shown("a[^n]\n\n[^n]: one\n[^n]: two")
        assert "two" not in shown("a[^n]\n\n[^n]: one\n[^n]: two")

    @pytest.mark.parametrize("label", ["[x ]", "[ x]", "[X]", "[t][x ]", "[x][]", "![t][x ]"])
    def test_blanks_and_case_do_not_tell_labels_apart(self, label: str) -> None:
        assert "/y" in page(f"{label} z\n\n[x]: /y")

    def test_entities_in_an_address_are_read_once(self) -> None:
        assert page("[a](/b?c=1&amp;d=&amp;lt;e)") == '<p><a href="/b?c=1&amp;d=&amp;lt;e">a</a></p>'
        assert page('[a](/b?c=1&d=2 "x &quot; y")') == '<p><a href="/b?c=1&amp;d=2" title="x &quot; y">a</a></p>'

    def test_a_blank_in_an_address_makes_it_none(self) -> None:
        assert shown("[a](b c) d") == "[a](b c) d"
        assert page("[a](<b c>) [d](/e_(f)?g=h(i(j))) [k](/l 'm')").count("<a ") == 3


class TestTypography:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('<code>tool --help "x"</code>', 'tool --help "x"'),
            ("<kbd>Ctrl -- C</kbd>", "Ctrl -- C"),
            ("<samp>it's ...</samp>", "it's ..."),
            ("<kbd>*a* -- b</kbd> c -- d", "a -- b c – d"),
            ("https://example.org/a--b", "https://example.org/a--b"),
            ("<https://example.org/a--b>", "https://example.org/a--b"),
            ('a "b" -- c ... it\'s', "a “b” – c … it’s"),
        ],
    )
    def test_stays_out_of_what_is_read_letter_by_letter(self, text: str, expected: str) -> None:
        assert shown(text) == expected

    def test_code_keeps_its_blanks_and_joins_its_lines(self) -> None:
        assert page("`a\nb` `` ` `` ` c`") == "<p><code>a b</code> <code>`</code> <code> c</code></p>"
        assert "<code>cargo new</code>" in page("- `cargo\n    new`")


class TestBlocks:
    def test_a_meaning_of_several_paragraphs(self) -> None:
        made = page("term\n: one\n\n    two\n\n    - a\n    - b\n\n    ```\n    code\n    ```\n\nother\n: x\n: y")
        assert [made.count(tag) for tag in ("<dl>", "<dt>", "<dd>", "<p>", "<ul>", "<pre")] == [1, 2, 3, 2, 1, 1]

    def test_a_directive_has_links_in_it(self) -> None:
        pieces = parse("::note[See [docs](https://example.org), `x`]").pieces
        assert pieces == (Directive("note", "See [docs](https://example.org), `x`", 1),)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("## Use { #use }", '<h2 id="use">Use</h2>'),
            ("## Use {#use}", '<h2 id="use">Use</h2>'),
            ("## Use {: #use .x }", '<h2 id="use">Use</h2>'),
            ("[l](/x){target=_blank} m", '<p><a href="/x">l</a> m</p>'),
            ("![a](/b.png){: width=300 .c}", '<img src="/b.png" alt="a" width="300">'),
            ("![a](/b.png){width=300px}", '<img src="/b.png" alt="a" width="300">'),
        ],
    )
    def test_attribute_lists(self, text: str, expected: str) -> None:
        assert page(text) == expected

    def test_boxes(self) -> None:
        alert = '<div class="admonition note">\n<p class="admonition-title">{}</p>\n<p>Hi <em>x</em></p>\n</div>'
        assert page("> [!NOTE]\n> Hi *x*") == alert.format("Note")
        assert page('!!! note "Read"\n    Hi *x*') == alert.format("Read")
        assert page("??? tip\n    a\n\n    - b") == (
            '<details class="tip">\n<summary>Tip</summary>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</details>'
        )

    @pytest.mark.parametrize("text", ["!!! note", "a\n!!! note\nb", "??? what", "> [x] a", "wow!!! note"])
    def test_no_boxes(self, text: str) -> None:
        assert shown(text) == " ".join(text.replace("> ", "").split())

    def test_tasks(self) -> None:
        assert shown("- [ ] a\n- [x] b\n- c") == "☐ a ☑ b c"
        assert "<input" not in page("- [ ] a")

    def test_addresses_are_links(self) -> None:
        made = page("www.example.org, (https://e.org/x_(y)). a@b.example <tel:+1> [t](tel:+2)")
        assert re.findall(r'href="([^"]*)"', made) == [
            "http://www.example.org",
            "https://e.org/x_(y)",
            "mailto:a@b.example",
            "tel:+1",
            "tel:+2",
        ]

    def test_footnotes_are_numbered_as_they_are_read(self) -> None:
        made = page("- a[^list]\n\n> b[^quote]\n\nc[^text] d[^list]\n\n[^text]: t\n[^quote]: q\n[^list]: l\n[^none]: n")
        assert re.findall(r'href="#fn:(\w+)">(\d)', made) == [
            ("list", "1"),
            ("quote", "2"),
            ("text", "3"),
            ("list", "1"),
        ]
        assert re.findall(r'<li id="fn:(\w+)"', made) == ["list", "quote", "text", "none"]

    def test_a_contents_list_in_the_text(self) -> None:
        for marker in ("[TOC]", "* TOC\n{:toc}", "1. x\n{:toc}"):
            assert '<a href="#b">b</a>' in page(f"{marker}\n\n## a\n\n### b")


class TestAnchors:
    def places(self, text: str) -> dict[str, str]:
        """Every id, and the heading that it leads to."""
        found = {}
        for heading in re.findall(r"<h\d.*?</h\d>", page(text)):
            for name in re.findall(r' id="([^"]*)"', heading):
                assert name not in found
                found[name] = _seen(heading)
        return found

    @pytest.mark.parametrize(
        ("heading", "github", "others"),
        [
            ("C++ & Go", "c--go", ["c-go"]),
            ("Über uns", "über-uns", ["uber-uns"]),
            ("Straße", "straße", ["strae"]),
            ("日本語", "日本語", ["_1"]),
            ("A -- B", "a----b", ["a--b", "a-b"]),
            ("हिन्दी काल", "हिन्दी-काल", ["हनद-कल"]),
            ("Don't *do* `it`", "dont-do-it", []),
            ("1. Start", "1-start", []),
            ("a_b", "a_b", []),
            ("Use <path>", "use-path", []),
            ("What's next?", "whats-next", ["what-s-next"]),
        ],
    )
    def test_are_as_github_makes_them_and_lead_there_from_other_spellings(
        self, heading: str, github: str, others: list[str]
    ) -> None:
        found = self.places(f"## {heading}")
        assert next(iter(found)) == github
        assert {github, *others} <= found.keys()

    def test_repeated_headings(self) -> None:
        assert list(self.places("## same\n## same\n## same")) == ["same", "same-1", "same_1", "same-2", "same_2"]

    def test_explicit_ones_come_first(self) -> None:
        found = self.places("## b\n## a {#b}")
        assert found["b"] == "a"
        assert found["b-1"] == "b"

    def test_the_page_has_ids_of_its_own(self) -> None:
        made = page('## main\n\n## x {#main}\n\n[y](#main)\n\n<a name="toc">z</a> <b id="errors">e</b>')
        ids = re.findall(r' id="([^"]*)"', made)
        assert not {"main", "toc", "errors"} & set(ids)
        assert len(ids) == len(set(ids))
        assert re.search(r'<h2 id="([^"]*)">(?:<span[^>]*></span>)*x', made)[1] in re.findall(r'href="#([^"]*)"', made)  # type: ignore[index]

    def test_named_anchors_stay(self) -> None:
        assert page('<a name="x">y</a> <a name="x">z</a>') == '<p><a id="x">y</a> <a>z</a></p>'

    def test_a_text_with_a_title_of_its_own_has_the_contents_of_the_rest(self) -> None:
        assert [item.text for item in parse("# T\n\n## a\n\n## b\n\n### c").contents] == ["a", "b"]
        assert [item.text for item in parse("# T\n\n## a\n\n# U").contents] == ["T", "U"]
        assert [item.text for item in parse("## a\n\n## b").contents] == ["a", "b"]


class TestRemarks:
    def test_name_line_and_piece(self) -> None:
        text = (
            "a <path> `<path>`\n```\n<path>\n{{ x }}\n```\n[a](#nope) [b](#here)\n\n## here\n\n<iframe src=/x></iframe>"
            "\n\n[r]: /a\n[r]: /b\n[r] c[^n] {% y %} [z](irc://q)\n\n[^n]: one\n[^n]: two"
        )
        assert [(remark.line, remark.piece) for remark in parse(text, 11).remarks] == [
            (11, "<path>"),
            (16, "#nope"),
            (20, "<iframe src=/x>"),
            (23, "[r]:"),
            (24, "irc:"),
            (24, "{% y %}"),
            (27, "[^n]:"),
        ]

    def test_what_is_left_out_is_only_noted(self) -> None:
        text = "<center>a</center> `<font>`\n\n<main>\nb\n</main>\n\nthe <nav> <font color=red>c</font>"
        assert [(remark.line, remark.piece, remark.is_note) for remark in parse(text).remarks] == [
            (1, "<center>", True),
            (3, "<main>", True),
            (7, "<font color=red>", True),
            (7, "<nav>", False),
        ]

    def test_there_are_none_where_all_is_well(self) -> None:
        assert parse("# a\n\n[b](#a) `<x>` <kbd>c</kbd> <br> https://e.org\n\n```\n<script>\n```").remarks == ()


# The law: every word of the source that is not markup is on the page, once, in order.

numbers = st.shared(st.integers(0, 10**6), key="first")


class Words:
    """Words that are each there once."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self) -> str:
        self.made.append(f"w{len(self.made)}x")
        return self.made[-1]


INLINE = [
    lambda w: w(),
    lambda w: f"*{w()}*",
    lambda w: f"**{w()} {w()}**",
    lambda w: f"~~{w()}~~",
    lambda w: f"`{w()}`",
    lambda w: f"`` {w()} ` {w()} ``",
    lambda w: f"[{w()}](/x)",
    lambda w: f"[{w()} *{w()}*](</x y> 'title')",
    lambda w: f"[{w()}][ref]",
    lambda w: f"[{w()}] [{w()}]",
    lambda w: f"<{w()}>",
    lambda w: f"Map<{w()}, {w()}>",
    lambda w: f"<kbd>{w()} -- {w()}</kbd>",
    lambda w: f"<title>{w()}</title>",
    lambda w: f"<b {w()} {w()}>",
    lambda w: f"<video src=/x>{w()}</video>",
    lambda w: f"https://example.org/{w()}",
    lambda w: f'"{w()}" -- {w()}...',
    lambda w: f"{{ {w()} }}",
    lambda w: f"{{% {w()} %}}",
    lambda w: f"\\<{w()}\\>",
    lambda w: f"&lt;{w()}&gt; &amp; {w()}",
    lambda w: f"# {w()}",
    lambda w: f"| {w()} |",
    lambda w: f"<!-- {w()}",
]
BLOCK = [
    lambda line, w: [line()],
    lambda line, w: [line(), line()],
    lambda line, w: [f"## {line()}"],
    lambda line, w: [line(), "==="],
    lambda line, w: [f"- {line()}", f"- {line()}", f"  - {line()}"],
    lambda line, w: [f"1. {line()}", "", f"   {line()}", f"2. [ ] {w()}"],
    lambda line, w: [f"> {line()}", ">", f"> {line()}"],
    lambda line, w: ["> [!NOTE] " + w(), f"> {line()}"],
    lambda line, w: [f'!!! note "{w()}"', f"    {line()}", "", f"    - {line()}"],
    lambda line, w: [w(), f": {line()}", "", f"    {line()}"],
    lambda line, w: ["```", w(), "", f"  {w()} <{w()}> ## {w()}", "```"],
    lambda line, w: [f"    {w()}"],
    lambda line, w: ["<div>", w(), "", line(), "", "</div>"],
    lambda line, w: ["<script>", w(), "</script>"],
    lambda line, w: ["<details>", f"<summary>{w()}</summary>", "", line(), "", "</details>"],
    lambda line, w: [f"<{w()}>", w()],
    lambda line, w: ["::note[" + w() + "]"],
    lambda line, w: [f"| {w()} | *{w()}* |", "|---|:-:|", f"| `{w()}` | <{w()}> |"],
    lambda line, w: [f"1986. {w()}", f"{w()}", "---", f"+ {w()}", f"  > {line()}"],
]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text of all that Markdown has, and its words in their order."""
    words = Words()

    def line() -> str:
        return " ".join(draw(st.sampled_from(INLINE))(words) for _ in range(draw(st.integers(1, 3))))

    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        lines += [*draw(st.sampled_from(BLOCK))(line, words), ""]
    return "\n".join([*lines, "", "end", "", "[ref]: /y"]), words.made


@given(texts())
def test_every_word_is_on_the_page_once_and_in_order(given: tuple[str, list[str]]) -> None:
    text, words = given
    assert re.findall(r"w\d+x", shown(text)) == words


@pytest.mark.parametrize(
    "unit", ["[", "![", "*a ", "<b ", "<!--", "[^a", "`a``", "**_", "](", "<a href='", "{{", "(", "~~a "]
)
def test_eight_thousand_signs_of_unbalanced_markup_take_half_a_second(unit: str) -> None:
    text = (unit * 8000)[:8000]
    begun = time.process_time()
    page(text)
    inline(text)
    assert time.process_time() - begun < 0.5

"""Markdown to safe HTML: what a text may hold, and what never comes out of it."""

from __future__ import annotations

import re
import secrets
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fwsite.markup import Directive, Picture, inline, parse
from tests.support.corpus import TEXTS


def page(text: str, first_line: int = 1) -> str:
    return str(
        parse(text, first_line).html(
            lambda directive: Markup("<i>{}|{}|{}</i>").format(directive.name, directive.text, directive.line),
            lambda picture: Markup('<img src="{}" alt="{}">').format(picture.src, picture.alt),
        )
    )


def directives(text: str, first_line: int = 1) -> list[Directive]:
    return [piece for piece in parse(text, first_line).pieces if isinstance(piece, Directive)]


def pictures(text: str) -> list[Picture]:
    return [piece for piece in parse(text).pieces if isinstance(piece, Picture)]


class Elements(HTMLParser):
    """Every element with its attributes, and the text outside of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [attributes for found, attributes in self.found if found == tag]


# Sanitising

FORBIDDEN = frozenset(
    "script style iframe svg math base form input button textarea select meta link object embed applet video audio "
    "source frame frameset noscript template portal dialog marquee title body html head".split()
)


def scheme(address: str) -> str:
    """As a browser finds it, which takes line ends and tabs out first."""
    match = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.sub(r"[\t\r\n]", "", address), re.IGNORECASE)
    return match[1].lower() if match else ""


ALLOWED = frozenset({"", "http", "https", "mailto", "tel"})
PAYLOADS = [
    '<a href="#" title="<pre><img src=x onerror=alert(1)>">x</a>',
    '<a href="#" title="<table><img src=x onerror=alert(1)>">x</a>',
    '<a href="#" title="<th><img src=x onerror=alert(1)>">x</a>',
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/a.js></sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "text <script>alert(1)</script> text",
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr = 'alert(1)'>",
    '<img/src="x"/onerror=alert(1)>',
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<p onclick=alert(1)>a</p>",
    "<b onmouseover=alert(1)>a</b>",
    "<details open ontoggle=alert(1)><summary>a</summary></details>",
    "<a href=javascript:alert(1)>a</a>",
    "<a href='  javascript:alert(1)'>a</a>",
    "<a href='java\tscript:alert(1)'>a</a>",
    "<div><a href='java\tscript:alert(1)'>a</a></div>",
    "<div><a href='java\nscript:alert(1)'>a</a></div>",
    "<div><a href='\x01javascript:alert(1)'>a</a></div>",
    "<a href='java&#10;script:alert(1)'>a</a>",
    "<a href='&#106;&#97;&#118;ascript:alert(1)'>a</a>",
    "<a href='&#x6A;avascript&colon;alert(1)'>a</a>",
    "<a href='JaVaScRiPt:alert(1)'>a</a>",
    "<a href='vbscript:x'>a</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "<a href='blob:https://x.example/1'>a</a>",
    "<a href='file:///etc/passwd'>a</a>",
    "[a](javascript:alert(1))",
    "[a](JAVASCRIPT:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a](&#106;avascript:alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    '![a](x "onerror=alert(1)")',
    '![a" onerror="alert(1)](x)',
    '![a](x" onerror="alert(1))',
    '[a](x" onclick="alert(1))',
    '[a](/x "t\\" onclick=\\"alert(1)")',
    "[a](/x){: onclick='alert(1)' }",
    "[a](/x){.b onclick=alert(1)}",
    "## a {#b onclick=alert(1)}",
    "## a {: style='color:red'}",
    "a\n{: style='background:url(x)' onclick='alert(1)'}",
    "<p style='position:fixed'>a</p>",
    "<style>@import 'x';</style>",
    "<div><style>p{}</style></div>",
    "<iframe src=//x.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>a</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi xlink:href='javascript:alert(1)'>a</mi></math>",
    "<base href=//x.example/>",
    "<form action=//x.example><input name=a><button formaction='javascript:alert(1)'>b</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//x.example/a.css>",
    "<object data='javascript:alert(1)'></object><embed src='x.swf'>",
    "<video src=x onerror=alert(1)><source src=x></video>",
    "<textarea><script>alert(1)</script></textarea>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<div\n\n<script>alert(1)</script>",
    "```html\n</code></pre><script>alert(1)</script>\n```",
    '``` "><script>alert(1)</script>\na\n```',
    "`</code><script>alert(1)</script>`",
    "a[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
    'a[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: b',
    '*[a]: " onclick=alert(1)\n\na',
    "|<script>alert(1)</script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "> <script>alert(1)\n> </script>",
    "- <script>alert(1)</script>\n  <svg onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
]


@pytest.mark.parametrize("payload", [*PAYLOADS, *TEXTS])
@pytest.mark.parametrize("frame", ["{}", "a {} b", "- {}", "|{}|\n|-|\n|b|", "## {}"])
def test_no_payload_leaves_anything_that_acts(payload: str, frame: str) -> None:
    for name, attributes in Elements(page(frame.format(payload))).found:
        assert name not in FORBIDDEN
        for attribute, value in attributes.items():
            assert not attribute.startswith("on")
            assert attribute not in ("style", "srcdoc", "action", "formaction", "xlink:href")
            if attribute in ("href", "src"):
                assert scheme(value) in ALLOWED


@pytest.mark.parametrize("payload", PAYLOADS)
def test_one_line_of_markdown_is_as_safe(payload: str) -> None:
    for name, attributes in Elements(str(inline(payload))).found:
        assert name in ("a", "code", "em", "strong")
        assert scheme(attributes.get("href", "")) in ALLOWED
        assert attributes.keys() <= {"href", "title", "rel", "hreflang"}


def test_what_a_text_needs_is_left() -> None:
    html = page('<kbd>Ctrl</kbd> <abbr title="x">y</abbr> [a](/b "c") <mailto:a@b.example> <mark>m</mark>')
    found = Elements(html)
    assert [name for name, _ in found.found] == ["p", "kbd", "abbr", "a", "a", "mark"]
    assert found.attributes("a")[0] == {"href": "/b", "title": "c"}


# Blocks


def test_a_table_scrolls_in_its_frame_and_names_its_columns() -> None:
    html = page("| a | b | c |\n|---|--:|:-:|\n| 1 | 2 | 3 |")
    assert re.search(r'<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>', html)
    assert html.count("<div") == html.count("</table></div>") == 1
    found = Elements(html)
    assert [head["scope"] for head in found.attributes("th")] == ["col"] * 3
    assert [cell.get("class") for cell in found.attributes("td")] == [None, "n", "c"]
    assert "align" not in html
    assert "style" not in html


def test_a_table_written_as_html_keeps_its_own_scope() -> None:
    html = page('<table>\n<thead><tr><th>a</th></tr></thead>\n<tr><th scope="row">b</th><td>c</td></tr>\n</table>')
    assert [head["scope"] for head in Elements(html).attributes("th")] == ["col", "row"]


def test_a_footnote_and_its_way_back() -> None:
    found = Elements(page("a[^x] b[^x]\n\n[^x]: the note"))
    links = [link["href"] for link in found.attributes("a")]
    ids = {attributes["id"] for _, attributes in found.found if "id" in attributes}
    assert len(links) == 4
    assert {link.removeprefix("#") for link in links} <= ids
    assert "the note" in found.text


def test_code_is_coloured_by_classes() -> None:
    html = page("```python\nreturn 'x' < 1\n```")
    found = Elements(html)
    assert {"class": "code"} in found.attributes("div")
    assert {"class": "k"} in found.attributes("span")
    assert {"tabindex": "0"} in found.attributes("pre")
    assert found.text.strip() == "return 'x' < 1"


def test_code_in_an_unknown_language_is_shown_plain() -> None:
    assert Elements(page("```nonsense-9\n<a & b>\n```")).text.strip() == "<a & b>"


def test_quotes_and_dashes_are_typographic_outside_code() -> None:
    assert "“It’s” – so …" in page('"It\'s" -- so ...').replace(" …", " …").replace("so…", "so …")
    assert Elements(page('`"a" -- b`')).text.strip() == '"a" -- b'


def test_the_contents_list_holds_two_levels() -> None:
    contents = parse("## A *b* & `c`\n### D\n#### E\n## A *b* & `c`").contents
    assert [(heading.text, heading.id) for heading in contents] == [
        ("A b & c", "a-b--c"),
        ("A b & c", "a-b--c-1"),
    ]
    assert [heading.text for heading in contents[0].children] == ["D"]


def test_a_first_level_of_its_own_moves_down_below_the_title_of_the_page() -> None:
    assert "<h1" not in page("# a\n\n<h1>b</h1>")
    assert "<h2" in page("# a") and "<h3" in page("# a\n## b")


# Directives


def test_a_directive_stands_alone_on_its_line_anywhere_but_in_code() -> None:
    text = "a\n::b[c, d]\ne\n\n::f[]  \n\n- g\n\n  ::h[i]\n"
    assert [(found.name, found.text, found.line) for found in directives(text)] == [
        ("b", "c, d", 2),
        ("f", "", 5),
        ("h", "i", 9),
    ]


def test_the_line_of_a_directive_counts_the_front_matter_and_is_not_that_of_an_equal_line_in_code() -> None:
    assert [found.line for found in directives("```\n::a[b]\n```\n\n::a[b]\n\n::a[b]", first_line=10)] == [14, 16]


@pytest.mark.parametrize(
    "text",
    [
        "```\n::a[b]\n```",
        "    ::a[b]",
        "`::a[b]`",
        "x ::a[b]",
        "::a[b] x",
        "::a[b",
        "::a b]",
        "::A[b]",
        "::1[b]",
        ":: a[b]",
        ":a[b]",
        ":::a[b]",
        "::a[b]]",
        "::a[b\nc]",
        "::[b]",
        "\\::a[b]",
        "<pre>\n::a[b]\n</pre>",
        "<!--\n::a[b]\n-->",
    ],
)
def test_what_is_no_directive_stays_text(text: str) -> None:
    assert directives(text) == []
    if not text.startswith("<!--"):
        assert "[b" in Elements(page(text)).text or "b]" in Elements(page(text)).text


@pytest.mark.parametrize(
    "text", ["0-0", "<p>0-0</p>", "<p>{0}-0</p>", "\x02wzxhzdk:0\x03", "<p>ffffffffffffffff-0</p>", "::a[<p>0-0</p>]"]
)
def test_a_stand_in_cannot_be_forged(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "n" * 2 * size)
    assert len(directives(f"{text}\n\n::x[]\n\n{text}")) == 1 + 2 * text.startswith("::")


# Pictures


def test_a_picture_alone_in_its_paragraph() -> None:
    assert pictures('![a "q" & b](/img/c.png "t")') == [Picture("/img/c.png", 'a "q" & b', "t", alone=True)]


def test_a_picture_within_a_line_and_in_a_link() -> None:
    assert pictures("x ![a](/b.png) y") == [Picture("/b.png", "a", "")]
    assert pictures("[![a](/b.png)](/c) ![d](/e.png)") == [
        Picture("/b.png", "a", "", linked=True),
        Picture("/e.png", "d", ""),
    ]
    assert pictures("[x ![a](/b.png) y ![c](/d.png)](/e)")[1].linked


def test_a_picture_written_as_html() -> None:
    assert pictures("<img src='/a.png' alt='b' width=9 onload=x>") == [Picture("/a.png", "b", "", alone=True, width=9)]


def test_a_picture_in_code_is_code() -> None:
    assert pictures("`![a](b)`\n\n    ![a](b)\n\n`<img src=x>`") == []


# Whatever comes

lines = st.lists(
    st.sampled_from(["# Head", "::note[x]", "![a](b.png)", "*text* <b>", "- item", "", "```", "|a|b|"]), max_size=10
)


@given(lines, lines)
def test_a_text_is_rendered_alike_whatever_was_rendered_before_it(given: list[str], before: list[str]) -> None:
    text = "\n".join(given)
    first, line = parse(text, 3), inline(text, links=False)
    parse("\n".join(before))
    inline.cache_clear()
    assert parse(text, 3) == first
    assert [type(piece) for piece in parse(text, 3).pieces] == [type(piece) for piece in first.pieces]
    assert inline(text, links=False) == inline(text, links=False) == line


@given(st.text())
def test_any_text_renders(text: str) -> None:
    assert isinstance(page(text), str)


@given(st.text("ab12 \n\t*_`~-+>|#:[]()!<>/\\^&;{}=\"'.é", max_size=200))
def test_any_text_of_markdown_characters_renders_to_balanced_html(text: str) -> None:
    html = page(text)
    for tag in ("ul", "ol", "li", "table", "blockquote", "pre", "a"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>")


@pytest.mark.parametrize(
    ("unit", "size"),
    [
        *(
            (unit, 100_000)
            for unit in ("*", "|", ">", "`", "_", "#", "<", "&", "- ", "<a ", "\t", "=", "**", "a <!-- ")
        ),
        # Python-Markdown looks for the end of a link from each opening bracket, so this work is quadratic.
        *((unit, 2_000) for unit in ("[", "![", "::a[", "[^", "[a](")),
        ("a: b\n: c\n", 10_000),
    ],
)
def test_a_hostile_text_is_rendered_in_bounded_work(unit: str, size: int) -> None:
    begun = time.process_time()
    page((unit * size)[:size])
    assert time.process_time() - begun < 5

"""Guide for moving a blog: the last column of its tables, run on pages as other programs have them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.paths import ROOT

GUIDE = ROOT / "fwsite" / "blueprints" / "docs" / "guides" / "move.md"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200"/>'
Case = tuple[str, str, str]
"""What stands in the file, a piece of its page, and one that is not on it; ``404`` for a page that is not shown."""

FRONT_MATTER: dict[str, Case] = {
    "`title: 3.10`": ("title: 3.10", "<h1>3.10</h1>", ""),
    "`title: 1:30`": ("title: 1:30", "<h1>1:30</h1>", ""),
    "`title: No`": ("title: No", "<h1>No</h1>", ""),
    "`title: Notes: a plan`": ("title: Notes: a plan", "404", ""),
    "`draft: true`": ("title: T\ndraft: true", "404", ""),
    "`published: false`": ("title: T\npublished: false", "404", ""),
    "`status: draft`": ("title: T\nstatus: draft", "404", ""),
    "a `date` still to come": ("title: T\ndate: 2999-01-01", "404", ""),
    "`date: 2026-01-31 10:30:00`": ("title: T\ndate: 2026-01-31 10:30:00", 'datetime="2026-01-31"', ""),
    "`expiryDate` that is over": ("title: T\nexpiryDate: 2020-01-01", "404", ""),
    "`categories: REST API`": ("title: T\ncategories: REST API", "<h1>T</h1>", ""),
    "`+++` TOML": ('+++\ntitle = "T"\n+++\n\nText', "<h1>T</h1>", "title ="),
    "`{` JSON": ('{\n  "title": "T"\n}\n\nText', "<h1>T</h1>", "&quot;title"),
    "`---` that is not closed": ("---\ntitle: T\n\nText", "404", ""),
    "`tags`, `layout`, `slug`, `permalink`, `aliases`": (
        "title: T\ntags: [a]\nlayout: post\nslug: x\npermalink: /y\naliases: [/z]",
        "<h1>T</h1>",
        "",
    ),
}
_SAME = "## same\n\n## same\n\n[x](#same_1)"
HEADINGS: dict[str, Case] = {
    "`## C++ & Go`": ("## C++ & Go", '<h2 id="c--go"><span id="c-go">', ""),
    "`## Über uns`": ("## Über uns", '<h2 id="über-uns"><span id="uber-uns">', ""),
    "`## A -- B`": ("## A -- B", '<h2 id="a----b"><span id="a-b"></span><span id="a--b">', ""),
    "`## 日本語`": ("## 日本語", '<h2 id="日本語"><span id="_1">', ""),
    "`## Use {#use}`": ("## Use {#use}", '<h2 id="use">Use</h2>', ""),
    "`## Use { #use }`": ("## Use { #use }", '<h2 id="use">Use</h2>', ""),
    "`{: #use}` below the heading": ("## Use\n{: #use}\n\nText", '<h2 id="use">Use</h2>', "{:"),
    "the same heading twice": (_SAME, '<h2 id="same-1"><span id="same_1">', ""),
    "`[b](other.md#part)`": ("[b](other.md#part)", 'href="/article/other#part"', ""),
    "`[TOC]`": ("[TOC]\n\n## a\n\n## b", '<div class="toc">', "[TOC]"),
    "`* TOC` with `{:toc}` below": ("* TOC\n{:toc}\n\n## a\n\n## b", '<div class="toc">', "TOC"),
}
TEXT: dict[str, Case] = {
    "`Run it with <path> and wait.`": ("Run it with <path> and wait.", "with &lt;path&gt; and wait", ""),
    "`> [!NOTE]`": ("> [!NOTE]\n> Text", '<div class="admonition note">', "[!NOTE]"),
    "`!!! note` with an indented text": ("!!! note\n    Text", '<div class="admonition note">', "!!!"),
    "`??? note` with an indented text": ("??? note\n    Text", "<summary>Note</summary>", "???"),
    "`- [ ] task`": ("- [ ] task", "☐", "[ ]"),
    "`https://example.org/a--b`": ("https://example.org/a--b", 'href="https://example.org/a--b"', "–"),
    "footnotes `[^b]`, then `[^a]`": ("x[^b] y[^a]\n\n[^a]: A\n[^b]: B", 'href="#fn:b">1</a></sup> y', ""),
    "a footnote that is defined twice": ("x[^a]\n\n[^a]: One\n[^a]: Two", "One", "Two"),
    "`~~gone~~`": ("~~gone~~", "<del>gone</del>", ""),
    "`~one~`": ("~one~", "~one~", ""),
    "`![a](/b.png){width=300}`": ("![a](/b.svg){width=300}", 'width="300"', "{width"),
    "`![a](/b.png){: .x width=300}`": ("![a](/b.svg){: .x width=300}", 'width="300"', "{:"),
    "`Term` with `: meaning` below": ("Term\n: meaning", "<dd>meaning</dd>", ""),
    'a fence with `title="a.py"`': ('```python title="a.py"\nx = 1\n```', '<div class="code"><pre', "```"),
    "`<details>` with Markdown in it": ("<details>\n<summary>a</summary>\n\n*b*\n\n</details>", "<em>b</em>", ""),
    '`<iframe src="https://example.org">`': (
        '<iframe src="https://example.org"></iframe>',
        '&lt;iframe src="https://example.org"&gt;',
        "<iframe",
    ),
    '`{{< figure src="x.png" >}}`': ('{{< figure src="x.png" >}}', '{{&lt; figure src="x.png" &gt;}}', ""),
    "`{% include x.html %}`": ("{% include x.html %}", "{% include x.html %}", ""),
    "`<!--more-->`": ("a\n\n<!--more-->\n\nb", "<p>a</p>", "more"),
    "`{static}/img/x.png`": ("![the words]({static}/img/x.png)", "the words", "<img"),
    "`:tada:`, `$x$`, `==x==`": (":tada: $x$ ==x==", ":tada: $x$ ==x==", ""),
}


def rows() -> list[str]:
    """The first cells of the guide's tables."""
    lines = [line for line in GUIDE.read_text().splitlines() if line.startswith("| ")]
    return [line.split(" | ")[0].removeprefix("| ") for line in lines if not line.startswith("| in the file")]


def test_every_row_is_run() -> None:
    assert rows() == [*FRONT_MATTER, *HEADINGS, *TEXT]


@pytest.mark.parametrize("row", [*FRONT_MATTER, *HEADINGS, *TEXT])
def test_here_it_is_as_the_guide_says(row: str, client: FlaskClient, instance: Path) -> None:
    given, there, not_there = {**FRONT_MATTER, **HEADINGS, **TEXT}[row]
    if row not in FRONT_MATTER:
        given = f"---\ntitle: Moved\n---\n\n{given}\n"
    elif not given.startswith(("+++", "{", "---")):
        given = f"---\n{given}\n---\n\nText\n"
    (instance / "articles").mkdir(exist_ok=True)
    (instance / "media").mkdir(exist_ok=True)
    (instance / "media" / "b.svg").write_text(PICTURE)
    (instance / "articles" / "other.md").write_text("---\ntitle: Other\n---\n\n## Part\n")
    (instance / "articles" / "moved.md").write_text(given)
    response = client.get("/article/moved")
    if there == "404":
        assert response.status_code == 404
        return
    assert response.status_code == 200
    text = response.text[response.text.index('<header class="head">') :]
    assert there in text
    assert not not_there or not_there not in text[text.index("</h1>") :]

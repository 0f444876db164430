"""Where terms are found and marked, and that nothing else of a text is touched."""

from __future__ import annotations

import re
from functools import partial
from html import unescape

import nh3
import pytest
from fwsite_glossary.entries import Entry
from fwsite_glossary.finder import Finder
from fwsite_glossary.markers import mark
from hypothesis import given, settings
from hypothesis import strategies as st


def entry(term: str, *aliases: str) -> Entry:
    return Entry(term=term, aliases=aliases, definition=f"What {term} is", slug=term.lower().replace(" ", "-"))


ENTRIES = (
    entry("ORM", "object-relational mapper"),
    entry("REST"),
    entry("type hint", "type hints"),
    entry("hint"),
    entry("R&D"),
    entry(".NET"),
    entry("C++"),
    entry("C"),
    entry("café"),
    entry("lt"),
)
FINDER = Finder(ENTRIES)
LINK = re.compile(r'<a class="glossary-term" href="[^"]*" title="[^"]*">([^<]*)</a>')


def link(of: Entry) -> str:
    return f'<a class="glossary-term" href="/glossary/#{of.anchor}" title="{of.plain.replace("&", "&amp;")}">'


marked = partial(mark, finder=FINDER, link=link)


def in_short(html: str) -> str:
    """Each mark as ``[slug:text]``."""
    return re.sub(
        r'<a class="glossary-term" href="/glossary/#term-([^"]+)" title="[^"]*">([^<]*)</a>', r"[\1:\2]", html
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        # words
        ("An ORM, and the ORM again", "An [orm:ORM], and the ORM again"),
        ("no orm, no Orm, no ORMs, no xORM, no ORM_x, no ORM2", "no orm, no Orm, no ORMs, no xORM, no ORM_x, no ORM2"),
        ("the rest of REST", "the rest of [rest:REST]"),
        ("(ORM) ORM-based", "([orm:ORM]) ORM-based"),
        ("Type Hints and type hint", "[type-hint:Type Hints] and type hint"),
        ("a type\n  hint, a hint", "a [type-hint:type\n  hint], a [hint:hint]"),
        ("type&nbsp;hint", "[type-hint:type&nbsp;hint]"),
        ("an Object-Relational Mapper is an ORM", "an [orm:Object-Relational Mapper] is an ORM"),
        ("R&amp;D, R&#38;D", "[r&d:R&amp;D], R&#38;D"),
        ("&D; R&D;", "&D; [r&d:R&D];"),
        ("&hint &lt &ltORM &hint;", "&[hint:hint] &lt &ltORM &hint;"),
        ("ASP.NET and .NET", "ASP.NET and [.net:.NET]"),
        ("C# and C++ and C++11 and C", "C# and [c++:C++] and C++11 and [c:C]"),
        ("CAFÉ, cafe", "[café:CAFÉ], cafe"),
        ("caf\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT} hint\N{COMBINING ACUTE ACCENT}", None),
        # tags within and between words
        ("<em>ORM</em>s", "<em>ORM</em>s"),
        ("<em>ORM</em> s", "<em>[orm:ORM]</em> s"),
        ("ty<wbr>pe hint", "ty<wbr>pe [hint:hint]"),
        ("type <em>hint</em>, type hint", "type <em>[hint:hint]</em>, [type-hint:type hint]"),
        ('ORM<sup><a href="#1">1</a></sup>', '[orm:ORM]<sup><a href="#1">1</a></sup>'),
        ("ORM<code>s</code>", "ORM<code>s</code>"),
        ("<p>type</p><p>hint</p>", "<p>type</p><p>[hint:hint]</p>"),
        ("<li>ORM<li>REST", "<li>[orm:ORM]<li>[rest:REST]"),
        # places where none is marked
        *[
            (f"<{tag}>ORM <b>hint</b></{tag}> ORM", f"<{tag}>ORM <b>hint</b></{tag}> [orm:ORM]")
            for tag in "a code pre kbd h1 h2 h3 h4 h5 h6 button label legend summary select textarea script svg".split()
        ],
        ('<A HREF="/">ORM</A> ORM', '<A HREF="/">ORM</A> [orm:ORM]'),
        ('<img alt="ORM" title=\'a > ORM\'> ORM', '<img alt="ORM" title=\'a > ORM\'> [orm:ORM]'),
        ("<p title=ORM>ORM</p>", "<p title=ORM>[orm:ORM]</p>"),
        ("<!-- ORM > ORM --> ORM", "<!-- ORM > ORM --> [orm:ORM]"),
        ("<!--> ORM <!-- ORM", "<!--> [orm:ORM] <!-- ORM"),
        ("<script>'</p>ORM'</script>ORM", "<script>'</p>ORM'</script>[orm:ORM]"),
        ("<textarea><a></b></textarea>ORM", "<textarea><a></b></textarea>[orm:ORM]"),
        ("<svg><title>ORM</title></svg><svg/>ORM", "<svg><title>ORM</title></svg><svg/>[orm:ORM]"),
        ('<dl class="glossary-list"><dl></dl>ORM</dl>ORM', '<dl class="glossary-list"><dl></dl>ORM</dl>[orm:ORM]'),
        ("<dl><dt>ORM</dt></dl>", "<dl><dt>[orm:ORM]</dt></dl>"),
        # tags that do not fit together: rather one mark less
        ("<a>x ORM", "<a>x ORM"),
        ("</a></code>ORM", "</a></code>[orm:ORM]"),
        ("<code><a></code>ORM", "<code><a></code>ORM"),
        ("<kbd><p>x</kbd>ORM", "<kbd><p>x</kbd>ORM"),
        ("<select><option>a<option>b</select>ORM", "<select><option>a<option>b</select>[orm:ORM]"),
        ("<svg><path/></svg><h2>a<br>b</h2>ORM", "<svg><path/></svg><h2>a<br>b</h2>[orm:ORM]"),
        ('<p x="ORM', '<p x="ORM'),
        ("1 < 2 ORM > 1", "1 < 2 [orm:ORM] > 1"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_marked(html: str, expected: str | None) -> None:
    assert in_short(marked(html)) == (html if expected is None else expected)


def test_without_terms_nothing_is_marked() -> None:
    assert mark("<p>ORM</p>", Finder(()), link) == "<p>ORM</p>"


def test_letters_that_re_and_casefold_tell_apart_differently_end_no_search() -> None:
    finder = Finder((entry("minim"), entry("other")))
    assert [each.term for each in finder.found("mİnim, other")] == ["other"]


def test_terms_of_a_plain_text_come_in_its_order_and_once() -> None:
    found = FINDER.found("A hint: REST needs no ORM; REST & type hints")
    assert [each.term for each in found] == ["hint", "REST", "ORM", "type hint"]


CLOSED = set("a code h2 kbd style summary textarea".split())
"""Elements in which nothing is marked, as an independent parser knows them; the table above has all others."""
OTHERS = set("b blockquote div li p sup u".split())
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MANY = Finder(tuple(entry(f"W{letter}") for letter in LETTERS) + ENTRIES)
"""So many that most of what is drawn is a first occurrence."""

tags = st.sampled_from(sorted(CLOSED)) | st.sampled_from(sorted(OTHERS))
words = st.sampled_from([*(f"W{letter}" for letter in LETTERS), "type", "hint", "R&amp;D", "R&D", "é"])
signs = st.sampled_from([" ", " ", " ", "\n", "&nbsp;", ", ", "<", "&", "&lt", "&lt;", "&copy", '"', "'", "=", "x"])
texts = st.builds("".join, st.lists(st.builds("{}{}".format, words, signs), min_size=1, max_size=4))
values = ["", ' title="WA"', " id='a > WB'", ' title="<a>"', " id=WC", ' title="&quot; WD"', " id='<!--'", " x='</p>'"]
odd = st.sampled_from(
    ["<br>", "<!-- WE> WE -->", "<!--> WF", "<!x WG>", "</ WH>", "<wbr>", '<img alt="WI> WI">', "</>"]
)
pieces = st.recursive(
    texts | odd,
    lambda inner: st.builds(
        "<{0}{1}>{2}</{0}>".format, tags, st.sampled_from(values), st.lists(inner, min_size=1, max_size=3).map("".join)
    ),
    max_leaves=6,
)
stray = st.builds("<{}{}>".format, st.sampled_from(["", "/"]), tags)
soup = st.builds("{}{}{}".format, st.lists(pieces, min_size=2, max_size=8).map("".join), st.just("") | stray, pieces)


def parsed(html: str, *, without: set[str] | None = None, dropped: set[str] | None = None) -> str:
    """The text as a browser's parser has it; ``without`` leaves out tags, ``dropped`` whole elements."""
    kept = (CLOSED | OTHERS) - (without or set()) - (dropped or set())
    every = {tag: {"class", "id", "title"} for tag in kept}
    return nh3.clean(html, tags=kept, attributes=every, clean_content_tags=dropped or set(), link_rel=None)


@settings(max_examples=50, deadline=None, database=None)
@given(soup)
def test_only_links_are_added_and_only_where_they_may_stand(html: str) -> None:
    got = mark(html, MANY, link)
    count = len(LINK.findall(got))
    assert count == got.count('class="glossary-term"')
    assert LINK.sub(r"\1", got) == html
    # A parser sees all of them, outside of what is closed, and everything else as it was before.
    assert parsed(got).count('<a class="glossary-term"') == count
    seen = parsed(LINK.sub(r"<u>\1</u>", got), dropped=CLOSED).count("<u>")
    assert seen - parsed(html, dropped=CLOSED).count("<u>") == count
    assert parsed(got).count("<a") == parsed(html).count("<a") + count
    assert parsed(got, without={"a"}) == parsed(html, without={"a"})
    assert unescape(parsed(got, without=CLOSED | OTHERS)) == unescape(parsed(html, without=CLOSED | OTHERS))

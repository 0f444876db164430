"""Front matter: YAML, TOML and JSON, read as typed; what cannot be read holds the article back."""

from __future__ import annotations

import json
import string
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import tomli_w
import yaml
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st

from fwsite.blueprints.article import frontmatter_block, frontmatter_parser
from fwsite.blueprints.article.frontmatter import FrontMatter
from tests.blueprints.article.conftest import Check
from tests.blueprints.article.pages import Articles, everywhere, page, prose, shown_at

FENCED = {"YAML": "---\n{}\n---\n", "TOML": "+++\n{}\n+++\n", "JSON": "{}\n"}


def matter(block: str, format: str = "YAML") -> FrontMatter:
    return of_file(FENCED[format].format(block))


def of_file(text: str) -> FrontMatter:
    return frontmatter_parser.read(frontmatter_block.split(text), Path("a.md"))


def problems(block: str, format: str = "YAML") -> list[str]:
    return [str(problem) for problem in matter(block, format).problems]


def test_every_key_is_read() -> None:
    read = matter(
        "title: A\nauthor: B\ndate: '2026-01-02'\nreviewed: 2026-02-03\ndescription: C\ncategories: [d, e]\n"
        "images: [/f.png]\nimageAlts: [g]\ndraft: true\n"
        "sources:\n  - id: h\n    title: I\n    author: J\n    publisher: K\n    url: https://l.example/\n"
        "    date: 2020-01-01\n    read: '2026-01-01'\n"
    )
    assert read.problems == []
    assert (read.title, read.author, read.description, read.draft) == ("A", "B", "C", "draft: true")
    assert (read.date, read.reviewed) == (date(2026, 1, 2), date(2026, 2, 3))
    assert (read.categories, read.images, read.image_alts) == (("d", "e"), ("/f.png",), ("g",))
    (source,) = read.sources
    assert (source.id, source.title, source.author, source.publisher) == ("h", "I", "J", "K")
    assert (source.url, source.date, source.read) == ("https://l.example/", date(2020, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-02",
        "'2026-01-02'",
        "2026-01-02T10:20:30Z",
        "'2026-01-02T10:20:30.5+02:00'",
        "2026-01-02 10:20:30 +0200",
        "2026-01-02 10:20 -8",
        "2026-01-02 10:20:30 UTC",
        "2026-01-02t10:20:30z",
        "2026-1-2",
        "2026-1-2 10:20",
        "20260102",
    ],
)
def test_a_day_may_be_written_in_many_ways(written: str) -> None:
    read = matter(f"date: {written}")
    assert (read.date, read.problems) == (date(2026, 1, 2), [])


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("title: [a]", "a.md:2: title: must be a text"),
        ("date: soon", "a.md:2: date: is 'soon'; write a date such as \"2026-11-22\""),
        ("title: a\ndate: 2026-13-45", "a.md:3: date: is '2026-13-45'; write a date such as \"2026-11-22\""),
        ("date: [1]", "a.md:2: date: must be a text"),
        ("categories: {a: b}", "a.md:2: categories: must be a list of texts"),
        ("categories: [[a]]", "a.md:2: categories: must be a list of texts"),
        ("draft: maybe", "a.md:2: draft: must be true or false, not 'maybe'"),
        ("Draft:", "a.md:2: Draft: must be true or false, not ''"),
        ("draft: [true]", "a.md:2: draft: must be a text"),
        ("status: almost", "a.md:2: status: must be published or draft, not 'almost'"),
        ("published: soon", "a.md:2: published: must be true or false, not 'soon'"),
        ("publishDate: soon", "a.md:2: publishDate: is 'soon'; write a date"),
        ("expiryDate: soon", "a.md:2: expiryDate: is 'soon'; write a date"),
        ("title: a\ntitle: b", "a.md:3: front matter: has the key title twice"),
        ("draft: true\nDraft: false", "a.md:3: Draft: is there twice, as draft too"),
        ("sources:\n - title: a\n   title: b", "a.md:4: front matter: has the key title twice"),
        ("title: !wow", "a.md:2: front matter: has a value that begins with !; put it in quotes"),
        ("title: &pi and so on", "a.md:2: front matter: has a value that begins with &; put it in quotes"),
        ("images: [a, b]\nimageAlts: [c]", "a.md:3: imageAlts: has 1 texts for 2 images"),
        ("sources: a", "a.md:2: sources: must be a list of tables with title and url"),
        ("sources: [{url: a}]", "a.md:2: sources: each source needs a title"),
        ("sources: [{title: [a]}]", "a.md:2: sources: title must be a text"),
        ("sources: [{title: a, url: 'javascript:b'}]", "a.md:2: sources: url 'javascript:b' must begin with https:// or http://"),
        ("title: a\nlayout: post", "a.md:3: layout: unknown key, ignored"),
        ("title: a\n- b", "a.md:3: front matter: is not valid YAML: "),
        ("title: a\nb: 'c", "a.md:3: front matter: is not valid YAML: "),
        ("? [a]\n: b", "a.md:2: front matter: is not valid YAML: "),
        ("[" * 2000, "a.md:2: front matter: is not valid YAML: "),
        ("just words", "a.md:2: front matter: must be lines such as title: A title"),
        ("- a", "a.md:2: front matter: must be lines such as title: A title"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_reported_with_file_line_and_key(block: str, expected: str) -> None:
    assert [problem[: len(expected)] for problem in problems(block)] == [expected]


def test_a_fault_in_one_key_leaves_the_others_and_holds_the_article_back() -> None:
    read = matter("title: A\ndate: soon\ncategories: b\n")
    assert (read.title, read.date, read.categories) == ("A", None, ("b",))
    assert [problem.key for problem in read.unreadable] == ["date"]


@pytest.mark.parametrize(
    "block", ["sources: [{title: a, url: b}]", "images: [a]", "layout: post", "tags: [a, b]", "og-title: a\nogTitle: b"]
)
def test_what_can_be_read_is_no_reason_to_hold_an_article_back(block: str) -> None:
    read = matter(f"title: A\n{block}")
    assert read.problems
    assert read.unreadable == []


@pytest.mark.parametrize("key", ["title", "date", "categories", "sources", "<<"])
def test_aliases_that_stand_for_gigabytes_are_refused_at_once(key: str) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for this, last in zip("bcdefghijkl", "abcdefghijk", strict=True):
        bomb += f"{this}: &{this} [{', '.join([f'*{last}'] * 9)}]\n"
    (problem,) = problems(f"{bomb}{key}: *l")
    assert problem.startswith("a.md:2: front matter: has a value that begins with &; put it in quotes; held back")


def test_characters_that_no_page_can_hold_are_taken_out() -> None:
    read = matter('title: "a\\x01\\uD800\\x0Bb"\nsources: [{title: "c\\0d"}]')
    assert (read.title, read.sources[0].title) == ("ab", "cd")


@given(st.text() | st.text("abt:=+- \r\n[]{}'\"&*!|>?#,%@`<~\t012"))
def test_any_file_is_read(text: str) -> None:
    for file in (text, *(fence.format(text) for fence in FENCED.values())):
        read = of_file(file)
        assert isinstance(read.title, str)
        assert all(problem.line for problem in read.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: a\n---\nb", ("YAML", "title: a", 2, "b", 4)),
        ("\ufeff---\r\ntitle: a\r\n---\r\nb", ("YAML", "title: a", 2, "b", 4)),
        ("--- \ntitle: a\n...\nb", ("YAML", "title: a", 2, "b", 4)),
        ("---\n---\nb", ("YAML", "", 2, "b", 3)),
        ("+++\ntitle = 'a'\n+++\nb", ("TOML", "title = 'a'", 2, "b", 4)),
        ('{\n"title": "}"\n}\n\nb', ("JSON", '{\n"title": "}"\n}', 1, "\nb", 4)),
        ('{"title": "a"}', ("JSON", '{"title": "a"}', 1, "", 1)),
        ("b\n---\nc\n---\n", ("", "", 1, "b\n---\nc\n---\n", 1)),
        ("* * *\n\nb", ("", "", 1, "* * *\n\nb", 1)),
        ("Note: this is a text.\n", ("", "", 1, "Note: this is a text.\n", 1)),
        ("Date: today, as always.\nAnd on.\n", ("", "", 1, "Date: today, as always.\nAnd on.\n", 1)),
        ("{{< figure >}}\n", ("", "", 1, "{{< figure >}}\n", 1)),
        ("{% raw %}\n", ("", "", 1, "{% raw %}\n", 1)),
        ("- a\n- b\n", ("", "", 1, "- a\n- b\n", 1)),
        ("\n\nb", ("", "", 1, "\n\nb", 1)),
        ("", ("", "", 1, "", 1)),
    ],
)
def test_the_block_ends_where_its_closing_line_stands(text: str, expected: tuple[str, str, int, str, int]) -> None:
    assert frontmatter_block.split(text)[:5] == expected


# Unreadable


UNREADABLE = {
    "invalid": ("---\ntitle: Notes: a plan\ndraft: true\n---\nText", 2, "YAML"),
    "no closing line": ("---\ntitle: A\ndraft: true\n\nText", 1, "YAML"),
    "an empty line before": ("\n---\ntitle: A\n---\nText", 2, "YAML"),
    "blanks before": (" ---\ntitle: A\n---\nText", 1, "YAML"),
    "four hyphens": ("----\ntitle: A\n----\nText", 1, "YAML"),
    "four hyphens below": ("---\ntitle: A\n----\nText", 1, "YAML"),
    "a dash of a word processor": ("\u2014-\ntitle: A\n\u2014-\nText", 1, "YAML"),
    "two hyphens as one dash": ("\u2013\ntitle: A\n\u2013\nText", 1, "YAML"),
    "its language said": ("---yaml\ntitle: A\n---\nText", 1, "YAML"),
    "no fence at all": ("title: A\nstatus: draft\n\nText", 1, "YAML"),
    "no opening fence": ("title: A\ndraft: true\n---\nText", 1, "YAML"),
    "lone carriage returns": ("---\rtitle: A\r---\rText", 1, "YAML"),
    "one lone carriage return": ("---\ntitle: A\rdraft: true\n---\nText", 1, "YAML"),
    "a tab": ("---\ntitle:\tA\n---\nText", 2, "YAML"),
    "a tab that indents": ("---\ntitle: A\nsources:\n\t- title: B\n---\nText", 4, "YAML"),
    "a quote in quotes": ("---\nauthor: B\ntitle: 'It's fine'\n---\nText", 3, "YAML"),
    "an at sign": ("---\ntitle: A\nauthor: @me\n---\nText", 3, "YAML"),
    "a list": ("---\n- a\n- b\n---\nText", 2, "YAML"),
    "words": ("---\nonly words\n---\nText", 2, "YAML"),
    "a comment before": ("<!-- SPDX: MIT -->\n\n---\ntitle: A\n---\nText", 3, "YAML"),
    "a sign that nobody sees before": ("\u200b---\ntitle: A\n---\nText", 1, "YAML"),
    "no blank after the colon": ("---\ntitle: A\ndraft:true\n---\nText", 3, "YAML"),
    "no blank after a colon in braces": ("---\n{title: A,\ndraft:true}\n---\nText", 3, "YAML"),
    "a blank that does not break": ("---\ntitle: A\ndraft:\u00a0true\n---\nText", 3, "YAML"),
    "a colon of Chinese": ("---\ntitle: A\ndraft\uff1atrue\n---\nText", 3, "YAML"),
    "a line of TOML": ("---\ntitle: A\ndraft = true\n---\nText", 3, "YAML"),
    "draft in another table": ("---\ntitle: A\ntags:\n  draft: true\n---\nText", 3, "YAML"),
    "draft below a table": ("+++\ntitle = 'A'\n[taxonomies]\ndraft = true\n+++\nText", 3, "TOML"),
    "a control character": ("---\ntitle: A\nauthor: B\x01\n---\nText", 3, "YAML"),
    "a percent sign": ("---\ntitle: %A\n---\nText", 2, "YAML"),
    "a date": ("---\ntitle: A\ndate: soon\n---\nText", 3, "YAML"),
    "categories": ("---\ntitle: A\ncategories: {a: b}\n---\nText", 3, "YAML"),
    "TOML": ("+++\ntitle = A\n+++\nText", 2, "TOML"),
    "TOML, twice": ('+++\ntitle = "A"\ntitle = "B"\n+++\nText', 3, "TOML"),
    "TOML, not closed": ('+++\ntitle = "A"\n\nText', 1, "TOML"),
    "TOML, an empty line before": ('\n+++\ntitle = "A"\n+++\nText', 2, "TOML"),
    "TOML, four": ('++++\ntitle = "A"\n++++\nText', 1, "TOML"),
    "TOML, a value": ('+++\ntitle = "A"\n\ndraft = "maybe"\n+++\nText', 4, "TOML"),
    "TOML, a value below several lines": ('+++\ndescription = """\ndraft = 1\n"""\ndraft = 2\n+++\nText', 5, "TOML"),
    "YAML in TOML's fences": ("+++\ntitle: A\n+++\nText", 2, "TOML"),
    # Where the comma is, or what comes after it.
    "JSON": ('{\n"title": "A",\n}\nText', 2 if sys.version_info >= (3, 13) else 3, "JSON"),
    "JSON, not closed": ('{\n"title": "A"\n\nText', 4, "JSON"),
    "JSON without quotes": ('{\ntitle: "A"\n}\nText', 2, "JSON"),
    "JSON, an empty line before": ('\n{"title": "A"}\nText', 2, "JSON"),
    "JSON, a value": ('{"sources": [{"title": "B"}],\n"title": ["A"]}\nText', 2, "JSON"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "format"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_not_published_and_the_check_says_where(
    client: FlaskClient, check: Check, write: Articles, text: str, line: int, format: str
) -> None:
    path = write("held", text)
    assert shown_at(client, "held") == []
    result = check()
    assert result.exit_code == 1
    (said,) = [each for each in result.output.splitlines() if str(path) in each and "held back" in each]
    assert said.startswith(f"{path}:{line}: ")
    assert said.endswith(f"; held back until this {format} front matter can be read")


@pytest.mark.parametrize(
    "raw",
    [
        "---\ntitle: A\n---\nText".encode("utf-16"),
        "---\ntitle: A\n---\nText".encode("utf-16-le"),
        "---\ntitle: A\n---\nText".encode("utf-32"),
        "---\ntitle: Caf\xe9\n---\nText".encode("latin-1"),
        b"",
        b"\n \n",
        b"\0\0\0\0",
    ],
)
def test_a_file_whose_characters_cannot_be_read_is_held_back(
    client: FlaskClient, check: Check, instance: Path, raw: bytes
) -> None:
    path = instance / "articles" / "held.md"
    path.write_bytes(raw)
    assert shown_at(client, "held") == []
    result = check()
    assert result.exit_code == 1
    assert f"{path}:" in result.output


def test_a_file_is_shown_again_as_soon_as_it_can_be_read(client: FlaskClient, write: Articles) -> None:
    write("mine", "---\ntitle: A: b\ndate: 2026-11-25\n---\n")
    assert shown_at(client, "mine") == []
    write("mine", "---\ntitle: 'A: b'\ndate: 2026-11-25\n---\n")
    assert shown_at(client, "mine") == everywhere("mine")


# As typed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("3.10", "3.10"), ("1:30", "1:30"), ("No", "No"), ("012", "012"), ("0x1F", "0x1F"), ("1_000", "1_000"),
        ("1e3", "1e3"), (".inf", ".inf"), ("null", "null"), ("true", "true"), ("Off", "Off"), ("=", "="),
        ("12:30:45", "12:30:45"), ("+5", "+5"), ("-0", "-0"), ("2026-01-02", "2026-01-02"), ("<<", "<<"),
        ("~", ""), ("C#", "C#"),
        ('"3.10"', "3.10"), ("'012'", "012"), ('"a\\u00e9"', "a\u00e9"), ('"\\ud83d\\ude00"', "\U0001f600"),
        (">\n  a\n  b", "a b"), ("a\n  b", "a b"),
    ],
)  # fmt: skip
def test_texts_are_the_characters_that_were_typed(typed: str, shown: str) -> None:
    read = matter(f"title: {typed}\nauthor: {typed}\ncategories: {typed}\nsources: [{{id: z, title: y}}]")
    assert (read.title, read.author, read.problems) == (shown, shown, [])
    assert read.categories == ((shown,) if shown else ())


def test_lists_and_ids_are_the_characters_that_were_typed() -> None:
    read = matter("title: A\ncategories: [3.10, yes, 012]\nsources: [{id: 010, title: 1:30}]")
    assert read.categories == ("3.10", "yes", "012")
    assert (read.sources[0].id, read.sources[0].title) == ("010", "1:30")


@pytest.mark.parametrize(
    ("format", "block"),
    [
        ("TOML", 'title = 3.10\nauthor = "No"\ndate = 2026-01-02\ncategories = ["a", "b"]\ndraft = false'),
        ("JSON", '{"title": 3.10, "author": "No", "date": "2026-01-02", "categories": ["a", "b"], "draft": false}'),
        ("YAML", "title: 3.10\nauthor: No\ndate: 2026-01-02\ncategories: [a, b]\ndraft: false"),
        ("YAML", "TITLE: 3.10\nAuthor: No\nDate: 2026-01-02\nCATEGORIES: [a, b]\nDraft: No"),
        ("TOML", 'Title = 3.10\nAuthor = "No"\nDate = 2026-01-02T10:20:30+02:00\ncategories = ["a", "b"]'),
    ],
)
def test_the_formats_say_the_same(format: str, block: str) -> None:
    read = matter(block, format)
    assert (read.title, read.author, read.date, read.categories) == ("3.10", "No", date(2026, 1, 2), ("a", "b"))
    assert (read.draft, read.problems) == ("", [])


_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff\ufeff")
TEXTS = st.text(_CHARACTERS | st.sampled_from(string.punctuation + "0123456789 eE"), max_size=40).map(str.strip)


@given(TEXTS, st.booleans())
@example("\U0001f600", True)
@example("a\u2028x", False)
def test_any_text_comes_back_as_it_was_typed(text: str, is_escaped: bool) -> None:
    written = {
        "JSON": json.dumps({"title": text}, ensure_ascii=is_escaped),
        "TOML": tomli_w.dumps({"title": text}),
        "YAML": yaml.safe_dump({"title": text}, allow_unicode=not is_escaped),
    }
    for format, block in written.items():
        read = matter(block, format)
        assert (format, read.title, read.unreadable) == (format, text, [])


@given(st.text(string.ascii_letters + string.digits + ".:_+- ", min_size=1, max_size=20))
def test_plain_words_of_yaml_are_never_taken_for_numbers_or_truth(text: str) -> None:
    read = matter(f"title: {text}")
    if not read.unreadable and read.title:
        assert read.title == text.strip()


def test_a_comment_that_ends_a_title_is_noted() -> None:
    read = matter("title: Ticket #42\nauthor: B")
    assert (read.title, read.unreadable) == ("Ticket", [])
    assert [str(problem)[:50] for problem in read.problems] == ["a.md:2: title: ends before the #, which begins a c"]
    assert all(problem.is_note for problem in read.problems)


# Whether it is shown


@pytest.mark.parametrize(
    "line",
    [
        "draft: true", "Draft: true", "DRAFT: YES", "draft: on", "draft: 'true'", "published: false", "published: No",
        "Published: 'off'", "status: draft", "Status: Hidden", "status: skip", "status: private", "status: pending",
        "status: future", "visibility: private", "visibility: members", "private: true", "hidden: yes",
        "unlisted: true",
        "\u200bdraft: true", "\u00a0draft: true", "draft : true", "publish_date: 2999-01-01\ndraft: on",
        "draft: true\npublished: true", "draft: false\nstatus: draft",
    ],
)  # fmt: skip
def test_every_word_for_not_published_keeps_an_article_back(
    client: FlaskClient, check: Check, write: Articles, line: str
) -> None:
    path = write("mine", f"---\ntitle: A\ndate: 2026-11-25\n{line}\n---\nText")
    assert shown_at(client, "mine") == []
    result = check()
    assert (result.exit_code, result.output.count("\n")) == (0, 2)
    assert f"{path}: draft: not shown. Its file says " in result.output


@pytest.mark.parametrize(
    "line",
    ["draft: false", "Draft: No", "published: true", "published: 2026-11-20", "status: published", "Status: Publish",
     "visibility: public", "private: off", "status: featured", "publishDate: 2026-11-20", "expiryDate: 2999-01-01"],
)  # fmt: skip
def test_every_word_for_published_shows_it(client: FlaskClient, write: Articles, line: str) -> None:
    write("mine", f"---\ntitle: A\ndate: 2026-11-25\n{line}\n---\nText")
    assert shown_at(client, "mine") == everywhere("mine")


@pytest.mark.parametrize("text", ["+++\ndraft = true\n+++\nText", '{"draft": true}\nText'])
def test_drafts_in_toml_and_json_are_drafts(client: FlaskClient, write: Articles, text: str) -> None:
    write("mine", text)
    assert shown_at(client, "mine") == []


@pytest.mark.parametrize(
    ("block", "starts", "ends"),
    [
        ("date: 2026-01-02", datetime(2026, 1, 2, tzinfo=UTC), None),
        ("date: 2026-01-02 10:20", datetime(2026, 1, 2, 10, 20, tzinfo=UTC), None),
        ("date: 2026-01-02T10:20:00+02:00", datetime(2026, 1, 2, 8, 20, tzinfo=UTC), None),
        ("date: 2026-01-02\npublishDate: 2026-01-05", datetime(2026, 1, 5, tzinfo=UTC), None),
        ("date: 2026-01-05\npublishDate: 2026-01-02", datetime(2026, 1, 5, tzinfo=UTC), None),
        ("published: 2026-01-05", datetime(2026, 1, 5, tzinfo=UTC), None),
        ("expiryDate: 2026-01-05", None, datetime(2026, 1, 5, tzinfo=UTC)),
        ("date:\n  created: 2026-01-05\n  updated: 2026-01-06", datetime(2026, 1, 5, tzinfo=UTC), None),
        ("publish_date: 2026-01-05\nExpiry-Date: 2026-01-06", *(datetime(2026, 1, day, tzinfo=UTC) for day in (5, 6))),
        ("date:\npublishDate: ''\nexpiryDate: null", None, None),
    ],
)
def test_a_day_begins_in_utc_and_the_latest_start_counts(
    block: str, starts: datetime | None, ends: datetime | None
) -> None:
    read = matter(block)
    assert (read.starts, read.ends, read.unreadable) == (starts, ends, [])


# Files


def test_without_front_matter_the_file_name_is_the_title(client: FlaskClient, write: Articles) -> None:
    write("two-words", "Only text.")
    assert page(client, "/article/two-words").texts["h1"] == ["Two words"]


def test_a_file_from_windows_reads_the_same(client: FlaskClient, write: Articles) -> None:
    text = "---\ntitle: A\n---\n\nb:\n* c\n* d\n\n```\ne\n\nf\n```\n"
    write("unix", text)
    write("windows", "\ufeff" + text.replace("\n", "\r\n"))
    assert prose(client, "windows") == prose(client, "unix")

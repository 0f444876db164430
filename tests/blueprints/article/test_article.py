"""Articles: files with front matter, their pages, list, feed and pictures."""

from __future__ import annotations

import json
import logging
import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import select

from fwsite.blueprints.article import catalogue
from fwsite.blueprints.comparison.models import Claim
from fwsite.extend import db
from tests.blueprints.article.conftest import Check
from tests.blueprints.article.pages import ATOM, LEAD, QUESTION, TITLE, Articles, entries, feed, page, png, prose
from tests.support.site import create_app

NASTY = "</script><script>alert(1)</script> \"a\" & 'b' <i>"


# Which files are articles


def test_the_hosts_article_wins_over_the_shipped_one(client: FlaskClient, write: Articles) -> None:
    write(LEAD, "---\ntitle: Mine\n---\nOurs.")
    assert page(client, f"/article/{LEAD}").texts["h1"] == ["Mine"]
    assert "Mine" in page(client, "/").texts["h2"]
    assert client.get("/article/").text.count("Mine") == 1


def test_a_draft_is_shown_nowhere(client: FlaskClient, write: Articles) -> None:
    write("secret", "---\ntitle: Secret plan\ndate: 2026-01-01\ndraft: true\n---\nb")
    assert client.get("/article/secret").status_code == 404
    for address in ("/article/", "/feed.xml", "/sitemap.xml", "/"):
        response = client.get(address)
        assert response.status_code == 200
        assert "ecret" not in response.text


def test_files_show_as_soon_as_they_are_dropped_in_edited_and_deleted(client: FlaskClient, write: Articles) -> None:
    assert client.get("/article/new").status_code == 404
    path = write("new", "---\ntitle: First\n---\n")
    assert page(client, "/article/new").texts["h1"] == ["First"]
    assert "First" in client.get("/article/").text
    before = path.stat().st_mtime_ns
    write("new", "---\ntitle: Other\n---\n")
    os.utime(path, ns=(before + 1, before + 1))
    assert page(client, "/article/new").texts["h1"] == ["Other"]
    path.unlink()
    assert client.get("/article/new").status_code == 404
    assert "Other" not in client.get("/article/").text


def test_an_edit_that_keeps_size_and_time_shows_too(client: FlaskClient, write: Articles) -> None:
    path = write("new", "---\ntitle: First\n---\n")
    assert page(client, "/article/new").texts["h1"] == ["First"]
    before = path.stat()
    aside = write("aside", "---\ntitle: Other\n---\n")
    os.utime(aside, ns=(before.st_mtime_ns, before.st_mtime_ns))
    aside.replace(path)
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert page(client, "/article/new").texts["h1"] == ["Other"]


@pytest.mark.parametrize(
    "slug",
    ["..", "../config", "%2e%2e%2fconfig", "..%5cconfig", "..%2f..%2fetc%2fpasswd", "%00", "a%00", "%2fetc%2fpasswd",
     "x" * 121, "x" * 5000, "-a", "_a", "a.b", "a%20b", "a.md", "%C3%A9", "a%0A"],
)  # fmt: skip
def test_a_name_that_is_no_slug_is_not_found(client: FlaskClient, instance: Path, write: Articles, slug: str) -> None:
    (instance / "config.md").write_text("Not to be read.")
    with suppress(OSError, ValueError):  # no file can have some of these names
        write(unquote(slug), "Not to be read.")
    response = client.get(f"/article/{slug}")
    assert response.status_code in (404, 308)
    assert "Not to be read." not in response.text
    if response.status_code == 308:
        assert client.get(f"/article/{slug}", follow_redirects=True).status_code == 404


# Faults do not spread


def test_a_faulty_article_still_serves_and_the_log_names_the_place_once(
    client: FlaskClient, write: Articles, caplog: pytest.LogCaptureFixture
) -> None:
    path = write("bad", "---\ntitle: A\nimages: [a]\nlayout: post\n---\nText.")
    assert "Text." in prose(client, "bad")
    assert "A</a>" in client.get("/article/").text
    assert [record.getMessage() for record in caplog.records] == [f"{path}:3: imageAlts: has 0 texts for 1 images"]


def test_why_an_article_is_held_back_stands_in_the_log_once(
    client: FlaskClient, write: Articles, caplog: pytest.LogCaptureFixture
) -> None:
    path = write("bad", "---\ntitle: A\ndate: soon\n---\nText.")
    assert [client.get("/article/bad").status_code for _ in range(3)] == [404, 404, 404]
    (record,) = caplog.records
    assert record.getMessage().startswith(f"{path}:3: date: is 'soon'; write a date")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text.", ":1: title: is missing"),
        ("---\ntitle: A\n---\nText [^1].", ":4: [^1]: there is no such source or footnote"),
        ("---\ntitle: A\n---\nText\n::nothing[]", ":5: ::nothing: unknown directive; known are"),
        ("---\ntitle: A\n---\nText\n::balance[cobol]", ":5: ::balance: there is no framework 'cobol'; known are"),
        ("---\ntitle: A\n---\nText\n::note[]", ":5: ::note: write the note between the brackets"),
    ],
)
def test_the_check_names_file_line_and_key_of_what_the_page_serves_without(
    client: FlaskClient, check: Check, write: Articles, text: str, expected: str
) -> None:
    path = write("bad", text)
    assert "Text" in prose(client, "bad")
    result = check()
    assert result.exit_code == 1
    assert f"{path}{expected}" in result.output


def test_a_file_that_is_not_utf_8_is_served_and_reported(client: FlaskClient, check: Check, instance: Path) -> None:
    path = instance / "articles" / "latin.md"
    path.write_bytes("---\ntitle: A\n---\ncaf\xe9\n".encode("latin-1"))
    assert "caf\ufffd" in prose(client, "latin")
    assert f"{path}:4: text: is not UTF-8; save the file as UTF-8; what cannot be read is shown as" in check().output


def test_a_file_that_cannot_be_read_is_reported_and_the_list_serves(
    client: FlaskClient, check: Check, write: Articles, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("locked", "---\ntitle: A\n---\n")
    read_bytes = Path.read_bytes

    def refuse(file: Path) -> bytes:
        if file == path:
            raise PermissionError(13, "Permission denied")
        return read_bytes(file)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert client.get("/article/").status_code == 200
    assert client.get("/article/locked").status_code == 404
    assert f"{path}: cannot be read: Permission denied" in check().output


def test_a_file_whose_name_is_no_slug_is_reported(check: Check, write: Articles) -> None:
    path = write("my article", "---\ntitle: A\n---\n")
    assert f"{path}: file name: use letters, digits, - and _ only" in check().output


def test_brackets_in_code_are_no_citations(check: Check, write: Articles) -> None:
    write("regex", "---\ntitle: A\n---\nUse `[^a-z]` or\n\n```\n[^0-9]+\n```\n")
    assert check().exit_code == 0


def test_a_directive_that_fails_leaves_the_page_and_one_line_in_the_log(
    client: FlaskClient, write: Articles, caplog: pytest.LogCaptureFixture
) -> None:
    path = write("bad", "---\ntitle: A\n---\n\nbefore\n\n::balance[cobol]\n\nafter")
    html = prose(client, "bad")
    assert "before" in html
    assert "after" in html
    assert "balance" not in html
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"{path}:7: ::balance: there is no framework 'cobol'; known are django, flask, fastapi, none"
    ]


def test_a_lead_that_does_not_exist_is_reported_and_home_is_the_list(instance: Path, check: Check) -> None:
    (instance / "config.toml").write_text('ARTICLE_LEAD = "nowhere"\n')
    assert page(create_app(instance).test_client(), "/").texts["h1"] == ["All articles"]
    result = check()
    assert "ARTICLE_LEAD: there is no article 'nowhere'" in result.output


# Addresses, list, feed, machines


def test_home_is_the_lead_article_under_a_question_and_its_own_address_has_it_alone(client: FlaskClient) -> None:
    assert page(client, "/").texts["h1"] == [QUESTION]
    assert TITLE in page(client, "/").texts["h2"]
    alone = page(client, f"/article/{LEAD}")
    assert alone.texts["h1"] == [TITLE]
    for path in ("/", f"/article/{LEAD}"):
        canonical = [link["href"] for link in page(client, path).all("link") if link["rel"] == "canonical"]
        assert canonical == [f"http://localhost{path}"]
        assert f"<loc>http://localhost{path}</loc>" in client.get("/sitemap.xml").text


def test_without_a_question_home_is_the_article_and_its_own_address_leads_there(instance: Path) -> None:
    client = create_app(instance, settings={"ARTICLE_QUESTION": " "}).test_client()
    response = client.get(f"/article/{LEAD}")
    assert (response.status_code, response.location) == (308, "/")
    assert page(client, "/").texts["h1"] == [TITLE]


def test_another_lead_takes_its_place(instance: Path, write: Articles) -> None:
    write("mine", "---\ntitle: Mine\n---\n")
    client = create_app(instance, settings={"ARTICLE_LEAD": "mine"}).test_client()
    home = page(client, "/")
    assert home.texts["h1"] == [QUESTION]
    assert "Mine" in home.texts["h2"]
    assert page(client, "/article/mine").texts["h1"] == ["Mine"]
    assert client.get(f"/article/{LEAD}").status_code == 200


def test_the_list_groups_by_category_the_newest_first(client: FlaskClient, write: Articles) -> None:
    write("old", "---\ntitle: Old one\ndate: 2019-01-01\ncategories: [backend]\n---\n")
    write("new", "---\ntitle: New one\ndate: 2026-11-25\ncategories: [backend, zebra]\n---\n")
    write("none", "---\ntitle: No group\n---\n")
    parts = page(client, "/article/")
    assert parts.texts["h2"] == ["backend", "zebra", "Without a category"]
    lead = TITLE
    shown = [text for text in parts.texts["a"] if text in ("Old one", "New one", "No group", lead)]
    assert shown == ["New one", lead, "Old one", "New one", "No group"]


def test_the_feed_is_atom_with_absolute_addresses_and_lasting_ids(
    client: FlaskClient, instance: Path, write: Articles
) -> None:
    write("dated", "---\ntitle: Dated\ndate: 2026-11-23\nreviewed: 2026-11-24\nauthor: B\n---\n")
    write("undated", "---\ntitle: Undated\n---\n")
    assert list(entries(client)) == ["Dated", TITLE]
    dated = entries(client)["Dated"]
    assert dated.findtext(f"{ATOM}published") == "2026-11-23T00:00:00Z"
    assert dated.findtext(f"{ATOM}updated") == "2026-11-24T00:00:00Z"
    root = feed(client)
    days = {entry.findtext(f"{ATOM}updated", "") for entry in entries(client).values()}
    assert len(days) == 2
    assert root.findtext(f"{ATOM}updated") == max(days)
    for element in root.iter():
        if element.tag in (f"{ATOM}link", f"{ATOM}id"):
            assert (element.get("href") or element.text or "").startswith("http://localhost/")
    before = {title: entry.findtext(f"{ATOM}id") for title, entry in entries(client).items()}
    other = create_app(instance, settings={"ARTICLE_LEAD": "dated"}).test_client()
    assert {title: entry.findtext(f"{ATOM}id") for title, entry in entries(other).items()} == before


def test_the_sitemap_names_every_article_where_it_stands(client: FlaskClient, write: Articles) -> None:
    write("mine", "---\ntitle: Mine\ndate: 2026-11-23\n---\n")
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)
    places = {url[0].text: [part.text for part in url[1:]] for url in root}
    assert places["http://localhost/article/mine"] == ["2026-11-23"]
    assert {"http://localhost/", f"http://localhost/article/{LEAD}"} <= set(places)


def test_a_page_describes_itself_to_machines(client: FlaskClient, write: Articles) -> None:
    write("mine", "---\ntitle: Mine\nauthor: B\ndate: 2026-11-23\ndescription: In short.\n---\n")
    parts = page(client, "/article/mine")
    address = "http://localhost/article/mine"
    assert [link["href"] for link in parts.all("link") if link["rel"] == "canonical"] == [address]
    assert parts.meta("description") == parts.meta("og:description") == "In short."
    assert (parts.meta("og:type"), parts.meta("og:title"), parts.meta("og:url")) == ("article", "Mine", address)
    assert json.loads(parts.texts["script"][0]) == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "Mine",
        "description": "In short.",
        "author": {"@type": "Person", "name": "B"},
        "datePublished": "2026-11-23",
        "dateModified": "2026-11-23",
    }


def test_html_in_the_front_matter_is_text_everywhere(client: FlaskClient, write: Articles) -> None:
    quoted = json.dumps(NASTY)
    write(
        "nasty",
        f"---\ntitle: {quoted}\nauthor: {quoted}\ndescription: {quoted}\ndate: 2026-11-23\ncategories: [{quoted}]\n"
        f"images: ['/none.png']\nimageAlts: [{quoted}]\n"
        f"sources:\n  - id: a\n    title: {quoted}\n    author: {quoted}\n"
        f"    url: 'https://a.example/\"><script>alert(1)</script>'\n  - title: {quoted}\n---\n\nText.[^a]\n",
    )
    parts = page(client, "/article/nasty")
    assert parts.texts["h1"] == [NASTY]
    assert parts.texts["title"] == [f"{NASTY} – Backend Ledger"]
    assert parts.meta("description") == NASTY
    assert json.loads("".join(parts.texts["script"]))["headline"] == NASTY
    assert parts.all("script") == [{"type": "application/ld+json"}]
    assert parts.all("i") == []
    listed = page(client, "/article/")
    assert NASTY in listed.texts["a"]
    assert listed.all("script") == listed.all("i") == []
    entry = entries(client)[NASTY]
    assert entry.findtext(f"{ATOM}summary") == entry.findtext(f"{ATOM}author/{ATOM}name") == NASTY


# Sources and footnotes


def test_sources_are_footnotes_with_a_way_back(client: FlaskClient, write: Articles) -> None:
    write(
        "cited",
        "---\ntitle: A\nsources:\n  - {id: x, title: X _y_ <z>, author: B, publisher: C, date: 2020-01-02,"
        " url: 'https://x.example/a_b_(c)?d=e&f=g', read: 2026-01-01}\n  - {id: unused, title: Unused}\n---\n"
        "One.[^x] Two.[^x] Mine.[^m]\n\n[^m]: My own note.\n",
    )
    parts = page(client, "/article/cited")
    html = prose(client, "cited")
    assert "B, <a" in html
    assert "X _y_ &lt;z&gt;</a>, C, 2 January 2020 (read 1 January 2026)" in html
    assert "My own note." in html
    assert "https://x.example/a_b_(c)?d=e&f=g" in [link["href"] for link in parts.all("a")]
    ids = [attributes["id"] for _, attributes in parts.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in parts.all("a") if link["href"].startswith("#")} <= set(ids)
    assert parts.texts["h2"][-2:] == ["Sources", "Further sources"] or "Further sources" in parts.texts["h2"]
    assert "<em>Unused</em>" in html


@pytest.mark.parametrize("name", ["a b", "a]b", "a^b", "a*b", "a_b_c", "<b>", 'a"b', "a\\b", "é", "1", "a:b", "`a`"])
def test_no_id_of_a_source_breaks_the_page(client: FlaskClient, write: Articles, name: str) -> None:
    source = json.dumps({"id": name, "title": "The source"}, ensure_ascii=False)
    write("odd", f"---\ntitle: A\nsources: [{source}]\n---\nText.[^{name}] End.\n")
    html = prose(client, "odd")
    assert "Text." in html
    assert "End." in html
    assert html.count("The source") == 1


def test_an_article_without_sources_has_no_list_of_them(client: FlaskClient, write: Articles) -> None:
    write("plain", "---\ntitle: A\n---\nText.[^1]\n\n[^1]: Note.\n")
    assert "Sources" not in client.get("/article/plain").text


# Pictures


def test_a_picture_comes_from_the_media_folder_with_its_proportions(
    client: FlaskClient, write: Articles, media: Path
) -> None:
    write("seen", '---\ntitle: A\nimages: [/img/a%20b.png]\nimageAlts: [Lead]\n---\n![Alone](/img/a%20b.png "Below")\n')
    parts = page(client, "/article/seen")
    lead, alone = parts.all("img")
    assert (lead["alt"], alone["alt"], alone["width"], alone["height"]) == ("Lead", "Alone", "7", "5")
    assert len(parts.all("figure")) == 2
    assert parts.texts["figcaption"] == ["Below"]
    response = client.get(alone["src"])
    assert (response.status_code, response.mimetype, response.data) == (200, "image/png", png(7, 5))


def test_a_picture_whose_size_is_unknown_is_shown_without(client: FlaskClient, write: Articles, media: Path) -> None:
    write("seen", "a ![b](/broken.png) c")
    (picture,) = page(client, "/article/seen").all("img")
    assert picture.keys() == {"src", "alt", "loading"}


@pytest.mark.parametrize(
    "src",
    ["/img/none.png", "none.png", "./none.png", "//other.example/a.png", "data:image/png;base64,AA", "http://[", "//[",
     "/img/a%20b.png%00", "../secret_key", "/", "", "/img", "x" * 5000],
)  # fmt: skip
def test_a_picture_that_is_not_there_leaves_its_words(
    client: FlaskClient, write: Articles, media: Path, src: str
) -> None:
    write("gone", f"---\ntitle: A\nimages: ['{src}']\nimageAlts: [Lead words]\n---\n![The words](<{src}>) and on\n")
    parts = page(client, "/article/gone")
    assert parts.all("img") == []
    html = prose(client, "gone")
    assert html.count("Lead words") == 1
    assert "The words" in html
    assert "and on" in html


def test_a_picture_of_another_site_is_a_link_unless_it_stands_in_one(client: FlaskClient, write: Articles) -> None:
    write("far", "![Far](https://x.example/a.png) ![](http://x.example/b.png) [![In](https://x.example/c.png)](/d)")
    html = prose(client, "far")
    assert "<img" not in html
    assert '<a href="https://x.example/a.png">Far</a>' in html
    assert '<a href="http://x.example/b.png">Picture on another site</a>' in html
    assert '<a href="/d"><span class="missing">In</span></a>' in html


@pytest.mark.parametrize(
    "name",
    ["../secret_key", "..%2fsecret_key", "%2e%2e/secret_key", "img/../../secret_key", "..%5csecret_key", "link.png",
     "linked/config.png",
     "%2fetc%2fpasswd", "%00.png", "x" * 5000 + ".png", "notes.txt", "page.html", "img", "none.png"],
)  # fmt: skip
def test_nothing_but_pictures_of_the_media_folder_is_given_out(
    client: FlaskClient, instance: Path, media: Path, name: str
) -> None:
    (media / "link.png").symlink_to(instance / "secret_key")
    (instance / "config.png").write_bytes(png(1, 1))
    (media / "linked").symlink_to(instance)
    (media / "notes.txt").write_text("x")
    (media / "page.html").write_text("x")
    response = client.get(f"/article/media/{name}")
    assert response.status_code in (404, 308)
    if response.status_code == 308:
        assert client.get(f"/article/media/{name}", follow_redirects=True).status_code == 404


# The lead article


@pytest.fixture
def lead(app: Flask) -> catalogue.Article:
    with app.app_context():
        article = catalogue.find(LEAD)
    assert article is not None
    return article


def test_the_shipped_content_has_no_faults(check: Check, instance: Path) -> None:
    result = check()
    assert (result.exit_code, result.output) == (0, f"No errors in the shipped content and {instance}.\n")


def test_the_lead_article_is_of_the_length_that_was_ordered(lead: catalogue.Article) -> None:
    text = "".join(str(piece) for piece in lead.document.pieces if isinstance(piece, Markup))
    without_code = re.sub(r"(?s)<pre.*?</pre>|<div class=\"footnote\">.*", "", text)
    assert 1800 <= len(Markup(without_code).striptags().split()) <= 2500


def test_every_source_of_the_lead_article_is_cited_and_listed(client: FlaskClient, lead: catalogue.Article) -> None:
    assert lead.cited == lead.matter.sources
    parts = page(client, "/")
    addresses = [link["href"] for link in parts.all("a")]
    for source in lead.matter.sources:
        assert source.url in addresses
        assert f"#fnref:{source.id}" in addresses
        assert source.read is not None


def test_an_article_shows_the_database_as_it_is_now(client: FlaskClient, app: Flask, write: Articles) -> None:
    write(LEAD, "---\ntitle: Mine\n---\n\n::balance[django]\n\n::comparison[fastapi]\n")
    with app.app_context():
        claim = db.session.scalars(
            select(Claim).where(Claim.framework_key == "django").order_by(Claim.position)
        ).first()
        assert claim is not None
        claim.text = "A claim of *this* test."
        db.session.commit()
    html = client.get("/").text
    assert "A claim of <em>this</em> test." in html
    assert "Django" in html
    assert "FastAPI" in html


@pytest.mark.usefixtures("without_run")
def test_the_lead_article_claims_no_measurement_where_there_is_none(client: FlaskClient) -> None:
    html = client.get("/").text
    assert html.count("Not measured yet") == 3
    assert 'class="ev measured"' not in html
    assert "<caption>Memory" not in html


# Days, categories, reading time, sources


@pytest.mark.parametrize(
    ("date", "reviewed", "updated"),
    [
        ("2026-11-20", "2026-11-10", "2026-11-20"),
        ("2026-11-20", "2026-11-22", "2026-11-22"),
        ("2026-11-20", "", "2026-11-20"),
    ],
)
def test_nothing_is_updated_before_it_was_published(
    client: FlaskClient, write: Articles, date: str, reviewed: str, updated: str
) -> None:
    write("mine", f"---\ntitle: Mine\ndate: {date}\nreviewed: {reviewed}\n---\n")
    entry = entries(client)["Mine"]
    assert entry.findtext(f"{ATOM}published") == f"{date}T00:00:00Z"
    assert entry.findtext(f"{ATOM}updated") == f"{updated}T00:00:00Z"
    data = json.loads(page(client, "/article/mine").texts["script"][0])
    assert (data["datePublished"], data["dateModified"]) == (date, updated)
    assert f"<loc>http://localhost/article/mine</loc><lastmod>{updated}" in "".join(
        client.get("/sitemap.xml").text.split()
    )


def test_categories_are_one_section_for_each_name_whatever_its_case(client: FlaskClient, write: Articles) -> None:
    write("a", "---\ntitle: A\ndate: 2020-01-02\ncategories: [rest api, ios, '']\n---\n")
    write("b", "---\ntitle: B\ndate: 2019-01-02\ncategories: [REST API, iOS, 3.10, iOS, ios]\n---\n")
    write("c", "---\ntitle: C\ncategories: [Rest Api, Straße]\n---\n")
    write("d", "---\ntitle: D\ndate: 2020-01-02\ncategories: ['', ' ']\n---\n")
    write("e", "---\ntitle: E\ndate: 2020-01-02\ncategories: [STRASSE]\n---\n")
    parts = page(client, "/article/")
    assert parts.texts["h2"] == ["3.10", "Backend", "iOS", "REST API", "STRASSE", "Without a category"]
    assert [text for text in parts.texts["a"] if text in "ABCDE"] == [
        *"B", *"AB", *"ABC", *"EC", *"D",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("漢" * 4200, 10),
        ("漢字、" * 1400, 7),
        ("ひらがなとカタカナ" * 400, 9),
        ("ภาษาไทย" * 1643, 10),
        ("word " * 2300, 10),
        ("слово " * 2300, 10),
        ("한국어 " * 2300, 10),
        ("漢" * 2000 + " word" * 1150, 10),
        ("", 1),
        ("- * - " * 5000, 1),
    ],
)
def test_reading_time_counts_words_or_signs_as_the_script_has_them(
    client: FlaskClient, write: Articles, text: str, minutes: int
) -> None:
    write("mine", f"---\ntitle: Mine\n---\n{text}\n")
    assert f"{minutes} minute{'s' if minutes > 1 else ''}</p>" in client.get("/article/").text


@pytest.mark.parametrize("cites", ["Text.", "Text.[^a]"])
def test_a_text_may_have_sources_of_its_own(client: FlaskClient, write: Articles, cites: str) -> None:
    write("mine", f"---\ntitle: A\nsources: [{{id: a, title: Theirs}}]\n---\n{cites}\n\n## Sources\n\nOurs.\n")
    text = client.get("/article/mine").text
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    link = re.search(r'href="#([^"]+)">1 source<', text)
    assert link is not None
    below = text.partition(f'id="{link[1]}"')[2]
    assert "Theirs" in below
    assert "Ours." not in below


TWO_SOURCES = """---
title: Two
sources:
  - {id: a, title: Alpha, url: "https://example.org/a"}
  - {id: b, title: Beta, url: "https://example.org/b"}
  - {id: c, title: Gamma, url: "https://example.org/c"}
---
"""


@pytest.mark.parametrize(
    ("text", "cited", "further"),
    [
        ("First[^b], then[^a].", ["Beta", "Alpha"], ["Gamma"]),
        ("- In a list[^c]\n\nIn a text[^a]", ["Gamma", "Alpha"], ["Beta"]),
        ("In code `[^a]`, in text[^b].", ["Beta"], ["Alpha", "Gamma"]),
        ("```\n[^a]\n```\n\nIn text[^c].", ["Gamma"], ["Alpha", "Beta"]),
        ("Code:\n\n    [^a]\n\nIn text[^c].", ["Gamma"], ["Alpha", "Beta"]),
        ("- An item\n\n    of two[^a]\n", ["Alpha"], ["Beta", "Gamma"]),
        ("None.", [], ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_sources_are_numbered_as_they_are_cited_and_others_are_listed(
    client: FlaskClient, write: Articles, text: str, cited: list[str], further: list[str]
) -> None:
    write("two", f"{TWO_SOURCES}\n{text}\n")
    shown = client.get("/article/two").text
    noted = shown.partition('class="footnote"')[2]
    notes, _, rest = noted.partition("</ol>") if cited else ("", "", shown)
    named = re.compile(r'href="https://example.org/\w">(\w+)</a>')
    assert named.findall(notes) == cited
    assert named.findall(rest) == further


@pytest.mark.parametrize("text", ["# T\n\n## One\n\n## Two", "T\n\n## One\n\n## Two", "T\n=\n\n## One\n\n## Two"])
def test_the_contents_list_has_the_parts_whether_or_not_the_text_has_a_title(
    client: FlaskClient, write: Articles, text: str
) -> None:
    write("parts", f"---\ntitle: Parts\n---\n\n{text}\n")
    shown = client.get("/article/parts").text
    listed = shown.partition('<nav class="toc"')[2].partition("</nav>")[0]
    assert re.findall(r'<li><a href="#(\w+)">(\w+)</a>', listed) == [("one", "One"), ("two", "Two")]


# The whole text in the feed


def test_the_feed_has_the_whole_text_with_absolute_links(client: FlaskClient, write: Articles, media: Path) -> None:
    (media / "one.png").write_bytes(png(2, 2))
    write("other", "---\ntitle: Other\n---\n")
    text = "A [link](other#part), [a place](#below), [away](https://example.org/?a=1&b=2), ![P](/one.png) & <b>b</b>."
    write("dated", f"---\ntitle: Dated\ndate: 2026-11-23\n---\n{text}\n\n## Below\n\n::balance[django]\n")
    content = entries(client)["Dated"].find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    html = content.text or ""
    for wanted in (
        '<a href="http://localhost/article/other#part">link</a>',
        '<a href="http://localhost/article/dated#below">a place</a>',
        '<a href="https://example.org/?a=1&amp;b=2">away</a>',
        'src="http://localhost/article/media/one.png"',
        "&amp; <b>b</b>.",
        "Database access, login, forms and templates come in one package",
    ):
        assert wanted in html
    assert not re.search(r'(?:href|src)="[/#]', html)


def test_the_feed_stays_xml_whatever_a_text_holds(client: FlaskClient, write: Articles) -> None:
    write("odd", "---\ntitle: Odd\ndate: 2026-11-23\n---\nForm\x0cfeed, bell\x07, ]]> and &amp; \ufffe.\n")
    content = entries(client)["Odd"].find(f"{ATOM}content")
    assert content is not None
    assert "]]&gt; and &amp;" in (content.text or "")


def test_the_feed_has_an_article_whose_directive_fails(client: FlaskClient, write: Articles) -> None:
    write("bad", "---\ntitle: Bad\ndate: 2026-11-23\n---\nbefore\n\n::balance[cobol]\n\nafter")
    content = entries(client)["Bad"].find(f"{ATOM}content")
    assert content is not None
    assert "before" in (content.text or "") and "after" in (content.text or "")

"""Search: what is found on the pages, where its links lead, and what never appears, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.domain.items import Kind, State
from fwsite.domain.search_synonyms import SYNONYMS
from fwsite.extend import Text, TextsContext, reading, texts_by_extension
from fwsite.plugins.registry import registry_of

MARA = By("mara", "a note")
_HIT = re.compile(r'<li><h3><a href="(.*?)">(.*?)</a></h3>\s*<p class="meta">(.*?)</p>\s*<p>(.*?)</p></li>', re.DOTALL)


class Hit(NamedTuple):
    path: str
    title: str
    kind: str
    excerpt: str


@pytest.fixture
def site(app_on_each_database: Flask) -> Flask:
    """One site for many tests: each looks for words of its own."""
    return app_on_each_database


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


def page_of(client: FlaskClient, query: str, **more: object) -> str:
    response = client.get("/search/", query_string={"q": query, **more})
    assert response.status_code == 200
    return response.text


def hits(client: FlaskClient, query: str, **more: object) -> list[Hit]:
    return [Hit(unescape(path), *rest) for path, *rest in _HIT.findall(page_of(client, query, **more))]


def paths(client: FlaskClient, query: str) -> list[str]:
    return [hit.path for hit in hits(client, query)]


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def publish(app: Flask, key: str, said: str, **fields: str) -> None:
    """A claim, as the forms publish one."""
    with app.app_context():
        like = document_mapper.find(Kind.CLAIM, "django-parts")
        assert like
        document = {**like.document, "key": key, "text": said, "sources": [], "evidence": "opinion", **fields}
        journal.add(Kind.CLAIM, document, MARA)
        journal.commit()


def change(app: Flask, kind: Kind, key: str, **fields: str) -> None:
    with app.app_context():
        item = document_mapper.find(kind, key)
        assert item
        journal.save(item, {**item.document, **fields}, MARA)
        journal.commit()


def write_article(app: Flask, slug: str, title: str, body: str, matter: str = "") -> Path:
    path = Path(app.instance_path) / "articles" / f"{slug}.md"
    path.write_text(f'---\ntitle: "{title}"\n{matter}---\n{body}\n', encoding="utf-8")
    return path


def texts(app: Flask) -> list[Text]:
    with app.app_context(), reading():
        return [text for found in texts_by_extension(TextsContext()).values() for text in found or ()]


class TestSynonyms:
    @pytest.mark.parametrize("word", SYNONYMS)
    def test_a_word_that_no_text_has_finds_what_is_called_otherwise(self, visitor: FlaskClient, word: str) -> None:
        page, ours = page_of(visitor, word), hits(visitor, SYNONYMS[word])
        assert f"Nothing has “{word}”. These have “{SYNONYMS[word]}”." in plain(page)
        assert [hit.path for hit in hits(visitor, word)] == [hit.path for hit in ours] != []

    def test_it_may_be_one_of_several(self, visitor: FlaskClient) -> None:
        page = plain(page_of(visitor, "FastAPI RAM"))
        assert "Nothing has “FastAPI RAM”. These have “FastAPI memory”." in page
        assert hits(visitor, "FastAPI RAM")[0].path == hits(visitor, "FastAPI memory")[0].path

    def test_what_is_found_as_typed_stays(self, site: Flask, visitor: FlaskClient) -> None:
        file = write_article(site, "ram", "A ram in a field", "It eats grass.")
        page = plain(page_of(visitor, "ram"))
        file.unlink()
        assert "A ram in a field" in page and "Nothing has" not in page

    def test_two_that_find_nothing_are_named_as_they_were_typed(self, visitor: FlaskClient) -> None:
        assert "“ram” and “zebras” are in no text" in plain(page_of(visitor, "ram zebras"))


class TestWhatIsFound:
    def test_is_of_every_kind(self, site: Flask, visitor: FlaskClient) -> None:
        kinds = {text.kind for text in texts(site)}
        assert kinds >= {"Article", "Pro", "Con", "Rating", "Framework", "Criterion", "Question", "Note", "Guide"}
        page = plain(page_of(visitor, ""))
        assert all(f"{kind} (" in page for kind in kinds)

    def test_is_each_text_by_its_title_and_leads_to_where_it_stands(self, site: Flask, visitor: FlaskClient) -> None:
        everything, pages = texts(site), {}
        for text in everything:
            path, _, anchor = text.path.partition("#")
            if path not in pages:
                pages[path] = visitor.get(path)
            assert pages[path].status_code == 200, text
            ids = set(re.findall(r'\bid="([^"]+)"', pages[path].text))
            assert {anchor, *(each for _, each in text.anchors)} - {""} <= {unescape(each) for each in ids}, text
        for text in everything[::7]:
            query = " ".join(text.title.split()[:12])
            first = page_of(visitor, query)
            last = re.search(r"page 1 of (\d+)", first)
            numbers = range(1, int(last[1]) + 1 if last else 2)
            assert text.path in {
                hit.path.partition("#")[0] if text.anchors else hit.path
                for number in numbers
                for hit in hits(visitor, query, page=number)
            }, text

    def test_is_any_text_by_any_of_its_words(self, site: Flask, visitor: FlaskClient) -> None:
        everything = texts(site)

        @given(st.data())
        @settings(max_examples=25, deadline=None, database=None)
        def found(data: st.DataObject) -> None:
            text = data.draw(st.sampled_from(everything))
            word = data.draw(st.sampled_from([each for each in text.body.split() if any(map(str.isalnum, each))]))
            total = re.search(r"<h2 id=\"found\">([\d,]+) result", page_of(visitor, word[:200]))
            assert total and int(total[1].replace(",", "")) >= 1, word

        found()

    def test_says_kind_title_and_excerpt_with_the_words_marked(self, site: Flask, visitor: FlaskClient) -> None:
        publish(site, "marked-bilby", "A `bilby` of Orléans has an N+1 burrow", framework="flask", criterion="memory")
        for query in ("bilby", "BILB", "orleans bilby", "n+1 bilb"):
            [hit] = hits(visitor, query)
            assert (hit.path, hit.title, hit.kind) == ("/comparison/flask/memory#marked-bilby", "Flask: Memory", "Pro")
            assert "<mark>bilby</mark> of" in hit.excerpt
        [hit] = hits(visitor, "flask n+1 orléans bilby")
        assert hit.title == "<mark>Flask</mark>: Memory"
        assert hit.excerpt.startswith("A <mark>bilby</mark> of <mark>Orléans</mark> has an <mark>N+1</mark> burrow")

    def test_of_an_article_leads_to_its_section(self, site: Flask, visitor: FlaskClient) -> None:
        body = f"Quokka first.\n\n## One\n\n{'x ' * 300}\n\n## Two & more\n\nA dunnart."
        write_article(site, "sections", "Sections", body)
        assert paths(visitor, "dunnart") == ["/article/sections#two--more"]
        assert paths(visitor, "quokka") == ["/article/sections"]

    def test_of_a_cell_with_many_points_leads_to_the_page_that_has_it(self, site: Flask, visitor: FlaskClient) -> None:
        for number in range(55):
            publish(site, f"many-{number}", f"Kowari{number:02}", framework="flask", criterion="maturity")
        found = {query: paths(visitor, query) for query in ("kowari00", "kowari54")}
        for query, [path] in found.items():
            assert f'id="many-{int(query[-2:])}"' in visitor.get(path).text
        assert "?page=2#" in found["kowari54"][0]

    def test_has_titles_first(self, site: Flask, visitor: FlaskClient) -> None:
        write_article(site, "often", "Other", "wombat " * 80)
        write_article(site, "titled", "On a wombat", "Much else. " * 300)
        assert paths(visitor, "wombat") == ["/article/titled", "/article/often"]

    def test_comes_page_by_page(self, visitor: FlaskClient) -> None:
        page = page_of(visitor, "django")
        [(total, pages)] = re.findall(r"([\d,]+) results, page 1 of (\d+)", page)
        assert 'href="/search/?q=django&amp;page=2">Next' in page and "Previous" not in page
        every = [hit for number in range(1, int(pages) + 1) for hit in hits(visitor, "django", page=number)]
        assert len(every) == len(set(every)) == int(total)
        last = hits(visitor, "django", page=pages)
        assert hits(visitor, "django", page=int(pages) + 1) == hits(visitor, "django", page="9" * 30) == last
        for odd in ("0", "-3", "x", "", "9" * 5000):
            assert hits(visitor, "django", page=odd) == every[:20]
        assert 'start="21"' in page_of(visitor, "django", page=2)


class TestNothing:
    def test_found_says_which_word_is_not_there_and_offers_less(self, visitor: FlaskClient) -> None:
        page = page_of(visitor, "wsgi zebra")
        assert "“zebra” is in no text of this site." in plain(page)
        number = re.search(r'<a href="/search/\?q=wsgi">Search without “zebra”</a>: (\d+) result', page)
        assert number and int(number[1]) == len(hits(visitor, "wsgi")) > 0
        assert 'href="/comparison/">compare' in page and 'href="/questionnaire/">answer' in page

    def test_found_of_words_that_no_text_has_together(self, site: Flask, visitor: FlaskClient) -> None:
        write_article(site, "apart", "Apart", "A numbat.")
        write_article(site, "asunder", "Asunder", "A potoroo.")
        page = plain(page_of(visitor, "numbat potoroo"))
        assert "Each of these words is in some text, and no text has all of them." in page
        assert "Search without “numbat”: 1 result" in page and "Search without “potoroo”: 1 result" in page
        assert "“zebra” and “yak” are in no text" in plain(page_of(visitor, "zebra yak"))

    def test_asked_shows_the_form_and_what_is_searched(self, visitor: FlaskClient) -> None:
        page = page_of(visitor, "")
        assert "What is searched" in page and 'name="q" id="q" value=""' in page
        assert "Nothing" not in page
        assert "There is no letter and no digit in that." in page_of(visitor, "?!")

    def test_is_looked_for_where_a_query_is_too_long(self, visitor: FlaskClient) -> None:
        words = " ".join(f"word{number}" for number in range(21))
        for query, said in (
            ("x" * 201, "That is 201 characters; a search takes 200. Please shorten it."),
            (words, "A search takes 20 words. Please leave some out."),
        ):
            response = visitor.get("/search/", query_string={"q": query})
            assert response.status_code == 400
            assert said in response.text and "<title>Error: " in response.text
            assert f'value="{query}"' in response.text and 'aria-describedby="q-err"' in response.text
        assert page_of(visitor, "x" * 200) and page_of(visitor, words.rpartition(" ")[0])


class TestStayingCurrent:
    def test_a_claim_is_found_while_it_is_published(self, site: Flask, visitor: FlaskClient) -> None:
        publish(site, "current-galah", "A galah sings", state=State.DRAFT.value)
        assert paths(visitor, "galah") == []
        change(site, Kind.CLAIM, "current-galah", state=State.PUBLISHED.value)
        assert paths(visitor, "galah") == ["/comparison/django/parts#current-galah"]
        change(site, Kind.CLAIM, "current-galah", text="A corella sings")
        assert paths(visitor, "galah") == [] and len(paths(visitor, "corella")) == 1
        change(site, Kind.CLAIM, "current-galah", state=State.RETIRED.value)
        assert paths(visitor, "corella") == []

    def test_an_article_is_found_as_its_file_is(self, site: Flask, visitor: FlaskClient) -> None:
        path = write_article(site, "pets", "Pets", "A bettong hops.")
        assert paths(visitor, "bettong") == ["/article/pets"]
        write_article(site, "pets", "Pets", "A bandicoot hops, and so on.")
        assert paths(visitor, "bettong") == [] and paths(visitor, "bandicoot") == ["/article/pets"]
        write_article(site, "pets", "Pets", "A bandicoot hops no more.", "draft: true\n")
        assert paths(visitor, "bandicoot") == []
        path.unlink()

    def test_a_part_that_does_not_answer_is_said_and_asked_again(
        self, site: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(site, "incomplete", "A cassowary")
        registry = registry_of(site)
        broken = tuple(
            replace(each, texts=lambda context: 1 / 0) if each.name == "docs" else each for each in registry.extensions
        )
        with monkeypatch.context() as patch:
            patch.setattr(registry, "extensions", broken)
            assert "a part of the site does not answer" in page_of(visitor, "cassowary")
            assert len(hits(visitor, "cassowary")) == 1
        assert "does not answer" not in page_of(visitor, "cassowary")


class TestThePage:
    def test_pushes_out_no_page_with_a_query_and_is_never_listed(self, site: Flask, visitor: FlaskClient) -> None:
        kept = site.extensions["fwsite.page_cache"].pages
        assert visitor.get("/search/").status_code == 200
        before = list(kept)
        assert len([key for key in before if "/search/" in key]) == 1
        for number in range(30):
            assert '<meta name="robots" content="noindex">' in page_of(visitor, f"anything {number}")
        assert list(kept) == before

    def test_stands_in_the_header_of_every_page_until_it_is_switched_off(self, make_app: Callable[..., Flask]) -> None:
        on, off = make_app().test_client(), make_app(EXTENSIONS_DISABLED=("search",)).test_client()
        for address in ("/", "/comparison/", "/questionnaire/", "/docs/host", "/account/sign-in", "/no-such-page"):
            page = on.get(address).text
            header = page[page.index('<header class="top">') :]
            assert header.index('href="/search/" aria-label="Search"') < header.index("<nav")
            assert '<link rel="search" type="application/opensearchdescription+xml"' in page
            assert "/search/" not in off.get(address).text
        assert off.get("/search/").status_code == off.get("/search/opensearch.xml").status_code == 404

    def test_works_below_another_root(self, visitor: FlaskClient) -> None:
        page = visitor.get("/search/?q=wsgi", base_url="https://ledger.example.org/some/where").text
        assert 'action="/some/where/search/"' in page
        assert {path.startswith("/some/where/") for path, *_ in _HIT.findall(page)} == {True}

    def test_tells_browsers_how_to_ask(
        self, visitor: FlaskClient, site: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(site.config, "SITE_URL", "https://ledger.example.org")
        response = visitor.get("/search/opensearch.xml")
        assert response.mimetype == "application/opensearchdescription+xml"
        spaces = {"": "http://a9.com/-/spec/opensearch/1.1/"}
        root = ElementTree.fromstring(response.text)
        url = root.find("Url", spaces)
        assert url is not None and url.attrib["template"] == "https://ledger.example.org/search/?q={searchTerms}"
        assert len(root.findtext("ShortName", "", spaces)) <= 16

    def test_answers_whatever_is_typed(self, visitor: FlaskClient) -> None:
        page = page_of(visitor, '"><script>alert(1)</script> wsgi')
        assert "<script>alert" not in page and "&gt;&lt;script&gt;alert(1)" in page

        @given(st.text(max_size=120))
        @settings(max_examples=40, deadline=None, database=None)
        def answered(query: str) -> None:
            assert visitor.get("/search/", query_string={"q": query}).status_code in (200, 400)

        answered()


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("why believe this site", "/about/"),
        ("what has changed", "/comparison/changes"),
        ("decide as a team", "/team/"),
        ("trust", "/comparison/evidence"),
    ],
)
def test_finds_the_pages_of_the_site_itself(client: FlaskClient, asked: str, first: str) -> None:
    assert first in paths(client, asked)[:3]

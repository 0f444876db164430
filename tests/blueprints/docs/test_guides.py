"""The guides as the site serves them: every page, link and picture."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.docs import catalogue
from tests.support.paths import ROOT

DOCS = ROOT / "fwsite" / "blueprints" / "docs" / "guides"
NAMES = sorted(path.stem for path in DOCS.glob("*.md"))
PICTURES = sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / "pictures").rglob("*") if path.is_file())
GUIDE = """# A guide

| a | table |
|---|---|
| 1 | 2 |

What **this** is [about](host.md). And more.

## One

[host](host.md), [its settings](host.md#settings), [README](../../README.md), [data](../content/frameworks.toml),
[the shot](pictures/article.png), [none](nowhere.md), [up](../docs/host.md), [out](pictures/../../cli.py),
[here](#two), [home](/), [far](https://example.org/host.md), <a href="javascript:alert(1)">odd</a>.

## Two

![The article page](pictures/article.png "Its caption")

![Not there](pictures/none.png)

![Not ours](../content/frameworks.toml)

::nothing[to call]
"""


class _Page(HTMLParser):
    """Ids, and what the page refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.references += [given[name] or "" for name in ("href", "src") if name in given]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the guides with one more, ``a-guide``."""
    copy = tmp_path / "docs"
    shutil.copytree(DOCS, copy)
    (copy / "a-guide.md").write_text(GUIDE)
    monkeypatch.setattr(catalogue, "FOLDER", copy)
    monkeypatch.setattr(catalogue, "PICTURES", copy / "pictures")
    return copy


def broken(client: FlaskClient, address: str) -> Iterator[str]:
    """References of the page that lead nowhere on this site."""
    page = _Page(client.get(address).text)
    for reference in page.references:
        target = urlsplit(urljoin(f"http://localhost{address}", reference))
        if target.scheme not in ("http", "https") or target.hostname != "localhost":
            continue
        response = client.get(f"{target.path}?{target.query}", follow_redirects=True)
        missing = target.fragment and target.fragment not in _Page(response.text).ids
        if response.status_code != 200 or missing:
            yield reference


@pytest.mark.parametrize("name", NAMES)
class TestEveryGuide:
    def test_is_a_page_with_one_heading_that_may_be_cached(self, client: FlaskClient, name: str) -> None:
        response = client.get(f"/docs/{name}")
        assert response.status_code == 200
        [heading] = re.findall("<h1[^>]*>(.*?)</h1>", response.text)
        assert f"# {unescape(heading)}\n" in (DOCS / f"{name}.md").read_text()
        assert response.cache_control.public
        assert "Set-Cookie" not in response.headers
        again = client.get(f"/docs/{name}", headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304

    def test_has_no_link_or_picture_that_leads_nowhere(self, client: FlaskClient, name: str) -> None:
        assert list(broken(client, f"/docs/{name}")) == []
        assert 'class="missing"' not in client.get(f"/docs/{name}").text

    def test_has_each_id_once_and_links_to_its_sections(self, client: FlaskClient, name: str) -> None:
        text = client.get(f"/docs/{name}").text
        ids = _Page(text).ids
        assert len(ids) == len(set(ids))
        contents = re.findall(r'<li><a href="#([^"]+)">', text)
        sections = (DOCS / f"{name}.md").read_text().count("\n## ")
        assert len(contents) == (sections if sections > 1 else 0)

    def test_moves_here_from_the_name_of_its_file(self, client: FlaskClient, name: str) -> None:
        response = client.get(f"/docs/{name}.md")
        assert (response.status_code, response.location) == (308, f"/docs/{name}")


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_is_served(client: FlaskClient, picture: str) -> None:
    response = client.get(f"/docs/{picture}")
    assert response.status_code == 200
    assert response.data == (DOCS / picture).read_bytes()
    assert response.mimetype.startswith("image/")
    assert response.cache_control.max_age == 3600


class TestTheList:
    def test_names_every_guide_with_what_it_is_about(self, client: FlaskClient) -> None:
        text = client.get("/docs/").text
        listed = re.findall(r'<li><a href="/docs/([^"]+)">([^<]+)</a>\n<p>(.+?)</p></li>', text)
        assert sorted(name for name, _, _ in listed) == NAMES
        titles = [title for _, title, _ in listed]
        assert titles == sorted(titles)
        assert list(broken(client, "/docs/")) == []

    def test_is_linked_from_every_page_and_in_the_sitemap(self, client: FlaskClient) -> None:
        assert '<a href="/docs/">Guides</a>' in client.get("/").text
        sitemap = client.get("/sitemap.xml").text
        for address in ("/docs/", *(f"/docs/{name}" for name in NAMES)):
            assert f"<loc>http://localhost{address}</loc>" in sitemap


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "nowhere.md",
        "host.md.md",
        "HOST",
        "host.txt",
        "..",
        "..%2fhost",
        "%2e%2e%2f%2e%2e%2fREADME.md",
        "..%5cREADME.md",
        "host%00",
        "%2fetc%2fpasswd",
        "x" * 5000,
        "pictures",
        "pictures/",
        "pictures/none.png",
        "pictures/../host.md",
        "pictures/%2e%2e/host.md",
        "pictures/..%2fhost.md",
        "pictures/..%5chost.md",
        "pictures/%2e%2e%2f%2e%2e%2fcli.py",
        "pictures/%2fetc%2fpasswd",
        "pictures/article.png%00",
        f"pictures/{'x' * 5000}",
    ],
)
def test_there_is_nothing_else(client: FlaskClient, path: str) -> None:
    assert client.get(f"/docs/{path}", follow_redirects=True).status_code == 404


class TestOneGuide:
    @pytest.fixture
    def text(self, client: FlaskClient, folder: Path) -> str:
        return client.get("/docs/a-guide").text

    def test_is_summed_up_by_its_first_sentence_of_its_own(self, client: FlaskClient, folder: Path) -> None:
        assert "<p>What <strong>this</strong> is about.</p>" in client.get("/docs/").text
        assert '<meta name="description" content="What this is about.">' in client.get("/docs/a-guide").text

    def test_links_to_guides_and_pictures_and_shows_other_files_as_words(self, text: str) -> None:
        [paragraph] = re.findall(r"<p>(<a href=\"host\">host.*?)</p>", text, re.S)
        links = re.findall(r'<a href="([^"]*)">', paragraph)
        settings, far = "host#settings", "https://example.org/host.md"
        assert links == ["host", settings, "pictures/article.png", "#two", "/", far]
        for words in ("README", "data", "none", "up", "out"):
            assert re.search(rf"(^|[ \n]){words},", paragraph)

    def test_shows_pictures_with_their_size_and_words(self, text: str) -> None:
        assert re.search(
            r'<figure><img src="pictures/article\.png" alt="The article page" width="\d+" height="\d+" '
            r'loading="lazy"><figcaption>Its caption</figcaption></figure>',
            text,
        )
        assert '<figure><span class="missing">Not there</span></figure>' in text
        assert '<figure><span class="missing">Not ours</span></figure>' in text

    def test_shows_directives_as_they_are_written(self, text: str) -> None:
        assert "<p>::nothing[to call]</p>" in text

    def test_is_read_again_when_it_changes(self, make_app: Callable[..., Flask], folder: Path) -> None:
        client = make_app(PAGE_CACHE_BYTES=0).test_client()  # guides change with the package, while nothing is served
        client.get("/docs/a-guide")
        (folder / "a-guide.md").write_text("# Another\n\nNew text\nwithout a point\n")
        page = client.get("/docs/a-guide").text
        assert "<h1>Another</h1>" in page
        assert 'content="New text without a point"' in page
        assert "toc" not in page

    def test_may_have_nothing_but_a_title(self, client: FlaskClient, folder: Path) -> None:
        (folder / "a-guide.md").write_text("# Only this\n")
        assert 'name="description"' not in client.get("/docs/a-guide").text
        assert re.search(r">Only this</a>\s*</li>", client.get("/docs/").text)

    def test_whose_files_name_is_no_address_is_not_listed(self, client: FlaskClient, folder: Path) -> None:
        (folder / "A guide.md").write_text("# Not shown\n")
        assert "Not shown" not in client.get("/docs/").text

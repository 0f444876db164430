"""Articles for tests: files to write, and pages, list and feed to look at."""

from __future__ import annotations

import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from flask.testing import FlaskClient

from fwsite.extend import TextsContext, texts_by_extension

ATOM = "{http://www.w3.org/2005/Atom}"
LEAD = "django-pros-and-cons"
TITLE = "Django, Flask, FastAPI or none: what you get, what you take on"
QUESTION = "Which backend framework should I pick?"


class Articles:
    """Writes articles into an instance."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / "articles"

    def __call__(self, slug: str, text: str) -> Path:
        path = self.folder / f"{slug}.md"
        path.write_bytes(text.encode())
        return path


class Parts(HTMLParser):
    """A page's elements, and the text of those that hold nothing but text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.open = tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.setdefault(self.open, []).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def meta(self, name: str) -> str:
        found = [meta["content"] for meta in self.all("meta") if name in (meta.get("name"), meta.get("property"))]
        assert len(found) == 1
        return found[0]


def page(client: FlaskClient, address: str) -> Parts:
    response = client.get(address)
    assert response.status_code == 200
    return Parts(response.text)


def prose(client: FlaskClient, slug: str) -> str:
    response = client.get(f"/article/{slug}")
    assert response.status_code == 200
    return response.text.partition('<article class="prose">')[2].partition("</article>")[0]


def feed(client: FlaskClient) -> ElementTree.Element:
    response = client.get("/feed.xml")
    assert response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(response.data)


def entries(client: FlaskClient) -> dict[str, ElementTree.Element]:
    return {entry.findtext(f"{ATOM}title", ""): entry for entry in feed(client).iter(f"{ATOM}entry")}


def shown_at(client: FlaskClient, slug: str) -> list[str]:
    """Every place that gives an article to a visitor: its page, the list, feed and sitemap, the texts for a search."""
    found = [f"/article/{slug}"] if client.get(f"/article/{slug}").status_code == 200 else []
    for place in ("/article/", "/feed.xml", "/sitemap.xml"):
        response = client.get(place)
        assert response.status_code == 200
        found += [place] if f"/article/{slug}" in response.text else []
    with client.application.app_context():
        texts = texts_by_extension(TextsContext(), of="article")["article"]
    return found + ["texts"] * any(text.key == slug for text in texts or ())


def everywhere(slug: str) -> list[str]:
    """The same, for an article with a date."""
    return [f"/article/{slug}", "/article/", "/feed.xml", "/sitemap.xml", "texts"]


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\0\0\0" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

"""What hosts make their own without a shell of their own: brand, strapline, foot, legal pages, files and style."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from fwsite.web.shell import asset
from tests.site.test_pages import assert_secure, override
from tests.support.paths import ROOT
from tests.support.served import Site

Apps = Callable[..., Flask]
STYLE = '<link rel="stylesheet" href="(/own/site.css[^"]+)">'


def put(instance: Path, name: str, text: str) -> Path:
    file = instance / "static" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


class TestBlocks:
    @pytest.mark.parametrize(
        ("block", "gone"),
        [
            ("brand", '<a class="brand"'),
            ("header", '<nav aria-label="Main">'),
            ("footer", "every claim shows its evidence"),
            ("legal", "Imprint"),
        ],
    )
    def test_one_is_replaced_and_the_rest_of_the_shell_stays(
        self, instance: Path, make_app: Apps, block: str, gone: str
    ) -> None:
        plain = make_app(SITE_LEGAL=("Imprint=/own/imprint",)).test_client()
        assert gone in plain.get("/questionnaire/deleted").text
        override(
            instance,
            "base.html",
            f'{{% extends "fwsite:base.html" %}}{{% block {block} %}}<b>mine</b>{{% endblock %}}',
        )
        client = make_app(SITE_LEGAL=("Imprint=/own/imprint",)).test_client()
        for page in (
            client.get("/questionnaire/deleted").text,
            client.get("/nowhere").text,
            client.get("/account/sign-in").text,
        ):
            assert "<b>mine</b>" in page and gone not in page
            assert all(part in page for part in ('<header class="top">', '<main id="main"', '<footer class="foot">'))

    def test_more_can_be_put_into_the_head(self, instance: Path, make_app: Apps) -> None:
        override(
            instance,
            "base.html",
            '{% extends "fwsite:base.html" %}{% block head %}<meta name="mine">{% endblock %}'
            '{% block brand %}<img src="{{ asset("logo.svg", of="own") }}" alt="Ours">{% endblock %}',
        )
        put(instance, "logo.svg", "<svg/>")
        client = make_app().test_client()
        page = client.get("/questionnaire/deleted").text
        assert '<meta name="mine">\n</head>' in page or '<meta name="mine"></head>' in page
        logo = re.search(r'<img src="(/own/logo.svg\?v=[0-9a-f]{10})" alt="Ours">', page)
        assert logo
        answer = client.get(logo[1])
        assert (answer.data, answer.mimetype) == (b"<svg/>", "image/svg+xml")


class TestSettings:
    def test_the_strapline_is_at_the_foot(self, make_app: Apps) -> None:
        foot = "<p>Ours: and says so</p>"
        client = make_app(SITE_TITLE="Ours", SITE_STRAPLINE="and says so").test_client()
        assert foot in client.get("/questionnaire/deleted").text and foot in client.get("/nowhere").text
        assert "<p>Ours</p>" in make_app(SITE_TITLE="Ours", SITE_STRAPLINE="").test_client().get("/nowhere").text

    def test_legal_links_are_at_the_foot(self, make_app: Apps) -> None:
        given = ("Imprint = /own/imprint", "Us & you=https://example.org/a?b=c&d=e", "Mail=mailto:a@example.org")
        client = make_app(SITE_LEGAL=given).test_client()
        foot = client.get("/nowhere").text.partition("<footer")[2]
        assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', foot)[-3:] == [
            ("/own/imprint", "Imprint"),
            ("https://example.org/a?b=c&amp;d=e", "Us &amp; you"),
            ("mailto:a@example.org", "Mail"),
        ]


@pytest.mark.new_app
class TestOwnFiles:
    def test_are_kept_for_good_by_their_hash_and_only_so(self, instance: Path, client: FlaskClient) -> None:
        file = put(instance, "fonts/ours.woff2", "font")
        with client.application.test_request_context():
            url = asset("fonts/ours.woff2", of="own")
        assert "immutable" in client.get(url).headers["Cache-Control"]
        assert "no-cache" in client.get("/own/fonts/ours.woff2").headers["Cache-Control"]
        file.write_text("another")
        assert "immutable" not in client.get(url).headers["Cache-Control"]

    @pytest.mark.parametrize(
        "path",
        [
            "../secret_key",
            "%2e%2e/secret_key",
            "..%5csecret_key",
            ".hidden",
            "a/.git/config",
            "link",
            "out/key",
            "none",
        ],
    )
    def test_no_other_file_is_served(self, instance: Path, client: FlaskClient, path: str, tmp_path: Path) -> None:
        for name in (".hidden", "a/.git/config", "there"):
            put(instance, name, "private")
        (instance / "static" / "link").symlink_to(instance / "secret_key")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "key").write_text("private")
        (instance / "static" / "out").symlink_to(tmp_path / "elsewhere")
        assert client.get("/own/there").status_code == 200
        assert client.get(f"/own/{path}").status_code == 404

    def test_may_be_kept_on_another_disk(self, instance: Path, client: FlaskClient, tmp_path: Path) -> None:
        (tmp_path / "disk").mkdir()
        (tmp_path / "disk" / "a.txt").write_text("a")
        (instance / "static").symlink_to(tmp_path / "disk")
        assert client.get("/own/a.txt").text == "a"

    def test_a_style_sheet_is_linked_last_where_there_is_one(self, instance: Path, client: FlaskClient) -> None:
        assert "/own/" not in client.get("/").text
        assert "font-src" not in client.get("/").headers["Content-Security-Policy"]
        put(instance, "site.css", ".brand { color: red }")
        page = client.get("/").text
        found = re.search(STYLE, page)
        assert found
        assert re.findall(r'<link rel="stylesheet" href="([^"?]+)', page)[-1] == "/own/site.css"
        for answer in (client.get("/"), client.get("/nowhere"), client.get(found[1])):
            assert_secure(answer)
        assert "; font-src 'self'" in client.get("/").headers["Content-Security-Policy"]
        assert client.get(found[1]).mimetype == "text/css"
        put(instance, "site.css", ".brand { color: green; }")
        again = re.search(STYLE, client.get("/").text)
        assert again and again[1] != found[1]
        (instance / "static" / "site.css").unlink()
        assert "/own/" not in client.get("/").text

    def test_a_page_of_ones_own_has_the_shell_around_it(self, instance: Path, client: FlaskClient) -> None:
        override(
            instance,
            "own/imprint.html",
            '{% extends "base.html" %}{% block title %}Imprint{% endblock %}'
            "{% block main %}<h1>Imprint</h1>{% endblock %}",
        )
        page = client.get("/own/imprint")
        assert page.status_code == 200
        assert "<title>Imprint – Backend Ledger</title>" in page.text and '<nav aria-label="Main">' in page.text
        assert page.headers["Cache-Control"] == "no-cache, public"
        for path in ("imprint.html", "Imprint", "none", "../base", "imprint/"):
            assert client.get(f"/own/{path}").status_code == 404


GUIDE = (ROOT / "fwsite" / "blueprints" / "docs" / "guides" / "host.md").read_text()
SHAPE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 160"{size}><rect width="600" height="160"/></svg>'


@pytest.mark.parametrize("size", ["", ' width="600" height="160"'])
def test_a_browser_shows_the_guides_logo_as_high_as_a_line(
    browser: Browser, filled_instance: Path, tmp_path: Path, size: str
) -> None:
    folder = Path(shutil.copytree(filled_instance, tmp_path / "instance"))
    example = re.search(r'^{% extends "fwsite:base.html" %}\n{% block brand %}.*$', GUIDE, re.M)
    assert example
    override(folder, "base.html", example[0])
    put(folder, "logo.svg", SHAPE.format(size=size))
    site = Site(folder, tmp_path / "log")
    site.start()
    try:
        for width in (320, 1280):
            page = browser.new_page(viewport={"width": width, "height": 700})
            page.goto(site.url)
            shown = page.eval_on_selector(".brand img", "img => [img.offsetWidth, img.offsetHeight]")
            assert shown == [120, 32]
            page.close()
    finally:
        site.stop()


def test_a_browser_takes_the_hosts_style(browser: Browser, filled_instance: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(filled_instance, tmp_path / "instance"))
    put(folder, "site.css", ".brand { color: rgb(1, 2, 3) }")
    site = Site(folder, tmp_path / "log")
    site.start()
    try:
        page = browser.new_page()
        page.goto(site.url)
        assert page.eval_on_selector(".brand", "brand => getComputedStyle(brand).color") == "rgb(1, 2, 3)"
        page.close()
    finally:
        site.stop()

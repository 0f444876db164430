"""What every page has in common: headers, caching, error pages, addresses, the host's own templates."""

from __future__ import annotations

import gzip
import json
import logging
import re
import shutil
from collections.abc import Callable
from html import unescape
from itertools import combinations
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import brotli
import pytest
from flask import Flask, Response, abort, session
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from fwsite.blueprints.questionnaire.models import PublishedDefinition
from fwsite.db.engine import db
from fwsite.db.models import Framework
from fwsite.web.headers import CONTENT_SECURITY_POLICY
from fwsite.web.signing import view_token_for
from tests.support import runs
from tests.support.forms import first_options, submit
from tests.support.paths import ROOT

Apps = Callable[..., Flask]

PUBLIC = ["/", "/article/", "/article/mine", "/comparison/", "/feed.xml", "/sitemap.xml", "/robots.txt"]
DATA = ["/comparison/data.json", "/comparison/data.csv", "/questionnaire/definition.json", "/article/media/dot.png"]
SHARED = [*PUBLIC, *DATA, "/favicon.ico", "/comparison/?f=django&f=flask"]
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@pytest.fixture
def instance(instance: Path) -> Path:
    """With an article and a picture of the host's."""
    (instance / "measured_run.json").write_text(json.dumps(runs.document()))
    (instance / "articles" / "mine.md").write_text('---\ntitle: Mine & yours\ndate: "2026-11-01"\n---\n\nFirst text.\n')
    (instance / "media" / "dot.png").write_bytes(PNG)
    return instance


@pytest.fixture
def token(client: FlaskClient) -> str:
    """The address of a stored result."""
    return submit(client, first_options(client, 6)).location.rpartition("/")[2]


FOR_SOMEBODY = re.compile(
    r"account\.|article\.work_|comparison\.(work_|suggestion$)|questionnaire\.work_|extensions\.|metrics\.|own\."
    r"|team\.(?!index$|deleted$)"
)
"""Endpoints for one person or team only, which ``test_security.py`` walks, or with what a host has put there."""


def addresses(app: Flask, token: str) -> list[str]:
    """Every address that anybody can visit, with something that exists in its gaps."""
    gaps = {"slug": "mine", "name": "dot.png", "token": token, "filename": "site.css"}
    gaps |= {"guide": "host", "picture": "article.png", "kind": "claim", "key": "django-parts", "number": "1"}
    gaps |= {"first": "django", "second": "flask"}
    gaps |= {"framework": "django", "criterion": "memory", "format": "csv", "run": "reference"}
    gaps["view_token"] = view_token_for(app.config["SECRET_KEY"], token)
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not FOR_SOMEBODY.match(rule.endpoint):
            with app.test_request_context():
                found.append(app.url_for(rule.endpoint, **{name: gaps[name] for name in rule.arguments}))
    return found


def assert_secure(response: TestResponse) -> None:
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert next(iter(policy.items())) == ("default-src", "'none'")
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "script-src" not in policy
    assert not [value for value in policy.values() if "unsafe-" in value or "*" in value or "http" in value]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] in ("strict-origin-when-cross-origin", "no-referrer")


def assert_in_the_sites_dress(response: TestResponse, heading: str) -> None:
    assert response.mimetype == "text/html"
    assert re.findall("<h1[^>]*>(.*?)</h1>", response.text) == [heading]
    assert f"<title>{heading} – Backend Ledger</title>" in response.text
    assert '<nav aria-label="Main">' in response.text
    assert all(f">{label}</a>" in response.text for label in ("Article", "Compare", "Choose"))
    assert "/static/site.css?v=" in response.text
    assert '<meta name="robots" content="noindex">' in response.text


class TestSecurityHeaders:
    def test_are_on_every_page(self, app: Flask, client: FlaskClient, token: str) -> None:
        visited = addresses(app, token)
        assert len(visited) > 12
        for address in visited:
            for response in (client.get(address), client.head(address)):
                assert response.status_code == 200, address
                assert_secure(response)

    @pytest.mark.parametrize(
        ("method", "address", "status"),
        [
            ("GET", "/nowhere", 404),
            ("GET", "/static/nothing.css", 404),
            ("GET", f"/questionnaire/{'x' * 22}", 404),
            ("POST", "/", 405),
            ("TRACE", "/comparison/", 405),
            ("OPTIONS", "/", 200),
        ],
    )
    def test_are_on_errors(self, client: FlaskClient, method: str, address: str, status: int) -> None:
        response = client.open(address, method=method)
        assert response.status_code == status
        assert_secure(response)

    def test_let_a_result_pass_its_address_to_nobody(self, client: FlaskClient, token: str) -> None:
        assert client.get(f"/questionnaire/{token}").headers["Referrer-Policy"] == "no-referrer"

    def test_ask_for_https_where_it_is_https(self, client: FlaskClient) -> None:
        assert "Strict-Transport-Security" not in client.get("/robots.txt").headers
        secure = client.get("/robots.txt", base_url="https://localhost")
        assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_name_nothing_that_serves_the_site(self, client: FlaskClient) -> None:
        assert "X-Powered-By" not in client.get("/").headers


@pytest.mark.parametrize("address", SHARED)
class TestPagesForEverybody:
    def test_set_no_cookie_and_differ_by_encoding_alone(self, client: FlaskClient, address: str) -> None:
        response = client.get(address)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert response.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
        assert "no-store" not in response.headers["Cache-Control"]

    @pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
    def test_answer_304_to_those_who_have_them(self, client: FlaskClient, address: str, encoding: str) -> None:
        first = client.get(address, headers={"Accept-Encoding": encoding})
        tag = first.headers["ETag"]
        second = client.get(address, headers={"Accept-Encoding": encoding, "If-None-Match": tag})
        assert (second.status_code, second.data) == (304, b"")
        assert second.headers["ETag"] == tag
        assert "Set-Cookie" not in second.headers
        other = client.get(address, headers={"Accept-Encoding": encoding, "If-None-Match": '"another"'})
        assert (other.status_code, other.data) == (200, first.data)

    def test_are_the_same_in_every_encoding_but_not_by_their_tag(self, client: FlaskClient, address: str) -> None:
        unpack = {None: bytes, "br": brotli.decompress, "gzip": gzip.decompress}
        found = [client.get(address, headers={"Accept-Encoding": name}) for name in ("br", "gzip", "identity")]
        assert len({unpack[response.headers.get("Content-Encoding")](response.data) for response in found}) == 1
        assert len({(response.headers["ETag"], response.data) for response in found}) == len(
            {response.headers["ETag"] for response in found}
        )
        assert "Content-Encoding" not in found[2].headers

    def test_have_a_head_without_a_body(self, client: FlaskClient, address: str) -> None:
        head, whole = client.head(address), client.get(address)
        assert (head.status_code, head.data) == (200, b"")
        for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
            assert head.headers[name] == whole.headers[name]

    def test_are_the_same_for_a_visitor_with_a_cookie(self, client: FlaskClient, address: str) -> None:
        anonymous = client.get(address)
        assert "Set-Cookie" in client.get("/questionnaire/").headers
        known = client.get(address)
        assert "Set-Cookie" not in known.headers
        assert (known.headers["ETag"], known.data) == (anonymous.headers["ETag"], anonymous.data)
        assert known.headers.get("Vary") == anonymous.headers.get("Vary")


@pytest.mark.parametrize("header", ["br;q=0, gzip;q=0", "", "zstd"])
def test_nothing_is_compressed_for_those_who_do_not_take_it(client: FlaskClient, header: str) -> None:
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": header}).headers


def test_a_changed_page_has_another_tag(client: FlaskClient, instance: Path) -> None:
    before = client.get("/article/mine").headers["ETag"]
    file = instance / "articles" / "mine.md"
    file.write_text(file.read_text() + "More.\n")
    after = client.get("/article/mine", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert "More." in after.text
    assert after.headers["ETag"] != before


def test_pages_of_one_visitor_are_not_stored(client: FlaskClient, token: str) -> None:
    for address in (
        "/questionnaire/",
        f"/questionnaire/?from={token}",
        f"/questionnaire/{token}",
        f"/questionnaire/{token}/result.json",
        "/questionnaire/deleted",
        f"/questionnaire/{'x' * 22}",
    ):
        headers = client.get(address).headers
        assert headers["Cache-Control"] == "no-store", address
        assert "ETag" not in headers


@pytest.mark.new_app
@pytest.mark.parametrize("use", [lambda: session.get("name"), lambda: session.update(name="x")], ids=["read", "write"])
def test_a_page_that_uses_the_session_is_for_one_visitor(app: Flask, use: Callable[[], object]) -> None:
    @app.get("/own")
    def own() -> str:
        use()
        return "mine"

    headers = app.test_client().get("/own").headers
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert "ETag" not in headers


class TestErrorPages:
    @pytest.mark.parametrize(
        "address",
        [
            "/nowhere",
            "/article/nothing",
            "/article/a%00b",
            "/article/..%2f..%2fsecret_key",
            "/article/media/..%2fsecret_key",
            "/article/media/../secret_key",
            "/article/media/nothing.png",
            "/static/..%2fconfig.py",
            "/comparison/nothing",
            "/questionnaire/short",
            f"/questionnaire/{'x' * 22}/result.json",
            f"/{'x' * 5000}",
            "/%ed%b2%80",
        ],
    )
    def test_404(self, client: FlaskClient, address: str) -> None:
        response = client.get(address)
        assert response.status_code == 404
        assert_in_the_sites_dress(response, "There is no page at this URL")
        assert "Error 404" in response.text

    @pytest.mark.parametrize(
        ("method", "address"),
        [("POST", "/"), ("PUT", "/questionnaire/"), ("DELETE", "/comparison/"), ("GET", "/account/sign-out")],
    )
    def test_405(self, client: FlaskClient, method: str, address: str) -> None:
        response = client.open(address, method=method)
        assert response.status_code == 405
        assert_in_the_sites_dress(response, "This URL cannot be used that way")
        assert response.headers["Allow"]

    def test_413(self, app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
        body = {"q-work": "x" * app.config["MAX_BODY_BYTES"]}
        response = client.post("/questionnaire/", data=body)
        assert response.status_code == 413
        assert_in_the_sites_dress(response, "That is more than this site reads")
        assert_secure(response)
        assert caplog.records == []

    @pytest.mark.new_app
    def test_500_is_a_page_logged_once_and_tells_nothing(
        self, app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        @app.get("/breaks")
        def breaks() -> str:
            raise ValueError("what nobody may see")

        response = client.get("/breaks")
        assert response.status_code == 500
        assert_in_the_sites_dress(response, "Something went wrong here")
        assert_secure(response)
        assert "what nobody may see" not in response.text
        assert "ValueError" not in response.text
        assert "no-cache" not in response.headers.get("Cache-Control", "")
        [record] = caplog.records
        assert (record.levelno, record.getMessage()) == (logging.ERROR, "GET '/breaks' failed")
        assert record.exc_info
        assert str(record.exc_info[1]) == "what nobody may see"
        assert client.get("/").status_code == 200

    def test_500_in_the_hosts_own_templates_is_said_in_plain_words(
        self, instance: Path, make_app: Apps, caplog: pytest.LogCaptureFixture
    ) -> None:
        override(instance, "base.html", "{% nonsense %}")
        response = make_app().test_client().get("/")
        assert (response.status_code, response.mimetype) == (500, "text/plain")
        assert response.text.startswith("Something went wrong here.")
        assert_secure(response)
        assert "nonsense" in caplog.text

    @pytest.mark.new_app
    def test_an_answer_that_a_view_gives_by_abort_is_kept(self, app: Flask, client: FlaskClient) -> None:
        @app.get("/own")
        def own() -> str:
            abort(Response("my own words", 409))

        response = client.get("/own")
        assert (response.status_code, response.text) == (409, "my own words")
        assert_secure(response)

    @pytest.mark.new_app
    def test_a_status_of_its_own_is_a_page_too(self, app: Flask, client: FlaskClient) -> None:
        @app.get("/teapot")
        def teapot() -> tuple[str, int]:
            abort(418)

        response = client.get("/teapot")
        assert response.status_code == 418
        assert response.text.count("<h1") == 1


class TestADatabaseThatIsNotReady:
    @pytest.mark.parametrize("address", ["/comparison/", "/comparison/data.json", "/questionnaire/", "/sitemap.xml"])
    def test_without_tables_is_a_page_and_one_line_in_the_log(
        self, tmp_path: Path, make_app: Apps, caplog: pytest.LogCaptureFixture, address: str
    ) -> None:
        response = make_app(tmp_path / "new").test_client().get(address)
        assert response.status_code == 503
        assert_in_the_sites_dress(response, "The site is not ready")
        assert_secure(response)
        [record] = caplog.records
        assert "fwsite db status" in record.getMessage()
        assert f"GET {address!r}" in record.getMessage()
        assert record.exc_info is None

    def test_that_is_gone_is_the_same(self, tmp_path: Path, make_app: Apps, caplog: pytest.LogCaptureFixture) -> None:
        app = make_app(tmp_path / "new")
        shutil.rmtree(tmp_path / "new")
        response = app.test_client().get("/comparison/")
        assert response.status_code == 503
        [record] = caplog.records
        assert "fwsite db status" in record.getMessage()

    @pytest.mark.parametrize(
        ("model", "address"), [(Framework, "/comparison/"), (PublishedDefinition, "/questionnaire/")]
    )
    def test_without_content_says_what_to_run(
        self,
        app: Flask,
        client: FlaskClient,
        caplog: pytest.LogCaptureFixture,
        model: type[Framework],
        address: str,
    ) -> None:
        with app.app_context():
            db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in ("comparison_claim", "comparison_rating", "comparison_example_source"):
                db.session.connection().exec_driver_sql(f"DELETE FROM {table}")
            db.session.execute(delete(model))
            db.session.commit()
        response = client.get(address)
        assert response.status_code == 503
        assert_in_the_sites_dress(response, "The site is not ready")
        [record] = caplog.records
        assert record.getMessage().endswith(f"run: fwsite --instance {app.instance_path} db upgrade")

    def test_leaves_what_needs_none_readable(self, tmp_path: Path, make_app: Apps) -> None:
        client = make_app(tmp_path / "new").test_client()
        assert [client.get(address).status_code for address in ("/", "/article/", "/feed.xml")] == [200, 200, 200]


class TestHosts:
    def test_any_is_answered_where_none_is_named(self, client: FlaskClient) -> None:
        assert client.get("/", headers={"Host": "any.example"}).status_code == 200

    @pytest.mark.parametrize("host", ["ledger.example.org", "ledger.example.org:8000", "sub.example.net"])
    def test_a_trusted_one_is_answered(self, make_app: Apps, host: str) -> None:
        app = make_app(TRUSTED_HOSTS=("ledger.example.org", ".example.net"))
        assert app.test_client().get("/", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("address", ["/", "/questionnaire/", "/nowhere", "/static/site.css"])
    @pytest.mark.parametrize("host", ["evil.example", "ledger.example.org.evil.example", "a b"])
    def test_another_is_refused_in_plain_words(
        self, make_app: Apps, caplog: pytest.LogCaptureFixture, host: str, address: str
    ) -> None:
        client = make_app(TRUSTED_HOSTS=("ledger.example.org",)).test_client()
        response = client.get(address, headers={"Host": host})
        assert (response.status_code, response.mimetype) == (400, "text/plain")
        assert host not in response.text
        assert_secure(response)
        assert caplog.records == []

    def test_links_name_the_sites_address_whatever_the_host_header_says(self, make_app: Apps) -> None:
        client = make_app(SITE_URL="https://ledger.example.org/").test_client()
        for address in ("/", "/article/", "/article/mine", "/comparison/", "/questionnaire/"):
            page = client.get(address, headers={"Host": "localhost:9"}).text
            assert f'<link rel="canonical" href="https://ledger.example.org{address}">' in page
            assert "localhost" not in page
        for address in ("/feed.xml", "/sitemap.xml", "/robots.txt"):
            text = client.get(address, headers={"Host": "localhost:9"}).text
            assert "https://ledger.example.org/" in text
            assert "localhost" not in text

    def test_with_a_public_address_no_other_host_is_answered(self, make_app: Apps) -> None:
        client = make_app(SITE_URL="https://ledger.example.org").test_client()
        hosts = {"ledger.example.org": 200, "127.0.0.1:8000": 200, "localhost": 200, "evil.example": 400, "": 400}
        assert {host: client.get("/", headers={"Host": host}).status_code for host in hosts} == hosts

    @pytest.mark.parametrize(
        "host", ["LEDGER.Example.Org", "ledger.example.org.", "Ledger.example.org.:8000", "A.Example.NET.", "LOCALHOST"]
    )
    def test_a_host_may_be_written_in_capitals_and_with_a_final_dot(self, make_app: Apps, host: str) -> None:
        given = ("Ledger.Example.org", ".example.net.", "localhost")
        client = make_app(SITE_URL="https://ledger.example.org", TRUSTED_HOSTS=given).test_client()
        for path in ("/", "/comparison/", "/healthz"):
            assert client.get(path, headers={"Host": host}).status_code == 200
        for other in ("ledger.example.org..", ".", "evil.example.", "ledger.example.org.evil.example"):
            assert client.get("/", headers={"Host": other}).status_code == 400

    def test_behind_a_proxy_that_speaks_https_the_browser_is_told_to_stay_with_it(self, make_app: Apps) -> None:
        headers = {"Host": "ledger.example.org"}
        secure = make_app(SITE_URL="https://ledger.example.org").test_client().get("/", headers=headers)
        assert "Strict-Transport-Security" in secure.headers
        plain = make_app(SITE_URL="http://ledger.example.org").test_client().get("/", headers=headers)
        assert "Strict-Transport-Security" not in plain.headers

    def test_redirects_stay_on_the_site(self, client: FlaskClient) -> None:
        response = client.get("/docs/host.md", headers={"Host": "evil.example"})
        assert (response.status_code, response.location) == (308, "/docs/host")


class TestStaticFiles:
    def folder_of(self, app: Flask, tmp_path: Path) -> Path:
        app.static_folder = str(shutil.copytree(ROOT / "fwsite" / "static", tmp_path / "static"))
        return tmp_path / "static"

    def stylesheet(self, client: FlaskClient) -> str:
        [address] = re.findall(r'<link rel="stylesheet" href="([^"]*/site\.css[^"]*)">', client.get("/article/").text)
        return str(address)

    def test_have_an_address_that_changes_with_their_content(
        self, make_app: Callable[..., Flask], tmp_path: Path
    ) -> None:
        app = make_app(PAGE_CACHE_BYTES=0)  # they change while nothing is served; pages are not kept over that
        folder = self.folder_of(app, tmp_path)
        client = app.test_client()
        before = self.stylesheet(client)
        assert re.fullmatch(r"/static/site\.css\?v=[0-9a-f]{10}", before)
        assert self.stylesheet(client) == before
        (folder / "site.css").write_text("body { color: red }")
        after = self.stylesheet(client)
        assert after != before
        assert client.get(after).text == "body { color: red }"

    def test_are_kept_for_good(self, client: FlaskClient) -> None:
        response = client.get(self.stylesheet(client))
        assert response.mimetype == "text/css"
        assert response.cache_control.max_age == 31_536_000
        assert response.cache_control.immutable
        assert not response.cache_control.no_cache
        tag = response.headers["ETag"]
        assert client.get("/static/site.css", headers={"If-None-Match": tag}).status_code == 304

    @pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789"])
    def test_are_asked_for_again_under_the_hash_of_another_state(self, client: FlaskClient, query: str) -> None:
        """Such as the next one's, which this process does not have yet: it must not be kept as if it were that."""
        response = client.get(f"/static/site.css{query}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, no-cache"

    def test_have_an_icon_for_browsers_that_ask_without_reading(self, client: FlaskClient) -> None:
        response = client.get("/favicon.ico")
        assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
        assert response.data == (ROOT / "fwsite" / "static" / "icon.svg").read_bytes()
        again = client.get("/favicon.ico", headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["Cache-Control"] == response.headers["Cache-Control"] == "public, max-age=86400"


def override(instance: Path, name: str, text: str) -> None:
    file = instance / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


class TestTemplatesOfTheHost:
    def test_can_build_on_the_shells_own(self, instance: Path, make_app: Apps) -> None:
        override(
            instance,
            "base.html",
            '{% extends "fwsite:base.html" %}{% block meta %}{{ super() }}<meta name="mine">{% endblock %}'
            "{% block main_class %} mine{% endblock %}",
        )
        client = make_app().test_client()
        page = client.get("/questionnaire/deleted").text
        assert '<main id="main" class="wrap mine">' in page
        assert '<nav aria-label="Main">' in page
        assert '<main id="main" class="wrap mine">' in client.get("/nowhere").text

    def test_can_replace_it(self, instance: Path, make_app: Apps) -> None:
        override(instance, "base.html", "<p>Mine:</p>{% block main %}{% endblock %}")
        assert make_app().test_client().get("/article/").text.startswith("<p>Mine:</p>")

    def test_go_before_an_extensions(self, instance: Path, make_app: Apps) -> None:
        override(instance, "comparison/index.html", "{{ comparison.frameworks|length }} of mine")
        assert make_app().test_client().get("/comparison/").text == "4 of mine"


class TestForMachines:
    def test_robots_may_read_everything_and_find_the_sitemap(self, client: FlaskClient) -> None:
        lines = client.get("/robots.txt").text.splitlines()
        assert lines == ["User-agent: *", "Disallow:", "Sitemap: http://localhost/sitemap.xml"]

    def test_the_sitemap_lists_every_public_page_once(self, client: FlaskClient, token: str) -> None:
        response = client.get("/sitemap.xml")
        assert response.mimetype == "application/xml"
        root = ElementTree.fromstring(response.data)
        locations = [node.text or "" for node in root.iter(f"{SITEMAP}loc")]
        pages = {
            "/",
            "/article/",
            "/article/mine",
            "/article/django-pros-and-cons",
            "/comparison/",
            "/questionnaire/",
            "/docs/",
        }
        pages |= {"/about/", "/comparison/evidence", "/team/"}
        keys = ("django", "flask", "fastapi", "none")
        pages |= {f"/comparison/{key}" for key in keys}
        pages |= {f"/comparison/{first}-or-{second}" for first, second in combinations(keys, 2)}
        pages |= {f"/questionnaire/{page}" for page in ("how", "audit", "statistics", "privacy")}
        pages |= {f"/docs/{path.stem}" for path in (ROOT / "fwsite" / "blueprints" / "docs" / "guides").glob("*.md")}
        assert sorted(locations) == sorted(f"http://localhost{page}" for page in pages)
        for location in locations:
            assert client.get(location).status_code == 200
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", node.text or "") for node in root.iter(f"{SITEMAP}lastmod"))

    def test_the_feed_is_atom_and_newest_first(self, client: FlaskClient) -> None:
        response = client.get("/feed.xml")
        assert response.mimetype == "application/atom+xml"
        root = ElementTree.fromstring(response.data)
        entries = root.findall(f"{ATOM}entry")
        assert len(entries) == 2
        assert "Mine & yours" in [entry.findtext(f"{ATOM}title") for entry in entries]
        published = [entry.findtext(f"{ATOM}published") or "" for entry in entries]
        assert published == sorted(published, reverse=True)
        for node in (root, *entries):
            assert node.findtext(f"{ATOM}id")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", node.findtext(f"{ATOM}updated") or "")
        for link in root.iter(f"{ATOM}link"):
            assert client.get(link.attrib["href"]).status_code == 200

    def test_pages_with_awkward_titles_stay_well_formed(self, make_app: Apps, instance: Path) -> None:
        (instance / "articles" / "odd.md").write_text(
            '---\ntitle: "<b> & ]]> \\u0007"\ndate: "2026-11-02"\n---\n\nText.\n'
        )
        client = make_app(SITE_TITLE="<i> & Co.").test_client()
        for address in ("/feed.xml", "/sitemap.xml"):
            ElementTree.fromstring(client.get(address).data)
        for address in ("/", "/article/odd", "/nowhere"):
            page = client.get(address).text
            assert "<i> & Co." not in page
            assert "&lt;i&gt; &amp; Co." in page


def test_links_between_pages_all_lead_somewhere(client: FlaskClient) -> None:
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        response = client.get(path)
        if path.startswith("/comparison/work/"):  # for maintainers; whoever is not signed in comes back to it then
            assert response.location == f"/account/sign-in?next={quote(path, safe='/')}", path
            continue
        assert response.status_code in (200, 302, 308), path
        links = [response.location] if response.location else []
        if response.mimetype == "text/html":
            links += re.findall(r'href="(/[^"/][^"]*|/)"', response.text)
        waiting += [unescape(link).partition("#")[0] for link in links]
    assert {"/", "/comparison/", "/questionnaire/", "/article/", "/account/", "/docs/host"} <= seen
    assert len(seen) > 300


def test_every_page_has_one_heading_and_a_title_with_the_sites_name(
    app: Flask, client: FlaskClient, token: str
) -> None:
    titles = []
    for address in addresses(app, token):
        response = client.get(address)
        if response.mimetype == "text/html":
            assert len(re.findall("<h1[ >]", response.text)) == 1, address
            assert "<script" not in response.text.replace('<script type="application/ld+json">', ""), address
            assert " style=" not in response.text, address
            titles += re.findall("<title>(.*?) – Backend Ledger</title>", response.text)
    assert len(titles) == len(set(titles)) > 12


def test_the_page_that_is_shown_is_marked_in_the_navigation(client: FlaskClient) -> None:
    for address, label in (("/", "Article"), ("/comparison/", "Compare"), ("/questionnaire/", "Choose")):
        assert re.findall(r'aria-current="page">(\w+)<', client.get(address).text) == [label]
    assert re.findall(r'aria-current="true">(\w+)<', client.get("/article/mine").text) == ["Article"]
    assert "aria-current" not in client.get("/nowhere").text


def test_the_policy_lets_in_nothing_but_our_own_styles_and_pictures() -> None:
    assert CONTENT_SECURITY_POLICY.split("; ") == [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]

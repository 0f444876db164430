"""A real nginx in front of a real server, with the very file that ``fwsite deploy-files`` writes."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, cycle
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.domain.items import Kind
from fwsite.extend import db
from fwsite.ops.deploy.plan import Wishes
from fwsite.web import echo
from tests.support.forms import inputs
from tests.support.nginx import Answer, Nginx, ask, certificate, deploy_files, program, unverified
from tests.support.paths import CI, ROOT
from tests.support.served import Site, free_port
from tests.support.site import create_app

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLIENT_SECONDS = 2
EACH = 50
"""Connections at once from one address."""
BOUND = 2.0
"""Seconds after which a published change is seen by everybody, as the guide says."""
MAX_BODY = 262_144
SPOOFED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "81",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=http",
    "X-Real-IP": "203.0.113.9",
}


@dataclass
class Front:
    """A served site and the nginx before it."""

    site: Site
    nginx: Nginx
    port: int
    redirect_port: int
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def ask(self, path: str, method: str = "GET", **given: object) -> Answer:
        return ask(self.port, path, method, **given)  # type: ignore[arg-type]

    def send(self, path: str, fields: dict[str, str], cookie: str, source: str = "127.0.0.1") -> Answer:
        body = urlencode(fields).encode()
        return self.ask(path, "POST", body=body, headers={**FORM, "Cookie": cookie}, source=source)

    def log(self) -> list[str]:
        """What nginx wrote down since the last time."""
        last = f"/nowhere/{next(self.numbers)}"
        self.ask(last)
        return self.nginx.log(f'"{last}"')

    def stylesheet(self) -> str:
        """The address that pages have it by."""
        [address] = set(re.findall(r'href="(/static/site\.css\?v=\w+)"', self.ask("/").text))
        return str(address)

    def publish(self, text: str) -> str:
        """Change a claim in another process' place; returns the address of a page that shows it."""
        app = create_app(self.site.instance)
        with app.app_context():
            key = next(key for kind, key in document_mapper.everything() if kind is Kind.CLAIM)
            claim = document_mapper.find(Kind.CLAIM, key)
            assert claim
            journal.save(claim, {**claim.document, "text": text}, By("somebody", "a note"))
            framework = claim.document["framework"]
            db.session.commit()
            db.engine.dispose()
        return f"/comparison/{framework}"


@pytest.fixture(scope="module")
def front(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """One for all of these tests; whoever stops the site starts it again."""
    if program() is None or shutil.which("openssl") is None:
        message = "nginx is not installed: apt-get install nginx openssl"
        pytest.fail(message) if CI else pytest.skip(message)
    folder = tmp_path_factory.mktemp("front")
    site = Site(Path(shutil.copytree(filled_instance, folder / "instance")), folder / "site.log")
    made = Front(site, Nginx(folder), free_port(), free_port())
    settings = f'SITE_URL = "{made.url}"\nTRUSTED_PROXIES = ["127.0.0.1"]\nPORT = {site.port}\n'
    (site.instance / "config.toml").write_text(settings)
    deploy_files(site.instance, folder / "files", *options(made))
    assert "warn" not in made.nginx.checked()
    site.start()
    made.nginx.start(made.port)
    yield made
    made.nginx.stop()
    site.stop()


def options(front: Front) -> list[str]:
    """What is other here than on a host's machine."""
    folder = front.nginx.folder
    made, key = certificate(folder)
    given = {
        "listen": f"127.0.0.1:{front.port}",
        "redirect-from": f"127.0.0.1:{front.redirect_port}",
        "certificate": made,
        "certificate-key": key,
        "cache": folder / "cache",
        "logs": folder / "logs",
        "client-seconds": CLIENT_SECONDS,
        "connections-each": EACH,
    }
    return [part for name, value in given.items() for part in (f"--{name}", str(value))]


class TestPages:
    def test_come_through_with_links_to_where_the_visitor_is(self, front: Front) -> None:
        page = front.ask("/")
        assert page.status == 200
        assert f'<link rel="canonical" href="{front.url}/' in page.text
        assert page.headers["Cache-Control"] == "public, no-cache"
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        feed = front.ask("/feed.xml").text
        assert front.url in feed and str(front.site.port) not in feed

    def test_by_http_lead_to_https_on_the_sites_own_host(self, front: Front) -> None:
        answer = ask(front.redirect_port, "/comparison/?f=django", tls=False, headers={"Host": "evil.example"})
        assert (answer.status, answer.headers["Location"]) == (301, f"{front.url}/comparison/?f=django")

    def test_are_packed_for_each_as_they_asked(self, front: Front) -> None:
        def encoding(accepted: str) -> str | None:
            return front.ask("/comparison/", headers={"Accept-Encoding": accepted}).headers["Content-Encoding"]

        wanted = ("br", "gzip, deflate, br;q=0.9", "gzip", "GZIP;q=0.5", "br;q=0, gzip", "br;q=0.0", "identity", "")
        for _ in range(2):  # from the site, and from the cache
            assert [encoding(accepted) for accepted in wanted] == ["br", "br", "gzip", "gzip", "gzip", None, None, None]

    def test_know_head_conditions_and_ranges(self, front: Front) -> None:
        page = front.ask("/docs/host")
        head = front.ask("/docs/host", "HEAD")
        assert (head.status, head.body, head.headers["ETag"]) == (200, b"", page.headers["ETag"])
        unchanged = front.ask("/docs/host", headers={"If-None-Match": page.headers["ETag"]})
        assert (unchanged.status, unchanged.body) == (304, b"")
        other = front.ask("/docs/host", headers={"If-None-Match": '"another"'})
        assert (other.status, other.body) == (200, page.body)
        picture = front.ask("/docs/pictures/article.png")
        part = front.ask("/docs/pictures/article.png", headers={"Range": "bytes=10-19"})
        assert (part.status, part.body) == (206, picture.body[10:20])
        assert part.headers["Content-Range"] == f"bytes 10-19/{len(picture.body)}"
        asked = {"Range": "bytes=10-19", "If-Range": '"another"'}
        assert front.ask("/docs/pictures/article.png", headers=asked).body == picture.body

    def test_of_errors_are_the_sites_own(self, front: Front) -> None:
        for path, method, status in (("/nowhere", "GET", 404), ("/comparison/", "DELETE", 405)):
            page = front.ask(path, method)
            assert page.status == status
            assert '<nav aria-label="Main">' in page.text


class TestWhatVisitorsClaim:
    def seen(self, front: Front, headers: dict[str, str], source: str = "127.0.0.7") -> dict[str, object]:
        """What the site takes a request for: it tells those who have its secret."""
        secret = (front.site.instance / "secret_key").read_text().strip()
        asked = {echo.HEADER: echo.question(secret), **headers}
        told: dict[str, object] = json.loads(front.ask("/healthz", headers=asked, source=source).body)
        told.pop("moment")
        return told

    def test_the_site_knows_scheme_host_and_address_from_nginx_alone(self, front: Front) -> None:
        known = {"scheme": "https", "host": f"localhost:{front.port}", "address": "127.0.0.7"}
        assert self.seen(front, {}) == known
        assert self.seen(front, SPOOFED) == known

    def test_no_claim_reaches_a_page_or_what_others_get(self, front: Front) -> None:
        for path in ("/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/comparison/?spoofed"):
            first = front.ask(path, headers=SPOOFED)
            after = front.ask(path)
            assert (first.status, after.status) == (200, 200)
            assert b"evil" not in first.body + after.body
            assert first.body == after.body

    @pytest.mark.parametrize("host", ["evil.example", "localhost:1@evil.example", "localhost, evil.example"])
    def test_another_host_gets_no_page_and_leaves_none(self, front: Front, host: str) -> None:
        wrong = front.ask("/comparison/?host", headers={"Host": host})
        assert wrong.status == 400
        assert "evil" not in wrong.headers.get("Location", "")
        assert b"evil" not in front.ask("/comparison/?host").body

    def test_tries_are_counted_for_the_address_that_nginx_saw(self, front: Front) -> None:
        def suggest(source: str, claimed: str) -> int:
            opened = front.ask("/comparison/suggest", source=source)
            form = {name: values[0] for name, values in inputs(opened.text).items()}
            about = {"framework": "django", "criterion": "performance", "side": "con", "text": f"A point {claimed}."}
            body = urlencode({**form, **about}).encode()
            headers = {**FORM, "Cookie": opened.cookie, "X-Forwarded-For": claimed}
            return front.ask("/comparison/suggest", "POST", body=body, headers=headers, source=source).status

        statuses = [suggest("127.0.0.8", f"203.0.113.{number}") for number in range(30)]
        assert statuses[0] == 303 and statuses[-1] == 429
        assert suggest("127.0.0.9", "203.0.113.1") == 303


def test_the_guide_states_the_bounds_that_are_tested() -> None:
    guide = " ".join((ROOT / "fwsite" / "blueprints" / "docs" / "guides" / "host.md").read_text().split())
    assert BOUND == 2 and "seen by everybody within **two seconds**" in guide
    assert (Wishes.client_seconds, Wishes.connections_each, Wishes.forms_each) == (10, 50, 1000)
    assert "1000 forms at once, and two a second after that" in guide
    assert "head within ten seconds" in guide and "one address may have 50 connections at once" in guide


class TestTheInside:
    @pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics/", "/metrics/?x", "/x/../metrics/"])
    def test_is_not_shown_outside(self, front: Front, path: str) -> None:
        front.log()
        assert front.ask(path, headers={"Authorization": "Bearer x"}).status == 404
        assert front.log()[-1].split()[-1] == "-"  # nginx has not even asked


class TestTheCache:
    def test_answers_readers_without_asking_the_site(self, front: Front) -> None:
        front.log()
        for _ in range(100):
            assert front.ask("/comparison/?counted").status == 200
        states = [line.split()[-1] for line in front.log()]
        assert states.count("HIT") >= 80, states

    def test_shows_a_published_change_within_its_bound(self, front: Front) -> None:
        """Also on a page that nobody has asked for since; updated in the background, it would come once more."""
        path = front.publish("The text of before.")
        alone = f"{path}?alone"
        deadline = time.monotonic() + 10
        while not all("The text of before." in front.ask(address).text for address in (path, alone)):
            assert time.monotonic() < deadline
        front.publish("The text of after.")
        published = time.monotonic()
        late = []
        while (asked := time.monotonic()) < published + BOUND + 0.3:
            is_new = "The text of after." in front.ask(path).text
            if asked >= published + BOUND:
                late.append(is_new)
        assert late and all(late)
        assert "The text of after." in front.ask(alone).text

    def test_keeps_files_for_good_under_their_own_hash_alone(self, front: Front) -> None:
        own = front.stylesheet()
        front.ask(own)
        front.log()
        kept, other = front.ask(own), [front.ask("/static/site.css?v=0123456789") for _ in range(2)]
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert {answer.headers["Cache-Control"] for answer in other} == {"public, no-cache"}
        assert [line.split()[-1] for line in front.log()] == ["HIT", "MISS", "MISS"]

    def test_never_keeps_what_is_one_visitors_alone(self, front: Front) -> None:
        opened = [front.ask("/questionnaire/") for _ in range(2)]
        assert {page.headers["Cache-Control"] for page in opened} == {"no-store"}
        assert len({page.cookie for page in opened}) == len({page.text for page in opened}) == 2
        questions = json.loads(front.ask("/questionnaire/definition.json").body)["questions"]
        answers = {f"q-{question['key']}": question["options"][0]["key"] for question in questions[:5]}
        results = []
        for page in opened:
            form = {name: values[0] for name, values in inputs(page.text).items()}
            nothing = front.send("/questionnaire/", form, page.cookie)
            assert nothing.status == 200 and nothing.text.count(form["submission"]) == 1
            sent = front.send("/questionnaire/", {**form, **answers}, page.cookie)
            assert sent.status == 303
            results.append(urlsplit(sent.headers["Location"]).path)
        assert len(set(results)) == 2
        front.log()
        for result in (*results, *results):
            page = front.ask(result)
            assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
        assert {line.split()[-1] for line in front.log()} == {"MISS"}
        assert all("Set-Cookie" not in front.ask(path).headers for path in ("/", "/comparison/", "/docs/host"))

    def test_neither_keeps_nor_gives_what_was_asked_for_with_a_password(self, front: Front) -> None:
        asked = {"Authorization": "Basic x"}
        front.log()
        front.ask("/docs/", headers=asked)
        front.ask("/docs/", headers=asked)
        front.ask("/docs/")
        assert [line.split()[-1] for line in front.log()] == ["BYPASS", "BYPASS", "MISS"]

    def test_writes_no_address_and_no_token_down(self, front: Front) -> None:
        token = "aB3" * 7 + "x"
        front.log()
        front.ask(f"/questionnaire/{token}", source="127.0.0.6")
        front.ask(f"/questionnaire/view/{token}/result.json?from={token}", source="127.0.0.6")
        front.ask("/docs/host")
        lines = front.log()
        assert [line.split('"')[1] for line in lines] == [
            "/questionnaire/*",
            "/questionnaire/view/*/result.json",
            "/docs/host",
        ]
        assert not [line for line in lines if "127.0.0" in line or token in line]


class Headers(BaseHTTPRequestHandler):
    """A site that sends whatever headers the query asks for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in parse_qsl(urlsplit(self.path).query):
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def any_site(front: Front, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """An nginx before a server that sends whatever it is asked for."""
    folder = tmp_path_factory.mktemp("any")
    made = Front(front.site, Nginx(folder), free_port(), free_port())
    with ThreadingHTTPServer(("127.0.0.1", 0), Headers) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        machine = f"127.0.0.1:{server.server_address[1]}"
        deploy_files(front.site.instance, folder / "files", *options(made), "--machine", machine)
        made.nginx.start(made.port)
        yield made
        made.nginx.stop()
        server.shutdown()


class TestWhateverASiteSends:
    """An extension may send headers that no page of the site itself does."""

    @pytest.mark.parametrize(
        ("headers", "is_kept"),
        [
            ({"Cache-Control": "public, no-cache"}, True),
            ({"Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}, True),
            ({"Cache-Control": "public", "Set-Cookie": "session=x"}, False),
            ({"Cache-Control": "public", "Vary": "Accept-Encoding, Cookie"}, False),
            ({"Cache-Control": "public", "Vary": "*"}, False),
            ({"Cache-Control": "public, no-store"}, False),
            ({"Cache-Control": "PRIVATE, max-age=3600"}, False),
            ({"Cache-Control": "max-age=3600"}, False),
            ({"Expires": "Thu, 31 Dec 2099 00:00:00 GMT"}, False),
            ({"X-Accel-Expires": "3600"}, False),
            ({}, False),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("folder", ["", "static/"])
    def test_is_kept_only_if_it_is_for_everybody(
        self, any_site: Front, headers: dict[str, str], is_kept: bool, folder: str
    ) -> None:
        for _ in range(2):
            assert any_site.ask(f"/{folder}?{urlencode(headers)}").status == 200
        first, second = (line.split()[-1] for line in any_site.log()[-2:])
        asked_each_time = bool(folder) and "no-cache" in headers.get(
            "Cache-Control", ""
        )  # there the site's word counts
        assert (first, second != "MISS") == ("MISS", is_kept and not asked_each_time)


class TestSizes:
    def test_what_is_a_little_too_large_gets_the_sites_page_and_much_more_nginx_own(self, front: Front) -> None:
        for size, has_navigation in ((MAX_BODY + 1, True), (MAX_BODY * 4, False)):
            page = front.ask("/questionnaire/", "POST", body=b"q=" + b"x" * (size - 2), headers=FORM)
            assert page.status == 413
            assert "That is more than this site reads" in page.text
            assert ('<nav aria-label="Main">' in page.text) == has_navigation
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert "public" not in page.headers.get("Cache-Control", "")


@dataclass
class Slow:
    """Connections that keep a server waiting, a few from each of several addresses."""

    port: int
    sockets: list[socket.socket] = field(default_factory=list)

    def open(self, sources: Iterator[str], first: bytes, number: int) -> list[socket.socket]:
        """Connections that send ``first``; without it, they say nothing at all, not even a greeting."""
        made = []
        for _ in range(number):
            opened = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(next(sources), 0))
            if first:
                opened = unverified().wrap_socket(opened, server_hostname="localhost")
                opened.sendall(first)
            opened.setblocking(False)
            made.append(opened)
        self.sockets += made
        return made


def is_cut(opened: socket.socket, drip: bytes) -> bool:
    """Whether the other side has hung up, or answered; if not, one more byte is sent."""
    try:
        if drip:
            opened.send(drip)
        return opened.recv(1) is not None
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True


class TestSlowClients:
    def test_are_cut_and_keep_nobody_waiting(self, front: Front) -> None:
        sources = cycle([f"127.0.0.{number}" for number in range(10, 16)])
        request = b"POST /questionnaire/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nq"
        slow = Slow(front.port)
        with ExitStack() as stack:
            silent = slow.open(sources, b"", 60)
            headers = slow.open(sources, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 60)
            stopped = slow.open(sources, request, 40)
            bodies = slow.open(sources, request, 40)
            for opened in slow.sockets:
                stack.callback(opened.close)
            waiting = {
                id(opened): (opened, b"" if opened in silent + stopped else b"x")
                for opened in silent + headers + stopped
            }
            statuses = []
            deadline = time.monotonic() + 60
            while waiting and time.monotonic() < deadline:
                statuses += [front.ask(path).status for path in ("/", "/questionnaire/", "/questionnaire/privacy")]
                waiting = {key: (opened, drip) for key, (opened, drip) in waiting.items() if not is_cut(opened, drip)}
                for opened in bodies:  # fast enough to stay, and kept from the site until they are whole
                    is_cut(opened, b"x")
            assert not waiting, f"{len(waiting)} are still there"
            assert set(statuses) == {200} and len(statuses) >= 6

    def test_of_one_address_are_few_at_once(self, front: Front) -> None:
        request = b"POST /questionnaire/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nq"
        slow = Slow(front.port)
        with ExitStack() as stack:
            slow.open(cycle(["127.0.0.20"]), request, EACH)
            for opened in slow.sockets:
                stack.callback(opened.close)
            deadline = time.monotonic() + 60
            refused = front.ask("/", source="127.0.0.20")
            while refused.status == 200 and time.monotonic() < deadline:  # until nginx has read what they sent
                assert not any(is_cut(opened, b"x") for opened in slow.sockets)
                refused = front.ask("/", source="127.0.0.20")
            assert refused.status == 429 and "Too much at once" in refused.text
            assert front.ask("/", source="127.0.0.21").status == 200


class TestASiteThatIsAway:
    def test_is_read_on_from_the_cache_and_forms_are_told_what_to_do(self, front: Front) -> None:
        kept = {path: front.ask(path).body for path in ("/", "/comparison/", "/docs/host", front.stylesheet())}
        front.site.stop()
        stopped = time.monotonic()
        try:
            while time.monotonic() < stopped + BOUND + 0.2:
                assert {path: front.ask(path).body for path in kept} == kept
                time.sleep(BOUND / 10)
            page = front.ask("/questionnaire/")
            sent = front.send("/questionnaire/", {"q-work": "x"}, "")
            for answer in (page, sent):
                assert answer.status == 503
                assert "The site cannot be reached" in answer.text and "Send it again" in answer.text
                assert answer.headers["Retry-After"] and answer.headers["Cache-Control"] == "no-store"
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        finally:
            front.site.start()
        assert front.ask("/questionnaire/").status == 200

    def test_is_not_missed_where_another_machine_is_there(self, front: Front, tmp_path: Path) -> None:
        two = Front(front.site, Nginx(tmp_path), free_port(), free_port())
        machines = [f"127.0.0.1:{free_port()}", f"127.0.0.1:{front.site.port}"]
        chosen = [part for machine in machines for part in ("--machine", machine)]
        deploy_files(front.site.instance, tmp_path / "files", *options(two), *chosen)
        two.nginx.start(two.port)
        try:
            statuses = [two.ask(f"/docs/?{number}").status for number in range(8)]
            statuses += [two.send("/questionnaire/", {"q-work": "x"}, "").status for _ in range(4)]
        finally:
            two.nginx.stop()
        assert statuses == [200] * 8 + [400] * 4


class TestARestart:
    def test_loses_no_request(self, front: Front) -> None:
        """Reading and sending all the while; whoever sends is never told of an error."""
        statuses: list[int] = []
        done = threading.Event()

        def visit(source: str) -> None:
            while not done.is_set():
                statuses.append(front.ask(f"/robots.txt?{time.monotonic()}", source=source).status)
                statuses.append(front.send("/questionnaire/", {"q-work": "x"}, "", source).status)

        visitors = [threading.Thread(target=visit, args=(f"127.0.0.{number}",)) for number in (30, 31)]
        for visitor in visitors:
            visitor.start()
        log = front.site.log
        before = log.stat().st_size
        assert front.site.process
        front.site.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while "Serving on" not in log.read_text()[before:] and time.monotonic() < deadline:
            time.sleep(0.1)
        so_far = len(statuses)
        while len(statuses) < so_far + 40 and time.monotonic() < deadline:  # until the old one has gone, and after
            time.sleep(0.1)
        done.set()
        for visitor in visitors:
            visitor.join()
        assert "Serving on" in log.read_text()[before:]
        assert set(statuses) == {200, 400} and len(statuses) > 40

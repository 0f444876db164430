"""Requests as no browser sends them, byte by byte to the real server: hosts, sizes, addresses."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from tests.support.served import Site

OWN = "ledger.example.org"
LIMIT = 262_144
END = "\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back, as it came."""

    head: str
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(" ", 2)[1])

    @property
    def location(self) -> str:
        found = [line for line in self.head.split(END) if line.lower().startswith("location:")]
        return found[0].partition(":")[2].strip() if found else ""


@pytest.fixture(scope="module")
def site(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that knows its own host."""
    folder = tmp_path_factory.mktemp("requests")
    running = Site(Path(shutil.copytree(filled_instance, folder / "instance")), folder / "log")
    (running.instance / "config.toml").write_text(f'SITE_URL = "http://{OWN}"\n')
    running.start()
    yield running
    running.stop()


def send(site: Site, request: str | bytes) -> Answer:
    """The bytes, and whatever the server says to them until it hangs up."""
    given = request.encode("latin-1") if isinstance(request, str) else request
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=60)) as connection:
        connection.sendall(given)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return Answer(head.decode("latin-1"), body)


def get(site: Site, path: str, *headers: str, hosts: tuple[str, ...] = (OWN,), version: str = "1.1") -> Answer:
    lines = [f"GET {path} HTTP/{version}", *(f"Host: {host}" for host in hosts), *headers, "Connection: close", "", ""]
    return send(site, END.join(lines))


def post(site: Site, body: bytes, *headers: str, path: str = "/comparison/suggest") -> Answer:
    lines = [f"POST {path} HTTP/1.1", f"Host: {OWN}", *headers, "Connection: close", "", ""]
    return send(site, END.join(lines).encode("latin-1") + body)


class TestHosts:
    """Anything that is in links or in a cache comes from the settings, or the request is refused."""

    PAGES = ("/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/comparison", "/comparison/", "/questionnaire/")

    @pytest.mark.parametrize(
        "hosts",
        [
            ("evil.example",),
            (OWN, "evil.example"),
            ("evil.example", OWN),
            (),
            ("",),
            (f"{OWN}:evil",),
            (f"{OWN}@evil.example",),
            (f"{OWN}, evil.example",),
            (f"{OWN} evil.example",),
            (f"{OWN}\0evil.example",),
            (f"evil.{OWN}",),
            ("evil" * 100,),
        ],
        ids=repr,
    )
    def test_that_are_wrong_doubled_or_absent_are_refused(self, site: Site, hosts: tuple[str, ...]) -> None:
        for path in self.PAGES:
            answer = get(site, path, hosts=hosts)
            assert answer.status == 400, path
            assert b"evil" not in answer.body and "evil" not in answer.head
            assert answer.location == ""

    def test_that_are_absent_from_an_old_request_are_refused(self, site: Site) -> None:
        assert get(site, "/feed.xml", hosts=(), version="1.0").status == 400

    def test_that_are_claimed_elsewhere_change_nothing(self, site: Site) -> None:
        claims = [
            "X-Forwarded-Host: evil.example",
            "X-Forwarded-Server: evil.example",
            "X-Forwarded-Proto: evil",
            "X-Forwarded-Prefix: /evil",
            "X-Host: evil.example",
            "X-Original-URL: /evil",
            "X-Rewrite-URL: /evil",
            "Forwarded: host=evil.example",
        ]
        for path in self.PAGES[:-1]:
            claimed, plain = get(site, path, *claims), get(site, path)
            absolute = send(site, f"GET http://evil.example{path} HTTP/1.1\r\nHost: {OWN}\r\nConnection: close\r\n\r\n")
            assert claimed.status == plain.status == absolute.status
            assert claimed.location == plain.location == absolute.location
            assert claimed.body == plain.body == absolute.body
            assert b"evil" not in plain.body

    def test_of_others_are_in_no_page_that_was_kept(self, make_app: Callable[..., Flask]) -> None:
        """Without SITE_URL links have the host of the request; nobody gets those of somebody else's."""
        client = make_app().test_client()
        for path in ("/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/comparison/", "/comparison/changes.xml"):
            for host in ("evil.example", "good.example", "evil.example", "good.example"):
                page = client.get(path, headers={"Host": host}).text
                other = {"evil.example": "good.example", "good.example": "evil.example"}[host]
                assert other not in page, path


class TestSizes:
    """One byte decides. What is not too large is read whole: a form without a token comes back with all of it."""

    URLENCODED = "Content-Type: application/x-www-form-urlencoded"
    MULTIPART = "Content-Type: multipart/form-data; boundary=cut"

    @staticmethod
    def filled(size: int, before: bytes, after: bytes = b"") -> tuple[bytes, bytes]:
        """A body of that size, and the text in it."""
        text = b"w" * (size - len(before) - len(after))
        return before + text + after, text

    @classmethod
    def body(cls, kind: str, size: int) -> tuple[bytes, bytes, str]:
        """Body, the text that was typed, and its content type."""
        if kind == "multipart":
            before = b'--cut\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
            return (*cls.filled(size, before, b"\r\n--cut--\r\n"), cls.MULTIPART)
        return (*cls.filled(size, b"text="), cls.URLENCODED)

    @pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
    @pytest.mark.parametrize(
        ("kind", "size", "status"),
        [
            ("urlencoded", LIMIT, 400),
            ("urlencoded", LIMIT + 1, 413),
            ("multipart", LIMIT - 1, 400),  # none of the site's forms; Werkzeug looks for one byte more
            ("multipart", LIMIT + 1, 413),
        ],
    )
    def test_are_counted_to_the_byte(self, site: Site, kind: str, chunked: bool, size: int, status: int) -> None:
        body, text, content_type = self.body(kind, size)
        if chunked:
            answer = post(site, in_chunks(body), content_type, "Transfer-Encoding: chunked")
        else:
            answer = post(site, body, content_type, f"Content-Length: {len(body)}")
        assert answer.status == status
        assert b"<h1>" in answer.body
        assert (text in answer.body) == (status == 400)
        assert b"That is more than this site reads" in answer.body or status == 400

    @pytest.mark.parametrize(
        "headers",
        [
            ("Content-Length: -1",),
            ("Content-Length: 5, 5",),
            ("Content-Length: 5", "Transfer-Encoding: chunked"),
            ("Transfer-Encoding: gzip, chunked",),
            ("Transfer-Encoding: chunked, chunked",),
        ],
        ids=" ".join,
    )
    def test_that_contradict_themselves_are_refused(self, site: Site, headers: tuple[str, ...]) -> None:
        """Two servers in a row might see two different requests in them."""
        answer = post(site, b"zz\r\nGET /evil HTTP/1.1\r\n\r\n", self.URLENCODED, *headers)
        assert 400 <= answer.status < 502
        assert answer.head.count("HTTP/1.") == 1 and b"HTTP/1." not in answer.body


def in_chunks(body: bytes) -> bytes:
    """As ``Transfer-Encoding: chunked`` has it."""
    pieces = [body[at : at + 50_000] for at in range(0, len(body), 50_000)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


class TestAddresses:
    """No name in an address leads out of the folder, the table or the list that it is looked up in."""

    ROOMS = (
        *("/article/", "/article/media/", "/docs/", "/docs/pictures/", "/static/", "/comparison/"),
        *("/comparison/django/", "/comparison/history/claim/", "/comparison/data.", "/questionnaire/"),
        *("/questionnaire/view/", "/comparison/suggestions/", "/account/password/"),
    )
    NAMES = (
        *("..", "../", "../config.py", "../../wsgi.py", "%2e%2e%2f", "%2e%2e%2fconfig.py", "..%2f..%2fsecret_key"),
        *("..%5c", "..%5c..%5csecret_key", "..\\config.py", "%00", "django%00", "site.css%00.png", "%2fetc%2fpasswd"),
        *("//etc/passwd", "/etc/passwd", "C:%5cwindows%5cwin.ini", "....//....//wsgi.py", "%252e%252e%252fconfig.py"),
        *("%c0%ae%c0%ae/", "%uff0e%uff0e/", "host.md/../../config.py", "file:///etc/passwd", "~root", "."),
    )

    @pytest.mark.parametrize("room", ROOMS)
    def test_lead_nowhere(self, site: Site, room: str) -> None:
        for name in self.NAMES:
            answer = get(site, room + name)
            if answer.status == 308:  # two slashes in a row are made one
                assert answer.location.startswith(f"http://{OWN}/")
                answer = get(site, answer.location.removeprefix(f"http://{OWN}"))
            assert answer.status == 404, name
            for inside in (b"root:", b"from __future__", (site.instance / "secret_key").read_bytes().strip()):
                assert inside not in answer.body

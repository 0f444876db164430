"""Connections that take their time, and proxies that speak for visitors: real sockets, real servers."""

from __future__ import annotations

import json
import resource
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from fwsite.server.proxies import behind_proxies
from fwsite.server.wsgi_server import _connections
from tests.support.serving import ServedSite

SPOOFED = {
    "X_Forwarded_For": "203.0.113.9",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "evil.example",
    "X_Forwarded_Port": "666",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    "X_Real_IP": "203.0.113.9",
}


@pytest.fixture(scope="module")
def site(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A bare process that 250 connections fill, and that trusts nobody."""
    folder = tmp_path_factory.mktemp("connections")
    running = ServedSite(shutil.copytree(filled_instance, folder / "instance"), folder, CONNECTION_LIMIT="250")
    running.start()
    yield running
    running.stop()


def drip(connections: list[socket.socket], stop: threading.Event) -> None:
    """A byte on each connection, again and again: half of them of headers, half of them of a body."""
    for number, connection in enumerate(connections):
        body = b"POST /questionnaire/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
        connection.sendall(body if number % 2 else b"GET / HTTP/1.1\r\nA: ")
    while not stop.wait(0.1):
        for connection in connections:
            connection.sendall(b"x")


def test_two_hundred_idle_and_dripping_connections_leave_others_served(site: ServedSite) -> None:
    stop = threading.Event()
    with ExitStack() as stack:
        connections = [stack.enter_context(site.connect()) for _ in range(200)]
        dripping = threading.Thread(target=drip, args=(connections[:100], stop))
        dripping.start()
        try:
            assert [site.get("/comparison/")[0] for _ in range(20)] == [200] * 20
        finally:
            stop.set()
            dripping.join()


def test_past_the_limit_connections_wait_and_are_served_once_others_end(site: ServedSite) -> None:
    with ExitStack() as idle:
        for _ in range(260):
            idle.enter_context(site.connect())
        site.says("total open connections reached the connection limit")
        waiting = site.connect()
        waiting.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        waiting.settimeout(0.3)
        with pytest.raises(TimeoutError):
            waiting.recv(1)
    waiting.settimeout(60)
    with waiting:
        assert waiting.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
    assert site.get("/comparison/")[0] == 200


class TestWithoutAProxy:
    def test_what_a_visitor_says_of_forwarding_changes_nothing(self, site: ServedSite) -> None:
        plain = json.loads(site.get("/slow/who")[2])
        spoofed = json.loads(site.get("/slow/who", **SPOOFED)[2])
        assert spoofed == plain
        assert plain["address"] == "127.0.0.1" and plain["root"] == f"{site.url}/"


class TestBehindASocketFile:
    def test_the_proxys_word_counts_for_address_and_scheme_only(self, filled_instance: Path, tmp_path: Path) -> None:
        path = tmp_path / "socket"
        site = ServedSite(
            shutil.copytree(filled_instance, tmp_path / "instance"),
            tmp_path,
            HOST=f"unix:{path}",
            TRUSTED_PROXIES="unix",
            LOG_ACCESS="on",
            LOG_ADDRESSES="on",
        )
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(str(path))
        stale.close()
        command = [site.python, "-m", "fwsite", "--instance", str(site.instance), "serve"]
        with site.log.open("ab") as log:
            site.process = subprocess.Popen(command, stdout=log, stderr=log, env=site.environ)
        try:
            site.says(f"Serving on unix:{path} with 8 threads.")
            who = json.loads(ask(path, "/slow/who", SPOOFED).partition(b"\r\n\r\n")[2])
            assert (who["address"], who["root"]) == ("203.0.113.9", "https://ledger.example.org/")
            nobody = json.loads(ask(path, "/slow/who", {}).partition(b"\r\n\r\n")[2])
            assert (nobody["address"], nobody["root"]) == ("localhost", "http://ledger.example.org/")
            assert b"400" in ask(path, "/slow/who", {"X_Forwarded_Proto": "gopher"}).partition(b"\r\n")[0]
            site.says(" slow from 203.0.113.9\n")
        finally:
            assert site.stop() == 0


def ask(path: Path, address: str, headers: dict[str, str]) -> bytes:
    """As a proxy on the same machine does."""
    lines = [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    request = "\r\n".join([f"GET {address} HTTP/1.1", "Host: ledger.example.org", "Connection: close", *lines, "", ""])
    with closing(socket.socket(socket.AF_UNIX)) as connection:
        connection.connect(str(path))
        connection.sendall(request.encode())
        got = b""
        while chunk := connection.recv(65536):
            got += chunk
        return got


def seen(peer: str, trusted: tuple[str, ...], count: int = 1, **headers: str) -> dict[str, Any]:
    """What the application hears of a request from ``peer``."""
    heard: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: object) -> list[bytes]:
        heard.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "REMOTE_HOST": peer, "wsgi.url_scheme": "http", "SERVER_PORT": "8000", **headers}
    behind_proxies(application, trusted, count)(environ, lambda *_: None)
    return heard


FORWARDED = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 198.51.100.2, 198.51.100.3", "HTTP_X_REQUEST_ID": "id-of-the-proxy"}


@pytest.mark.parametrize(
    ("peer", "trusted", "count", "address"),
    [
        ("192.0.2.1", (), 1, "192.0.2.1"),
        ("192.0.2.1", ("192.0.2.1",), 1, "198.51.100.3"),
        ("192.0.2.1", ("10.0.0.0/8", "192.0.2.0/24"), 2, "198.51.100.2"),
        ("192.0.3.1", ("10.0.0.0/8", "192.0.2.0/24"), 2, "192.0.3.1"),
        ("::ffff:192.0.2.1", ("192.0.2.1",), 1, "198.51.100.3"),
        ("2001:db8::1", ("2001:db8::/32",), 1, "198.51.100.3"),
        ("localhost", ("unix",), 1, "198.51.100.3"),
        ("localhost", ("127.0.0.1", "::1"), 1, "localhost"),
        ("127.0.0.1", ("unix",), 1, "127.0.0.1"),
    ],
)
def test_whose_word_counts(peer: str, trusted: tuple[str, ...], count: int, address: str) -> None:
    heard = seen(peer, trusted, count, **FORWARDED)
    believed = address != peer
    assert heard["REMOTE_ADDR"] == address
    assert heard.get("HTTP_X_REQUEST_ID") == ("id-of-the-proxy" if believed else None)
    assert ("HTTP_X_FORWARDED_FOR" in heard) == believed


def test_not_even_a_trusted_proxy_names_another_host() -> None:
    heard = seen("192.0.2.1", ("192.0.2.1",), HTTP_X_FORWARDED_HOST="evil.example", HTTP_HOST="ledger.example.org")
    assert heard["HTTP_HOST"] == "ledger.example.org" and "HTTP_X_FORWARDED_HOST" not in heard


@pytest.mark.parametrize(
    ("limits", "wanted", "allowed", "raised"),
    [
        ((1024, 4096), 1000, 1000, (1256, 4096)),
        ((8192, 8192), 1000, 1000, None),
        ((256, 512), 1000, 256, (512, 512)),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), 5000, 5000, None),
    ],
)
def test_the_limit_of_open_files_is_raised_as_far_as_the_system_allows(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], wanted: int, allowed: int, raised: tuple[int, int] | None
) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _what: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _what, limit: given.append(limit))
    assert _connections(wanted) == allowed
    assert given == ([raised] if raised else [])

"""Stopping: whatever was accepted is answered, up to a deadline."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.serving import ServedSite, needs_proc, until

pytestmark = needs_proc

DOWNLOAD = 16 * 2**20


@dataclass
class Stopped:
    """What became of clients while the site was told to stop."""

    site: ServedSite
    code: int
    slow: list[bytes]
    download: int
    idle: bytes
    late: list[str]
    second_half: bytes
    hurried: list[str] = field(default_factory=list)


def slow_download(connection: socket.socket, go_on: threading.Event) -> int:
    """Read the headers, wait, and then the rest; returns the bytes of the body."""
    connection.sendall(b"GET /slow/download HTTP/1.1\r\nHost: localhost\r\n\r\n")
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(4096)
    assert go_on.wait(60)
    received = len(got.partition(b"\r\n\r\n")[2])
    while received < DOWNLOAD and (chunk := connection.recv(2**20)):
        received += len(chunk)
    return received


def all_of(connection: socket.socket) -> bytes:
    """Everything that comes until the other side closes."""
    got = b""
    while chunk := connection.recv(65536):
        got += chunk
    return got


def ask_again_and_again(site: ServedSite, began: threading.Event) -> list[str]:
    """New connections, one after the other, until nobody listens any more; returns what went wrong before that."""
    wrong = []
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        try:
            connection.connect()
        except OSError:
            return wrong
        with closing(connection):
            try:
                connection.request("GET", "/robots.txt")
                if connection.getresponse().status != 200:
                    wrong.append("status")
            except ConnectionResetError:
                # Between the last look into the queue and the closing of the socket: the kernel had it, nobody else.
                wrong.append("reset")
            except (http.client.HTTPException, OSError) as error:
                wrong.append(repr(error))
        began.set()


@pytest.fixture(scope="module", params=[1, 2], ids=["alone", "two-processes"])
def stopped(
    request: pytest.FixtureRequest, filled_instance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stopped]:
    """A site that was told to stop while it was busy; with two processes, each of them was, as a terminal does it."""
    folder = tmp_path_factory.mktemp("stopped")
    site = ServedSite(shutil.copytree(filled_instance, folder / "instance"), folder, PROCESSES=str(request.param))
    site.start()
    try:
        yield stop_while_busy(site)
    finally:
        site.stop()


def half_a_request(connection: socket.socket, finish: threading.Event) -> bytes:
    """A request whose header comes byte by byte, until it may be finished; returns its answer."""
    connection.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    while not finish.wait(0.1):
        connection.sendall(b"x")
    connection.sendall(b"\r\n\r\n")
    return all_of(connection)


def ask_until_it_ends(site: ServedSite, began: threading.Event) -> list[str]:
    """One connection that asks as soon as it was answered; returns its answers' Connection headers."""
    heard: list[str] = []
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
        while "close" not in heard:
            connection.request("GET", "/robots.txt")
            answer = connection.getresponse()
            answer.read()
            heard.append(answer.headers["Connection"] or "")
            began.set()
    return heard


def stop_while_busy(site: ServedSite) -> Stopped:
    go_on, *began = (threading.Event() for _ in range(4))
    with ThreadPoolExecutor(9) as pool, site.connect() as loading, site.connect() as begun, site.connect() as idle:
        download = pool.submit(slow_download, loading, go_on)
        slow = [pool.submit(lambda: site.get("/slow/wait/1.5")[2]) for _ in range(4)]
        hurried: list[Future[list[str]]] = [pool.submit(ask_again_and_again, site, each) for each in began[:2]]
        kept = pool.submit(ask_until_it_ends, site, began[2])
        half = pool.submit(half_a_request, begun, go_on)
        assert all(each.wait(60) for each in began)
        for pid in (*site.children(), site.pid):
            os.kill(pid, signal.SIGTERM)
        wrong = [line for client in hurried for line in client.result()]
        # Nobody listens now. Who was connected is answered.
        slow_answers = [answer.result() for answer in slow]
        nothing = all_of(idle)
        heard = kept.result()
        go_on.set()
        received, second_half = download.result(), half.result()
    return Stopped(site, site.ended(), slow_answers, received, nothing, heard, second_half, wrong)


class TestTold:
    def test_the_exit_code_says_that_all_is_well(self, stopped: Stopped) -> None:
        assert stopped.code == 0
        assert (
            "connections cut off" not in stopped.site.log.read_text()
            and "Traceback" not in stopped.site.log.read_text()
        )

    def test_requests_under_way_are_answered(self, stopped: Stopped) -> None:
        assert stopped.slow == [b"waited"] * 4

    def test_a_slow_download_is_finished(self, stopped: Stopped) -> None:
        assert stopped.download == DOWNLOAD

    def test_half_a_request_is_waited_for_and_answered(self, stopped: Stopped) -> None:
        assert stopped.second_half.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\nConnection: close\r\n" in stopped.second_half

    def test_a_connection_in_use_may_ask_once_more_and_hears_that_it_ends(self, stopped: Stopped) -> None:
        assert stopped.late[-1] == "close" and set(stopped.late[:-1]) <= {""}

    def test_an_idle_connection_is_closed(self, stopped: Stopped) -> None:
        assert stopped.idle == b""

    def test_new_connections_are_answered_or_refused_at_once(self, stopped: Stopped) -> None:
        assert [line for line in stopped.hurried if line != "reset"] == []
        assert len(stopped.hurried) <= 2


@pytest.fixture
def start(filled_instance: Path, tmp_path: Path) -> Iterator[Callable[..., ServedSite]]:
    """Starts a site with settings."""
    started: list[ServedSite] = []

    def begin(**settings: str) -> ServedSite:
        site = ServedSite(shutil.copytree(filled_instance, tmp_path / "instance"), tmp_path, **settings)
        started.append(site)
        site.start()
        return site

    yield begin
    for site in started:
        site.stop()


def waiting(site: ServedSite) -> socket.socket:
    """A connection whose request takes a minute."""
    connection = site.connect()
    connection.sendall(b"GET /slow/wait/60.0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert site.get("/slow/wait/0.0")[0] == 200  # came later: the other one has been taken
    return connection


def test_what_takes_longer_than_the_deadline_is_cut_off(start: Callable[..., ServedSite]) -> None:
    site = start(DRAIN_SECONDS="1")
    with waiting(site) as connection:
        began = time.monotonic()
        assert site.stop() == 0
        assert all_of(connection) == b""
    assert 1 <= time.monotonic() - began < 30
    assert "connections cut off: 1" in site.log.read_text()


def test_a_second_signal_ends_it_at_once(start: Callable[..., ServedSite]) -> None:
    site = start(PROCESSES="2", DRAIN_SECONDS="3600")
    children = site.has_children(2)
    with waiting(site) as connection:
        site.signal(signal.SIGINT)
        until(lambda: not listens(site), "the end of listening")
        assert site.process is not None and site.process.poll() is None
        site.signal(signal.SIGINT)
        assert site.ended() == 0
        with pytest.raises((ConnectionResetError, AssertionError)):
            assert all_of(connection)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def listens(site: ServedSite) -> bool:
    try:
        site.connect().close()
    except ConnectionRefusedError:
        return False
    return True

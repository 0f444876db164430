"""Processes that die: others take their place, and no answer that was acknowledged is lost or doubled."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from fwsite.server.failures import CrashLoop
from fwsite.server.supervisor import IN_A_ROW, WorkerPool
from tests.support.serving import SLOW, ServedSite, Traffic, is_alive, needs_proc, until

pytestmark = needs_proc

BREAKS_CHILDREN = f"{SLOW}\nos.register_at_fork(after_in_child=lambda: os._exit(3))\n"
"""An extension that ends each process as soon as it is started."""


@pytest.fixture(scope="module")
def site(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A site of two processes; the last test kills it."""
    folder = tmp_path_factory.mktemp("killed")
    running = ServedSite(shutil.copytree(filled_instance, folder / "instance"), folder, PROCESSES="2")
    running.start()
    yield running
    running.stop()


def test_a_process_that_is_killed_is_replaced_and_costs_no_answer(site: ServedSite) -> None:
    with Traffic(site.port, clients=4, retry=True) as traffic:
        for number in (1, 2):
            traffic.goes_on(4)
            os.kill(site.has_children(2)[0], signal.SIGKILL)
            site.says("has ended: signal 9 (SIGKILL); another takes its place", number)
        traffic.goes_on(4)
    assert traffic.failures == []
    site.has_children(2)
    assert traffic.lost_or_doubled(site.stored()) == (0, 0)


def test_without_their_parent_processes_finish_and_end(site: ServedSite) -> None:
    children = site.has_children(2)
    with site.connect() as connection:
        connection.sendall(b"GET /slow/wait/1.0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: site.get("/slow/who")[0] == 200, "an answer")
        site.signal(signal.SIGKILL)
        assert site.ended() == -signal.SIGKILL
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
    until(lambda: not any(map(is_alive, children)), "the end of the children")


def test_processes_that_end_at_once_again_and_again_are_given_up(filled_instance: Path, tmp_path: Path) -> None:
    site = ServedSite(shutil.copytree(filled_instance, tmp_path / "instance"), tmp_path, BREAKS_CHILDREN, PROCESSES="3")
    with pytest.raises(AssertionError, match="did not start"):
        site.start()
    assert site.ended() == 1
    lines = site.log.read_text().splitlines()
    assert sum("has ended: exit code 3; another takes its place" in line for line in lines) == IN_A_ROW - 1
    what = f"{IN_A_ROW} processes in a row have ended within a second of their start, the last one with exit code 3. "
    assert lines[-1].startswith(f"Error: {what}")


def test_one_that_has_served_for_a_while_breaks_the_row() -> None:
    now = 0.0
    pids = iter(range(100, 200))
    pool = WorkerPool(lambda _number: next(pids), 1, ended=lambda _pid: 1, clock=lambda: now)

    def one_lives(seconds: float) -> None:
        nonlocal now
        now += 60
        pool.fill()
        assert len(pool.pids) == 1
        now += seconds
        pool.reap()

    for _ in range(IN_A_ROW - 1):
        one_lives(0.5)
    one_lives(5)
    for _ in range(IN_A_ROW - 1):
        one_lives(0.5)
    with pytest.raises(CrashLoop, match="exit code 1"):
        one_lives(0.5)

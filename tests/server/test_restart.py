"""SIGHUP: the program and its settings are replaced by those that are there now, and no client notices."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.serving import SLOW, ServedSite, Traffic, is_alive, needs_proc, until

pytestmark = needs_proc

FAILS = f"""{SLOW}
import pathlib
starts, mended = (pathlib.Path(__file__).with_name(name) for name in ("starts", "mended"))
number = int(starts.read_text()) + 1 if starts.exists() else 1
starts.write_text(str(number))
if number >= 3 and not mended.exists():
    raise SystemExit("the third start fails")
"""
"""An extension that lets the site start, and its stand-in, but not the process that is to follow it, until it is
mended.
"""


@pytest.fixture(scope="module")
def site(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A site of one process that tests reload, one after the other."""
    yield from served(filled_instance, tmp_path_factory.mktemp("reloaded"), "1")


@pytest.fixture(scope="module")
def two(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A site of two processes and their parent."""
    yield from served(filled_instance, tmp_path_factory.mktemp("reloaded"), "2")


def served(filled: Path, folder: Path, processes: str) -> Iterator[ServedSite]:
    """Starts it, and stops it at the end."""
    running = ServedSite(shutil.copytree(filled, folder / "instance"), folder)
    settings(running, PROCESSES=int(processes))
    running.start()
    yield running
    assert running.stop() == 0
    assert "Traceback" not in running.log.read_text()


def settings(site: ServedSite, **given: object) -> None:
    """Write the site's ``config.toml``, beside the settings that it has."""
    file = site.instance / "config.toml"
    lines = file.read_text().splitlines() if file.exists() else []
    kept = [line for line in lines if line.partition(" ")[0] not in given]
    file.write_text("\n".join([*kept, *(f"{name} = {json.dumps(value)}" for name, value in given.items())]) + "\n")


def reload(site: ServedSite) -> None:
    """Reload, and wait until the process that was started serves again, with the new program."""
    begun = site.log.read_text().count("Serving on")
    site.signal(signal.SIGHUP)
    site.says("Serving on", begun + 1)


def process(site: ServedSite) -> int:
    """Which process answers."""
    return int(json.loads(site.get("/slow/who")[2])["process"])


def test_settings_that_are_wrong_are_reported_and_the_old_program_serves_on(site: ServedSite) -> None:
    old = process(site)
    settings(site, THREADS=0)
    site.signal(signal.SIGHUP)
    site.says("THREADS is 0")
    site.says("reload: the new program did not come up (exit code 1), see above. This one keeps serving")
    assert process(site) == old == site.pid
    settings(site, THREADS=4)


def test_another_address_needs_a_restart_and_says_so(site: ServedSite) -> None:
    file = site.instance / "config.toml"
    before = file.read_text()
    failed = site.log.read_text().count("did not come up")
    settings(site, HOST="::1")
    site.signal(signal.SIGHUP)
    site.says("A reload keeps the address")
    site.says("did not come up", failed + 1)
    assert process(site) == site.pid
    file.write_text(before)


def restarts_lose_nothing(site: ServedSite, restarts: int) -> None:
    """Restart it under eight clients, with new settings each time."""
    with Traffic(site.port, clients=8, pause=0.6) as traffic:
        for number in range(restarts):
            traffic.goes_on(2)
            settings(site, SITE_TITLE=f"Renamed {number} times")
            reload(site)
            until(lambda: f"Renamed {number} times".encode() in site.get("/")[2], "the new title")  # noqa: B023 - now
        traffic.goes_on(4)
    assert traffic.failures == []
    assert len(traffic.acknowledged) == len(set(traffic.acknowledged))
    assert traffic.lost_or_doubled(site.stored()) == (0, 0)


def test_three_restarts_under_eight_clients_lose_no_request_and_no_answer(site: ServedSite) -> None:
    restarts_lose_nothing(site, 3)
    until(lambda: site.children() == [], "the end of the last stand-in")
    assert process(site) == site.pid


def test_told_to_stop_while_it_reloads_it_stops(site: ServedSite) -> None:
    site.signal(signal.SIGHUP)
    [stand_in] = until(site.children, "the stand-in")
    assert site.stop() == 0
    assert not is_alive(stand_in)


def test_one_that_cannot_start_again_tries_until_it_can_while_its_stand_in_serves(
    filled_instance: Path, tmp_path: Path
) -> None:
    site = ServedSite(shutil.copytree(filled_instance, tmp_path / "instance"), tmp_path, FAILS, EXTENSIONS_STRICT="on")
    site.start()
    try:
        site.signal(signal.SIGHUP)
        site.says("reload: this process cannot start again: ")
        assert process(site) in site.has_children(1)
        (tmp_path / "package" / "mended").touch()
        site.says("Serving on", 2)
        until(lambda: site.children() == [], "the end of the stand-in")
        assert process(site) == site.pid
    finally:
        assert site.stop() == 0


def test_of_two_processes_both_are_replaced_and_nothing_is_lost(two: ServedSite) -> None:
    old = two.has_children(2)
    restarts_lose_nothing(two, 1)
    until(lambda: not any(map(is_alive, old)), "the end of the old processes")
    until(lambda: process(two) in two.has_children(2), "the end of the stand-in")

"""Numbers for Prometheus: off and not there until a host wants them, right when they are."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite import extend
from fwsite.settings import SettingsError
from fwsite.web import metrics
from fwsite.web.metrics_files import new_folder
from tests.support.forms import first_options, submit
from tests.support.paths import ROOT
from tests.support.served import Site
from tests.support.serving import ServedSite, needs_proc, until

TOKEN = "a-token-for-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
ROBOTS = ("fwsite_http_requests_total", 'endpoint="site.robots",status="2xx"')
STARTED = "fwsite_process_start_time_seconds"
LINE = re.compile(rf"(?P<name>{NAME})(?:\{{(?P<labels>{LABEL}(?:,{LABEL})*)\}})? (?P<value>-?[0-9.e+-]+|NaN|[+-]Inf)")
Apps = Callable[..., Flask]


def read(text: str) -> dict[tuple[str, str], float]:
    """Every sample by name and labels; raises on what is not in the format."""
    found: dict[tuple[str, str], float] = {}
    types: dict[str, str] = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in ("counter", "gauge", "histogram")
            types[name] = kind
        elif line.startswith("# HELP "):
            assert len(line.split(" ", 3)) == 4
        else:
            match = LINE.fullmatch(line)
            assert match, line
            family = re.sub("_(bucket|sum|count)$", "", match["name"])
            assert match["name"] in types or types[family] == "histogram"
            key = (match["name"], match["labels"] or "")
            assert key not in found
            found[key] = float(match["value"])
    return found


def ask(client: FlaskClient) -> dict[tuple[str, str], float]:
    response = client.get("/metrics", headers=BEARER)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.cache_control.no_store
    return read(response.text)


@pytest.fixture
def counted(make_app: Apps) -> FlaskClient:
    """A client of a site with numbers."""
    return make_app(METRICS_TOKEN=TOKEN).test_client()


class TestWhoMayRead:
    @pytest.mark.parametrize("address", ["/metrics", "/metrics/"])
    def test_nobody_until_there_is_a_token(self, client: FlaskClient, address: str) -> None:
        for headers in ({}, {"Authorization": "Bearer "}, BEARER):
            response = client.get(address, headers=headers)
            assert response.status_code == 404
            assert "There is no page at this URL" in response.text

    def test_nothing_is_between_until_there_is_a_token(self, app: Flask, make_app: Apps) -> None:
        def inner(*_: object) -> Any:
            """Never called."""

        assert metrics.middleware(app, inner) is inner
        assert metrics.middleware(make_app(METRICS_TOKEN=TOKEN), inner) is not inner

    @pytest.mark.parametrize(("token", "found"), [("", "False"), (TOKEN, "True")])
    def test_nothing_is_imported_until_there_is_a_token(self, instance: Path, token: str, found: str) -> None:
        code = (
            "import sys, fwsite; app = fwsite.create_app(sys.argv[1], settings={'METRICS_TOKEN': sys.argv[2]}); "
            "app.test_client().get('/metrics'); print('prometheus_client' in sys.modules)"
        )
        assert in_python(code, str(instance), token) == f"{found}\n"

    def test_a_token_without_the_package_is_refused(self, make_app: Apps, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "prometheus_client", None)  # as if it were not installed
        assert make_app().config["METRICS_TOKEN"] == ""
        with pytest.raises(
            SettingsError, match=r"METRICS_TOKEN .* needs .* prometheus-client; install fwsite\[metrics\]"
        ):
            make_app(METRICS_TOKEN=TOKEN)

    @pytest.mark.parametrize(
        "given",
        [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer é"],
    )
    def test_nobody_without_it(self, counted: FlaskClient, given: str | None) -> None:
        response = counted.get("/metrics", headers={} if given is None else {"Authorization": given})
        assert response.status_code == 401
        assert "fwsite_" not in response.text
        assert response.headers["WWW-Authenticate"].lower().startswith("bearer")
        assert response.cache_control.no_store

    def test_who_has_it_at_either_address(self, counted: FlaskClient) -> None:
        assert [counted.get(path, headers=BEARER).status_code for path in ("/metrics", "/metrics/")] == [200, 200]

    @pytest.mark.parametrize("token", ["short", "x" * 15, "with blanks in the token", "é" * 20])
    def test_a_token_that_is_none_is_refused(self, make_app: Apps, token: str) -> None:
        with pytest.raises(Exception, match="METRICS_TOKEN") as caught:
            make_app(METRICS_TOKEN=token)
        assert token not in str(caught.value)

    def test_no_page_leads_there(self, counted: FlaskClient) -> None:
        for address in ("/", "/sitemap.xml", "/robots.txt"):
            assert "metrics" not in counted.get(address).text


class TestWhatIsCounted:
    def test_requests_by_view_and_status(self, counted: FlaskClient) -> None:
        for address in ("/comparison/", "/comparison/", "/comparison/none/at/all", "/nowhere", "/healthz"):
            counted.get(address)
        counted.post("/questionnaire/")
        found = ask(counted)
        requests = {labels: value for (name, labels), value in found.items() if name == "fwsite_http_requests_total"}
        assert requests['endpoint="comparison.index",status="2xx"'] == 2  # the second one out of the cache
        assert requests['endpoint="none",status="4xx"'] == 2
        assert requests['endpoint="site.healthz",status="2xx"'] == 1
        assert requests['endpoint="questionnaire.submit",status="4xx"'] == 1

    def test_durations_in_classes_that_add_up(self, counted: FlaskClient) -> None:
        for _ in range(3):
            counted.get("/robots.txt")
        found = ask(counted)
        name = "fwsite_http_request_duration_seconds"
        ends = "0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf".split()
        below = [found[f"{name}_bucket", f'endpoint="site.robots",le="{end}"'] for end in ends]
        assert below == sorted(below)
        assert below[-1] == found[f"{name}_count", 'endpoint="site.robots"'] == 3
        assert 0 < found[f"{name}_sum", 'endpoint="site.robots"'] < 60

    def test_answers_that_were_stored_and_no_others(self, counted: FlaskClient) -> None:
        form = first_options(counted, 6)
        assert ask(counted)["fwsite_answers_stored_total", ""] == 0
        assert submit(counted, form).status_code == 303
        submit(counted, {})
        assert ask(counted)["fwsite_answers_stored_total", ""] == 1

    def test_extensions_version_and_the_process(self, counted: FlaskClient) -> None:
        found = ask(counted)
        assert found["fwsite_info", 'version="0.1.0"'] == 1
        assert found["fwsite_extensions", 'state="active"'] >= 7
        assert found["fwsite_extensions", 'state="failed"'] == 0

    @needs_proc
    def test_the_process_that_is_alone(self, counted: FlaskClient) -> None:
        found = ask(counted)
        assert found["fwsite_process_resident_memory_bytes", 'process="0"'] > 10_000_000
        assert time.time() - 86_400 < found[STARTED, 'process="0"'] < time.time()

    def test_a_view_that_fails_is_a_5xx(self, make_app: Apps) -> None:
        app = make_app(METRICS_TOKEN=TOKEN)

        def fails(*_: object) -> Any:
            raise OSError("the connection is gone")

        front = metrics.middleware(app, fails)
        with pytest.raises(OSError, match="gone"):
            front({}, lambda *_: None)  # type: ignore[arg-type, return-value]
        assert ask(app.test_client())["fwsite_http_requests_total", 'endpoint="none",status="5xx"'] == 1

    def test_what_extensions_may_ask_for(self, make_app: Apps) -> None:
        app = make_app(METRICS_TOKEN=TOKEN)
        for address in ("/robots.txt", "/robots.txt", "/nowhere"):
            app.test_client().get(address)
        with app.app_context():
            extend.emit("comparison.changed", items=(), texts=frozenset())
            extend.emit("a.name.that.nobody.offers")
            found = extend.traffic()
        assert found is not None
        assert found.answered["site.robots"].statuses == {2: 2}
        assert found.answered["none"].statuses == {4: 1}
        assert sum(found.answered["site.robots"].durations) == 2
        assert len(found.answered["site.robots"].durations) == len(found.ends) + 1
        assert 0 < found.answered["site.robots"].seconds < 60
        assert found.events["comparison.changed"] == 1
        assert found.events["questionnaire.answer_stored"] == 0
        assert "a.name.that.nobody.offers" not in found.events

    def test_of_two_sites_in_a_process_each_has_its_own(self, make_app: Apps) -> None:
        one, other = (make_app(METRICS_TOKEN=TOKEN).test_client() for _ in range(2))
        one.get("/robots.txt")
        assert ask(one)[ROBOTS] == 1
        assert ROBOTS not in ask(other)


def in_python(code: str, *arguments: str, **environ: str) -> str:
    """What a Python of its own prints."""
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FORKED = """
import os, sys
from fwsite import create_app
from fwsite.web import metrics

app = create_app(sys.argv[1], settings={"METRICS_TOKEN": "a-token-for-prometheus"})
counts = app.extensions["fwsite.counts"]
counts.add("site.robots", 500, 20)
metrics.share(app)

def counted_by_a_child():
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        metrics.join(app, 1)
        for _ in range(100):
            counts.add("site.robots", 200, 0.02)
            counts.add_event("comparison.changed")
        found = counts.traffic()
        sums = found.answered["site.robots"]
        numbers = [process.number for process in found.processes]
        told = sums.statuses, found.events["comparison.changed"], sums.durations[-1], numbers
        os.write(write, f"{told}\\n".encode())
        os._exit(0)
    os.waitpid(pid, 0)
    print(os.read(read, 1000).decode(), end="")
    os.close(read)
    os.close(write)

for _ in range(int(sys.argv[2])):
    counted_by_a_child()
print(sorted(os.listdir(counts.folder)))
"""
FILES = ["counter_1.db", "gauge_all_1.db", "histogram_1.db"]


@needs_proc
def test_a_process_goes_on_where_the_one_before_it_has_ended_in_its_files(instance: Path) -> None:
    *told, files = in_python(FORKED, str(instance), "40").splitlines()
    assert told == [str(({2: 100 * child, 5: 1}, 100 * child, 1, [0, 1])) for child in range(1, 41)]
    assert files == str(FILES)


ALL_OF_IT = """
import os, sys
from pathlib import Path
from fwsite import create_app
from fwsite.web import metrics

app = create_app(sys.argv[1], settings={"METRICS_TOKEN": "a-token-for-prometheus"})
counts = app.extensions["fwsite.counts"]
metrics.share(app)
metrics.join(app, 1)
files = sorted(counts.folder.iterdir())
before = [file.stat().st_size for file in files]
print([file.name for file in files], all(file.stat().st_blocks * 512 >= file.stat().st_size for file in files))
for endpoint in (*app.view_functions, None):
    for status in (100, 200, 300, 400, 500):
        for seconds in (*metrics.BUCKETS, 60):
            counts.add(endpoint, status, seconds)
print(len(counts.traffic().answered) == len(app.view_functions) + 1)
print(files == sorted(counts.folder.iterdir()), before == [file.stat().st_size for file in files])
"""


def test_all_room_is_taken_before_it_is_mapped(instance: Path) -> None:
    assert in_python(ALL_OF_IT, str(instance)) == f"{FILES} True\nTrue\nTrue True\n"


def test_a_process_without_room_answers_and_does_not_count(make_app: Apps, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(METRICS_TOKEN=TOKEN)
    metrics.share(app)
    shutil.rmtree(app.extensions["fwsite.counts"].folder)
    metrics.join(app, 1)
    assert "counts nothing for /metrics: [Errno 2] No such file or directory" in caplog.text
    client = app.test_client()
    assert client.get("/robots.txt").status_code == 200
    assert submit(client, first_options(client, 6)).status_code == 303
    assert client.get("/metrics", headers=BEARER).status_code == 404


@needs_proc
def test_folders_that_nobody_has_any_more_are_cleared_away(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    first = new_folder(tmp_path)
    theirs, living = (first.with_name(f"fwsite-metrics-{pid}-x") for pid in (ended.pid, os.getppid()))
    for folder in (theirs, living):
        folder.mkdir()
        (folder / "counter_1.db").touch()
    second = new_folder(tmp_path)
    assert [folder.exists() for folder in (first, second, theirs, living)] == [False, True, False, True]
    assert second.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(living)
    shutil.rmtree(second)


UNDER_ANOTHER_SERVER = """
import os, sys
from fwsite import create_app

app = create_app(sys.argv[1], settings={"METRICS_TOKEN": "a-token-for-prometheus"})
for _ in range(3):
    pid = os.fork()
    if not pid:
        app.test_client().get("/robots.txt").close()
        os._exit(0)
    os.waitpid(pid, 0)
app.test_client().get("/robots.txt").close()
print(app.extensions["fwsite.counts"].traffic().answered["site.robots"].statuses)
"""


def test_workers_of_another_server_count_together_in_the_folder_that_the_host_names(
    instance: Path, tmp_path: Path
) -> None:
    assert in_python(UNDER_ANOTHER_SERVER, str(instance), PROMETHEUS_MULTIPROC_DIR=str(tmp_path)) == "{2: 4}\n"


@needs_proc
class TestServedByTwoProcesses:
    @pytest.fixture
    def site(self, instance: Path, tmp_path: Path) -> Iterator[ServedSite]:
        site = ServedSite(instance, tmp_path, METRICS_TOKEN=TOKEN, PROCESSES="2")
        site.start()
        yield site
        site.stop()

    def test_both_tell_the_same(self, site: ServedSite) -> None:
        before = served(site)
        for _ in range(20):
            site.get("/robots.txt")
        found = [served(site) for _ in range(6)]
        assert {each[ROBOTS] - before[ROBOTS] for each in found} == {20}
        for each in found:
            assert numbers(each) == ["0", "1", "2"]
            assert all(abs(value - time.time()) < 120 for (name, _), value in each.items() if name == STARTED)

    def test_totals_do_not_go_back_when_one_is_killed(self, site: ServedSite) -> None:
        for times in range(1, 4):
            for _ in range(10):
                site.get("/robots.txt")
            before = served(site)[ROBOTS]
            os.kill(site.children()[0], signal.SIGKILL)
            site.says("another takes its place", times)
            until(lambda: len(site.children()) == 2, "another process")
            assert {served(site)[ROBOTS] for _ in range(6)} == {before}
            until(lambda: numbers(served(site)) == ["0", "1", "2"], "its number")
        assert before >= 30

    def test_a_reload_begins_anew_and_leaves_nothing(self, site: ServedSite) -> None:
        for _ in range(10):
            site.get("/robots.txt")
        old = set(site.children())
        [first] = folders(site)
        site.signal(signal.SIGHUP)
        until(lambda: len(site.children()) == 2 and not old & set(site.children()), "new processes")
        site.get("/robots.txt")
        assert {served(site)[ROBOTS] for _ in range(6)} == {1}
        assert numbers(served(site)) == ["0", "1", "2"]
        [second] = folders(site)
        assert second != first
        assert site.stop() == 0
        assert folders(site) == []


def served(site: Site) -> dict[tuple[str, str], float]:
    with urlopen(Request(f"{site.url}/metrics", headers=BEARER), timeout=10) as response:
        return read(response.read().decode())


def numbers(found: dict[tuple[str, str], float]) -> list[str]:
    """Of the processes."""
    return sorted(re.sub(r"\D", "", labels) for name, labels in found if name == STARTED)


def folders(site: ServedSite) -> list[Path]:
    """What the site has beside its instance, wherever that is on this machine."""
    places = (Path("/dev/shm"), site.instance / "cache")
    return [folder for place in places for folder in place.glob(f"fwsite-metrics-{site.pid}-*")]

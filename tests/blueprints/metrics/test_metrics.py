"""Numbers for Prometheus: off and not there until a host wants them, right when they are."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.metrics.exposition import Family, Sample, histogram, number, written
from fwsite.web import metrics
from fwsite.web.metrics import BUCKETS, Counts
from tests.support.forms import first_options, submit
from tests.support.paths import ROOT
from tests.support.served import Site

TOKEN = "a-token-for-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
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
            assert "There is no page at this address" in response.text

    def test_nothing_is_between_until_there_is_a_token(self, app: Flask, make_app: Apps) -> None:
        assert "fwsite.counts" not in app.extensions
        assert not isinstance(app.wsgi_app, metrics._Front)
        assert isinstance(make_app(METRICS_TOKEN=TOKEN).wsgi_app, metrics._Front)

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
        ends = [*map(number, BUCKETS), "+Inf"]
        below = [found[f"{name}_bucket", f'endpoint="site.robots",le="{end}"'] for end in ends]
        assert below == sorted(below)
        assert below[-1] == found[f"{name}_count", 'endpoint="site.robots"'] == 3
        assert 0 < found[f"{name}_sum", 'endpoint="site.robots"'] < 60

    def test_answers_that_were_stored_and_no_others(self, counted: FlaskClient) -> None:
        form = first_options(counted, 6)
        assert ask(counted)["fwsite_answers_stored_total", ""] == 0
        assert submit(counted, form).status_code == 303
        submit(counted, first_options(counted, 1))
        assert ask(counted)["fwsite_answers_stored_total", ""] == 1

    def test_extensions_version_and_the_process(self, counted: FlaskClient) -> None:
        found = ask(counted)
        assert found["fwsite_info", 'version="0.1.0"'] == 1
        assert found["fwsite_extensions", 'state="active"'] >= 7
        assert found["fwsite_extensions", 'state="failed"'] == 0
        assert found["fwsite_process_resident_memory_bytes", 'process="0"'] > 10_000_000
        assert abs(found["fwsite_process_start_time_seconds", 'process="0"'] - time.time()) < 120

    def test_a_view_that_fails_is_a_5xx(self, make_app: Apps) -> None:
        app = make_app(METRICS_TOKEN=TOKEN)
        counts: Counts = app.extensions["fwsite.counts"]

        def fails(*_: object) -> Any:
            raise OSError("the connection is gone")

        front = metrics._Front(fails, counts, "none")
        with pytest.raises(OSError, match="gone"):
            front({}, lambda *_: None)  # type: ignore[arg-type, return-value]
        assert ask(app.test_client())["fwsite_http_requests_total", 'endpoint="none",status="5xx"'] == 1


FORKED = """
import os, sys
from fwsite.web.metrics import Counts

counts = Counts(["a"], ["e"])
for _ in range(int(sys.argv[1])):
    pid = os.fork()
    if not pid:
        for _ in range(1000):
            counts.add("a", 200, 0.02)
            counts.add_event("e")
        os._exit(0)
    os.waitpid(pid, 0)
counts.add("a", 500, 20)
found = counts.traffic()
print(found.answered["a"].statuses, found.events, len(found.processes), found.answered["a"].durations[-1])
"""


@pytest.mark.parametrize("children", [3, 100])
def test_forked_processes_count_together_and_the_dead_are_not_forgotten(children: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(children)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == f"{{2: {children * 1000}, 5: 1}} {{'e': {children * 1000}}} 1 1\n"


def test_several_processes_of_a_served_site_tell_the_same(instance: Path, tmp_path: Path) -> None:
    (instance / "config.toml").write_text(f'METRICS_TOKEN = "{TOKEN}"\nPROCESSES = 2\n')
    site = Site(instance, tmp_path / "log")
    site.start()
    try:
        before = served(site)
        for _ in range(20):
            urlopen(f"{site.url}/robots.txt", timeout=10).close()
        found = [served(site) for _ in range(6)]
    finally:
        site.stop()
    key = ("fwsite_http_requests_total", 'endpoint="site.robots",status="2xx"')
    assert {each[key] - before[key] for each in found} == {20}
    assert {len([1 for name, _ in each if name == "fwsite_process_start_time_seconds"]) for each in found} == {3}


def served(site: Site) -> dict[tuple[str, str], float]:
    with urlopen(Request(f"{site.url}/metrics", headers=BEARER), timeout=10) as response:
        return read(response.read().decode())


class TestTheFormat:
    def test_escapes_what_would_end_a_line_or_a_label(self) -> None:
        sample = Sample(1, {"a": 'x"y\\z\nw'})
        text = written([Family("n", "gauge", "one\ntwo\\", (sample,))])
        assert text == '# HELP n one\\ntwo\\\\\n# TYPE n gauge\nn{a="x\\"y\\\\z\\nw"} 1\n'
        assert list(read(text).values()) == [1]

    @pytest.mark.parametrize(("value", "text"), [(0, "0"), (3.0, "3"), (0.25, "0.25"), (2**53 - 1, str(2**53 - 1))])
    def test_writes_numbers_as_precise_as_they_are(self, value: float, text: str) -> None:
        assert number(value) == text

    def test_adds_up_histograms(self) -> None:
        samples = list(histogram({}, (0.5, 1.0), (1, 2, 4), 9.5))
        assert [(sample.suffix, sample.labels.get("le"), sample.value) for sample in samples] == [
            ("_bucket", "0.5", 1),
            ("_bucket", "1", 3),
            ("_bucket", "+Inf", 7),
            ("_sum", None, 9.5),
            ("_count", None, 7),
        ]

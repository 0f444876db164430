"""Runs of tiny subjects: what is measured, what is left out and why, what is left of a run that is stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache

from fwsite.blueprints.measure import environments
from fwsite.blueprints.measure.child import BOUND_MB, Child, ChildFault, Fleet, resident_mb
from fwsite.blueprints.measure.interpreters import Interpreter
from fwsite.blueprints.measure.load import LoadMeter
from fwsite.blueprints.measure.probe.servers import listening_socket
from fwsite.blueprints.measure.progress import Progress
from fwsite.blueprints.measure.run import RunFault, measure
from fwsite.blueprints.measure.subjects import SHIPPED, read_subject
from fwsite.domain.measurement import read_run
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.command import Command
from tests.support.measured import (
    TINY,
    left_out,
    request_for,
    run,
    running_below,
    samples,
    served_by_waitress,
    stopping_at,
    with_waitress,
    write_asgi_subject,
    write_subject,
)
from tests.support.site import opened


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Environments, which are the same for all subjects of a name here."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture
def cache(tmp_path: Path, made_once: Path) -> Path:
    folder = tmp_path / "instance" / "cache" / "measure"
    folder.mkdir(parents=True)
    (folder / "environments").symlink_to(made_once)
    return folder


@pytest.fixture
def empty_cache(tmp_path: Path) -> Path:
    return tmp_path / "instance" / "cache" / "measure"


class TestTime:
    def test_tells_who_does_twice_the_work_and_whose_work_is_the_same(self, tmp_path: Path, cache: Path) -> None:
        effort = replace(TINY, cycles=7, rounds=3)
        folders = [write_subject(tmp_path / name, work) for name, work in (("one", 10), ("two", 20))]
        done = run(cache, folders, effort=effort)
        assert done["reference"] == "one"
        assert samples(done, "time", "one") == [1.0] * 3
        assert 1.5 < sorted(samples(done, "time", "two"))[1] < 2.6
        [control] = done["controls"]
        assert (control["measure"], len(control["samples"])) == ("time", 3)
        assert 0.75 < sorted(control["samples"])[1] < 1.33
        assert running_below(cache) == []

    def test_counts_threads_that_have_ended(self, tmp_path: Path, cache: Path) -> None:
        threads = "import threading; t = threading.Thread(target=lambda: sum(range(10_000))); t.start(); t.join()"
        folders = [write_subject(tmp_path / "one", 10), write_subject(tmp_path / "two", 0, threads)]
        assert sorted(samples(run(cache, folders), "time", "two"))[0] > 0.5

    @pytest.mark.parametrize(
        "lifespan",
        [
            "raise NotImplementedError",
            "await receive(); scope['state']['n'] = 1; await send({'type': 'lifespan.startup.complete'}); return",
        ],
    )
    def test_calls_asgi_applications_with_and_without_a_lifespan(
        self, tmp_path: Path, cache: Path, lifespan: str
    ) -> None:
        done = run(cache, [write_subject(tmp_path / "one"), write_asgi_subject(tmp_path / "other", lifespan)])
        assert left_out(done) == {}
        assert len(samples(done, "time", "other")) == TINY.rounds

    def test_an_asgi_application_whose_start_up_fails_is_left_out(self, tmp_path: Path, cache: Path) -> None:
        lifespan = "await receive(); await send({'type': 'lifespan.startup.failed', 'message': 'no queue'}); return"
        done = run(cache, [write_subject(tmp_path / "one"), write_asgi_subject(tmp_path / "other", lifespan)])
        assert left_out(done) == {"other": "RuntimeError: lifespan: no queue"}


class TestMemoryAndCounts:
    def test_of_each_subject_and_a_control(self, tmp_path: Path, cache: Path) -> None:
        large = "globals().setdefault('KEPT', bytearray(b'x' * 30_000_000))"
        folders = [write_subject(tmp_path / "small", 1), write_subject(tmp_path / "xlarge", 1, large)]
        done = run(cache, folders, "memory")
        assert done["controls"] == [{"measure": "memory", "samples": [pytest.approx(1, abs=0.1)] * TINY.starts}]
        for kind in ("resident", "unique"):
            small, big = (samples(done, "memory", key, kind) for key in ("small", "xlarge"))
            assert len(small) == len(big) == TINY.starts
            assert 20 < big[0] - small[0] < 40
        assert samples(done, "time", "small") == []

    def test_the_shipped_application_without_a_framework_answers_rightly_and_is_counted(self, cache: Path) -> None:
        done = run(cache, [SHIPPED / "plain"], "json,row,page,list,nplus1")
        assert left_out(done) == {}
        assert {key: samples(done, "statements", "plain", key) for key in ("json", "row", "page", "nplus1")} == {
            "json": [],
            "row": [1],
            "page": [1],
            "nplus1": [21],
        }
        assert samples(done, "calls", "plain", "json") < samples(done, "calls", "plain", "nplus1")
        assert samples(done, "distributions", "plain", "install") == [0]
        assert samples(done, "lines", "plain", "app")[0] > 20


def apart(call: Callable[..., Any], *given: Any) -> Any:
    """Call it in a thread of its own: a browser's event loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *given).result()


class TestWaiting:
    def test_threads_answer_while_others_wait(self, tmp_path: Path, cache: Path) -> None:
        served = served_by_waitress("one", 2) + served_by_waitress("one", 8)
        done = apart(run, cache, [with_waitress(write_subject(tmp_path / "one", served=served))], "waiting")
        assert samples(done, "waiting", "one_2", "waiting") == [1.0] * TINY.rounds
        assert max(samples(done, "waiting", "one_8", "waiting")) > 2
        assert [entry["server"] for entry in done["entries"]] == ["", "waitress, 2 threads", "waitress, 8 threads"]
        assert running_below(cache) == []

    def test_a_server_that_answers_wrongly_is_left_out(self, tmp_path: Path, cache: Path) -> None:
        breaks = "if environ['PATH_INFO'] == '/waiting' and ASKED > 12: raise OSError('no more')"
        folders = [
            with_waitress(write_subject(tmp_path / "one", served=served_by_waitress("one", 4))),
            with_waitress(write_subject(tmp_path / "two", extra=breaks, served=served_by_waitress("two", 4))),
        ]
        done = apart(run, cache, folders, "waiting")
        reasons = {entry["key"]: entry["left_out"] for entry in done["entries"] if entry["left_out"]}
        assert list(reasons) == ["two_4"]
        assert "500 Internal Server Error" in reasons["two_4"]
        assert len(samples(done, "waiting", "one_4", "waiting")) == TINY.rounds

    def test_without_the_server_that_others_are_compared_with_there_is_no_figure(
        self, tmp_path: Path, cache: Path
    ) -> None:
        breaks = "if environ['PATH_INFO'] == '/waiting' and ASKED > 12: raise OSError('no more')"
        folders = [
            with_waitress(write_subject(tmp_path / "one", extra=breaks, served=served_by_waitress("one", 4))),
            with_waitress(write_subject(tmp_path / "two", served=served_by_waitress("two", 4))),
        ]
        done = apart(run, cache, folders, "waiting,json")
        assert [figure for figure in done["figures"] if figure["measure"] == "waiting"] == []
        assert "partial" in done["stamps"]
        assert len(samples(done, "time", "two")) == TINY.rounds

    def test_a_server_that_is_not_installed_is_left_out(self, tmp_path: Path, cache: Path) -> None:
        folder = write_subject(tmp_path / "one", served=served_by_waitress("one", 4))
        done = apart(run, cache, [folder], "json,waiting")
        reasons = {entry["key"]: entry["left_out"] for entry in done["entries"] if entry["left_out"]}
        assert reasons == {
            "one_4": "ModuleNotFoundError: No module named 'waitress'; "
            "a package has to be in “requirements” or “tools” of subject.toml"
        }
        assert samples(done, "time", "one") == [1.0] * TINY.rounds


BROKEN = {
    "a wrong answer": ("body = b'{}'", "wrong answer to json: “{}” instead of “{"),
    "an exception": ("raise ValueError('no such book')", "ValueError: no such book (app.py:13)"),
    "an exit": ("import os; os._exit(3)", "its process ended unexpectedly at /json (exit code 3); it wrote nothing"),
    "an exit with a word": (
        "import os; os.write(2, b'out of ink\\n\\n'); os._exit(3)",
        "its process ended unexpectedly at /json (exit code 3); its last line was “out of ink”",
    ),
    "an end by a signal": (
        "import os, signal; os.kill(os.getpid(), signal.SIGABRT)",
        "its process ended unexpectedly at /json (ended by SIGABRT)",
    ),
    "an end by a signal without a name": (
        "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 1)",
        f"its process ended unexpectedly at /json (ended by signal {signal.SIGRTMIN + 1})",
    ),
    "an end after many words": (
        "import os; os.write(2, b'x' * 100_000 + b'\\nout of ink\\n' + b'\\n' * 9); os._exit(3)",
        "(exit code 3); its last line was “out of ink”",
    ),
    "an answer that is wrong far behind": (
        'body = body.replace(b"world", b"World")',
        'wrong answer to json: “…: "Hello, World"}” instead of “…',
    ),
    "sys.exit": ("raise SystemExit(3)", "SystemExit: 3 (app.py:13)"),
    "another answer later on": (
        "body = body if ASKED < 100 else b'{}'",
        "wrong answer to json: “{}” instead of “{",
    ),
    "an exception later on": ("assert ASKED < 100, 'tired'", "AssertionError: tired (app.py:13)"),
    "a file of its machine": (
        "open('/srv/of somebody/books.db')",
        "FileNotFoundError: [Errno 2] No such file or directory: 'books.db' (app.py:13)",
    ),
    "a module that is missing": (
        "import no_such_module",
        "ModuleNotFoundError: No module named 'no_such_module' (app.py:13); a package has to be in",
    ),
}


class TestLeftOut:
    """It alone, with its reason, and the others are measured."""

    @pytest.mark.parametrize("broken", BROKEN)
    def test_is_who_has(self, tmp_path: Path, cache: Path, broken: str) -> None:
        extra, reason = BROKEN[broken]
        folders = [write_subject(tmp_path / "good"), write_subject(tmp_path / "other", extra=extra)]
        done = run(cache, folders)
        assert list(left_out(done)) == ["other"]
        assert reason in left_out(done)["other"]
        assert {figure["entry"] for figure in done["figures"]} == {"good"}
        assert len(samples(done, "time", "good")) == TINY.rounds
        assert done["stamps"] == [stamp for stamp in done["stamps"] if stamp.startswith("noisy")]

    def test_is_who_needs_a_newer_python(self, tmp_path: Path, cache: Path) -> None:
        done = run(cache, [write_subject(tmp_path / "good"), write_subject(tmp_path / "new", python="3.99")])
        here = ".".join(map(str, sys.version_info[:3]))
        assert left_out(done) == {
            "new": f"needs Python 3.99 or newer, and the newest here is {here}; "
            "install one, or name it with --python PATH"
        }
        assert [entry["left_out"] for entry in done["entries"]] == ["", left_out(done)["new"]]

    def test_is_whose_package_is_missing(
        self, tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        folders = [
            write_subject(tmp_path / "good"),
            write_subject(tmp_path / "other", requirements=["fwsite-no-such-package==1.0"]),
        ]
        said: list[str] = []
        request = request_for(empty_cache, folders)
        done = measure(request, said.append, Progress(lambda text: None, terminal=False))
        reason = left_out(done)["other"]
        assert reason.startswith("its packages could not be installed: ERROR: ")
        assert "fwsite-no-such-package==1.0" in reason
        assert [folder.name.partition("-")[0] for folder in (empty_cache / "environments").iterdir()] == ["good"]
        assert any(line.startswith("Makes 1 environment below ") and "downloaded" in line for line in said)

    def test_is_whose_manifest_has_a_fault(self, tmp_path: Path, cache: Path) -> None:
        done = run(cache, [write_subject(tmp_path / "good"), write_subject(tmp_path / "other", speed=3)])
        assert left_out(done)["other"].startswith("subject.toml:5: speed: is unknown")

    def test_is_who_takes_too_much_memory(self, tmp_path: Path, cache: Path) -> None:
        hog = "import time; KEPT = b'x' * 300_000_000; time.sleep(5)"
        folders = [write_subject(tmp_path / "good"), write_subject(tmp_path / "hog", extra=hog)]
        done = run(cache, folders, bound_mb=resident_mb(os.getpid()) + 200)
        assert list(left_out(done)) == ["hog"]
        assert " MB of memory; a run may take " in left_out(done)["hog"]

    def test_where_nothing_is_left_the_reasons_are_told(self, tmp_path: Path, cache: Path) -> None:
        with pytest.raises(RunFault, match=r"Nothing can be measured: New: needs Python 3.99"):
            run(cache, [write_subject(tmp_path / "new", python="3.99")])
        with pytest.raises(RunFault, match=r"Nothing was measured: bad: ValueError: x"):
            run(cache, [write_subject(tmp_path / "bad", extra="raise ValueError('x')")])

    def test_a_reference_that_fails_in_the_middle_ends_the_comparison(self, tmp_path: Path, cache: Path) -> None:
        folders = [
            write_subject(tmp_path / "first", extra="assert ASKED < 100"),
            write_subject(tmp_path / "second"),
        ]
        done = run(cache, folders)
        assert samples(done, "time", "second") == []
        assert samples(done, "calls", "second") != []
        assert "partial" in done["stamps"]


class TestStopped:
    def test_what_is_done_is_kept(self, tmp_path: Path, cache: Path) -> None:
        folders = [write_subject(tmp_path / "one"), write_subject(tmp_path / "two")]
        now = iter(range(0, 10_000, 100))  # so that each step is told
        progress = Progress(stopping_at("round 2 of 2: json"), terminal=False, clock=lambda: next(now))
        done = measure(request_for(cache, folders), lambda line: None, progress)
        assert "partial" in done["stamps"]
        assert len(samples(done, "time", "two")) == 1
        assert running_below(cache) == []

    def test_a_run_without_any_figure_says_so(self, tmp_path: Path, cache: Path) -> None:
        progress = Progress(stopping_at("left"), terminal=False)
        with pytest.raises(RunFault, match="Stopped before anything was measured"):
            measure(request_for(cache, [write_subject(tmp_path / "one")]), lambda line: None, progress)

    def test_a_second_run_beside_it_is_refused(self, tmp_path: Path, cache: Path) -> None:
        folders = [write_subject(tmp_path / "one")]
        refused: list[str] = []

        def another(text: str) -> None:
            with pytest.raises(RunFault) as fault:
                run(cache, folders)
            refused.append(str(fault.value))

        measure(request_for(cache, folders), lambda line: None, Progress(another, terminal=False))
        assert refused[0].startswith("Another run is under way in this instance folder")

    def test_what_a_killed_run_left_is_cleared_away(self, tmp_path: Path, cache: Path) -> None:
        (cache / "run-old" / "0").mkdir(parents=True)
        run(cache, [write_subject(tmp_path / "one")])
        assert sorted(path.name for path in cache.iterdir()) == ["environments", "lock"]


class TestEnvironments:
    def test_are_made_once_and_anew_for_other_pins(self, tmp_path: Path, empty_cache: Path) -> None:
        folder = write_subject(tmp_path / "one")
        run(empty_cache, [folder])
        [first] = (empty_cache / "environments").iterdir()
        made = (first / environments.MADE).stat().st_mtime_ns
        run(empty_cache, [folder])
        assert (first / environments.MADE).stat().st_mtime_ns == made
        other = replace(read_subject(folder), tools=("x==1",))
        here = request_for(empty_cache, [folder]).interpreters[0]
        assert environments.folder_of(other, here, empty_cache) != environments.folder_of(
            read_subject(folder), here, empty_cache
        )
        environments.remove_others([first.with_name(f"one-{here.said}-0")], empty_cache / "environments")
        assert not first.exists()

    def test_half_a_one_is_made_anew(self, tmp_path: Path, empty_cache: Path) -> None:
        folder = write_subject(tmp_path / "one")
        run(empty_cache, [folder])
        [first] = (empty_cache / "environments").iterdir()
        (first / environments.MADE).unlink()
        assert left_out(run(empty_cache, [folder])) == {}
        assert (first / environments.MADE).exists()

    def test_a_python_that_has_gone_is_told(self, tmp_path: Path, empty_cache: Path) -> None:
        gone = Interpreter((3, 12, 0), Path(sys.executable).parent / "python3.12-gone")
        with pytest.raises((RunFault, FileNotFoundError)):
            run(empty_cache, [write_subject(tmp_path / "one")], interpreters=[gone])


class TestChild:
    @pytest.fixture
    def fleet(self) -> Any:
        with Fleet(bound_mb=BOUND_MB, answer_seconds=0.5) as fleet:
            yield fleet

    def started(self, fleet: Fleet, tmp_path: Path, extra: str) -> Child:
        folder = write_subject(tmp_path / "one", extra=extra)
        child = fleet.start(
            Path(sys.executable), tmp_path / "log.txt", {"MEASURE_DATABASE": str(tmp_path / "books.sqlite3")}
        )
        fleet.ask(child, "load", folder=str(folder), target="app:application", interface="wsgi", counting=False)
        return child

    def test_that_hangs_is_ended(self, fleet: Fleet, tmp_path: Path) -> None:
        child = self.started(fleet, tmp_path, "time.sleep(60)")
        for _ in range(2):
            with pytest.raises(ChildFault, match=r"does not answer within \d+ seconds \(answer\)"):
                fleet.ask(child, "answer", path="/json")

    def test_may_print_what_it_likes(self, fleet: Fleet, tmp_path: Path) -> None:
        child = self.started(fleet, tmp_path, "print('{}', flush=True)")
        assert fleet.ask(child, "answer", path="/json")["status"] == 200
        assert "{}" in (tmp_path / "log.txt").read_text()

    def test_does_not_see_the_hosts_variables(
        self, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "mine")
        child = self.started(fleet, tmp_path, "import os; assert 'DJANGO_SETTINGS_MODULE' not in os.environ")
        assert fleet.ask(child, "answer", path="/json")["status"] == 200


def test_answers_of_asyncio_servers_are_not_held_back() -> None:
    """asyncio sets TCP_NODELAY only on sockets that name the protocol; otherwise a server that sends headers and body
    apart waits for the acknowledgement in between."""
    with closing(listening_socket()) as listening, socket.create_connection(listening.getsockname()):
        listening.setblocking(True)
        accepted, _ = listening.accept()
        with accepted:
            assert (accepted.family, accepted.proto) == (socket.AF_INET, socket.IPPROTO_TCP)


def test_a_noisy_run_is_stamped_with_the_reason(tmp_path: Path, cache: Path) -> None:
    readings = iter([0.0, 1000.0])
    done = run(cache, [write_subject(tmp_path / "one")], meter=lambda: LoadMeter(lambda: next(readings)))
    assert done["load"] > 1
    assert [
        stamp for stamp in done["stamps"] if stamp == f"noisy: other programs kept {done['load']:.2f} processors busy"
    ]


def test_the_run_file_has_the_published_shape(tmp_path: Path, cache: Path) -> None:
    done = run(cache, [write_subject(tmp_path / "one", framework="none")], "json,memory", stamps=["quick"])
    assert list(done) == (
        "format made_at seconds stamps reference environment subjects entries figures controls load".split()
    )
    assert done["format"] == 1
    assert datetime.fromisoformat(done["made_at"]).utcoffset() is not None and done["made_at"].endswith("Z")
    assert done["stamps"][0] == "quick"
    assert set(done["environment"]) == set(
        "processor cores memory_mb system kernel python sqlite fwsite settings".split()
    )
    assert done["environment"]["settings"] == {
        "cycles": 3,
        "block_ms": 10,
        "rounds": 2,
        "starts": 2,
        "requests": 20,
        "connections": 8,
        "wait_ms": 50,
    }
    here = ".".join(map(str, sys.version_info[:3]))
    assert done["subjects"] == [
        {"key": "one", "name": "One", "framework": "none", "versions": {}, "python": here, "left_out": ""}
    ]
    assert done["entries"] == [
        {"key": "one", "subject": "one", "name": "One", "interface": "wsgi", "server": "", "left_out": ""}
    ]
    units = {(figure["measure"], figure["workload"]): figure["unit"] for figure in done["figures"]}
    assert units == {
        ("distributions", "install"): "count",
        ("disk", "install"): "MB",
        ("lines", "app"): "count",
        ("calls", "json"): "count",
        ("memory", "resident"): "MB",
        ("memory", "unique"): "MB",
        ("time", "json"): "ratio",
    }
    assert all(list(figure) == ["measure", "workload", "entry", "samples", "unit"] for figure in done["figures"])
    assert [control["measure"] for control in done["controls"]] == ["memory", "time"]
    json.dumps(done)


LISTENER = """
from pathlib import Path
from fwsite.extend import Extension

def done(context):
    (Path(__file__).parent.parent / "told.txt").write_text(str(context.values["path"]))

extension = Extension(name="listener", title="Listener", events={"measure.done": done})
"""


def _mind_ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so does whatever that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class TestCommand:
    def test_measures_writes_tells_and_prints(
        self, tmp_path: Path, run_fwsite: Command, compiled: FileSystemBytecodeCache
    ) -> None:
        instance = tmp_path / "instance"
        write_subject(instance / "subjects" / "mine")
        (instance / "extensions").mkdir()
        (instance / "extensions" / "listener.py").write_text(LISTENER)
        done = run_fwsite(
            tmp_path, "measure", "--quick", "--subject", "mine", "--only", "json", "--python", sys.executable
        )
        assert done.returncode == 0, done.stderr
        [file] = (instance / "measurements").iterdir()
        run = json.loads(file.read_text())
        assert file.name == f"{run['made_at'].replace(':', '-')}.json"
        assert (instance / "told.txt").read_text() == str(file)
        assert run["stamps"][0] == "quick"
        assert [subject["key"] for subject in run["subjects"]] == ["mine"]
        lines = done.stdout.splitlines()
        assert lines[0] == "Processor time a request, json (ratio to Mine; less is better)"
        assert lines[-2] == f"Written to {file}"
        place = f"/comparison/measured/{read_run(run).key}"
        assert lines[-1] == (
            f"The site shows it, as soon as it serves, at {place}. No claim rests on it, because it is stamped."
        )
        with opened(instance, compiled) as app:
            list(bring_up_to_date(app))
            assert "No claim rests on this run." in app.test_client().get(place).text
        assert "Stamped: quick" in lines

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--only", "xml"], "--only xml: there are json, row, page, list, nplus1, waiting, memory."),
            (["--only", ""], "--only : there are json, row"),
            (["--subject", "rails"], "--subject rails: there are django, fastapi, fastapi_sqlalchemy, flask"),
            (["--to", "nowhere/run.json"], "there is no folder"),
            (["--python", "/dev/null"], "--python /dev/null: does not start as Python, or lacks venv"),
        ],
    )
    def test_says_what_there_is_before_anything_begins(
        self, tmp_path: Path, run_fwsite: Command, arguments: list[str], said: str
    ) -> None:
        done = run_fwsite(tmp_path, "measure", *arguments)
        assert done.returncode == 2
        assert said in " ".join(done.stderr.split())

    def begun(self, tmp_path: Path) -> subprocess.Popen[str]:
        """A run that measures by now."""
        write_subject(tmp_path / "instance" / "subjects" / "mine")
        arguments = ["measure", "--subject", "mine", "--only", "json", "--python", sys.executable]
        process = subprocess.Popen(
            [sys.executable, "-m", "fwsite", *arguments, "--to", "run.json"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_mind_ctrl_c,
        )
        assert process.stderr
        for line in process.stderr:
            if "processor time, round 1" in line:
                return process
        raise AssertionError(f"it ended before: {process.wait()}")

    @pytest.mark.parametrize("times", [1, 5])
    def test_ctrl_c_keeps_what_is_done_and_leaves_nothing_running(self, tmp_path: Path, times: int) -> None:
        with self.begun(tmp_path) as process:
            for _ in range(times):
                process.send_signal(signal.SIGINT)
                time.sleep(0.02)  # an impatient finger
            assert process.wait(30) == 130
        run = json.loads((tmp_path / "run.json").read_text())
        assert "partial" in run["stamps"]
        assert samples(run, "calls", "mine") != []
        assert running_below(tmp_path) == []
        assert sorted(path.name for path in (tmp_path / "instance" / "cache" / "measure").iterdir()) == [
            "environments",
            "lock",
        ]

    def test_where_it_is_killed_its_children_end(self, tmp_path: Path) -> None:
        with self.begun(tmp_path) as process:
            process.kill()
        end = time.monotonic() + 30
        while running_below(tmp_path):
            assert time.monotonic() < end, running_below(tmp_path)
            time.sleep(0.05)


def test_the_site_starts_without_the_engine() -> None:
    script = (
        "import sys, fwsite.blueprints.measure\n"
        "print([name for name in sys.modules if name.startswith('fwsite.blueprints.measure.')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['fwsite.blueprints.measure.commands']"

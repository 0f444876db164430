"""What twenty installed extensions cost while nobody uses them: ``python -m tests.benchmarks.extensions``.

Three environments, alike but for what is installed: nothing, twenty trivial extensions, and the same with an entry
in the navigation each. Timed are the start up to the first answer, as a whole process, and the processor time of a
page; all in turns, so that a busy machine is slow for all of them. Exits with 1 where twenty idle ones are over the
limit.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.environments import Environment

COUNT = 20
STARTS = 15
TURNS, REQUESTS = 20, 25
LIMIT = 1.3
PAGES = ("/", "/comparison/")
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "fwsite-{name}"
version = "0.1.0"
[project.entry-points."fwsite.extensions"]
{name} = "fwsite_{name}:extension"
"""
MODULE = """\
from flask import Blueprint
from markupsafe import Markup

from fwsite.extend import Extension, NavItem, Setting

bp = Blueprint("{name}", __name__)


@bp.get("/")
def index() -> str:
    return "{name}"


extension = Extension(
    name="{name}",
    title="{name}",
    blueprint=bp,
    nav=({nav}),
    directives={{"{name}": lambda context: Markup("<p>{name}</p>")}},
    slots={{"questionnaire.result": lambda context: Markup("")}},
    events={{"comparison.changed": lambda context: None}},
    settings=(Setting(name="{NAME}_COUNT", type=int, default=1, help="For the benchmark."),),
)
"""
NAV = 'NavItem(label="{name}", endpoint="{name}.index"),'
SERVER = """
import sys, time
from fwsite import create_app
from fwsite.plugins.upgrade import bring_up_to_date
app = create_app(sys.argv[1])
list(bring_up_to_date(app))
client = app.test_client()
for name in sys.argv[2:]:
    assert client.get(f"/{name}/").text == name
print("ready", flush=True)
for line in sys.stdin:
    path, count = line.split()
    begun = time.process_time()
    for _ in range(int(count)):
        client.get(path)
    print(time.process_time() - begun, flush=True)
"""
FIRST_ANSWER = """
import sys
from fwsite import create_app
assert create_app(sys.argv[1]).test_client().get("/").status_code == 200
"""


def environment(folder: Path, nav: str | None) -> Environment:
    """A fresh one, with the trivial extensions unless ``nav`` is ``None``."""
    made = Environment(folder / "venv")
    projects = []
    for number in range(COUNT if nav is not None else 0):
        name = f"trivial{number}"
        project = folder / name
        (project / f"fwsite_{name}").mkdir(parents=True)
        (project / "pyproject.toml").write_text(PROJECT.format(name=name))
        entry = (nav or "").format(name=name)
        module = MODULE.format(name=name, NAME=name.upper(), nav=entry)
        (project / f"fwsite_{name}" / "__init__.py").write_text(module)
        projects.append(project)
    if projects:
        made.install(*projects)
    return made


def started(made: Environment, folder: Path) -> subprocess.Popen[str]:
    """A process that answers requests by the batch."""
    there = sorted(path.name for path in folder.glob("trivial*"))
    command = [str(made.python), "-c", SERVER, str(folder / "instance"), *there]
    process = subprocess.Popen(
        command, env=made.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def start_up(made: Environment, folder: Path) -> float:
    """Seconds from the start of a process to its first answer."""
    begun = time.perf_counter()
    subprocess.run(
        [str(made.python), "-c", FIRST_ANSWER, str(folder / "instance")],
        env=made.environ,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begun


def spent(process: subprocess.Popen[str], path: str) -> float:
    """Milliseconds of processor time for one request."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{path} {REQUESTS}\n")
    process.stdin.flush()
    return 1000 * float(process.stdout.readline()) / REQUESTS


def in_turn(kinds: Iterable[str], turn: int) -> list[str]:
    """Each kind is the first as often as the others."""
    names = list(kinds)
    return names[turn % len(names) :] + names[: turn % len(names)]


def main() -> int:
    kinds = {"none": None, "twenty": "", "twenty with navigation": NAV}
    times: dict[str, dict[str, list[float]]] = {}
    with TemporaryDirectory() as scratch:
        folders = {kind: Path(scratch) / str(number) for number, kind in enumerate(kinds)}
        made = {kind: environment(folders[kind], nav) for kind, nav in kinds.items()}
        running = {kind: started(made[kind], folders[kind]) for kind in kinds}
        for turn in range(STARTS):
            for kind in in_turn(kinds, turn):
                found = times.setdefault("start to first answer, ms", {}).setdefault(kind, [])
                found.append(1000 * start_up(made[kind], folders[kind]))
            print(f"start {turn + 1} of {STARTS}", file=sys.stderr)
        for turn in range(TURNS):
            for path in PAGES:
                for kind in in_turn(kinds, turn):
                    times.setdefault(f"GET {path}, ms of processor", {}).setdefault(kind, []).append(
                        spent(running[kind], path)
                    )
            print(f"turn {turn + 1} of {TURNS}", file=sys.stderr)
        for process in running.values():
            process.communicate()
    print("| what | none | twenty | ratio | twenty with navigation | ratio |\n|---|---|---|---|---|---|")
    worst = 0.0
    for what, by_kind in times.items():
        base, idle, busy = (statistics.median(by_kind[kind]) for kind in kinds)
        spread = {kind: f"{min(found):.1f} to {max(found):.1f}" for kind, found in by_kind.items()}
        print(
            f"| {what} | {base:.1f} ({spread['none']}) | {idle:.1f} ({spread['twenty']}) | {idle / base:.2f} "
            f"| {busy:.1f} | {busy / base:.2f} |"
        )
        worst = max(worst, idle / base)
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())

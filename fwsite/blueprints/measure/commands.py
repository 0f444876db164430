"""Measuring command: ``fwsite measure``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext

from fwsite.extend import current_instance, emit, path_for

if TYPE_CHECKING:
    from fwsite.blueprints.measure.interpreters import Interpreter
    from fwsite.blueprints.measure.run import Request

MEMORY = "memory"
"""What ``--only`` takes beside the workloads."""
STOPPED = 130
"""The exit code after Ctrl-C."""
_PAGE = "comparison.measured_run"


@click.command("measure")
@click.option("--only", metavar="WORKLOAD,...", help="Only these workloads; “memory” counts as one. Default: all.")
@click.option(
    "--subject", "keys", metavar="KEY", multiple=True, help="Only this subject; may be repeated. Default: all."
)
@click.option("--quick", is_flag=True, help="About one minute, with few repetitions; the run is stamped quick.")
@click.option(
    "--python",
    "pythons",
    metavar="PATH",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use this Python, not the newest on the machine; may be repeated: each subject takes the newest of them.",
)
@click.option(
    "--to",
    "target",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the run file there. Default: measurements/ in the instance folder.",
)
@with_appcontext
def measure(
    only: str | None, keys: tuple[str, ...], quick: bool, pythons: tuple[Path, ...], target: Path | None
) -> None:
    """Measure the frameworks on this machine: processor time, memory, waiting, counts.

    Each runs in an environment of its own below the instance folder's cache; the first run downloads some 230 MB for
    them. A whole run then takes five to six minutes on two processors. Keep the machine quiet meanwhile. Ctrl-C keeps
    what is done. The site shows its runs at /comparison/measured/.
    """
    from fwsite.blueprints.measure import run_file, summary
    from fwsite.blueprints.measure.progress import Progress
    from fwsite.blueprints.measure.run import RunFault
    from fwsite.blueprints.measure.run import measure as carry_out

    if not sys.platform.startswith("linux"):
        raise click.ClickException("Measuring needs Linux: memory and load are read from /proc.")
    if target is not None and not target.absolute().parent.is_dir():
        raise click.UsageError(f"--to {target}: there is no folder {target.absolute().parent}; make it first.")
    request = _request(only, keys, quick, pythons)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop_once)
    progress = Progress(lambda text: click.echo(text, nl=False, err=True), terminal=sys.stderr.isatty())
    try:
        run = carry_out(request, lambda line: click.echo(line, err=True), progress)
    except RunFault as fault:
        raise click.ClickException(str(fault)) from fault
    path = target or run_file.place_for(run, current_instance().measurements)
    run_file.write(run, path)
    for line in summary.lines(run):
        click.echo(line)
    click.echo(f"Written to {path}")
    if target is None:
        click.echo(_where(run), nl=False)
    emit("measure.done", path=path)
    if "partial" in run["stamps"]:
        sys.exit(STOPPED)


def _where(run: Mapping[str, Any]) -> str:
    """Where the site shows a run, and whether claims rest on it; nothing where no part of the site shows runs."""
    from fwsite.domain.measurement import read_run

    if _PAGE not in current_app.view_functions:
        return ""
    stamped = "No claim rests on it, because it is stamped." if run["stamps"] else "Claims rest on it from then on."
    return f"The site shows it, as soon as it serves, at {path_for(_PAGE, run=read_run(run).key)}. {stamped}\n"


def _stop_once(_number: int, _frame: object) -> None:
    """Ctrl-C stops the run; a second one would lose what the first one keeps."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _request(only: str | None, keys: tuple[str, ...], quick: bool, pythons: tuple[Path, ...]) -> Request:
    from fwsite.blueprints.measure.effort import QUICK, WHOLE
    from fwsite.blueprints.measure.run import Request
    from fwsite.blueprints.measure.subjects import all_subjects
    from fwsite.blueprints.measure.workloads import all_workloads

    instance = current_instance()
    known = (*all_workloads(), MEMORY)
    wanted = [part.strip() for part in only.split(",") if part.strip()] if only is not None else [*known]
    _refuse_unknown("--only", wanted, known)
    subjects = all_subjects(instance.path / "subjects")
    _refuse_unknown("--subject", keys, [subject.key for subject in subjects])
    return Request(
        subjects=[subject for subject in subjects if not keys or subject.key in keys],
        wanted=frozenset(wanted),
        effort=QUICK if quick else WHOLE,
        interpreters=_interpreters(pythons),
        cache=instance.cache / "measure",
        stamps=[*(["quick"] if quick else []), *(["partial: a selection"] if only is not None or keys else [])],
    )


def _refuse_unknown(option: str, given: Any, known: Any) -> None:
    unknown = [name for name in given if name not in known]
    if unknown or (option == "--only" and not given):
        raise click.UsageError(f"{option} {', '.join(unknown)}: there are {', '.join(known)}.")


def _interpreters(given: tuple[Path, ...]) -> list[Interpreter]:
    from fwsite.blueprints.measure.interpreters import found, interpreter

    for path in given:
        if interpreter(path) is None:
            raise click.UsageError(f"--python {path}: does not start as Python, or lacks venv, ensurepip or sqlite3.")
    return found(given)

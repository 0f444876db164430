"""Virtual environments of subjects: pinned, one for each, kept in the host's cache, never the site's own."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fwsite.blueprints.measure.child import ChildFault, Fleet
from fwsite.blueprints.measure.interpreters import Interpreter
from fwsite.blueprints.measure.subjects import Subject

MADE = "made.json"
"""Written last: an environment without it is half made, and is made anew."""
LARGE_MB = 45
"""About what one environment with packages takes on the disk, pip included."""
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install")
_LONGEST = 300


class EnvironmentFault(Exception):
    """It cannot be made; the message is the reason."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment and what its packages are."""

    python: Path
    python_version: str
    sqlite: str
    versions: Mapping[str, str]
    distributions: int
    """Without tools, as the next one."""
    megabytes: float


def folder_of(subject: Subject, interpreter: Interpreter, root: Path) -> Path:
    """Where the environment is: another one for other pins and another Python."""
    pins = [subject.requirements, subject.tools, interpreter.implementation, str(interpreter.path)]
    return root / f"{subject.key}-{interpreter.said}-{sha256(json.dumps(pins).encode()).hexdigest()[:16]}"


def is_made(folder: Path) -> bool:
    """Whether there is a whole environment, whose Python has not gone."""
    return (folder / MADE).is_file() and (folder / "bin" / "python").exists()


def make(subject: Subject, interpreter: Interpreter, root: Path) -> Environment:
    """The environment, made where it is not there. Raises :class:`EnvironmentFault`."""
    folder = folder_of(subject, interpreter, root)
    if not is_made(folder):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            made = _made(subject, interpreter, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        (folder / MADE).write_text(json.dumps(made), encoding="utf-8")
    return Environment(python=folder / "bin" / "python", **json.loads((folder / MADE).read_text(encoding="utf-8")))


def remove_others(kept: Iterable[Path], root: Path) -> None:
    """Delete environments of earlier pins: those for the same subject and Python as one of ``kept``."""
    kept = set(kept)
    alike = {folder.name.rpartition("-")[0] for folder in kept}
    for folder in root.iterdir():
        if folder not in kept and folder.name.rpartition("-")[0] in alike:
            shutil.rmtree(folder, ignore_errors=True)


def _made(subject: Subject, interpreter: Interpreter, folder: Path) -> dict[str, Any]:
    packages = [*subject.requirements, *subject.tools]
    bare = () if packages else ("--without-pip",)
    _run([interpreter.path, "-m", "venv", *bare, folder], "the environment could not be made")
    python = folder / "bin" / "python"
    if subject.requirements:
        _run([python, *_PIP, *subject.requirements], "its packages could not be installed")
    alone = _installed(python, folder)
    if subject.tools:
        _run([python, *_PIP, *subject.tools], "its servers and tools could not be installed")
    whole = _installed(python, folder)
    return {
        "python_version": whole["python"],
        "sqlite": whole["sqlite"],
        "versions": whole["versions"],
        "distributions": len(alone["versions"]),
        "megabytes": alone["megabytes"],
    }


def _installed(python: Path, folder: Path) -> dict[str, Any]:
    with Fleet() as fleet:
        try:
            return fleet.ask(fleet.start(python, folder / "log.txt", {}), "installed")
        except ChildFault as fault:
            raise EnvironmentFault(f"its Python does not start: {fault}") from fault


def _run(command: list[Any], what: str) -> None:
    done = subprocess.run(  # noqa: S603 - a Python that was found or named
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith("error")] or lines[-1:]
        raise EnvironmentFault(f"{what}: {' '.join(errors)[:_LONGEST]}")

"""Python interpreters of the machine: the newest that a subject runs on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

NAMES = tuple(f"python3.{minor}" for minor in range(15, 10, -1))
"""Looked for on the PATH."""
MANAGED = (".pyenv/versions/3.*/bin/python3", ".local/share/uv/python/cpython-3.*/bin/python3")
"""Where pyenv and uv keep theirs below the home folder; few of them are on the PATH."""
_ASK = (
    "import json, sys, sqlite3, venv, ensurepip; print(json.dumps([sys.version_info[:3], sys.implementation.name,"
    " sys.executable]))"
)


@dataclass(frozen=True, order=True)
class Interpreter:
    """A Python that can make virtual environments; the newer is the greater."""

    version: tuple[int, int, int]
    path: Path
    implementation: str = "cpython"

    @property
    def said(self) -> str:
        """Its version as people write it."""
        return ".".join(map(str, self.version))


@lru_cache(maxsize=32)
def interpreter(path: Path) -> Interpreter | None:
    """The interpreter at ``path``; ``None`` where it does not start, or lacks venv, ensurepip or sqlite3."""
    try:
        done = subprocess.run(  # noqa: S603 - a Python that was found or named
            [path, "-I", "-c", _ASK], capture_output=True, text=True, timeout=20, check=True
        )
        version, implementation, executable = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Interpreter(tuple(version), Path(executable or path), implementation)


def found(given: Iterable[Path] = ()) -> list[Interpreter]:
    """Those that were named, or else all that are known on this machine; the newest first."""
    paths = list(given) or [
        *(Path(place) for name in NAMES if (place := shutil.which(name))),
        *(path for pattern in MANAGED for path in sorted(Path.home().glob(pattern))),
        Path(sys.executable),
    ]
    known = {each.path: each for path in paths if (each := interpreter(path))}
    return sorted(known.values(), reverse=True)


def newest(interpreters: Iterable[Interpreter], least: tuple[int, int]) -> Interpreter | None:
    """The newest that is new enough."""
    return max((each for each in interpreters if each.version[:2] >= least), default=None)

"""Run file: one run as a JSON document with its environment, and where it is kept."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from fwsite.blueprints.measure.bench import Bench
from fwsite.blueprints.measure.load import noise
from fwsite.blueprints.measure.machine import environment
from fwsite.blueprints.measure.subjects import Entry, Subject

FORMAT = 1
_FOLDERS = re.compile(
    r"""
    file:///(?:[^/\s]+/)*
  | (?<=['"“])/(?:[^/'"“”]+/){2,}         # in quotation marks there may be blanks
  | (?<![\w/:.])/(?:[^/\s'"“”]+/){2,}
    """,
    re.VERBOSE,
)
"""Those of a path, which are two at least: an address of an application has one, ``/row/7``."""


def document(
    bench: Bench, reasons: Mapping[str, str], stamps: Sequence[str], seconds: float, load: float
) -> dict[str, Any]:
    """The whole document; ``reasons`` say why subjects have no environment."""
    results, reference = bench.results, bench.reference
    main = bench.environments[reference.subject if reference else next(iter(bench.environments))]
    controls = {measure: median(samples) for measure, samples in results.controls.items()}
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": round(seconds, 1),
        "stamps": [*stamps, *noise(controls, load)],
        "reference": reference.key if reference else "",
        "environment": {
            **environment(),
            "python": main.python_version,
            "sqlite": main.sqlite,
            "settings": bench.effort.document(),
        },
        "subjects": [_subject(bench, subject, reasons) for subject in bench.subjects],
        "entries": [_entry(bench, entry, reasons) for subject in bench.subjects for entry in subject.entries],
        "figures": [
            {
                "measure": figure.measure,
                "workload": figure.workload,
                "entry": figure.entry,
                "samples": list(figure.samples),
                "unit": figure.unit,
            }
            for figure in results.figures()
        ],
        "controls": [{"measure": measure, "samples": samples} for measure, samples in results.controls.items()],
        "load": round(load, 2),
    }


def _subject(bench: Bench, subject: Subject, reasons: Mapping[str, str]) -> dict[str, Any]:
    made = bench.environments.get(subject.key)
    failed = [bench.results.left_out.get(entry.key, "") for entry in subject.entries]
    reason = reasons.get(subject.key) or (failed[0] if failed and all(failed) else "")
    return {
        "key": subject.key,
        "name": subject.name,
        "framework": subject.framework,
        "versions": {_canonical(name): version for name, version in sorted(made.versions.items())} if made else {},
        "python": made.python_version if made else "",
        "left_out": _without_folders(reason),
    }


def _entry(bench: Bench, entry: Entry, reasons: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": entry.key,
        "subject": entry.subject,
        "name": entry.name,
        "interface": entry.interface,
        "server": entry.server_name,
        "left_out": _without_folders(reasons.get(entry.subject) or bench.results.left_out.get(entry.key, "")),
    }


def _without_folders(reason: str) -> str:
    """A reason as it may be published: of a path, which may name a person or a machine, the last part is left."""
    return _FOLDERS.sub("", reason.replace(f"{Path.home()}/", "/~/~/"))


def _canonical(name: str) -> str:
    """The name of a distribution as the package index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def place_for(run: Mapping[str, Any], folder: Path) -> Path:
    """Where a run is kept."""
    return folder / f"{run['made_at'].replace(':', '-')}.json"


def write(run: Mapping[str, Any], path: Path) -> None:
    """Write it as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        json.dump(run, file, indent=1, ensure_ascii=False)
        file.write("\n")
    made = Path(file.name)
    made.chmod(0o644)
    made.replace(path)

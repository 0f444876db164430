"""Preparation of a run: the Python and the environment of each subject, or the reason why it has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fwsite.blueprints.measure import environments
from fwsite.blueprints.measure.environments import Environment, EnvironmentFault
from fwsite.blueprints.measure.interpreters import Interpreter, newest
from fwsite.blueprints.measure.subjects import Subject

Chosen = list[tuple[Subject, Interpreter]]
"""Subjects that can be measured, each with its Python."""


def prepare(
    subjects: Sequence[Subject], interpreters: Sequence[Interpreter], root: Path, say: Callable[[str], None]
) -> tuple[dict[str, Environment], dict[str, str]]:
    """Environments below ``root`` and reasons, both by the key of the subject; ``say`` is told of downloads before."""
    root.mkdir(parents=True, exist_ok=True)
    chosen, reasons = _chosen(subjects, interpreters)
    _announce(chosen, root, say)
    made: dict[str, Environment] = {}
    for subject, interpreter in chosen:
        if not environments.is_made(environments.folder_of(subject, interpreter, root)):
            say(f"{subject.name}: {', '.join((*subject.requirements, *subject.tools)) or 'no packages'}")
        try:
            made[subject.key] = environments.make(subject, interpreter, root)
        except EnvironmentFault as fault:
            reasons[subject.key] = str(fault)
    environments.remove_others((environments.folder_of(*each, root) for each in chosen), root)
    return made, reasons


def _chosen(subjects: Sequence[Subject], interpreters: Sequence[Interpreter]) -> tuple[Chosen, dict[str, str]]:
    chosen: Chosen = []
    reasons: dict[str, str] = {}
    for subject in subjects:
        interpreter = newest(interpreters, subject.python)
        if subject.fault or interpreter is None:
            reasons[subject.key] = subject.fault or _too_old(subject, interpreters)
        else:
            chosen.append((subject, interpreter))
    return chosen, reasons


def _too_old(subject: Subject, interpreters: Sequence[Interpreter]) -> str:
    least = ".".join(map(str, subject.python))
    found = f"the newest here is {max(interpreters).said}" if interpreters else "none was found"
    return f"needs Python {least} or newer, and {found}; install one, or name it with --python PATH"


def _announce(chosen: Chosen, root: Path, say: Callable[[str], None]) -> None:
    if chosen:
        pythons = sorted({(each.said, str(each.path)) for _, each in chosen})
        say("Python: " + ", ".join(f"{version} ({path})" for version, path in pythons))
    missing = [
        subject
        for subject, interpreter in chosen
        if subject.requirements and not environments.is_made(environments.folder_of(subject, interpreter, root))
    ]
    if missing:
        noun = "environment" if len(missing) == 1 else "environments"
        say(
            f"Makes {len(missing)} {noun} below {root}, about {len(missing) * environments.LARGE_MB} MB on the disk. "
            "The packages are downloaded from the package index that pip is set up for. This is done once."
        )

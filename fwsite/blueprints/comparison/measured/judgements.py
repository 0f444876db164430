"""Judgements in force: what the newest run says about each claim and rating, as long as its versions are current."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from fwsite.blueprints.comparison.measured import runs
from fwsite.blueprints.comparison.measured.runs import Kept
from fwsite.blueprints.comparison.verification import release_facts
from fwsite.domain.evidence import Release
from fwsite.domain.measurement import Run
from fwsite.domain.verdict import Judgement, Measured, Rules, Verdict, judge, parse_rules, rewritten
from fwsite.extend import ContentProblem, current_instance

FILE = "measured.toml"


def in_force() -> dict[str, Measured]:
    """What is measured of claims, by key, and of ratings, by ``framework.criterion``; nothing of an expired run.

    What the newest run of this host has left out, the shipped one says.
    """
    kept = runs.in_force()
    if kept is None:
        return {}
    shipped = runs.beside(kept) if kept.is_here else None
    return {**(_measured(shipped, {}) if shipped else {}), **_measured(kept, _elsewhere(kept))}


def _measured(kept: Kept, elsewhere: Mapping[str, Verdict]) -> dict[str, Measured]:
    if moved(kept.run):
        return {}
    return {
        key: Measured(judgement, kept.key, kept.run.made_at.date(), elsewhere.get(key))
        for key, judgement in of_run(kept.run).items()
        if judgement.verdict is not Verdict.NOT_MEASURED
    }


def _elsewhere(kept: Kept) -> dict[str, Verdict]:
    """What the shipped run says where a run of this host says something else."""
    shipped = runs.beside(kept) if kept.is_here else None
    if shipped is None or moved(shipped.run):
        return {}
    return {one.about: other.verdict for one, other in compared(kept.run, shipped.run) if differ(one, other)}


def on(judged: Mapping[str, Measured], key: str, text: str) -> Measured | None:
    """What is measured of a claim or rating that says this; none where it says something else by now."""
    measured = judged.get(key)
    return measured if measured and measured.judgement.is_of(text) else None


def of_run(run: Run) -> dict[str, Judgement]:
    """What one run says, by claim and rating."""
    return _judged(_rules(), run)


@lru_cache(maxsize=8)
def _judged(found: tuple[Path, int], run: Run) -> dict[str, Judgement]:
    return judge(_read(*found), run)


def moved(run: Run) -> list[Release]:
    """The newer minor versions of what the run measured, by which it has expired; none while it is current."""
    newest = [Release(package.key, package.facts.version) for package in release_facts.known() if package.facts]
    measured = {release.package: run.version_of(release.package) for release in newest}
    return [
        release
        for release in newest
        if (version := measured[release.package]) and Release(release.package, version).is_minor_behind(release)
    ]


def compared(one: Run, other: Run) -> list[tuple[Judgement, Judgement]]:
    """What two runs say of each claim and rating that both measured."""
    mine, theirs = of_run(one), of_run(other)
    pairs = [(mine[key], theirs[key]) for key in mine if key in theirs]
    return [pair for pair in pairs if all(each.verdict is not Verdict.NOT_MEASURED for each in pair)]


def differ(one: Judgement, other: Judgement) -> bool:
    """Whether they come to different verdicts."""
    return one.verdict is not other.verdict


def _rules() -> tuple[Path, int]:
    path = current_instance().content_file(FILE)
    return path, path.stat().st_mtime_ns


def rules() -> Rules:
    """The rules in force."""
    return _read(*_rules())


@lru_cache(maxsize=4)
def _read(path: Path, _written: int) -> Rules:
    return parse_rules(tomllib.loads(path.read_text(encoding="utf-8")))[0]


def check(known: Mapping[str, str]) -> list[ContentProblem]:
    """What is wrong with the rules; ``known`` are the texts of claims and ratings, by key."""
    path, _ = _rules()
    try:
        found, faults = parse_rules(tomllib.loads(path.read_text(encoding="utf-8")), known)
    except (OSError, ValueError) as error:
        return [ContentProblem(path=path, key="file", message=f"cannot be read: {error}")]
    return [
        *(ContentProblem(path=path, key=fault.place, message=fault.message) for fault in faults),
        *(
            ContentProblem(path=path, key=fault.place, message=fault.message, is_note=True)
            for fault in rewritten(found, known)
        ),
    ]

"""Verification reports: what the commands about evidence look for, and tell, a line at a time."""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from fwsite.blueprints.comparison.verification import receipts, release_facts, release_metadata, verifier
from fwsite.blueprints.comparison.verification.archive_reader import ArchiveProblem
from fwsite.blueprints.comparison.verification.package_index import IndexProblem, PackageIndex, Unreachable
from fwsite.blueprints.comparison.verification.receipts import Quoted
from fwsite.blueprints.comparison.verification.verifier import Outcome, Quotation, UnknownKeys, Verifier
from fwsite.domain.evidence import Found, Receipt
from fwsite.domain.packages import Package
from fwsite.extend import current_instance, db, is_schema_current, reading

NOT_ALL_THERE, UNREACHABLE = 1, 2
"""Exit codes; 0 where everything is as the content says."""


def verify(keys: tuple[str, ...], newest: bool, index_url: str, to: Path | None) -> None:
    """Look for the words of the named claims and sources, or of all; ends the process with the exit code."""
    _refuse_old_schema()
    with reading():
        try:
            quotations = verifier.quotations(keys)
        except UnknownKeys as error:
            raise click.UsageError(f"No source of a release and no claim that quotes one: {error}") from error
    index = _index(index_url)
    looking = Verifier(index, _today(), lambda line: click.echo(line, err=True))
    outcomes = list(_told((looking.newest if newest else looking.pinned)(quotations), newest))
    kept = [(outcome.quotation.quoted, outcome.receipt) for outcome in outcomes if outcome.receipt]
    for quoted, receipt in dict(kept).items():
        receipts.put(quoted, receipt)
    db.session.commit()
    if to is not None:
        _write(to, receipts.write(_by_words(kept)))
    click.echo(_summary(outcomes, newest))
    sys.exit(_exit_code(outcomes))


def _told(outcomes: Iterable[Outcome], newest: bool) -> Iterator[Outcome]:
    """The outcomes, each told: one line for all words of a source that are there, one for each that is not."""
    by_source: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    problems = set()
    for outcome in outcomes:
        if outcome.problem:
            if outcome.problem not in problems:
                click.echo(f"problem  {outcome.problem}")
            problems.add(outcome.problem)
        elif outcome.receipt and not outcome.is_there:
            click.echo(_line(outcome.quotation, outcome.receipt))
        elif outcome.receipt:
            by_source[outcome.quotation.source.key, outcome.receipt.archive].append(outcome)
        yield outcome
    for (source, archive), there in sorted(by_source.items()):
        number = sum(1 for outcome in there if outcome.quotation.words)
        click.echo(f"there    {source}: {_many(number, 'quotation')} in {archive} {there[0].quotation.source.file}")


def _line(quotation: Quotation, receipt: Receipt) -> str:
    whose = f"{quotation.source.key}, claim {quotation.claim}" if quotation.claim else quotation.source.key
    if receipt.found is Found.MOVED:
        return f"moved    {whose}: “{quotation.words}” is in {receipt.archive} {receipt.file}"
    if not receipt.file:
        return f"gone     {whose}: {receipt.archive} has no file {quotation.source.file}"
    closest = f"; closest is “{receipt.passage}”" if receipt.passage else ""
    return f"gone     {whose}: “{quotation.words}” is not in {receipt.archive} {receipt.file}{closest}"


def _summary(outcomes: list[Outcome], newest: bool) -> str:
    if not outcomes:
        return "Every quotation is of the newest release." if newest else "There is nothing to look for."
    words = Counter("not looked for" if each.receipt is None else each.receipt.found.value for each in outcomes)
    archives = {each.receipt.archive for each in outcomes if each.receipt}
    counted = ", ".join(f"{number} {word}" for word, number in words.most_common())
    return f"{_many(len(outcomes), 'quotation')} in {_many(len(archives), 'archive')}: {counted}."


def _exit_code(outcomes: list[Outcome]) -> int:
    if outcomes and all(outcome.is_unreachable for outcome in outcomes):
        return UNREACHABLE
    return 0 if all(outcome.is_there for outcome in outcomes) else NOT_ALL_THERE


def refresh(keys: tuple[str, ...], index_url: str, to: Path | None) -> None:
    """Read the facts of the named packages, or of all; ends the process where one could not be read."""
    _refuse_old_schema()
    with reading():
        known = release_facts.known()
    unknown = set(keys) - {package.key for package in known}
    if unknown:
        raise click.UsageError(f"Not among the packages of packages.toml: {', '.join(sorted(unknown))}")
    index, found, problems = _index(index_url), {}, []
    for package in known:
        if keys and package.key not in keys:
            continue
        try:
            facts = release_metadata.read_facts(index, package.key, _today())
        except (IndexProblem, ArchiveProblem) as error:
            click.echo(f"problem  {package.key}: {error}")
            problems.append(error)
            continue
        found[package.key] = replace(package, facts=facts)
        click.echo(_fact_line(package, found[package.key]))
        release_facts.put(package.key, facts)
    db.session.commit()
    if to is not None:
        _write(to, release_facts.write(found.get(package.key, package) for package in known))
    click.echo(f"{_many(len(found), 'package')} read, {len(problems)} not.")
    if problems:
        sys.exit(UNREACHABLE if not found and all(isinstance(each, Unreachable) for each in problems) else 1)


def _fact_line(before: Package, after: Package) -> str:
    new, old = after.facts, before.facts
    changed = f" (was {old.version})" if new and old and old.version != new.version else ""
    return f"{after.key:24} {new.version if new else ''}{changed}, {new.released_on if new else ''}"


def _index(index_url: str) -> PackageIndex:
    index = PackageIndex.of_pip(current_instance().cache / "archives", index_url)
    index.progress = Progress(is_watched=sys.stderr.isatty())
    return index


class Progress:
    """Says what is being fetched, with its size; on a terminal each quarter of it, too, which a log can do without."""

    def __init__(self, *, is_watched: bool) -> None:
        self._is_watched = is_watched
        self._said: dict[str, int] = {}

    def __call__(self, name: str, come: int, whole: int) -> None:
        quarter = 4 * come // whole if whole and self._is_watched else 0
        if self._said.get(name) == quarter:
            return
        self._said[name] = quarter
        size = f" ({_shown_size(whole)})" if whole else ""
        click.echo(f"fetching {name}{size}{f': {25 * quarter} %' if self._is_watched and whole else ''}", err=True)


def _shown_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{math.ceil(size / 1000)} kB"


def _refuse_old_schema() -> None:
    if not is_schema_current():
        step = current_instance().upgrade_step()
        raise click.ClickException(f"The database is missing or of an older version. {step}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
    click.echo(f"wrote {path}")


def _by_words(kept: Iterable[tuple[Quoted, Receipt]]) -> dict[Quoted, list[Receipt]]:
    found: dict[Quoted, dict[str, Receipt]] = {}
    for quoted, receipt in kept:
        found.setdefault(quoted, {})[receipt.archive] = receipt
    return {quoted: list(each.values()) for quoted, each in found.items()}


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _today() -> date:
    return datetime.now(UTC).date()

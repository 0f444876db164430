"""Verifier: looks for every quotation in the archive that it names, or in that of the newest release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.queries import sources_by_key
from fwsite.blueprints.comparison.verification import archive_reader
from fwsite.blueprints.comparison.verification.archive_reader import ArchiveProblem
from fwsite.blueprints.comparison.verification.package_index import (
    IndexFile,
    IndexProblem,
    PackageIndex,
    Unreachable,
    sha256_of,
)
from fwsite.blueprints.comparison.verification.receipts import Quoted
from fwsite.domain.comparison import Source
from fwsite.domain.evidence import Found, Receipt
from fwsite.domain.items import State
from fwsite.domain.quotation import closest, digest_of, fold, is_in
from fwsite.extend import db

PATH_MOST = 240
"""Characters of a path that can be kept."""
PASSAGE_MOST = 600
"""Characters of a passage that is kept."""


class Quotation(NamedTuple):
    """Words of a source that a claim rests on; of a source that nobody quotes, only the file is looked for."""

    source: Source
    words: str = ""
    claim: str = ""

    @property
    def quoted(self) -> Quoted:
        """What its result is kept by."""
        return Quoted(digest_of(self.words), self.source.file)


class Outcome(NamedTuple):
    """What became of a quotation: a receipt, or a problem that kept it from being looked for."""

    quotation: Quotation
    receipt: Receipt | None = None
    problem: str = ""
    is_unreachable: bool = False

    @property
    def is_there(self) -> bool:
        """Whether the words stand where they are said to."""
        return self.receipt is not None and self.receipt.found is Found.THERE


class UnknownKeys(Exception):
    """Keys that name no source that is a file of a release, and no claim that quotes one."""

    def __init__(self, keys: Collection[str]) -> None:
        self.keys = sorted(keys)
        super().__init__(", ".join(self.keys))


def quotations(keys: Collection[str] = ()) -> list[Quotation]:
    """Every quotation of a release, or those of the named claims and sources; what is retired is left out.

    Raises :class:`UnknownKeys`.
    """
    sources = {key: source for key, source in sources_by_key().items() if source.archive}
    query = (
        select(models.Citation)
        .join(models.Claim, models.Claim.key == models.Citation.claim_key)
        .where(models.Claim.state != State.RETIRED.value, models.Citation.source_key.in_(sources))
        .order_by(models.Claim.position, models.Claim.key, models.Citation.position)
    )
    found = [
        Quotation(sources[row.source_key], row.words, row.claim_key) for row in db.session.scalars(query) if row.words
    ]
    cited = {each.source.key for each in found}
    found += [Quotation(source) for key, source in sources.items() if key not in cited]
    unknown = set(keys) - {each.claim for each in found} - set(sources)
    if unknown:
        raise UnknownKeys(unknown)
    return [each for each in found if not keys or each.claim in keys or each.source.key in keys]


@dataclass
class Verifier:
    """Looks quotations up in archives from an index; ``says`` is told what is being done, a line at a time."""

    index: PackageIndex
    today: date
    says: Callable[[str], None] = field(default=lambda _line: None)

    def pinned(self, quotations: Iterable[Quotation]) -> Iterator[Outcome]:
        """Each quotation in the archive that its source names."""
        for name, those in _by(quotations, lambda each: each.source.archive).items():
            sha256 = next((each.source.sha256 for each in those if each.source.sha256), "")
            yield from self._guarded(those, partial(self.index.find, name, sha256), is_pinned=True)

    def newest(self, quotations: Iterable[Quotation]) -> Iterator[Outcome]:
        """Each quotation in the archive of the newest release of the same package; what names that one is left out."""
        for package, those in _by(quotations, _package).items():
            yield from self._guarded(those, partial(self._newest, package), is_pinned=False)

    def _newest(self, package: str) -> IndexFile:
        """The source archive, which has the documentation, or else a wheel."""
        files = self.index.newest(package)
        return next((file for file in files if file.is_source), files[0])

    def _guarded(self, those: list[Quotation], find: Callable[[], IndexFile], *, is_pinned: bool) -> Iterator[Outcome]:
        try:
            file = find()
            if not is_pinned:
                those = [each for each in those if each.source.release != file.release]
            yield from self._looked_up(those, file, is_pinned=is_pinned)
        except (IndexProblem, ArchiveProblem) as error:
            is_away = isinstance(error, Unreachable)
            yield from (Outcome(each, problem=str(error), is_unreachable=is_away) for each in those)

    def _looked_up(self, those: list[Quotation], file: IndexFile, *, is_pinned: bool) -> Iterator[Outcome]:
        if not those:
            return
        path = self.index.archive(file)
        actual = sha256_of(path)
        trusted = []
        for each in those:
            if is_pinned and each.source.sha256 not in ("", actual):
                problem = f"{file.name}: has the hash {actual}, and source {each.source.key!r} says "
                yield Outcome(each, problem=f"{problem}{each.source.sha256}; not used")
            else:
                trusted.append(each)
        texts = _named(path, {each.source.file for each in trusted})
        missing = []
        for each in trusted:
            text = texts.get(each.source.file)
            if text is not None and (not each.words or is_in(each.words, text)):
                yield Outcome(each, Receipt(Found.THERE, file.name, each.source.file, self.today))
            else:
                missing.append(each)
        if missing:
            self.says(f"{file.name}: looking for {len(missing)} quotations in its other files")
            others = _elsewhere(missing, archive_reader.texts(path, archive_reader.is_text))
            yield from (self._missed(each, file.name, texts, others) for each in missing)

    def _missed(
        self, each: Quotation, archive: str, texts: Mapping[str, str], others: Mapping[Quotation, str]
    ) -> Outcome:
        if each in others:
            return Outcome(each, Receipt(Found.MOVED, archive, others[each], self.today))
        passage = closest(each.words, texts.get(each.source.file, ""))[:PASSAGE_MOST]
        file = each.source.file if each.source.file in texts else ""
        return Outcome(each, Receipt(Found.GONE, archive, file, self.today, passage))


def _named(path: Path, wanted: set[str]) -> dict[str, str]:
    """The folded texts of the wanted files, as far as the archive has them; read up to the last of them."""
    found: dict[str, str] = {}
    for name, text in archive_reader.texts(path, wanted.__contains__):
        found[name] = fold(text)
        if found.keys() == wanted:
            break
    return found


def _elsewhere(missing: list[Quotation], texts: Iterable[tuple[str, str]]) -> dict[Quotation, str]:
    """The first other file of the archive in which each quotation stands."""
    found: dict[Quotation, str] = {}
    for name, text in texts:
        open_ones = [each for each in missing if each.words and each not in found and len(name) <= PATH_MOST]
        if not open_ones:
            break
        folded = fold(text)
        found |= {each: name for each in open_ones if is_in(each.words, folded)}
    return found


def _package(quotation: Quotation) -> str:
    release = quotation.source.release
    return release.package if release else ""


def _by(quotations: Iterable[Quotation], key: Callable[[Quotation], str]) -> dict[str, list[Quotation]]:
    found: defaultdict[str, list[Quotation]] = defaultdict(list)
    for each in quotations:
        found[key(each)].append(each)
    return dict(found)

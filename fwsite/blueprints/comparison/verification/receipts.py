"""Receipt store: what was found of quoted words, on this host or by the makers of the content that is shipped."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.domain.comparison import Source
from fwsite.domain.evidence import Found, Receipt, Release
from fwsite.domain.quotation import digest_of
from fwsite.extend import current_instance, db, per_content_version

FILE = "receipts.toml"


class Quoted(NamedTuple):
    """Words, by their digest, and the file of a release that they are said to stand in."""

    words: str
    file: str


_Found = Mapping[Quoted, tuple[Receipt, ...]]


class Receipts(NamedTuple):
    """Every receipt, those of this host before those that are shipped: read once for all that a page quotes."""

    here: _Found
    shipped: _Found

    def of_words(self, source: Source, words: str) -> tuple[Receipt | None, Receipt | None]:
        """What was found of the words in the archive that the source names, and in that of the newest later release."""
        quoted, release = Quoted(_digest(words), source.file), source.release
        found = {receipt.archive: receipt for receipt in self.shipped.get(quoted, ())}
        found |= {receipt.archive: receipt for receipt in self.here.get(quoted, ())}
        later = [receipt for receipt in found.values() if release is not None and _is_later(receipt, release)]
        return found.get(source.archive), max(later, key=_rank, default=None)


def known() -> Receipts:
    """The receipts as they are now."""
    return Receipts(_here(), _shipped())


def put(quoted: Quoted, receipt: Receipt) -> None:
    """Keep what was found, in place of what was found in the same archive before. The caller commits."""
    place = {"words": quoted.words, "source_file": quoted.file, "archive": receipt.archive}
    row = db.session.get(models.Receipt, place) or models.Receipt(**place)
    row.found, row.file = receipt.found.value, receipt.file
    row.passage, row.checked_on = receipt.passage, receipt.checked_on
    db.session.add(row)


def write(found: Mapping[Quoted, Iterable[Receipt]]) -> str:
    """Receipts as a file that can be shipped with content."""
    import tomli_w

    rows = [
        {"words": quoted.words, "source_file": quoted.file, **_table(receipt)}
        for quoted, receipts in sorted(found.items(), key=lambda item: (item[0].file, item[0].words))
        for receipt in receipts
    ]
    return "# Made by `fwsite evidence verify --to FILE`; words stand for their digest.\n\n" + "\n".join(
        f"[[receipts]]\n{tomli_w.dumps(row)}" for row in rows
    )


def _table(receipt: Receipt) -> dict[str, Any]:
    table = {"archive": receipt.archive, "found": receipt.found.value, "file": receipt.file}
    return table | {"checked_on": receipt.checked_on} | ({"passage": receipt.passage} if receipt.passage else {})


@lru_cache(maxsize=4_096)
def _digest(words: str) -> str:
    return digest_of(words)


@per_content_version
def _here() -> _Found:
    rows = db.session.scalars(select(models.Receipt))
    return _by_words(
        (
            Quoted(row.words, row.source_file),
            Receipt(Found(row.found), row.archive, row.file, row.checked_on, row.passage),
        )
        for row in rows
    )


def _shipped() -> _Found:
    path = current_instance().content_file(FILE)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=4)
def _read(path: Path, _written: int) -> _Found:
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("receipts", [])
    return _by_words(
        (
            Quoted(row["words"], row["source_file"]),
            Receipt(Found(row["found"]), row["archive"], row["file"], row["checked_on"], row.get("passage", "")),
        )
        for row in rows
    )


def _by_words(found: Iterable[tuple[Quoted, Receipt]]) -> _Found:
    receipts: dict[Quoted, tuple[Receipt, ...]] = {}
    for quoted, receipt in found:
        receipts[quoted] = (*receipts.get(quoted, ()), receipt)
    return receipts


def _is_later(receipt: Receipt, release: Release) -> bool:
    other = receipt.release
    return other is not None and other.package == release.package and other.is_later_than(release)


def _rank(receipt: Receipt) -> Any:
    release = receipt.release
    return release.order if release else ()

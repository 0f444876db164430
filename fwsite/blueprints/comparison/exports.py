"""Data export of the comparison as JSON, CSV and XLSX: everything that the page shows, sources too."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from fwsite.domain.columns import FilledColumn
from fwsite.domain.comparison import Citation, Claim, Comparison, Source
from fwsite.domain.csv_table import write_csv as table_as_csv
from fwsite.domain.facts import availability_of
from fwsite.domain.report import as_json
from fwsite.domain.table import Table, Value
from fwsite.domain.verdict import Measured
from fwsite.extend import ExportContext, package_names, write_workbook

COLUMNS = (
    "kind",
    "framework",
    "criterion",
    "key",
    "side",
    "score",
    "text",
    "evidence",
    "reviewed_on",
    "source_authors",
    "source_titles",
    "source_publishers",
    "source_urls",
    "sources_published",
    "sources_read_on",
    "source_words",
    "source_voices",
    "source_archives",
    "source_files",
    "words_found",
    "verdict",
    "receipt",
    "answer",
)


def write_json(context: ExportContext) -> str:
    """Everything, as JSON."""
    return as_json(as_document(context.comparison, context.columns, package_names()))


def write_csv(context: ExportContext) -> str:
    """Everything, as CSV."""
    return table_as_csv(as_table(context.comparison, context.columns))


def write_xlsx(context: ExportContext) -> bytes:
    """Everything, as a workbook."""
    return write_workbook(as_table(context.comparison, context.columns), "Comparison")


def as_document(
    comparison: Comparison, columns: tuple[FilledColumn, ...] = (), packages: Collection[str] = ()
) -> dict[str, Any]:
    """Dates as ISO texts; ratings, claims and facts name their sources by key. ``packages`` are names of packages."""
    groups = {row.key: row.group for row in comparison.rows}
    return {
        "reviewed_on": _plain(comparison.reviewed_on),
        "frameworks": [
            {**_plain(asdict(item)), "example_sources": _keys(item.example_sources)} for item in comparison.frameworks
        ],
        "criteria": [_without(asdict(item), "group") for item in comparison.criteria],
        "ratings": [
            {**_plain(_without(asdict(item), "measured")), "sources": _keys(item.sources), **_measured(item.measured)}
            for item in comparison.ratings
        ],
        "claims": [_without(_claim(item), "answer") for item in comparison.claims],
        "rows": [asdict(item) for item in comparison.rows],
        "facts": [{**_fact(item, packages), "group": groups[item.criterion]} for item in comparison.facts],
        "sources": [_plain(asdict(item)) for item in comparison.sources],
        **({"columns": [_plain(asdict(column)) for column in columns]} if columns else {}),
    }


def as_table(comparison: Comparison, columns: tuple[FilledColumn, ...] = ()) -> Table:
    """One row for each framework's own lines, each rating and each claim; several sources by line breaks."""
    return Table.of(COLUMNS, _rows(comparison, columns))


def _rows(comparison: Comparison, columns: tuple[FilledColumn, ...]) -> Iterator[dict[str, Value]]:
    frameworks = {framework.key: framework.name for framework in comparison.frameworks}
    criteria = {criterion.key: criterion.name for criterion in (*comparison.criteria, *comparison.rows)}
    yield from _criteria(comparison)
    yield from _frameworks(comparison)
    for rating in comparison.ratings:
        yield {
            "kind": "rating",
            "framework": frameworks[rating.framework],
            "criterion": criteria[rating.criterion],
            "score": rating.score,
            "text": rating.reason,
            "evidence": rating.evidence.value,
            "reviewed_on": rating.reviewed_on,
            **_measured(rating.measured),
            **_sources(rating.sources),
        }
    for claim in (*comparison.claims, *comparison.facts):
        yield {
            "kind": "fact" if claim.answer else "claim",
            "framework": frameworks[claim.framework],
            "criterion": criteria[claim.criterion],
            "key": claim.key,
            "side": claim.side.value,
            "text": claim.text,
            "evidence": claim.evidence.value,
            "reviewed_on": claim.reviewed_on,
            **_sources(tuple(citation.source for citation in claim.citations)),
            "source_words": "\n".join(citation.words for citation in claim.citations),
            "words_found": "\n".join(_found(citation) for citation in claim.citations),
            **_measured(claim.measured),
            "answer": claim.answer,
        }
    for column in columns:
        for key, cell in column.cells.items():
            yield {
                "kind": "fact",
                "framework": frameworks[key],
                "key": column.key,
                "text": f"{column.label}: {cell.text}",
                "evidence": cell.evidence.value,
                "source_urls": cell.source,
            }


def _criteria(comparison: Comparison) -> Iterator[dict[str, Value]]:
    for criterion in (*comparison.criteria, *comparison.rows):
        for kind, text in (("question", criterion.question), ("finding", criterion.finding)):
            if text:
                yield {"kind": kind, "criterion": criterion.name, "key": criterion.key, "text": text}


def _frameworks(comparison: Comparison) -> Iterator[dict[str, Value]]:
    for framework in comparison.frameworks:
        row: dict[str, Value] = {"framework": framework.name, "key": framework.key}
        if framework.first_release:
            yield {"kind": "first_release", **row, "text": framework.first_release}
        for kind in ("summary", "drawback", "on_balance"):
            yield {"kind": kind, **row, "text": getattr(framework, kind)}
        yield {"kind": "example", **row, "text": framework.example, **_sources(framework.example_sources)}


def _sources(sources: tuple[Source, ...]) -> dict[str, str]:
    return {
        "source_authors": "\n".join(source.author for source in sources),
        "source_titles": "\n".join(source.title for source in sources),
        "source_publishers": "\n".join(source.publisher for source in sources),
        "source_urls": "\n".join(source.url for source in sources),
        "sources_published": "\n".join(str(source.published or "") for source in sources),
        "sources_read_on": "\n".join(source.read_on.isoformat() for source in sources),
        "source_voices": "\n".join(source.voice or "" for source in sources),
        "source_archives": "\n".join(source.archive for source in sources),
        "source_files": "\n".join(source.file for source in sources),
    }


def _measured(measured: Measured | None) -> dict[str, str]:
    if measured is None:
        return {}
    ratios = (f"{each.ratio} ({each.behind}): {each.rule.words}" for each in measured.judgement.figures if each.ratio)
    shipped = f"The reference run: {measured.elsewhere}." if measured.elsewhere else ""
    said = filter(None, (measured.judgement.sentence, *ratios, shipped))
    return {"verdict": measured.judgement.verdict.value, "receipt": "\n".join(said)}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        **_plain(_without(asdict(claim), "citations", "measured")),
        "sources": [_citation(citation) for citation in claim.citations],
        **_measured(claim.measured),
    }


def _fact(claim: Claim, packages: Collection[str]) -> dict[str, Any]:
    """A claim on a row of the table of facts; one without an answer says something else there."""
    said = {("row" if name == "criterion" else name): value for name, value in _claim(claim).items()}
    return {**said, "availability": availability_of(claim.answer, packages).value if claim.answer else None}


def _citation(citation: Citation) -> dict[str, Any]:
    receipts = {"found": citation.receipt, "found_in_newest": citation.newest}
    return {
        "key": citation.source.key,
        "words": citation.words,
        **{name: _plain(asdict(receipt)) for name, receipt in receipts.items() if receipt},
    }


def _found(citation: Citation) -> str:
    """What became of the words, last first: "there in django-6.1.3.tar.gz on 2026-11-30"."""
    receipts = filter(None, (citation.newest, citation.receipt))
    return ", ".join(f"{each.found} in {each.archive} on {each.checked_on}" for each in receipts)


def _without(said: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in names}


def _keys(sources: tuple[Source, ...]) -> list[str]:
    return [source.key for source in sources]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value

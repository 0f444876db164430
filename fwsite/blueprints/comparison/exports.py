"""Data export of the comparison as JSON and CSV: everything that the page shows, sources too."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import date
from typing import Any

from fwsite.domain.columns import FilledColumn
from fwsite.domain.comparison import Comparison, Source
from fwsite.domain.report import as_json
from fwsite.extend import ExportContext

CSV_COLUMNS = (
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
)


def write_json(context: ExportContext) -> str:
    """Everything, as JSON."""
    return as_json(as_document(context.comparison, context.columns))


def write_csv(context: ExportContext) -> str:
    """Everything, as CSV."""
    return as_csv(context.comparison, context.columns)


def as_document(comparison: Comparison, columns: tuple[FilledColumn, ...] = ()) -> dict[str, Any]:
    """Dates as ISO texts; ratings and claims name their sources by key."""
    return {
        "reviewed_on": _plain(comparison.reviewed_on),
        "frameworks": [
            {**_plain(asdict(item)), "example_sources": _keys(item.example_sources)} for item in comparison.frameworks
        ],
        "criteria": [asdict(item) for item in comparison.criteria],
        "ratings": [{**_plain(asdict(item)), "sources": _keys(item.sources)} for item in comparison.ratings],
        "claims": [
            {
                **{name: value for name, value in _plain(asdict(item)).items() if name != "citations"},
                "sources": [{"key": c.source.key, "words": c.words} for c in item.citations],
            }
            for item in comparison.claims
        ],
        "sources": [_plain(asdict(item)) for item in comparison.sources],
        **({"columns": [_plain(asdict(column)) for column in columns]} if columns else {}),
    }


def as_csv(comparison: Comparison, columns: tuple[FilledColumn, ...] = ()) -> str:
    """One row for each framework's own lines, each rating and each claim; several sources by line breaks."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, lineterminator="\r\n", restval="")
    writer.writeheader()
    for criterion in comparison.criteria:
        for kind, text in (("question", criterion.question), ("finding", criterion.finding)):
            writer.writerow({"kind": kind, "criterion": criterion.name, "key": criterion.key, "text": text})
    for framework in comparison.frameworks:
        row = {"framework": framework.name, "key": framework.key}
        if framework.first_release:
            writer.writerow({"kind": "first_release", **row, "text": framework.first_release})
        for kind in ("summary", "drawback", "on_balance"):
            writer.writerow({"kind": kind, **row, "text": getattr(framework, kind)})
        writer.writerow({"kind": "example", **row, "text": framework.example, **_sources(framework.example_sources)})
    frameworks = {framework.key: framework.name for framework in comparison.frameworks}
    criteria = {criterion.key: criterion.name for criterion in comparison.criteria}
    for rating in comparison.ratings:
        writer.writerow(
            {
                "kind": "rating",
                "framework": frameworks[rating.framework],
                "criterion": criteria[rating.criterion],
                "score": rating.score,
                "text": rating.reason,
                "evidence": rating.evidence.value,
                "reviewed_on": rating.reviewed_on,
                **_sources(rating.sources),
            }
        )
    for claim in comparison.claims:
        writer.writerow(
            {
                "kind": "claim",
                "framework": frameworks[claim.framework],
                "criterion": criteria[claim.criterion],
                "key": claim.key,
                "side": claim.side.value,
                "text": claim.text,
                "evidence": claim.evidence.value,
                "reviewed_on": claim.reviewed_on,
                **_sources(tuple(citation.source for citation in claim.citations)),
                "source_words": "\n".join(citation.words for citation in claim.citations),
            }
        )
    for column in columns:
        for key, cell in column.cells.items():
            writer.writerow(
                {
                    "kind": "fact",
                    "framework": frameworks[key],
                    "key": column.key,
                    "text": f"{column.label}: {cell.text}",
                    "evidence": cell.evidence.value,
                    "source_urls": cell.source,
                }
            )
    return out.getvalue()


def _sources(sources: tuple[Source, ...]) -> dict[str, str]:
    return {
        "source_authors": "\n".join(source.author for source in sources),
        "source_titles": "\n".join(source.title for source in sources),
        "source_publishers": "\n".join(source.publisher for source in sources),
        "source_urls": "\n".join(source.url for source in sources),
        "sources_published": "\n".join(str(source.published or "") for source in sources),
        "sources_read_on": "\n".join(source.read_on.isoformat() for source in sources),
    }


def _keys(sources: tuple[Source, ...]) -> list[str]:
    return [source.key for source in sources]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value

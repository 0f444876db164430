"""From the start of the process to its first page, beside the usual Flask and SQLAlchemy application."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.hosting.servers import bare, site
from tests.benchmarks.hosting.table import Row, in_rounds, ratios

LIMIT = 1.5


def start(folder: Path, *, rounds: int) -> list[Row]:
    """Both have been started before, so that database and compiled code are there."""
    servers = {"site": site(folder / "site"), "usual": bare("usual", folder / "usual")}

    def measure(kind: str) -> float:
        took = servers[kind].start()
        servers[kind].stop()
        return took

    in_rounds(list(servers), 1, measure)
    found = in_rounds(list(servers), rounds, measure)
    return [Row("start to first page", ratios(found, "site", "usual"), "the usual application", LIMIT, at_most=True)]

"""Runs the parts one after the other, and prints one table. Exits with 1 where something asked for does not hold."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.hosting.answers import answers
from tests.benchmarks.hosting.growth import growth
from tests.benchmarks.hosting.memory import memory
from tests.benchmarks.hosting.pages import behind_nginx, pages
from tests.benchmarks.hosting.results import results
from tests.benchmarks.hosting.servers import machine
from tests.benchmarks.hosting.start import start
from tests.benchmarks.hosting.table import HEAD, Row


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.hosting", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="pages, nginx, answers, results, memory, start, growth"
    )
    parser.add_argument("--quick", action="store_true", help="few and short rounds")
    given = parser.parse_args()
    rounds, seconds = (2, 0.5) if given.quick else (9, 2.0)
    few, many = (500, 1000) if given.quick else (10_000, 100_000)
    parts: dict[str, Callable[[Path], list[Row]]] = {
        "pages": lambda folder: pages(folder, rounds=rounds, seconds=seconds),
        "nginx": lambda folder: behind_nginx(folder, rounds=rounds, seconds=seconds),
        "answers": lambda folder: answers(folder, rounds=rounds, seconds=seconds),
        "results": lambda folder: results(folder, rounds=rounds, seconds=seconds),
        "memory": lambda folder: memory(folder, few=few, many=many),
        "start": lambda folder: start(folder, rounds=3 if given.quick else 15),
        "growth": lambda folder: growth(folder, quick=given.quick),
    }
    unknown = set(given.parts) - set(parts)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    rows: list[Row] = []
    for name in given.parts or parts:
        print(name, file=sys.stderr)
        with TemporaryDirectory(prefix="fwsite-bench-") as folder:
            Path(folder).chmod(0o755)
            rows += parts[name](Path(folder))
    print(HEAD, *rows, f"\n{machine()}", sep="\n")
    return int(not all(row.holds for row in rows))


if __name__ == "__main__":
    sys.exit(main())

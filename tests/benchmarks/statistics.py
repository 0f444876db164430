"""The statistics page with a thousand stored responses, and with a million: ``python -m tests.benchmarks.statistics``.

The responses are inserted directly, with tallies made from them; then the last one is stored as a visitor would, and
publishes the numbers. Timed is the page through the whole application, in turns on both sites so that a busy machine
is slow for both. Exits with 1 where the ratio of the medians is over the limit.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from fwsite import create_app
from fwsite.blueprints.questionnaire import definitions, responses, tallies
from fwsite.domain.answers import Answers, parse_answers, stored_document
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import Definition
from fwsite.domain.statistics import Cell, Counted, tally_of
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date

SIZES = (1_000, 1_000_000)
ROUNDS = 400
LIMIT = 1.5
BATCH = 10_000
FIRST = date(2025, 1, 1)
DAYS = 600


@dataclass(frozen=True)
class Sheet:
    """One way to answer, and who comes first by it."""

    answers: Answers
    winners: tuple[str, ...]


def sheets(definition: Definition) -> list[Sheet]:
    """Twelve ways to answer."""
    found = []
    for number in range(12):
        given = {
            question.key: {
                "options": [list(question.by_key)[(number * (place + 1)) % len(question.options)]],
                "weight": ("little", "normal", "lot")[(number + place) % 3],
            }
            for place, question in enumerate(definition.questions[: 10 - number % 3])
        }
        answers = parse_answers(definition, given)
        found.append(Sheet(answers, Board(definition, answers).winners()))
    return found


def fill(path: Path, definition: Definition, count: int) -> None:
    """Insert all but one response, and their tallies."""
    ways = sheets(definition)
    # Results are left out of the rows to keep the file small; the page never reads rows, and winners are tallied.
    answers = [json.dumps(stored_document(way.answers)) for way in ways]
    tally: Counter[Cell] = Counter()
    version = definition.version
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous=OFF")
        for start in range(0, count - 1, BATCH):
            numbers = range(start, min(start + BATCH, count - 1))
            days = {number: FIRST + timedelta(days=number % DAYS) for number in numbers}
            database.executemany(
                "INSERT INTO questionnaire_response (token_hash, version, created_on, answers) VALUES (?, ?, ?, ?)",
                ((f"{n:064}", version, days[n].isoformat(), answers[n % len(ways)]) for n in numbers),
            )
            for number, day in days.items():
                way = ways[number % len(ways)]
                tally.update(tally_of([Counted(stored_document(way.answers), way.winners, day)]))
            database.commit()
            if count > 10 * BATCH and (start // BATCH) % 10 == 9:
                print(f"  {numbers[-1] + 1:,} of {count:,} inserted", flush=True)
        database.execute(
            "INSERT INTO questionnaire_statistics (version, responses, moved, published) VALUES (?, ?, ?, 1)",
            (version, count - 1, count - 1),
        )
        database.executemany(
            "INSERT INTO questionnaire_tally (version, part, question, cell, count) VALUES (?, ?, ?, ?, ?)",
            ((version, *map(str, cell), number) for cell, number in tally.items()),
        )
        database.commit()


def site(folder: Path, count: int) -> Flask:
    """A site with so many responses, of which the last was stored as a visitor's is."""
    app = create_app(folder)
    for _ in bring_up_to_date(app):
        pass
    with app.app_context():
        definition = definitions.current_definition()
        assert definition
        definitions.keep(definition)
        db.session.commit()
        fill(Path(str(db.engine.url.database)), definition, count)
        last = sheets(definition)[0]
        began = time.perf_counter()
        responses.store("last", "last view", definition, last.answers, last.winners)
        print(f"  {count:,}: storing the last one took {1000 * (time.perf_counter() - began):.1f} ms", flush=True)
        document = tallies.find_published(definition.version)
        assert document and document["responses"] == count
    return app


def timed(app: Flask) -> Iterator[float]:
    """Milliseconds of one page after the other."""
    client = app.test_client()
    while True:
        began = time.perf_counter()
        response = client.get("/questionnaire/statistics")
        took = 1000 * (time.perf_counter() - began)
        assert response.status_code == 200
        yield took


def main() -> int:
    """Print the table; the exit code."""
    with TemporaryDirectory() as name:
        apps = [site(Path(name) / str(count), count) for count in SIZES]
        clocks = [timed(app) for app in apps]
        for clock in clocks:  # warm: templates, parsed definition
            for _ in range(20):
                next(clock)
        times: list[list[float]] = [[] for _ in SIZES]
        for turn in range(ROUNDS):
            for clock, found in zip(clocks, times, strict=True):
                found.append(next(clock))
            if turn % 100 == 99:
                print(f"  {turn + 1} of {ROUNDS} rounds", flush=True)
        for app in apps:
            with app.app_context():
                db.engine.dispose()
    print("responses   median ms   5 % to 95 %   least to most")
    for count, found in zip(SIZES, times, strict=True):
        cuts = statistics.quantiles(found, n=20)
        print(
            f"{count:>9,}   {statistics.median(found):>9.2f}   {cuts[0]:.2f} to {cuts[-1]:.2f}"
            f"   {min(found):.2f} to {max(found):.2f}"
        )
    ratio = statistics.median(times[1]) / statistics.median(times[0])
    print(f"ratio of the medians: {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())

"""What pages cost as the site grows: processor time of one request in process, beside the smallest site.

Pages are made anew each time here; nothing is taken from what was kept whole.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from flask import Flask

from fwsite import create_app
from fwsite.domain.questionnaire import read_definition
from fwsite.domain.statistics import Counted, published, tally_of
from fwsite.plugins.upgrade import bring_up_to_date
from tests.benchmarks.hosting.table import Row, in_rounds, ratios

ROUNDS, REQUESTS = 7, 5
CLAIMS = (1, 100, 10_000)
ANSWERS = (10, 1_000, 1_000_000)
ARTICLES = (1, 100, 1_000)
FLAT = 1.5
_BATCH = 20_000
_SERVER = {"Host": "localhost"}


def _site(folder: Path) -> Flask:
    app = create_app(folder, settings={"PAGE_CACHE_BYTES": 0})
    for _ in bring_up_to_date(app):
        pass
    return app


def _cost(app: Flask, path: str) -> float:
    """Milliseconds of processor time of a request: the middle of a few."""
    client, found = app.test_client(), []
    client.get(path)
    for _ in range(REQUESTS):
        begun = time.process_time()
        status = client.get(path, headers=_SERVER).status_code
        found.append(1000 * (time.process_time() - begun))
        assert status == 200, f"{path}: {status}"
    return statistics.median(found)


def _more_claims(folder: Path, number: int) -> None:
    with closing(sqlite3.connect(folder / "fwsite.sqlite3")) as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(comparison_claim)") if row[1] != "key"]
        one = database.execute(f"SELECT {', '.join(names)} FROM comparison_claim WHERE key = 'django-admin'").fetchone()
        marks = ", ".join("?" * (len(names) + 1))
        database.executemany(
            f"INSERT INTO comparison_claim (key, {', '.join(names)}) VALUES ({marks})",
            ((f"more-{each}", *one) for each in range(number)),
        )
        database.execute("UPDATE content_version SET number = number + 1")
        database.commit()


def _more_articles(folder: Path, number: int) -> None:
    for each in range(number):
        head = f"---\ntitle: Article {each}\ndate: 2026-01-01\n---\n"
        text = f"{head}\nOne of many, number {each}.\n\n::balance[django]\n"
        (folder / "articles" / f"more-{each}.md").write_text(text)


def _more_answers(folder: Path, number: int) -> None:
    """With the numbers about them that would be published."""
    days = [date(2025, 1, 1) + timedelta(days=each) for each in range(min(number, 600))]
    with closing(sqlite3.connect(folder / "fwsite.sqlite3")) as database:
        database.execute("PRAGMA synchronous=OFF")
        [version, document] = database.execute("SELECT version, document FROM questionnaire_definition").fetchone()
        definition = read_definition(json.loads(document))
        answers = {each.key: ["answered", [each.options[0].key], "normal"] for each in definition.questions}
        winners = [definition.alternatives[0].key]
        tally = tally_of(Counted(answers, winners, day) for day in itertools.islice(itertools.cycle(days), number))
        numbers = published(definition, tally, number, days[-1], {})
        database.execute(
            "INSERT INTO questionnaire_statistics (version, responses, moved, published, document)"
            " VALUES (?, ?, 0, 1, ?)",
            (version, number, json.dumps(numbers)),
        )
        database.executemany(
            "INSERT INTO questionnaire_tally (version, part, question, cell, count) VALUES (?, ?, ?, ?, ?)",
            ((version, each.part.value, each.question, str(each.cell), count) for each, count in tally.items()),
        )
        same = version, json.dumps(answers), json.dumps(winners)
        for begun in range(0, number, _BATCH):
            batch = range(begun, min(begun + _BATCH, number))
            database.executemany(
                "INSERT INTO questionnaire_response (token_hash, created_on, version, answers, winners)"
                " VALUES (?, ?, ?, ?, ?)",
                ((f"{each:064}", days[each % len(days)].isoformat(), *same) for each in batch),
            )
            database.commit()
            print(f"  {batch[-1] + 1} of {number} answers inserted", file=sys.stderr)


def _series(
    folder: Path, what: str, sizes: tuple[int, ...], fill: Callable[[Path, int], None], paths: dict[str, float | None]
) -> list[Row]:
    """A row for each path and size but the smallest, beside which they stand."""
    apps = {}
    for size in sizes:
        apps[size] = _site(folder / f"{what}-{size}")
        fill(folder / f"{what}-{size}", size)
        print(f"  {what}: {size} are there", file=sys.stderr)
    kinds = {f"{path}, {size}": (apps[size], path) for path in paths for size in sizes}
    in_rounds(list(kinds), 1, lambda kind: _cost(*kinds[kind]))
    found = in_rounds(list(kinds), ROUNDS, lambda kind: _cost(*kinds[kind]))
    least = sizes[0]
    return [
        Row(
            f"GET {path}, {size:,} {what}",
            ratios(found, f"{path}, {size}", f"{path}, {least}"),
            f"{least}",
            limit,
            True,
        )
        for path, limit in paths.items()
        for size in sizes[1:]
    ]


def growth(folder: Path, *, quick: bool) -> list[Row]:
    """Flat is asked for where what the page shows does not grow."""
    claims, answers, articles = (sizes[:2] if quick else sizes for sizes in (CLAIMS, ANSWERS, ARTICLES))
    found = _series(
        folder, "claims", claims, _more_claims, {"/": FLAT, "/comparison/": FLAT, "/comparison/flask": FLAT}
    )
    found += _series(
        folder,
        "answers",
        answers,
        _more_answers,
        {"/": FLAT, "/questionnaire/": FLAT, "/questionnaire/statistics": FLAT},
    )
    found += _series(
        folder, "articles", articles, _more_articles, {"/": FLAT, "/comparison/flask": FLAT, "/article/": None}
    )
    return found

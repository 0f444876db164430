"""Resident memory beside the usual Flask and SQLAlchemy application, after many requests."""

from __future__ import annotations

import sys
from itertools import cycle
from pathlib import Path

from tests.benchmarks.hosting.load import get, load
from tests.benchmarks.hosting.servers import bare, running, site
from tests.benchmarks.hosting.table import Row

PATHS = ("/", "/comparison/", "/comparison/django", "/questionnaire/")
LIMIT, FLAT = 1.3, 1.02


def memory(folder: Path, *, few: int, many: int) -> list[Row]:
    """After ``few`` requests beside the usual application; and after ``many`` beside itself after few."""
    own, usual = site(folder / "site"), bare("usual", folder / "usual")
    own.start()  # the first start brings the database up to date, and the first visits render every text
    load(own.port, cycle(map(get, PATHS)), count=len(PATHS) * 2)
    own.stop()
    with running(own, usual):
        load(usual.port, cycle([get("/")]), count=few)
        load(own.port, cycle(map(get, PATHS)), count=few)
        after_few = own.resident
        beside = after_few / usual.resident
        print(f"  {few}: {after_few} kB, the usual one {usual.resident} kB", file=sys.stderr)
        for done in range(few, many, few):
            load(own.port, cycle(map(get, PATHS)), count=few)
            print(f"  {done + few} of {many}: {own.resident} kB", file=sys.stderr)
        flat = own.resident / after_few
    return [
        Row(f"memory after {few} requests", [beside], "the usual application", LIMIT, at_most=True),
        Row(f"memory after {many} requests", [flat], f"itself after {few}", FLAT, at_most=True),
    ]

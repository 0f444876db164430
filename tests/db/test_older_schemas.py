"""Every schema that the site ever had upgrades with all that was in it, also when it is killed half-way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from fwsite import create_app
from fwsite.domain.items import Item, Kind, digest_of
from fwsite.plugins import migrations
from tests.support.older_schemas import SOURCED_RATING, STATES, Rows, build, close, contents
from tests.support.paths import ROOT

KILLING = """
import sys
from pathlib import Path
from tests.support.older_schemas import STATES, Copies, differences, few, migrated
from tests.support.postgres import databases_of

place = databases_of(sys.argv[2]) if sys.argv[2] else None
copies = Copies(Path(sys.argv[1]), place)
copies.build(STATES[2])
told = list(differences(copies, migrated, few))
print(len(told), *filter(None, told), sep="\\n")
"""
"""In a process of its own: what is forked must not have threads."""


@pytest.fixture
def old(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database."""
    app = create_app(tmp_path / "instance", settings={"DATABASE_URL": database_url})
    yield app
    close(app)


def test_the_newest_state_is_the_last_one(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    with app.app_context():
        assert STATES[-1] == {line.name: line.head() for line in migrations.timelines(app)}


@pytest.mark.parametrize("state", STATES, ids=[f"state-{number}" for number in range(len(STATES))])
def test_everything_is_there_after_the_upgrade(old: Flask, state: dict[str, str]) -> None:
    build(old, state)
    before = contents(old)
    assert all(before.values()), "each table has something that could get lost"
    with old.app_context():
        migrations.upgrade(old)
    after = contents(old)
    expected = _with_runs_by_second(_with_ratings_as_opinions(_with_answers_in_responses(before), state), state)
    for name, rows in expected.items():
        if name == "content_version":
            continue  # counts on
        if name == "comparison_edition" and state["comparison"] == "comparison_0001":
            continue  # emptied by intent: the next load takes stock
        kept = [{column: row[column] for column in rows[0]} for row in after[name]]
        assert sorted(kept, key=repr) == sorted(rows, key=repr)


def _with_ratings_as_opinions(rows: Rows, state: dict[str, str]) -> Rows:
    """Since comparison_0003 a rating is an opinion; one that nobody has changed is still known as it was shipped."""
    if state.get("comparison", "comparison_0003") >= "comparison_0003":
        return rows
    for rating in rows["comparison_rating"]:
        rating["evidence"] = "opinion"
    for shipped in rows.get("comparison_shipped", []):
        if shipped["digest"] == SOURCED_RATING:
            rating = {**rows["comparison_rating"][0], "framework": "tornado", "criterion": "speed"}
            shipped["digest"] = digest_of(Kind.RATING, Item.of(Kind.RATING, rating).document)
    return {**rows, "comparison_rating_source": []}


def _with_runs_by_second(rows: Rows, state: dict[str, str]) -> Rows:
    """Since comparison_0007 the key of a run has seconds."""
    if state.get("comparison", "") < "comparison_0007":
        for run in rows.get("comparison_run", []):
            run["key"] = f"{run['made_at']:%Y-%m-%d-%H%M%S}"
    return rows


def _with_answers_in_responses(rows: Rows) -> Rows:
    """Since revision 0008 a response holds its answers, and is counted when numbers are published."""
    answers = rows.pop("questionnaire_answer", None)
    if answers is None:
        return rows
    responses: dict[int, dict[str, Any]] = {row["id"]: row | {"answers": {}} for row in rows["questionnaire_response"]}
    for row in sorted(answers, key=lambda row: row["id"]):
        responses[row["response_id"]]["answers"][row["question"]] = [row["state"], row["options"], row["weight"]]
    rows["questionnaire_response"] = sorted(responses.values(), key=repr)
    waiting = sum(row.get("published_before", 0) == 1 for row in responses.values())
    for row in rows.get("questionnaire_tally", []):
        row["count"] -= waiting
    return rows


def test_killed_half_way_it_ends_the_same_when_it_is_begun_again(database_url: str, tmp_path: Path) -> None:
    place = "" if database_url.startswith("sqlite") else database_url
    done = subprocess.run(
        [sys.executable, "-c", KILLING, str(tmp_path), place], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    count, *different = done.stdout.splitlines()
    assert different == []
    assert int(count) >= 5

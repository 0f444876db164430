"""Measured runs on the pages: what they say about claims and ratings, as long as their versions are current."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison import models
from fwsite.extend import db
from tests.support.command import Command
from tests.support.runs import FIGURES, document, figure

RULES = """
[[claims]]
key = "flask-light"
depends = "True without a database; with an ORM, Django takes less memory."
ratios = [
    { measure = "memory", workload = "resident", entry = "flask", against = "django", expect = "less", words = "memory of one worker, Flask against Django" },
    { measure = "memory", workload = "resident", entry = "flask_sqlalchemy", against = "django", expect = "less", words = "the same with SQLAlchemy" },
]

[[claims]]
key = "django-slower"
contradicted = "It answered in less."
no_difference = "There was no difference."
ratios = [
    { measure = "time", workload = "json", entry = "fastapi", against = "django", expect = "less", words = "processor time of a JSON answer, FastAPI against Django" },
]

[[claims]]
key = "django-memory"
contradicted = "With an ORM, Django takes less."
ratios = [
    { measure = "memory", workload = "resident", entry = "flask_sqlalchemy", against = "django", expect = "less", words = "memory, Flask with SQLAlchemy against Django" },
]

[[claims]]
key = "flask.memory"
ratios = [
    { measure = "memory", workload = "resident", entry = "flask", against = "django", expect = "less", words = "memory of one worker, Flask against Django" },
]
"""  # noqa: E501 - one ratio a line reads best
OUTCOME = {"flask-light": "It depends", "django-slower": "No difference", "django-memory": "Contradicted"}


@pytest.fixture
def ship(app: Flask) -> Callable[..., None]:
    """Put a run, and the rules, in place of the shipped ones."""

    def put(run: dict[str, Any] | None = None, rules: str = RULES) -> None:
        folder = Path(app.instance_path)
        (folder / "measured.toml").write_text(rules)
        (folder / "measured_run.json").write_text(json.dumps(document() if run is None else run))

    return put


@pytest.fixture
def make(app: Flask) -> Callable[..., None]:
    """Keep a run as one of this host."""

    def keep(run: dict[str, Any], key: str) -> None:
        with app.app_context():
            moment = models.datetime.fromisoformat(run["made_at"].rstrip("Z"))
            db.session.add(models.MeasuredRun(key=key, made_at=moment, document=run))
            db.session.commit()

    return keep


def claim(client: FlaskClient, key: str, page: str = "/comparison/") -> str:
    """What stands in the list item of a claim."""
    text = client.get(page).text
    found = re.search(rf'<li id="{key}">(.*?)</li>', text, re.S)
    assert found, key
    return found[1]


def checked(run_fwsite: Command, app: Flask) -> tuple[int, str]:
    """Exit code and output of the check of the application's content."""
    done = run_fwsite(Path(app.instance_path).parent, "--instance", app.instance_path, "content", "check")
    return done.returncode, done.stdout


class TestClaims:
    @pytest.mark.parametrize("key", OUTCOME)
    def test_wear_the_verdict_with_its_ratios(self, ship: Callable[..., None], client: FlaskClient, key: str) -> None:
        ship()
        shown = claim(client, key)
        assert "Measured" in shown and OUTCOME[key] in shown
        assert 'href="/comparison/measured/reference"' in shown

    def test_that_do_not_hold_are_struck_and_say_what_does(
        self, ship: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        shown = claim(client, "django-memory")
        assert re.search(r"<del>.*footprint.*</del>\s*With an ORM, Django takes less\.", shown, re.S)
        assert "<b>1.14</b> (1.14 to 1.15): memory, Flask with SQLAlchemy against Django" in shown
        assert "<del>" not in claim(client, "flask-light") + claim(client, "django-slower")

    def test_stand_so_in_the_article_and_the_exports_too(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        rows = client.get("/comparison/data.json").json["claims"]
        found = next(row for row in rows if row["key"] == "django-memory")
        assert found["evidence"] == "measured" and found["verdict"] == "contradicted"
        assert found["receipt"].startswith("With an ORM, Django takes less.\n1.14 (1.14 to 1.15): ")
        assert "contradicted" in client.get("/comparison/data.csv").text

    def test_stand_on_the_page_of_evidence_where_they_do_not_hold(
        self, ship: Callable[..., None], client: FlaskClient
    ) -> None:
        def said() -> str:
            return client.get("/comparison/evidence").text.partition("Contradicted by a measurement")[2]

        assert "Nothing is measured here yet" in said()
        ship()
        assert "Nothing is measured" not in said()
        assert re.search(r"<li>Django: <del>.*footprint.*</del>", said().partition("</section>")[0])
        ship(document([figure("memory", "resident", key, *[50.0] * 5, unit="MB") for key in ("django", "flask")]))
        assert "None of the <a" in said().partition("</section>")[0]

    def test_ratings_have_theirs(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        page = client.get("/comparison/flask").text
        assert "<b>0.66</b> (0.66 to 0.66): memory of one worker, Flask against Django" in page

    @pytest.mark.parametrize("stamp", ["quick", "partial", "noisy: the control was off by 7 per cent"])
    def test_rest_on_no_run_that_is_stamped(self, ship: Callable[..., None], client: FlaskClient, stamp: str) -> None:
        ship(document(stamps=[stamp]))
        assert "Measured" not in claim(client, "django-memory")
        assert stamp in client.get("/comparison/measured/reference").text

    def test_lose_it_when_a_version_moves(self, app: Flask, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        facts = {"version": "6.2", "python": ">=3.12", "requires": [], "licence": "", "size": 1, "is_wheel": True}
        with app.app_context():
            day = models.date(2027, 8, 1)
            row = models.ReleaseFacts(package="django", facts={**facts, "read_on": str(day)}, read_on=day)
            db.session.add(row)
            db.session.commit()
        assert "<del>" not in claim(client, "django-memory")
        assert "This run has expired" in client.get("/comparison/measured/reference").text


class TestRunPage:
    def test_says_what_holds_and_what_does_not(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        text = client.get("/comparison/measured/reference").text
        assert "Claims and ratings supported: 1. Contradicted: 1. Depending on how: 1. Without a difference: 1." in text
        assert "Memory of one worker, as the system counts it" in text and "Processor time, a JSON answer" in text
        assert "processor time 1.00 (0.99 to 1.01)" in text and "0.06 of a core" in text

    def test_its_bars_are_as_long_as_its_ratios(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        chart = client.get("/comparison/measured/reference").text.partition("as the system counts it")[2]
        rows = re.findall(r'<rect class="bar(?: on)?" y="5" width="([\d.]+)%".*?<td class="n">([\d.]+)</td>', chart)[:3]
        assert [float(ratio) for _, ratio in rows] == [0.66, 1.0, 1.14]
        one = float(rows[1][0])
        assert all(float(width) == pytest.approx(one * float(ratio), rel=0.02) for width, ratio in rows)

    def test_a_run_of_this_host_comes_first_and_disagreements_are_said(
        self, ship: Callable[..., None], make: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        heavier = [figure("memory", "resident", "flask_sqlalchemy", *[40.0] * 5, unit="MB"), *FIGURES[:2], *FIGURES[3:]]
        make(document(heavier, made_at="2026-12-01T10:00:00Z"), "2026-12-01-1000")
        assert "Supported" in claim(client, "flask-light")
        runs = client.get("/comparison/measured/").text
        assert runs.index("/measured/2026-12-01-1000") < runs.index("/measured/reference")
        text = client.get("/comparison/measured/2026-12-01-1000").text
        assert "Where this run and the shipped one disagree" in text and "A run of this host" in text

    def test_what_was_left_out_says_why(self, ship: Callable[..., None], client: FlaskClient) -> None:
        run = document()
        run["subjects"][3]["left_out"] = "needs Python 3.15"
        ship(run)
        assert "Left out: needs Python 3.15" in client.get("/comparison/measured/reference").text

    def test_the_file_can_be_taken_along(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        assert client.get("/comparison/measured/reference.json").json == document()

    def test_there_is_no_other(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        for address in ("nothing", "nothing.json", "2026-12-01-1000"):
            assert client.get(f"/comparison/measured/{address}").status_code == 404


class TestDirective:
    def article(self, app: Flask, text: str) -> None:
        (Path(app.instance_path) / "articles" / "measured.md").write_text(f"---\ntitle: M\n---\n\n{text}\n")

    def test_shows_one_measure_anywhere(self, app: Flask, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        self.article(app, "::measured[memory]\n\n::measured[time, json]")
        text = client.get("/article/measured").text
        assert "as the system counts it, divided by that of Django" in text and "a JSON answer, divided" in text
        assert "0.97, no difference" in text and 'href="/comparison/measured/reference"' in text

    def test_what_was_not_measured_is_named_by_the_check(
        self, app: Flask, ship: Callable[..., None], run_fwsite: Command
    ) -> None:
        ship()
        self.article(app, "::measured[luck]")
        said = checked(run_fwsite, app)[1]
        assert "measured.md:5: ::measured: nothing of that name was measured; known are memory, resident" in said


def test_a_rule_about_no_claim_is_named_by_the_check(
    app: Flask, ship: Callable[..., None], run_fwsite: Command
) -> None:
    ship(rules=RULES.replace("django-slower", "no-such-claim"))
    code, said = checked(run_fwsite, app)
    assert code == 1
    assert "measured.toml: claims.no-such-claim: there is no published claim or rating" in said


def test_a_run_that_cannot_be_read_is_named_and_harms_nothing(
    app: Flask, ship: Callable[..., None], client: FlaskClient, run_fwsite: Command
) -> None:
    ship()
    (Path(app.instance_path) / "measured_run.json").write_text('{"format": 7}')
    assert "measured_run.json: file: is no run of format 1" in checked(run_fwsite, app)[1]
    assert client.get("/comparison/").status_code == client.get("/comparison/measured/").status_code == 200

"""Measured runs on the pages: what they say about claims and ratings, as long as their versions are current."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison import models
from fwsite.blueprints.measure.subjects import SHIPPED
from fwsite.domain.measurement import read_run
from fwsite.domain.verdict import Verdict, judge, parse_rules, rewritten
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.command import Command
from tests.support.paths import ROOT
from tests.support.runs import FIGURES, document, figure
from tests.support.statements import statements

CONTENT = ROOT / "fwsite" / "content"

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


def claim(client: FlaskClient, key: str, page: str = "") -> str:
    """What stands in the list item of a claim, on the page of its framework or on another one."""
    text = client.get(page or f"/comparison/{key.partition('-')[0]}").text
    found = re.search(rf'<li id="{key}">(.*?)</li>', text, re.S)
    assert found, key
    return found[1]


def fact(client: FlaskClient, label: str, framework: str, page: str = "/comparison/") -> str:
    """What a row of the comparison says of a framework."""
    text = client.get(page).text
    heads = [head.replace("\xad", "") for head in re.findall(r'<th scope="col">(?:<a [^>]*>)?(.*?)<', text)]
    row = text.partition(f'<th scope="row">{label}</th>')[2].partition("</tr>")[0]
    cell = row.split("</td>")[heads.index(framework) - 1]
    found = re.search(r'<span class="fact">(.*?)</span>', cell)
    return unescape(found[1]).replace("\xad", "").replace("\xa0", " ") if found else ""


def checked(run_fwsite: Command, app: Flask) -> tuple[int, str]:
    """Exit code and output of the check of the application's content."""
    done = run_fwsite(Path(app.instance_path).parent, "--instance", app.instance_path, "content", "check")
    return done.returncode, done.stdout


def contradicted(client: FlaskClient) -> str:
    """What the page of evidence says of claims that do not hold."""
    return client.get("/comparison/evidence").text.partition('id="contradicted"')[2].partition("</section>")[0]


def shipped_run() -> dict[str, Any]:
    """The run that the edition comes with."""
    found: dict[str, Any] = json.loads((CONTENT / "measured_run.json").read_text())
    return found


class TestShippedRun:
    """The run that the edition comes with, and what its rules say of it."""

    def test_is_whole_and_quiet_and_of_every_subject(self) -> None:
        run = shipped_run()
        assert run["stamps"] == [] and run["load"] < 0.25
        assert [each["left_out"] for each in (*run["subjects"], *run["entries"]) if each["left_out"]] == []
        assert {subject["key"] for subject in run["subjects"]} == {
            path.parent.name for path in SHIPPED.glob("*/*.toml")
        }
        assert all(abs(ratio - 1) < 0.05 for each in run["controls"] for ratio in [median(each["samples"])])

    def test_says_nothing_of_a_person_or_the_name_of_a_machine(self) -> None:
        texts = [str(value) for value in every_value(shipped_run())]
        assert [text for text in texts if re.search(r"(?:^|[\s'\"])[~/]|\\\\|@|\b\d+\.\d+\.\d+\.\d+\b", text)] == []
        assert set(shipped_run()["environment"]) == set(
            "processor cores memory_mb system kernel fwsite python sqlite settings".split()
        )

    def test_measures_at_least_twenty_claims_and_makes_some_conditional(self) -> None:
        rules, faults = parse_rules(tomllib.loads((CONTENT / "measured.toml").read_text()))
        assert faults == []
        found = judge(rules, read_run(shipped_run()))
        claims = {key: each for key, each in found.items() if "." not in key}
        assert all(each.verdict is not Verdict.NOT_MEASURED for each in found.values())
        assert all(figured.ratio for each in found.values() for figured in each.figures)
        assert len(claims) >= 20
        conditional = {key for key, each in claims.items() if each.verdict is not Verdict.SUPPORTED}
        assert conditional >= {"django-memory", "fastapi-memory", "django-slower", "fastapi-fast", "django-async"}
        assert all(claims[key].sentence for key in conditional)

    def test_is_judged_by_rules_about_what_is_said_today(self) -> None:
        rules, _ = parse_rules(tomllib.loads((CONTENT / "measured.toml").read_text()))
        frameworks = tomllib.loads((CONTENT / "frameworks.toml").read_text())["frameworks"]
        said = {each["key"]: each["text"] for framework in frameworks for each in framework["claims"]}
        said |= {
            f"{framework['key']}.{each['criterion']}": each["reason"]
            for framework in frameworks
            for each in framework["ratings"]
        }
        assert [str(fault) for fault in rewritten(rules, said)] == []
        assert set(rules.texts) <= set(said) and all(rules.texts.values())

    def test_stands_on_the_pages(self, client: FlaskClient) -> None:
        text = client.get("/comparison/").text
        assert "Nothing here is measured yet." not in text
        assert 'href="/comparison/measured/reference">It depends</a>' in claim(client, "django-async")
        assert client.get("/comparison/measured/reference.json").json == shipped_run()
        assert "This run has expired" not in client.get("/comparison/measured/reference").text
        assert 'href="/comparison/measured/reference"' in client.get("/").text


def every_value(part: Any) -> Iterator[Any]:
    """Every text, number and key in a document."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield key
            yield from every_value(value)
    elif isinstance(part, list):
        for value in part:
            yield from every_value(value)
    else:
        yield part


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
        assert re.search(r"<del>.*footprint.*</del> With an ORM, Django takes less\.", shown, re.S)
        assert "<b>1.14</b> (1.14 to 1.15; 57 MB against 50 MB): memory, Flask with SQLAlchemy against Django" in shown
        assert "<del>" not in claim(client, "flask-light") + claim(client, "django-slower")

    def test_stand_so_in_the_article_and_the_exports_too(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        rows = client.get("/comparison/data.json").json["claims"]
        found = next(row for row in rows if row["key"] == "django-memory")
        assert found["evidence"] == "measured" and found["verdict"] == "contradicted"
        assert found["receipt"].startswith(
            "With an ORM, Django takes less.\n1.14 (1.14 to 1.15; 57 MB against 50 MB): "
        )
        assert "contradicted" in client.get("/comparison/data.csv").text

    def test_that_depend_are_sentences_before_what_was_found(
        self, ship: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        assert re.search(r"what you add to it\. True without a database; ", claim(client, "flask-light"))

    def test_stand_on_the_page_of_evidence_where_they_do_not_hold(
        self, ship: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        assert "There is no run yet" not in contradicted(client)
        assert re.search(r"<li>Django: <del>.*footprint.*</del>", contradicted(client))

    def test_are_counted_on_the_page_of_evidence_where_all_hold(
        self, ship: Callable[..., None], client: FlaskClient
    ) -> None:
        measured = {"django": 50.0, "flask": 33.0, "flask_sqlalchemy": 33.0}
        ship(document([figure("memory", "resident", key, *[each] * 5, unit="MB") for key, each in measured.items()]))
        assert 'None of the <a href="/comparison/measured/">2 claims' in contradicted(client)

    @pytest.mark.usefixtures("without_run")
    def test_are_none_on_the_page_of_evidence_without_a_run(self, client: FlaskClient) -> None:
        assert "There is no run yet" in contradicted(client)

    def test_have_it_on_their_own_page_too(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        for key, said in (
            ("claim/django-memory", "Contradicted</a>: <b>1.14</b>"),
            ("rating/flask.memory", "<b>0.66</b>"),
        ):
            page = client.get(f"/comparison/history/{key}").text
            assert said in page.partition("<dt>Measurement</dt>")[2].partition("</dl>")[0]
        assert "<dt>Measurement</dt>" not in client.get("/comparison/history/claim/django-parts").text

    def test_are_measured_only_as_they_were_worded(
        self, app: Flask, ship: Callable[..., None], client: FlaskClient, run_fwsite: Command
    ) -> None:
        text = "Light: a small core and a lean code base, with only what you add to it"
        worded = RULES.replace('key = "flask-light"', f'key = "flask-light"\ntext = "{text}"')
        ship(rules=worded.replace('key = "django-memory"', 'key = "django-memory"\ntext = "Something else"'))
        assert "It depends" in claim(client, "flask-light")
        assert "Measured" not in claim(client, "django-memory")
        run = client.get("/comparison/measured/reference").text
        assert '<li id="flask-light">' in run and '<li id="django-memory">' not in run
        _, said = checked(run_fwsite, app)
        assert "measured.toml: claims.django-memory: is about other words than “Larger footprint" in said

    def test_ratings_have_theirs(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        page = client.get("/comparison/flask").text
        assert "<b>0.66</b> (0.66 to 0.66; 33 MB against 50 MB): memory of one worker, Flask against Django" in page

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
        assert (
            "Of 4 claims and ratings 1 holds, 1 depends on how it is done, 1 shows no difference, 1 is contradicted."
            in (text)
        )
        assert "Memory of one worker, as the system counts it" in text and "Processor time, a JSON answer" in text
        assert "processor time 1.00 (0.99 to 1.01)" in text and "0.06 of a core" in text

    def test_its_bars_are_as_long_as_its_ratios(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        chart = client.get("/comparison/measured/reference").text.partition("as the system counts it")[2]
        rows = re.findall(r'<rect class="bar(?: on)?" y="5" width="([\d.]+)%".*?<td class="n">([\d.]+)</td>', chart)[:3]
        assert [float(ratio) for _, ratio in rows] == [0.66, 1.0, 1.14]
        one = float(rows[1][0])
        assert all(float(width) == pytest.approx(one * float(ratio), rel=0.02) for width, ratio in rows)

    def test_a_run_of_this_host_comes_first(
        self, ship: Callable[..., None], make: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        heavier = [figure("memory", "resident", "flask_sqlalchemy", *[40.0] * 5, unit="MB"), *FIGURES[:2], *FIGURES[3:]]
        make(document(heavier, made_at="2026-12-01T10:00:00Z"), "2026-12-01-100000")
        assert "Supported" in claim(client, "flask-light")
        runs = client.get("/comparison/measured/").text
        assert runs.index("/measured/2026-12-01-100000") < runs.index("/measured/reference")

    def test_run_files_from_before_or_elsewhere_are_taken_in_by_an_upgrade(
        self,
        app: Flask,
        ship: Callable[..., None],
        client: FlaskClient,
        instance: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        ship()
        folder = instance / "measurements"
        folder.mkdir()
        (folder / "copied.json").write_text(json.dumps(document(made_at="2026-12-01T10:00:00Z")))
        (folder / "broken.json").write_text("{")
        said = [step.text for step in bring_up_to_date(app)]
        assert any("1 run of this host taken in" in each for each in said), said
        assert f"{folder / 'broken.json'}: cannot be read" in caplog.text
        assert client.get("/comparison/measured/2026-12-01-100000").status_code == 200
        assert not any("taken in" in step.text for step in bring_up_to_date(app))

    def test_runs_of_one_minute_stand_side_by_side_and_an_older_link_leads_to_the_last(
        self, ship: Callable[..., None], make: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        for second in (5, 40):
            make(document(made_at=f"2026-12-01T10:00:{second:02}Z"), f"2026-12-01-1000{second:02}")
        listed = client.get("/comparison/measured/").text
        assert [key for key in ("100005", "100040") if f"/measured/2026-12-01-{key}" in listed] == ["100005", "100040"]
        led = client.get("/comparison/measured/2026-12-01-1000")
        assert (led.status_code, led.location) == (301, "/comparison/measured/2026-12-01-100040")
        data = client.get("/comparison/measured/2026-12-01-1000.json").json
        assert data and data["made_at"] == "2026-12-01T10:00:40Z"

    def test_a_stamped_run_says_first_that_no_claim_rests_on_it(
        self, ship: Callable[..., None], make: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        make(document(made_at="2026-12-01T10:00:00Z", stamps=["quick"]), "2026-12-01-100000")
        text = client.get("/comparison/measured/2026-12-01-100000").text
        assert text.index("No claim rests on this run") < text.index("If claims rested on it: of 4 claims and ratings")
        assert 'href="/comparison/measured/reference">The shipped run</a>' in text
        other = client.get("/comparison/measured/reference").text
        assert 'href="/comparison/measured/2026-12-01-100000">The newest run on this host</a>' in other

    def test_each_table_says_which_way_is_better(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        captions = re.findall(r"<caption>(.*?)</caption>", client.get("/comparison/measured/reference").text)
        assert captions
        for caption in captions:
            better = "more" if caption.startswith("Answers to 64 clients") else "less"
            assert caption.endswith(f'<span class="hint">{better} is better</span>')

    def test_what_was_left_out_says_why(self, ship: Callable[..., None], client: FlaskClient) -> None:
        run = document()
        run["subjects"][3]["left_out"] = "needs Python 3.15"
        ship(run)
        text = client.get("/comparison/measured/reference").text
        assert "Left out: needs Python 3.15" in text
        assert f"Left out: {run['subjects'][3]['name']}; " in text.partition("What it says about our claims")[0]

    def test_the_file_can_be_taken_along(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        assert client.get("/comparison/measured/reference.json").json == document()

    def test_there_is_no_other(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        for address in ("nothing", "nothing.json", "2026-12-01-100000", "2026-11-30-1640", "referen"):
            assert client.get(f"/comparison/measured/{address}").status_code == 404

    def test_what_does_not_hold_comes_first(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        text = client.get("/comparison/measured/reference").text
        in_order = ("django-memory", "flask-light", "django-slower", "flask.memory")
        places = [text.index(f'<li id="{key}">') for key in in_order]
        assert places == sorted(places)

    def test_what_was_counted_is_told_as_it_is(self, ship: Callable[..., None], client: FlaskClient) -> None:
        counts = [figure("distributions", "install", key, n, unit="count") for key, n in (("django", 3), ("flask", 7))]
        calls = [figure("calls", "row", key, 20, unit="count") for key in ("django", "flask")]
        ship(document([*FIGURES, *counts, *calls]))
        text = client.get("/comparison/measured/reference").text
        told, _, further = text.partition("1 further counts")
        assert '<td class="n">2.33</td><td class="n meta">7</td>' in told.partition("Packages that an installation")[2]
        assert "Python calls, one row as JSON" in further

    def test_asks_the_database_a_fixed_number_of_times(self, app: Flask, client: FlaskClient) -> None:
        with statements(app) as sent:
            assert client.get("/comparison/measured/reference").text.count('<li id="') > 30
        assert len(sent) <= 20


class TestHereAndReference:
    """A run of this host beside the shipped one."""

    HERE = "2026-12-01-100000"

    @pytest.fixture
    def agree(self, ship: Callable[..., None], make: Callable[..., None]) -> None:
        ship()
        make(document(made_at="2026-12-01T10:00:00Z"), self.HERE)

    @pytest.fixture
    def disagree(self, ship: Callable[..., None], make: Callable[..., None]) -> None:
        """Here, Flask with SQLAlchemy takes less memory."""
        ship()
        lighter = figure("memory", "resident", "flask_sqlalchemy", *[40.0] * 5, unit="MB")
        make(document([lighter, *FIGURES[:2], *FIGURES[3:]], made_at="2026-12-01T10:00:00Z"), self.HERE)

    @pytest.mark.usefixtures("agree")
    @pytest.mark.parametrize(
        ("run", "of"), [(HERE, "Compared with the shipped run"), ("reference", "Compared with this host’s own run")]
    )
    def test_a_run_says_where_they_agree(self, client: FlaskClient, run: str, of: str) -> None:
        text = client.get(f"/comparison/measured/{run}").text
        assert of in text and "They agree on all 4 claims and ratings that both measured" in text

    @pytest.mark.usefixtures("disagree")
    @pytest.mark.parametrize(("run", "other"), [(HERE, "reference"), ("reference", HERE)])
    def test_a_run_says_where_they_disagree(self, client: FlaskClient, run: str, other: str) -> None:
        text = client.get(f"/comparison/measured/{run}").text.partition('id="beside"')[2].partition("</section>")[0]
        assert "They disagree on 2 of 4 claims and ratings that both measured." in text
        there, here = ("It depends", "Supported") if run == self.HERE else ("Supported", "It depends")
        assert re.search(
            rf"<li>Flask: Light.*: here <span[^>]*>{here}</span>, "
            rf'<a href="/comparison/measured/{other}#flask-light">there</a> <span[^>]*>{there}</span>',
            text,
        )
        assert client.get(f"/comparison/measured/{other}").text.count('<li id="flask-light">') == 1

    @pytest.mark.usefixtures("disagree")
    def test_a_cell_of_the_comparison_opens_to_the_same(self, client: FlaskClient) -> None:
        shown = claim(client, "flask-light", "/comparison/")
        assert '<span class="ref">· Supported: ' in shown
        assert "the reference says: it depends." in shown

    @pytest.mark.usefixtures("disagree")
    @pytest.mark.parametrize("page", ["/comparison/flask", "/comparison/flask/memory"])
    def test_a_claim_says_what_the_reference_has(self, client: FlaskClient, page: str) -> None:
        shown = claim(client, "flask-light", page)
        assert f'<a href="/comparison/measured/{self.HERE}">Supported</a>' in shown
        assert 'the <a href="/comparison/measured/reference">reference</a> says: it depends.' in shown
        [row] = [row for row in client.get("/comparison/data.json").json["claims"] if row["key"] == "flask-light"]
        assert row["verdict"] == "supported" and row["receipt"].endswith("The reference run: depends.")

    def test_what_the_run_of_this_host_has_left_out_the_shipped_one_says(
        self, ship: Callable[..., None], make: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        make(document(FIGURES[:3], made_at="2026-12-01T10:00:00Z"), self.HERE)
        assert f'href="/comparison/measured/{self.HERE}">It depends</a>' in claim(client, "flask-light")
        assert 'href="/comparison/measured/reference">No difference</a>' in claim(client, "django-slower")

    @pytest.mark.usefixtures("agree")
    def test_a_claim_says_nothing_of_a_reference_that_agrees(self, client: FlaskClient) -> None:
        assert "reference" not in claim(client, "flask-light")

    @pytest.mark.usefixtures("disagree")
    def test_a_fact_has_both(self, client: FlaskClient) -> None:
        assert fact(client, "Memory of one worker", "Flask") == (
            "here 33 MB, with SQLAlchemy 40 MB; reference 33 MB, with SQLAlchemy 57 MB"
        )
        assert fact(client, "Memory of one worker", "Django") == "50 MB"

    def test_a_run_that_is_stamped_is_no_reason_to_disagree(
        self, ship: Callable[..., None], make: Callable[..., None], client: FlaskClient
    ) -> None:
        ship(document(stamps=["noisy: the control was off"]))
        lighter = figure("memory", "resident", "flask_sqlalchemy", *[40.0] * 5, unit="MB")
        make(document([lighter, *FIGURES[:2], *FIGURES[3:]], made_at="2026-12-01T10:00:00Z"), self.HERE)
        assert "reference" not in claim(client, "flask-light")
        assert 'id="beside"' not in client.get(f"/comparison/measured/{self.HERE}").text


class TestFacts:
    def test_are_rows_with_their_mark(self, ship: Callable[..., None], client: FlaskClient) -> None:
        counts = [figure("distributions", "install", key, n, unit="count") for key, n in (("django", 3), ("flask", 7))]
        ship(document([*FIGURES, *counts]))
        for page in ("/comparison/", "/comparison/?f=django&f=flask"):
            assert fact(client, "Memory of one worker", "Flask", page) == "33 MB, with SQLAlchemy 57 MB"
            assert fact(client, "Packages that an install brings", "Django", page) == "3"
        text = client.get("/comparison/flask").text
        row = text.partition("Packages that an install brings</th>")[2].partition("</tr>")[0]
        assert '<span class="fact">7</span>' in row and "Measured" in row
        assert 'href="http://localhost/comparison/measured/reference"' in row
        assert "Disk space" not in text

    def test_stand_in_the_exports(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship()
        columns = {column["key"]: column for column in client.get("/comparison/data.json").json["columns"]}
        assert [key for key in columns if key.startswith("measured_")] == ["measured_memory"]
        assert columns["measured_memory"]["cells"]["django"] == {
            "text": "50 MB",
            "evidence": "measured",
            "source": "http://localhost/comparison/measured/reference",
        }
        assert '"Memory of one worker: 33 MB, with SQLAlchemy 57 MB"' in client.get("/comparison/data.csv").text

    @pytest.mark.usefixtures("without_run")
    def test_are_none_without_a_run(self, client: FlaskClient) -> None:
        assert "Memory of one worker" not in client.get("/comparison/").text + client.get("/comparison/flask").text

    def test_of_a_stack_without_the_plain_one_say_which(self, ship: Callable[..., None], client: FlaskClient) -> None:
        ship(document([each for each in FIGURES if each["entry"] != "flask"]))
        assert fact(client, "Memory of one worker", "Flask") == "with SQLAlchemy 57 MB"


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

    def test_shows_the_entries_that_are_named_and_what_they_are_divided_by(
        self, app: Flask, ship: Callable[..., None], client: FlaskClient
    ) -> None:
        ship()
        self.article(app, "::measured[memory, resident, flask]")
        text = client.get("/article/measured").text
        assert re.findall(r'<th scope="row">(.*?)</th>', text.partition("<table>")[2]) == ["Flask", "Django"]

    def test_an_entry_that_is_nowhere_is_named_by_the_check(
        self, app: Flask, ship: Callable[..., None], run_fwsite: Command
    ) -> None:
        ship()
        self.article(app, "::measured[memory, resident, flask, flsk]")
        assert (
            "measured.md:5: ::measured: nothing was measured as 'flsk'; known are django, flask"
            in (checked(run_fwsite, app)[1])
        )

    def test_what_a_run_has_left_out_is_no_fault(
        self, app: Flask, ship: Callable[..., None], make: Callable[..., None], client: FlaskClient, run_fwsite: Command
    ) -> None:
        """A host's run without a subject leaves shipped articles whole."""
        ship(shipped_run(), (CONTENT / "measured.toml").read_text())
        run = shipped_run()
        run["figures"] = [each for each in run["figures"] if each["entry"] == "plain" or each["measure"] == "disk"]
        make({**run, "made_at": "2026-12-01T10:00:00Z"}, "2026-12-01-100000")
        code, said = checked(run_fwsite, app)
        assert (code, "measured:" in said) == (0, False), said
        self.article(app, "::measured[waiting]")
        assert "Not measured yet" in client.get("/article/measured").text

    def test_the_shipped_article_has_what_was_measured(self, client: FlaskClient) -> None:
        text = client.get("/").text
        for caption in ("Processor time, a JSON answer", "Memory of one worker", "Answers to 64 clients"):
            table = text.partition(f"<caption>{caption}")[2].partition("</table>")[0]
            assert 'href="/comparison/measured/reference">measured on 30 November 2026</a>' in table
            assert '<th scope="row">Django' in table and '<th scope="row">FastAPI' in table


def test_a_rule_about_no_claim_is_named_by_the_check(
    app: Flask, ship: Callable[..., None], run_fwsite: Command
) -> None:
    ship(rules=RULES.replace("django-slower", "no-such-claim"))
    code, said = checked(run_fwsite, app)
    assert code == 1
    assert "measured.toml: claims.no-such-claim: there is no published claim or rating" in said


def test_a_stamped_run_that_is_shipped_is_a_note(app: Flask, ship: Callable[..., None], run_fwsite: Command) -> None:
    ship(document(stamps=["quick", "partial: a selection"]))
    _, said = checked(run_fwsite, app)
    assert "measured_run.json: stamps: no claim rests on this run, which is stamped quick; partial: a selection" in said


def test_a_run_that_cannot_be_read_is_named_and_harms_nothing(
    app: Flask, ship: Callable[..., None], client: FlaskClient, run_fwsite: Command
) -> None:
    ship()
    (Path(app.instance_path) / "measured_run.json").write_text('{"format": 7}')
    assert "measured_run.json: file: is no run of format 1" in checked(run_fwsite, app)[1]
    assert client.get("/comparison/").status_code == client.get("/comparison/measured/").status_code == 200

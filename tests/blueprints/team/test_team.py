"""A team decides: from the beginning to the page that each person sees, on both databases."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.blueprints.team import rounds
from fwsite.blueprints.team.models import TeamMember, TeamRound
from fwsite.blueprints.team.privacy_inventory import TABLES
from fwsite.domain import robustness
from fwsite.domain.answers import Answers, parse_answers
from fwsite.domain.phrases import VERDICT_KEY
from fwsite.domain.questionnaire import Definition
from fwsite.domain.report import make_report
from fwsite.domain.stacks import Releases
from fwsite.domain.team import PEOPLE, TeamReport, team_report
from fwsite.extend import answering, db
from tests.support.forms import first_options, inputs
from tests.support.teams import Team, heading, link, text_of, wants


@pytest.fixture(scope="module")
def app(app_on_each_database: Flask) -> Flask:
    return app_on_each_database


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried here is no arithmetic."""
    monkeypatch.setattr(robustness, "DRAWS", 200)


@pytest.fixture(autouse=True)
def _nothing_of_others(app: Flask) -> Iterator[None]:
    yield
    with app.app_context():
        for number in db.session.scalars(select(TeamRound.id)).all():
            rounds._remove_rounds([number])


def responses(app: Flask) -> int:
    with app.app_context():
        return db.session.query(StoredResponse).count()


def members(app: Flask) -> int:
    with app.app_context():
        return db.session.query(TeamMember).count()


def link_to(page: str, text: str) -> str:
    """Where the link with this text leads."""
    found = re.search(rf'href="([^"]+)">{text}</a>', page)
    assert found, page
    return found[1]


class TestARound:
    def test_goes_from_the_beginning_to_the_result(self, app: Flask) -> None:
        before = responses(app)
        team = Team(app, expected="3")
        assert "have answered" in text_of(team.boss.get(team.organiser).text)
        for name in ("django", "django", "fastapi"):
            own = app.test_client().get(team.person(wants(name)))
            assert heading(own.text) == "Your answers are in"
            assert "The team’s page shows the result when the round is closed." in own.text
        waiting = team.page()
        assert heading(waiting) == "Your team chooses a backend framework"
        assert "3 of 3 have answered. Each answers alone; nobody sees an answer before the round is closed." in waiting
        assert "First for" not in text_of(waiting) and "Records with staff screens" not in waiting
        closed = team.close()
        assert (closed.status_code, closed.location) == (303, team.path)
        page = team.page()
        assert "for two of you, FastAPI for one" in heading(page) or "first for two of three" in heading(page)
        assert re.search(r"Django 2 of 3 \d+ \d+ FastAPI 1 of 3", text_of(page))
        assert responses(app) == before + 3

    def test_shows_its_result_at_once_where_that_was_chosen(self, app: Flask) -> None:
        team = Team(app, shown="at-once")
        assert "1 has answered" in text_of(team.page()) if team.person(wants("django")) else False
        assert heading(team.page()) == "Your team chooses a backend framework"
        team.person(wants("django"))
        assert heading(team.page()) == "Django, by a clear margin, for both (provisional)"
        assert "open: answers may still come and change" in team.page()
        team.person(wants("fastapi"))
        assert heading(team.page()) != "Django, by a clear margin, for both (provisional)"

    def test_says_what_a_single_result_says_where_all_answer_alike(self, app: Flask) -> None:
        team = Team(app, shown="at-once")
        for _ in range(2):
            team.person(wants("django"))
        with app.app_context():
            offered = answering()
            assert offered is not None
            definition = offered.in_force()
            given = {
                key.removeprefix("q-"): {"options": value if isinstance(value, list) else [value]}
                for key, value in wants("django").items()
            }
            alone = make_report(definition, parse_answers(definition, given))
        for entry in alone.result.ranking:
            row = rf"{definition.names[entry.alternative]} \d of 2 {entry.points} {entry.points} "
            assert re.search(row, text_of(team.page())), row

    def test_cannot_be_closed_before_two_have_answered(self, app: Flask) -> None:
        team = Team(app)
        team.person(wants("django"))
        page = team.boss.get(team.organiser).text
        assert "You can close the round when two people have answered." in page and "/close" not in page
        refused = team.boss.post(
            f"{team.organiser}/close", data={"csrf_token": inputs(team.boss.get("/team/").text)["csrf_token"]}
        )
        assert refused.status_code == 409
        assert "Two people have to answer before you can close the round." in refused.text

    def test_is_closed_once_for_whoever_presses_twice(self, app: Flask) -> None:
        team = Team(app)
        token = {"csrf_token": inputs(team.boss.get("/team/").text)["csrf_token"]}
        for _ in range(2):
            team.person(wants("django"))
        for _ in range(2):
            assert team.boss.post(f"{team.organiser}/close", data=token).location == team.path

    def test_asks_before_it_is_closed_and_can_be_opened_again(self, app: Flask) -> None:
        team = Team(app, expected="3")
        own = [team.person(wants("django")) for _ in range(2)]
        client, boss = app.test_client(), team.boss
        asked = boss.get(link_to(boss.get(team.organiser).text, "Close the round"))
        assert heading(asked.text) == "Close this round?"
        assert "2 of 3 have answered, one is missing. After closing, nobody can answer" in asked.text
        assert heading(team.page()) == "Your team chooses a backend framework"
        result = boss.post(f"{team.organiser}/close", data=inputs(asked.text), follow_redirects=True)
        assert heading(result.text).startswith("Django")
        assert "can open it again, so that answers can be changed" in result.text
        assert "Whoever began the round can open it again; then you can" in client.get(own[0]).text
        closed = boss.get(team.organiser).text
        assert heading(closed) == "Your round is closed" and "Close the round" not in closed
        assert boss.get(f"{team.organiser}/close").location == team.organiser
        opened = boss.post(f"{team.organiser}/open", data=inputs(closed), follow_redirects=True)
        assert heading(opened.text) == "Your round" and "Open it again" not in opened.text
        assert heading(team.page()) == "Your team chooses a backend framework"
        assert team.answer(wants("fastapi"), to=f"{own[0]}/answers").location == own[0]
        team.close()
        assert re.search(
            r"Django 1 of 2 \d+ \d+ FastAPI 1 of 2|FastAPI 1 of 2 \d+ \d+ Django 1 of 2", text_of(team.page())
        )

    def test_that_is_closed_takes_no_answers(self, app: Flask) -> None:
        team = Team(app)
        own = [team.person(wants("django")) for _ in range(2)]
        client = app.test_client()
        form = {**inputs(client.get(f"{team.path}/answer").text), **wants("fastapi")}
        team.close()
        before = responses(app)
        late = client.post(f"{team.path}/answer", data=form)
        assert (late.status_code, heading(late.text)) == (409, "The round is closed")
        for address in (f"{team.path}/answer", f"{own[0]}/answers"):
            assert heading(client.get(address).text) == "The round is closed"
        assert (members(app), responses(app)) == (2, before)

    def test_begun_twice_by_one_form_is_one(self, app: Flask) -> None:
        client = app.test_client()
        form = inputs(client.get("/team/").text)
        assert client.post("/team/", data=form).location == client.post("/team/", data=form).location
        with app.app_context():
            assert db.session.query(TeamRound).count() == 1

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"expected": "1"}, "Write a number from 2 to 50, or leave it empty."),
            ({"expected": "51"}, "Write a number from 2 to 50, or leave it empty."),
            ({"expected": "many"}, "Write a number from 2 to 50, or leave it empty."),
            ({"expected": "²"}, "Write a number from 2 to 50, or leave it empty."),
            ({"shown": "never"}, "Choose when the team sees its result."),
            ({"submission": "x"}, "Check it and send it again."),
            ({"expected": ["2", "3"]}, "Check it and send it again."),
        ],
    )
    def test_is_not_begun_with_what_makes_no_sense(self, app: Flask, sent: dict[str, str], said: str) -> None:
        client = app.test_client()
        refused = client.post("/team/", data={**inputs(client.get("/team/").text), **sent})
        assert refused.status_code == 422
        assert said in refused.text and 'id="errors"' in refused.text
        again = client.post("/team/", data={**inputs(refused.text), "shown": "end", "expected": "5"})
        assert again.status_code == 303

    def test_takes_fifty_people_and_no_more(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rounds, "PEOPLE", range(PEOPLE.start, 4))
        team = Team(app)
        for _ in range(3):
            team.person(wants("django"))
        before = responses(app)
        full = team.answer(wants("fastapi"))
        assert (full.status_code, heading(full.text)) == (409, "This team is full")
        assert (members(app), responses(app)) == (3, before)

    def test_works_its_result_out_once_for_each_change(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[int] = []

        def counted(definition: Definition, answers: Collection[Answers], releases: Releases) -> TeamReport:
            made.append(len(answers))
            return team_report(definition, answers, releases)

        monkeypatch.setattr(rounds, "team_report", counted)
        team = Team(app, shown="at-once")
        own = [team.person(wants(name)) for name in ("django", "fastapi")]

        def looked_at_twice() -> list[int]:
            with app.app_context():
                found = rounds.of_team(team.path.rpartition("/")[2])
                assert found is not None
                reports = [rounds.report(found) for _ in range(2)]
            assert reports[0] == reports[1]
            return made

        assert looked_at_twice() == [2]
        team.person(wants("django"))
        assert looked_at_twice() == [2, 3]
        team.answer(wants("fastapi"), to=f"{own[0]}/answers")
        assert looked_at_twice() == [2, 3, 3]
        client = app.test_client()
        client.post(f"{own[1]}/delete", data=inputs(client.get(f"{own[1]}/delete").text))
        assert looked_at_twice() == [2, 3, 3, 2]
        before = app.test_client().get(team.path).text
        with app.app_context():  # another process, which has no pages yet
            rounds._commit()
        assert team.page() == before
        assert made == [2, 3, 3, 2]


class TestAPerson:
    def test_changes_their_answers_and_is_counted_once(self, app: Flask) -> None:
        team = Team(app, shown="at-once")
        own = [team.person(wants("django")) for _ in range(2)]
        before = responses(app)
        client = app.test_client()
        address = link(client.get(own[0]).text, "own")
        assert address == own[0]
        form = inputs(client.get(f"{own[0]}/answers").text)
        assert form["q-work"] == ["records"]
        done = team.answer({**wants("fastapi"), "q-signin": []}, to=f"{own[0]}/answers")
        assert (done.status_code, done.location) == (303, own[0])
        assert (members(app), responses(app)) == (2, before)
        assert "1 Records with staff screens, 1 A JSON API for other programs" in team.page()

    def test_who_sends_the_same_form_again_is_the_same_person(self, app: Flask) -> None:
        team, client = Team(app), app.test_client()
        form = inputs(client.get(f"{team.path}/answer").text)
        first = client.post(f"{team.path}/answer", data={**form, **wants("django")})
        before = responses(app)
        again = client.post(f"{team.path}/answer", data={**form, **wants("django")})
        other = client.post(f"{team.path}/answer", data={**form, **wants("fastapi")})
        assert first.location == again.location == other.location
        assert (members(app), responses(app)) == (1, before)

    def test_deletes_their_own_answers_alone(self, app: Flask) -> None:
        team = Team(app, shown="at-once")
        own = [team.person(wants(name)) for name in ("django", "django", "fastapi")]
        before, client = responses(app), app.test_client()
        asked = client.get(f"{own[2]}/delete")
        assert heading(asked.text) == "Delete your answers?"
        done = client.post(f"{own[2]}/delete", data=inputs(asked.text), follow_redirects=True)
        assert heading(done.text) == "Your answers are deleted"
        assert client.get(own[2]).status_code == 404
        assert (members(app), responses(app)) == (2, before - 1)
        assert heading(team.page()) == "Django, by a clear margin, for both (provisional)"
        client.post(f"{own[1]}/delete", data=inputs(client.get(f"{own[1]}/delete").text))
        assert heading(team.page()) == "Your team chooses a backend framework"

    def test_of_a_closed_round_may_leave_it_and_too_few_show_nothing(self, app: Flask) -> None:
        team = Team(app)
        own = [team.person(wants(name)) for name in ("django", "fastapi")]
        team.close()
        client = app.test_client()
        assert "Change my answers" not in client.get(own[0]).text
        client.post(f"{own[0]}/delete", data=inputs(client.get(f"{own[0]}/delete").text))
        assert heading(team.page()) == "Too few answers are left"
        assert client.get(f"{team.path}/decision.md").status_code == 404

    def test_reads_their_own_result_which_nobody_else_is_shown(self, app: Flask) -> None:
        team = Team(app)
        own = team.person(wants("django"))
        page = app.test_client().get(own).text
        result = app.test_client().get(link_to(page, "My own result"))
        assert heading(result.text).startswith("Django")
        assert link_to(result.text, "Back to your own page") == own
        assert "shared" not in text_of(result.text).casefold()
        assert result.headers["Cache-Control"] == "no-store"
        assert result.headers["Referrer-Policy"] == "no-referrer"
        assert own not in team.page()

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"q-work": "nonsense"}, "Choose from the answers shown."),
            ({"q-other": "x"}, "1 of the fields sent do not belong"),
            ({"label": "x" * 41}, "The label has 41 characters; at most 40 fit."),
            ({"label": "a\x00b"}, "The label has a character that cannot be stored; remove it."),
            ({"label": ["a", "b"]}, "Check it and send it again."),
            ({"submission": "short"}, "Part of the form did not arrive."),
        ],
    )
    def test_is_told_what_is_wrong_and_keeps_the_rest(self, app: Flask, sent: dict[str, str], said: str) -> None:
        team = Team(app)
        refused = team.answer({**wants("django"), **sent})
        assert refused.status_code == 422
        assert said in refused.text
        assert inputs(refused.text)["q-known"] == ["django"]
        assert members(app) == 0

    def test_who_answers_nothing_is_told_so(self, app: Flask) -> None:
        refused = Team(app).answer({})
        assert refused.status_code == 422
        assert "Nothing is answered yet: choose an answer to one question at least." in refused.text

    def test_who_sends_without_a_token_finds_their_answers_again(self, app: Flask) -> None:
        team = Team(app)
        form = {**inputs(app.test_client().get(f"{team.path}/answer").text), **wants("django")}
        stranger = app.test_client()
        refused = stranger.post(f"{team.path}/answer", data=form)
        assert refused.status_code == 400
        again = stranger.post(f"{team.path}/answer", data={**inputs(refused.text)})
        assert again.status_code == 303

    def test_reads_on_the_form_what_others_can_tell(self, app: Flask) -> None:
        grows = "In this round the result grows with each answer"
        for shown, says in (("at-once", True), ("end", False)):
            page = app.test_client().get(f"{Team(app, shown=shown).path}/answer").text
            assert (grows in page) is says
            assert "Have you already answered? Use your own link to change your answers" in page

    def test_more_than_expected_may_be_one_who_answered_twice(self, app: Flask) -> None:
        team = Team(app, expected="2")
        for _ in range(3):
            team.person(wants("django"))
        said = "3 have answered, though 2 were expected: somebody may have answered twice"
        assert said in team.page() and said in team.boss.get(team.organiser).text
        team.close()
        assert said in team.page()

    def test_of_a_closed_round_is_promised_nothing_that_is_over(self, app: Flask) -> None:
        team = Team(app)
        own = [team.person(wants("django")) for _ in range(2)]
        client = app.test_client()
        assert "can change and delete your answers" in client.get(own[0]).text
        assert "whoever has it can close the round" in team.boss.get(team.organiser).text
        team.close()
        assert "can change and delete your answers" not in client.get(own[0]).text
        assert "close the round" not in team.boss.get(team.organiser).text

    def test_with_a_dead_link_is_told_why(self, app: Flask) -> None:
        team = Team(app)
        for address in (
            team.path[:-1],
            f"{team.path}/answer"[:-1],
            f"{team.path}/mine/{'x' * 22}",
            team.organiser[:-1],
        ):
            dead = app.test_client().get(address)
            assert dead.status_code == 404
            if not address.endswith("/answe"):
                assert heading(dead.text) == "This link leads to no round"
                assert "Rounds are deleted after 90 days, or before by whoever began them" in dead.text
                assert 'href="/team/">Decide as a team</a>' in dead.text
                assert dead.headers["Cache-Control"] == "no-store"


class TestLabels:
    def test_stand_on_the_page_of_the_team_only_where_their_people_say_so(self, app: Flask) -> None:
        team = Team(app)
        own = team.person({**wants("django"), "label": "  Ada   <b>", "shows_label": "1"})
        other = team.person({**wants("django"), "label": "Grace"})
        assert "has answered: Ada &lt;b&gt;</p>" in team.page()
        team.person({**wants("django"), "label": "Mary", "shows_label": "1"})
        assert "have answered: Ada &lt;b&gt;, Mary</p>" in team.page()
        team.close()
        assert "among them Ada &lt;b&gt;, Mary</p>" in team.page() and "Grace" not in team.page()
        client = app.test_client()
        assert heading(client.get(own).text) == "Your answers are in, Ada <b>"
        assert "Only you see your label, here." in client.get(other).text

    def test_are_never_paired_with_answers(self, app: Flask) -> None:
        """The page of a team is the same whoever of its people gave which answers."""
        pages = set()
        given = [wants("django"), {**wants("django"), "q-size": "large"}, {**wants("fastapi"), "w-work": "must"}]
        for labels in permutations(("Ada", "Grace", "Mary")):
            team = Team(app)
            for label, answers in zip(labels, given, strict=True):
                team.person({**answers, "label": label, "shows_label": "1"})
            team.close()
            pages.add(team.page().replace(team.path, "PATH"))
        assert len({re.sub(r"<time.*?</time>", "", page) for page in pages}) == 1

    def test_the_page_has_no_column_and_no_row_that_is_a_person(self, app: Flask) -> None:
        shapes = []
        for people in (3, 9):
            team = Team(app)
            for number in range(people):
                team.person(wants(("django", "fastapi")[number % 3 == 0]))
            team.close()
            shapes.append([team.page().count(f"<{tag}") for tag in ("table", "tr", "th", "td", "section")])
        assert shapes[0] == shapes[1]


class TestTheOrganiser:
    def test_deletes_everything_of_everybody(self, app: Flask) -> None:
        before = responses(app)
        team = Team(app)
        own = [team.person(wants("django")) for _ in range(2)]
        team.close()
        assert heading(team.page()).startswith("Django")
        asked = team.boss.get(f"{team.organiser}/delete")
        done = team.boss.post(f"{team.organiser}/delete", data=inputs(asked.text), follow_redirects=True)
        assert heading(done.text) == "The round is deleted"
        client = app.test_client()
        assert {client.get(address).status_code for address in (team.path, team.organiser, *own)} == {404}
        assert (members(app), responses(app)) == (0, before)

    def test_has_a_link_that_the_team_cannot_work_out(self, app: Flask) -> None:
        team = Team(app)
        assert team.organiser.rpartition("/")[2] not in team.page()
        assert app.test_client().get(team.path.replace("/team/", "/team/organise/")).status_code == 404
        assert app.test_client().get(team.organiser.replace("/organise", "")).status_code == 404


class TestTheTime:
    def begun_before(self, app: Flask, days: int, *, closed: bool = False) -> Team:
        team = Team(app)
        for _ in range(2):
            team.person(wants("django"))
        if closed:
            team.close()
        with app.app_context():
            column = "closed_at" if closed else "begun_at"
            for row in db.session.scalars(select(TeamRound)):
                setattr(row, column, getattr(row, column) - timedelta(days=days))
            rounds._commit()
        return team

    @pytest.mark.parametrize("closed", [False, True])
    def test_of_a_round_ends_after_ninety_days(self, app: Flask, closed: bool) -> None:
        team = self.begun_before(app, 89, closed=closed)
        assert app.test_client().get(team.path).status_code == 200
        with app.app_context():
            assert rounds.expire() == 0
            rounds._remove_rounds(list(db.session.scalars(select(TeamRound.id))))
        team = self.begun_before(app, 91, closed=closed)
        assert app.test_client().get(team.path).status_code == 404
        with app.app_context():
            assert rounds.expire() == 1

    def test_of_an_open_round_may_be_over_while_it_is_closed(self, app: Flask) -> None:
        """Opened again it would be gone at once, with all answers; so nobody is offered that."""
        team = self.begun_before(app, 91, closed=True)
        with app.app_context():
            for row in db.session.scalars(select(TeamRound)):
                row.begun_at, row.closed_at = row.closed_at or row.begun_at, row.begun_at
            rounds._commit()
        page = team.boss.get(team.organiser).text
        assert heading(page) == "Your round is closed" and "Open it again" not in page
        token = {"csrf_token": inputs(team.boss.get("/team/").text)["csrf_token"]}
        sent = team.boss.post(f"{team.organiser}/open", data=token, follow_redirects=True)
        assert heading(sent.text) == "Your round is closed"
        assert "open it again" not in team.page()

    def test_is_over_with_the_command_that_clears_old_answers(
        self, app: Flask, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The event "questionnaire.answers_expired" tells of it."""
        before = responses(app)
        self.begun_before(app, 100)
        with caplog.at_level(logging.INFO, "fwsite.blueprints.team.slots"):
            done = app.test_cli_runner().invoke(args=["answers", "expire"])
        assert done.exit_code == 0, done.output
        assert "1 rounds of teams deleted" in caplog.text
        assert (members(app), responses(app)) == (0, before)


def test_the_words_of_the_verdict_are_explained(app: Flask) -> None:
    team = Team(app, shown="at-once")
    for _ in range(2):
        team.person(wants("django"))
    page = team.page()
    assert VERDICT_KEY in text_of(page)
    how = link_to(page, "How it is calculated")
    assert 'id="h-robust"' in app.test_client().get(how.partition("#")[0]).text


def test_the_record_says_what_the_page_says(app: Flask) -> None:
    team = Team(app)
    for name in ("django", "django", "fastapi"):
        team.person({**wants(name), "q-parts": ["admin"], "w-parts": "must" if name == "fastapi" else "normal"})
    team.close()
    record = app.test_client().get(f"{team.path}/decision.md")
    assert record.mimetype == "text/markdown" and "attachment" in record.headers["Content-Disposition"]
    assert f"# Which backend framework: {heading(team.page())}" in record.text
    assert "Three people answered 12 questions, each alone" in record.text
    counts = "2 Records with staff screens, 1 A JSON API for other programs"
    assert f"* What will the backend mostly do? {counts}" in record.text
    assert "| Admin screens for staff (a must-have for 1 of 3) | built in |" in record.text
    assert "* No framework (ruled out by the must-haves)" in record.text
    assert f"<http://localhost{team.path}>" in record.text
    for line in record.text.splitlines():
        if line.startswith("|"):
            assert line.count("|") in (5, 6, 7)


def test_the_questionnaire_leads_to_a_round(app: Flask) -> None:
    """By its slots "questionnaire.begin" and "questionnaire.result"."""
    client = app.test_client()
    assert '<a href="/team/">Deciding as a team?</a>' in client.get("/questionnaire/").text
    form = {**inputs(client.get("/questionnaire/").text), **first_options(client, 5)}
    result = client.post("/questionnaire/", data=form, follow_redirects=True)
    assert '<a class="btn alt" href="/team/">Decide as a team</a>' in result.text


def test_every_column_is_described_on_the_page_that_says_what_is_stored(app: Flask) -> None:
    """By the slot "questionnaire.privacy"."""
    page = app.test_client().get("/questionnaire/privacy").text
    with app.app_context():
        schema = {
            table: [column["name"] for column in inspect(db.engine).get_columns(table)]
            for table in inspect(db.engine).get_table_names()
            if table.startswith("team_")
        }
    assert {table.name: sorted(each.name for each in table.columns) for table in TABLES} == {
        name: sorted(columns) for name, columns in schema.items()
    }
    for table in TABLES:
        assert f"<code>{table.name}</code>" in page
        assert all(f"<code>{column.name}</code>" in page for column in table.columns)


def test_no_link_and_no_label_pairs_stand_in_the_database(app: Flask) -> None:
    team = Team(app)
    own = team.person(wants("django"))
    with app.app_context():
        rows = [*db.session.scalars(select(TeamRound)), *db.session.scalars(select(TeamMember))]
        stored = " ".join(str(value) for row in rows for value in vars(row).values())
    for address in (team.path, team.organiser, own):
        assert address.rpartition("/")[2] not in stored


class TestWhatWouldSettleIt:
    def test_is_the_must_have_of_one_that_decides(self, app: Flask) -> None:
        """The five agree on much; one of them rules out who would be first for all."""
        team = Team(app, shown="at-once")
        for _ in range(4):
            team.person({**wants("django"), "q-hosting": "ordinary"})
        team.person({**wants("django"), "q-hosting": "little-memory", "w-hosting": "must"})
        page = text_of(team.page())
        said = "Without “A server with little memory”, a must-have for one of five: Django, by a clear margin."
        assert page.count(said) == 2, page
        assert "none with much effect would change the verdict" not in page
        assert said in text_of(app.test_client().get(f"{team.path}/decision.md").text)

    def test_is_told_where_one_alone_meets_all_must_haves(self, app: Flask) -> None:
        team = Team(app, shown="at-once")
        for more in ({}, {}, {"q-hosting": "little-memory", "w-hosting": "must"}, {"w-parts": "must"}):
            team.person({**wants("django"), **more})
        page = text_of(team.page())
        assert heading(team.page()).startswith("One alone meets all of your must-haves: Flask")
        assert (
            "what one person must have, the whole team must have. "
            "Without “A server with little memory”, a must-have for one of four: Django" in page
        )
        settle = page.partition(" What would decide it ")[2]
        both = "Without “Admin screens for staff” and “Web forms with error messages”, must-haves for one of four: "
        assert f"{both}Flask, by a clear margin." in settle

    def test_is_nothing_where_no_answer_changes_the_verdict(self, app: Flask) -> None:
        team = Team(app, shown="at-once")
        for size in ("small", "medium"):
            team.person({**wants("django"), "q-size": size})
        page = text_of(team.page())
        assert "none with much effect would change the verdict" in page
        assert "Without “" not in page

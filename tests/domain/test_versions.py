"""From version to version: differences are told, answers are carried over, and what is stored stays readable."""

from __future__ import annotations

import copy
import json
import tomllib
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from fwsite.blueprints.questionnaire import definitions
from fwsite.blueprints.questionnaire.models import PublishedDefinition, StoredResponse
from fwsite.db.models import Framework
from fwsite.domain.answers import Answer, Answers, State, Weight, parse_answers
from fwsite.domain.evidence import Evidence
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import (
    NOT_SURE,
    Alternative,
    Definition,
    DefinitionError,
    Fit,
    Option,
    Question,
    parse_definition,
    read_definition,
)
from fwsite.domain.versions import (
    FitChange,
    Lost,
    carry_over,
    differences,
    fit_of,
    merged,
    summary,
    with_fits,
)
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.blueprints.questionnaire.test_fits import filled
from tests.domain.test_questionnaire import COMPLETE, another, leaves, put
from tests.support.forms import first_options, inputs, submit
from tests.support.paths import ROOT
from tests.support.people import signed_in
from tests.support.records import replace
from tests.support.strategies import Case, answer, change_fit, define, law, small_cases
from tests.support.strategies import definitions as any_definitions
from tests.support.woods import planted

SHIPPED = ROOT / "fwsite" / "content" / "questionnaire.toml"
SMALL = define({"x": (4, 0), "y": (0, None)}, {"x": (1, 2), "y": (3, 0)}, {"x": (1, 2), "y": (3, 0)})


def asked(definition: Definition, *questions: Question) -> Definition:
    return replace(definition, questions=questions)


def sent(answers: Answers) -> dict[str, dict[str, object]]:
    """The answers as a form would send them; a weight may be chosen where no answer is."""
    return {
        key: {
            "options": [NOT_SURE] if given.state is State.NOT_SURE else list(given.options),
            "weight": given.weight.value,
        }
        for key, given in answers.items()
    }


@st.composite
def relatives(draw: st.DrawFn, definition: Definition) -> Definition:
    """A later version of the definition: some of its questions, options and fits, in another order, and new ones."""
    other = draw(any_definitions(questions=(1, 6)))
    kept = draw(st.lists(st.sampled_from(definition.questions), unique_by=lambda question: question.key))
    questions = []
    for question in kept:
        options = draw(st.permutations(question.options))[: draw(st.integers(2, len(question.options)))]
        questions.append(replace(question, options=tuple(options), multiple=draw(st.booleans())))
    questions += [replace(question, key=f"new-{question.key}") for question in other.questions]
    names = definition.names
    offered = [
        Alternative(key, draw(st.sampled_from([name, f"{name} again"])))
        for key, name in (names if draw(st.booleans()) else other.names).items()
    ]
    return replace(definition, alternatives=tuple(offered), questions=tuple(questions))


# ---------------------------------------------------------------- reading


@given(any_definitions())
def test_what_was_written_is_read_back(definition: Definition) -> None:
    again = read_definition(definition.document())
    assert again == definition == parse_definition(definition.document())
    assert again.version == definition.version


def test_what_todays_checks_refuse_is_read_all_the_same() -> None:
    document = copy.deepcopy(SMALL.document())
    question = document["questions"][0]
    question["options"] = [{**question["options"][0], "key": f"O_{n}"} for n in range(7)]
    question["options"][0]["fits"]["ash"] |= {"evidence": "sourced", "claims": []}
    with pytest.raises(DefinitionError):
        parse_definition(document)
    read = read_definition(document)
    assert read.document() == document
    assert len(read.questions[0].options) == 7


def test_evidence_and_days_of_review_are_read() -> None:
    fit = Fit(3, "Good", ("a-claim",), Evidence.SOURCED, date(2026, 1, 2))
    definition = with_fits(SMALL, {("q1", "x", "ash"): fit})
    assert fit_of(read_definition(definition.document()), "q1", "x", "ash") == fit


# ---------------------------------------------------------------- differences


@law()
def test_equal_definitions_differ_in_nothing(case: Case) -> None:
    found = differences(case.definition, read_definition(case.definition.document()))
    assert not found
    assert summary(found) == ()


@given(st.data())
def test_what_has_another_version_differs_and_is_told_in_words(data: st.DataObject) -> None:
    old = data.draw(any_definitions(questions=(1, 5)))
    new = data.draw(relatives(old))
    found = differences(old, new)
    assert bool(found) == bool(summary(found)) == (old.version != new.version)


def test_every_kind_of_difference_is_told_apart() -> None:
    q1, q2, q3 = SMALL.questions
    x, y = q1.options
    renamed = replace(q1, text="Which?", multiple=True, options=(replace(x, label="Another"), replace(y, key="z")))
    new = replace(
        asked(SMALL, q3, renamed, replace(q2, key="q4")),
        alternatives=(Alternative("ash", "Ash"), Alternative("oak", "Oak")),
        reviewed_on=date(2026, 12, 1),
    )
    new = change_fit(new, "q3", "x", "ash", 4)
    found = differences(SMALL, new)
    assert [item.key for item in found.alternatives_added] == ["oak"]
    assert [item.key for item in found.alternatives_removed] == ["birch"]
    assert [item.key for item in found.questions_added] == ["q4"]
    assert [item.key for item in found.questions_removed] == ["q2"]
    assert [(question.key, option.key) for question, option in found.options_added] == [("q1", "z")]
    assert [(question.key, option.key) for question, option in found.options_removed] == [("q1", "y")]
    assert [(text.before, text.after) for text in found.reworded] == [
        ("Echo", "Ash"),
        ("Question 1?", "Which?"),
        ("Label x", "Another"),
    ]
    assert [question.key for question in found.several] == ["q1"]
    assert found.reordered
    assert found.reviewed_on == date(2026, 12, 1)
    (changed,) = found.fits
    assert isinstance(changed, FitChange)
    assert (changed.question.key, changed.option.key, changed.alternative.key) == ("q3", "x", "ash")
    assert changed.is_value
    assert summary(found) == (
        "1 fit was judged again: Ash 1.",
        "1 question is new: “Question 2?”.",
        "1 question was removed: “Question 2?”.",
        "1 answer is new: “Label y”.",
        "1 answer was removed: “Label y”.",
        "1 more to choose from: Oak.",
        "1 fewer to choose from: delta.",
        "1 question takes a different number of answers: “Which?”.",
        "3 texts were reworded.",
        "The order on the page is different.",
        "Reviewed on 2026-12-01.",
    )


def test_a_reason_written_anew_is_not_a_fit_judged_anew() -> None:
    new = change_fit(SMALL, "q1", "x", "ash", 4)
    (changed,) = differences(SMALL, new).fits
    assert not changed.is_value
    assert summary(differences(SMALL, new)) == ("1 reason behind a fit was rewritten.",)


def test_unknown_is_not_the_fit_zero() -> None:
    (changed,) = differences(SMALL, change_fit(SMALL, "q1", "y", "birch", 0)).fits
    assert changed.before is None
    assert changed.is_value


# ---------------------------------------------------------------- answers


@law()
def test_carrying_to_the_same_definition_loses_nothing(case: Case) -> None:
    assert carry_over(case.definition, case.answers, case.definition) == (case.answers, ())


@given(st.data(), small_cases())
def test_carried_answers_fit_and_nothing_vanishes_silently(data: st.DataObject, case: Case) -> None:
    new = data.draw(relatives(case.definition))
    carried, lost = carry_over(case.definition, case.answers, new)
    assert parse_answers(new, sent(carried)) == carried
    for question in case.definition.questions:
        given_options = set(case.answers[question.key].options)
        gone = {option.key for entry in lost if entry.question == question for option in entry.options}
        assert given_options == gone | set(carried[question.key].options if question.key in carried else ())
        assert not gone & set(carried[question.key].options if question.key in carried else ())
        if case.answers[question.key].state is State.NOT_SURE:
            kept = question.key in carried and carried[question.key].state is State.NOT_SURE
            assert kept != any(entry.question == question for entry in lost)


def test_answers_to_what_is_gone_are_listed() -> None:
    q1, q2, _ = SMALL.questions
    answers = {**answer(SMALL, q1="x", q2="y"), "q3": Answer(State.NOT_SURE)}
    new = asked(SMALL, q2, replace(q1, options=(q1.options[1], replace(q1.options[1], key="z"))))
    carried, lost = carry_over(SMALL, answers, new)
    assert carried == {"q2": answers["q2"], "q1": Answer(State.SKIPPED)}
    assert lost == (Lost(q1, (q1.options[0],), is_asked=True), Lost(SMALL.questions[2], (), is_asked=False))


def test_several_options_of_a_question_that_takes_one_now_are_not_chosen_from() -> None:
    old = define({"x": (4, 0), "y": (0, 4)}, multiple=True)
    answers = answer(old, "must", q1=["x", "y"])
    carried, lost = carry_over(old, answers, asked(old, replace(old.questions[0], multiple=False)))
    assert carried == {"q1": Answer(State.SKIPPED, (), Weight.MUST)}
    assert [option.key for option in lost[0].options] == ["x", "y"]


# ---------------------------------------------------------------- two people's fits


@given(st.data(), small_cases())
def test_merging_keeps_mine_and_takes_the_rest(data: st.DataObject, case: Case) -> None:
    base = case.definition

    def judged() -> Definition:
        cells = {
            (question.key, option.key, name): data.draw(st.sampled_from((None, Fit(4, "Mine"), Fit(0, "Not"))))
            for question in base.questions
            for option in question.options
            for name in base.names
            if data.draw(st.booleans())
        }
        return with_fits(base, cells)

    mine, onto = judged(), judged()
    assert merged(base, base, onto) == onto
    assert merged(base, mine, base) == mine
    found = merged(base, mine, onto)
    for question in base.questions:
        for option in question.options:
            for name in base.names:
                cell = (question.key, option.key, name)
                taken = mine if fit_of(mine, *cell) != fit_of(base, *cell) else onto
                assert fit_of(found, *cell) == fit_of(taken, *cell)


def test_merging_brings_along_what_there_is_to_choose_from_now_and_nothing_that_is_gone() -> None:
    oak = Alternative("oak", "Oak")
    mine = with_fits(replace(SMALL, alternatives=(*SMALL.alternatives, oak)), {("q1", "x", "oak"): Fit(3, "Oak")})
    onto = asked(SMALL, SMALL.questions[0])
    found = merged(SMALL, mine, onto)
    assert found.alternatives == mine.alternatives
    assert fit_of(found, "q1", "x", "oak") == Fit(3, "Oak")
    assert [question.key for question in found.questions] == ["q1"]


class TestMergedLists:
    """Notes and scenarios, each as a whole: by what I and others did to one since, who has it afterwards."""

    @staticmethod
    def with_note(text: str | None, *more: str) -> Definition:
        """The questionnaire with a note of this text, or without; and with notes of these keys."""
        notes = [Note(key, (("parts", "shade"),), f"{key} says.") for key in more]
        first = [] if text is None else [Note("wide", (("parts", "shade"),), text)]
        return replace(planted(), notes=(*first, *notes))

    @pytest.mark.parametrize(
        ("base", "mine", "onto", "found"),
        [
            ("a", "a", "a", "a"),
            ("a", "mine", "a", "mine"),
            ("a", "a", "theirs", "theirs"),
            ("a", "mine", "theirs", "mine"),
            ("a", None, "a", None),
            ("a", None, "theirs", None),
            ("a", "a", None, None),
            ("a", "mine", None, "mine"),
            (None, "mine", None, "mine"),
            (None, None, "theirs", "theirs"),
            (None, "mine", "theirs", "mine"),
            ("a", None, None, None),
        ],
    )
    def test_mine_is_kept_and_what_i_left_alone_is_theirs(
        self, base: str | None, mine: str | None, onto: str | None, found: str | None
    ) -> None:
        notes = merged(self.with_note(base), self.with_note(mine), self.with_note(onto)).notes

        assert notes == self.with_note(found).notes

    def test_the_order_is_theirs_and_what_i_added_comes_last(self) -> None:
        base, mine = self.with_note("a", "b", "c"), self.with_note("mine", "c", "new")
        onto = replace(base, notes=(*reversed(base.notes), Note("theirs", (("parts", "nuts"),), "More.")))

        found = merged(base, mine, onto)

        assert [note.key for note in found.notes] == ["c", "wide", "theirs", "new"]
        assert [note.text for note in found.notes if note.key == "wide"] == ["mine"]

    def test_scenarios_are_merged_alike(self) -> None:
        base = planted()
        [yard] = base.scenarios
        grove = replace(yard, key="grove")
        mine = replace(base, scenarios=(replace(yard, story="Mine."),))
        onto = replace(base, scenarios=(yard, grove))

        assert merged(base, mine, onto).scenarios == (replace(yard, story="Mine."), grove)
        assert merged(base, replace(base, scenarios=()), onto).scenarios == (grove,)
        assert merged(base, base, onto) == onto
        assert merged(base, mine, base) == mine


class TestDifferencesOfTheSecondModel:
    def test_the_model(self) -> None:
        old, new = replace(planted(), model=1), planted()

        found = differences(old, new)

        assert (found.model, differences(new, new).model) == (2, None)
        assert bool(found)
        assert summary(found) == ("A must-have is met only by what is built in, or by a package that is named.",)

    def test_notes_that_are_new_gone_or_say_something_else(self) -> None:
        old = planted()
        [wide] = old.notes
        changed, other = replace(wide, text="Prune it soon."), replace(wide, key="other")
        new = replace(old, notes=(changed, other))

        found = differences(old, new)

        assert (found.notes, found.notes_gone) == ((changed, other), (wide,))
        assert summary(found) == ("1 note of an expert is new.", "1 note of an expert says something else.")
        assert summary(differences(new, replace(new, notes=()))) == ("2 notes of experts are gone.",)
        assert differences(new, new).notes == differences(new, new).notes_gone == ()

    def test_scenarios_and_packages_make_a_version_and_are_differences(self) -> None:
        old = planted()
        ash, *others = old.alternatives
        named = replace(ash, packages=("ash[tall]",))

        tried, installed = replace(old, scenarios=()), replace(old, alternatives=(named, *others))

        assert (differences(old, tried).scenarios, differences(old, tried).scenarios_gone) == ((), old.scenarios)
        assert differences(tried, old).scenarios == old.scenarios
        assert differences(old, old).scenarios == differences(old, old).scenarios_gone == ()
        assert (differences(old, installed).packages, differences(old, old).packages) == ((named,), ())
        assert all(bool(differences(old, new)) and new.version != old.version for new in (tried, installed))
        assert all(
            differences(old, replace(old, alternatives=(replace(ash, **change), *others))).packages
            for change in ({"start": "x"}, {"when": "x"}, {"packages": ()})
        )
        renamed = replace(old, alternatives=(replace(ash, name="Ash tree"), *others))
        assert differences(old, renamed).packages == ()

    @pytest.mark.parametrize(
        ("path", "value"),
        [leaf for leaf in leaves(COMPLETE) if leaf[0] != ("model",)],
        ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
    )
    def test_whatever_makes_another_version_is_a_difference_and_is_told_in_words(
        self, path: tuple[str | int, ...], value: object
    ) -> None:
        changed = copy.deepcopy(COMPLETE)
        put(changed, path, another(value))

        found = differences(read_definition(COMPLETE), read_definition(changed))

        assert found
        assert summary(found)

    @pytest.mark.parametrize("name", ["notes", "scenarios"])
    def test_another_order_is_one_too(self, name: str) -> None:
        old = planted()
        [item] = getattr(old, name)
        two = (item, item._replace(key="another"))

        found = differences(replace(old, **{name: two}), replace(old, **{name: two[::-1]}))

        assert summary(found) == ("The order on the page is different.",)

    def test_a_package_that_brings_a_fit_is_a_difference_of_it(self) -> None:
        old = planted()
        fit = fit_of(old, "parts", "shade", "birch")
        assert fit is not None
        new = with_fits(old, {("parts", "shade", "birch"): fit._replace(via=("birch-hedge",))})

        [change] = differences(old, new).fits

        assert not change.is_value
        assert summary(differences(old, new)) == ("1 reason behind a fit was rewritten.",)


# ---------------------------------------------------------------- stored results


def publish_file(app: Flask, instance: Path, *changes: tuple[str, str]) -> None:
    file = instance / "questionnaire.toml"
    text = (file if file.exists() else SHIPPED).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)
    assert any("questionnaire: published" in line for line in map(str, bring_up_to_date(app)))


def shipped_option(question: str, option: str) -> Option:
    return parse_definition(tomllib.loads(SHIPPED.read_text("utf-8"))).by_key[question].by_key[option]


def judge_and_publish(mara: FlaskClient) -> None:
    """A maintainer finds Flask painful for APIs."""
    at = "/questionnaire/work/fits/work"
    form = filled(mara.get(at).text)
    assert (
        mara.post(
            at, data={**form, "value.api.flask": "1", "reason.api.flask": "We tried", "via.api.flask": ""}
        ).status_code
        == 303
    )
    sent = inputs(mara.get("/questionnaire/work/publish").text)
    response = mara.post("/questionnaire/work/publish", data={**sent, "note": "Tried", "do": "publish"})
    assert response.status_code == 303


def view_of(page: str) -> str:
    """The address to share, as the owner's page shows it."""
    return unescape(page).partition('id="shared"')[2].partition("http://localhost")[2].partition('"')[0]


def test_results_of_three_versions_say_what_they_said(app: Flask, client: FlaskClient, instance: Path) -> None:
    mara = signed_in(app)
    answers = {**first_options(client, 6), "q-work": "api", "w-work": "lot"}
    kept: list[tuple[str, str, bytes]] = []

    def give_answers() -> None:
        location = submit(client, answers).location
        view = view_of(client.get(location).text)
        kept.append((location, view, client.get(f"{location}/result.json").data))

    def headline(location: str) -> str:
        return client.get(location).text.partition("<h1>")[2].partition("</h1>")[0]

    give_answers()
    headlines = [headline(kept[0][0])]
    publish_file(
        app,
        instance,
        ("What will the backend mostly do?", "What is the backend for?"),
        ('key = "api"\nlabel = "A JSON API for other programs"', 'key = "api"\nlabel = "An API"'),
    )
    give_answers()
    headlines.append(headline(kept[1][0]))
    judge_and_publish(mara)
    give_answers()
    headlines.append(headline(kept[2][0]))
    assert len({json.loads(data)["definition"] for _, _, data in kept}) == 3

    for (location, view, data), said in zip(kept, headlines, strict=True):
        assert client.get(f"{location}/result.json").data == data
        assert client.get(f"{view}/result.json").data == data
        assert headline(location) == headline(view) == said
    first, second, third = (client.get(location).text for location, _, _ in kept)
    assert "A JSON API for other programs" in first
    assert "We tried" not in first.partition("Everything that has changed")[0]
    assert "The questionnaire has changed since" in first
    assert "1 fit was judged again: Flask 1." in first
    assert "2 texts were reworded." in first
    assert "1 fit was judged again: Flask 1." in second
    assert "texts were reworded" not in second
    assert "The questionnaire has changed since" not in third


class TestReEvaluation:
    @pytest.fixture
    def given_then(self, app: Flask, client: FlaskClient, instance: Path) -> str:
        """A result whose version is not in force any more: an answer is gone, and Flask has another fit."""
        answers = {**first_options(client, 6), "q-work": "api", "w-work": "must"}
        location = submit(client, answers).location
        reason = shipped_option("work", "api").fits["flask"].reason
        publish_file(app, instance, ('key = "api"', 'key = "web-api"'), (reason, "So it is"))
        return str(location)

    def test_shows_both_results_and_what_is_lost(self, client: FlaskClient, given_then: str) -> None:
        address = f"{given_then}/re-evaluate"
        assert f'href="{address}"' in client.get(given_then).text
        page = unescape(client.get(address).text)
        then = client.get(f"{given_then}/result.json").json
        for entry in then["ranking"]:
            assert f'<td class="n">{entry["points"]}</td>' in page
        assert f"From {then['answered']} answers of {then['asked']}" in page
        assert f"From {then['answered'] - 1} answers of {then['asked']}" in page
        assert (
            "“What will the backend mostly do?” “A JSON API for other programs”: this answer is no longer offered"
            in page
        )
        assert f'href="/questionnaire/?from={given_then[-22:]}"' in page

    def test_the_numbers_of_now_are_those_of_the_carried_answers(self, client: FlaskClient, given_then: str) -> None:
        form = inputs(client.get(f"/questionnaire/?from={given_then[-22:]}").text)
        assert "q-work" not in form
        newer = client.post("/questionnaire/", data=form).location
        page = client.get(f"{given_then}/re-evaluate").text
        now = page.partition('aria-labelledby="h-now"')[2]
        for entry in client.get(f"{newer}/result.json").json["ranking"]:
            assert f'<td class="n">{entry["points"]}</td>' in now

    def test_stores_nothing_by_looking(self, app: Flask, client: FlaskClient, given_then: str) -> None:
        def counts() -> tuple[int | None, ...]:
            with app.app_context():
                return tuple(
                    db.session.scalar(select(func.count()).select_from(table))
                    for table in (StoredResponse, PublishedDefinition)
                )

        before = counts()
        for address in (f"{given_then}/re-evaluate", f"/questionnaire/?from={given_then[-22:]}"):
            response = client.get(address)
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Referrer-Policy"] == "no-referrer"
        assert counts() == before

    def test_a_shared_page_does_not_know_the_owners_address(self, client: FlaskClient, given_then: str) -> None:
        view = view_of(client.get(given_then).text)
        for address in (view, f"{view}/re-evaluate"):
            page = client.get(address).text
            assert given_then[-22:] not in page
        assert f'href="{view}/re-evaluate"' in client.get(view).text
        assert f'href="/questionnaire/?view={view[-22:]}"' in page

    def test_says_when_nothing_has_changed(self, client: FlaskClient) -> None:
        location = submit(client, first_options(client, 6)).location
        assert "has changed since" not in client.get(location).text
        assert "Nothing has changed" in client.get(f"{location}/re-evaluate").text

    def test_says_when_no_answers_are_left(self, app: Flask, client: FlaskClient, instance: Path) -> None:
        location = submit(client, {"q-work": "api"}).location
        publish_file(app, instance, ('key = "api"', 'key = "web-api"'))
        page = client.get(f"{location}/re-evaluate").text
        assert "None of these answers is offered any more" in page
        assert "give no ranking now" in page

    def test_opens_the_questions_with_nothing_chosen_for_you(
        self, app: Flask, client: FlaskClient, instance: Path
    ) -> None:
        """Two options were chosen of a question that takes one now."""
        answers = {**first_options(client, 6), "q-parts": ["admin", "forms"]}
        location = submit(client, answers).location
        publish_file(app, instance, ("multiple = true", "multiple = false"))
        assert "q-parts" not in inputs(client.get(f"/questionnaire/?from={location[-22:]}").text)
        page = unescape(client.get(f"{location}/re-evaluate").text)
        label = shipped_option("parts", "admin").label
        assert f"“{label}”" in page.partition("Answers that no longer apply")[2]

    def test_a_framework_that_was_withdrawn_is_a_change_too(self, app: Flask, client: FlaskClient) -> None:
        location = submit(client, first_options(client, 6)).location
        with app.app_context():
            db.session.get_one(Framework, "fastapi").state = "retired"
            db.session.commit()
        assert "1 fewer to choose from: FastAPI." in client.get(location).text
        assert client.get(f"{location}/re-evaluate").status_code == 200

    @pytest.mark.parametrize("address", ["x" * 22, "short", "view/" + "x" * 22])
    def test_of_no_result_is_404(self, client: FlaskClient, address: str) -> None:
        assert client.get(f"/questionnaire/{address}/re-evaluate").status_code == 404


def test_a_stored_version_is_read_even_if_todays_checks_refuse_it(app: Flask, client: FlaskClient) -> None:
    location = submit(client, first_options(client, 6)).location
    before = client.get(f"{location}/result.json").data
    with app.app_context():
        # As if an earlier release had let more options through, and fits without a reason.
        row = db.session.scalars(select(PublishedDefinition)).one()
        document = copy.deepcopy(row.document)
        question = document["questions"][0]
        more = [{**question["options"][0], "key": f"more-{number}", "fits": {}} for number in range(5)]
        question["options"] += more
        question["options"][0]["fits"]["django"]["reason"] = ""
        with pytest.raises(DefinitionError):
            parse_definition(document)
        version = read_definition(document).version
        db.session.add(PublishedDefinition(version=version, document=document, published_at=row.published_at))
        db.session.flush()
        response = db.session.scalars(select(StoredResponse)).one()
        response.version = version
        db.session.commit()
        assert definitions.definition_of(version).version == version
    assert client.get(location).status_code == 200
    assert client.get(f"{location}/re-evaluate").status_code == 200
    assert json.loads(client.get(f"{location}/result.json").data) == {**json.loads(before), "definition": version}
    assert client.get(f"/questionnaire/definition.json?version={version}").json["version"] == version

"""Statistics: counted as responses come and go, published seldom enough to tell nothing about one of them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from fwsite.blueprints.questionnaire import commands, definitions, responses, tallies
from fwsite.blueprints.questionnaire.models import Statistics, StoredResponse, TallyCount
from fwsite.domain.answers import Answers, parse_answers, stored_document
from fwsite.domain.disclosure import LEAST
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import Definition
from fwsite.domain.scoring import evaluate
from fwsite.domain.statistics import (
    STEP,
    Cell,
    Counted,
    Outcome,
    Part,
    counts_in,
    may_publish,
    published,
    step,
    tally_of,
)
from fwsite.extend import db
from fwsite.plugins import migrations
from fwsite.web.signing import new_submission, token_hash
from tests.support.forms import first_options, inputs, submit
from tests.support.records import replace
from tests.support.site import create_app
from tests.support.statements import statements
from tests.support.strategies import define, law
from tests.support.workbooks import Workbook

PAGE = "/questionnaire/statistics"
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Sheet:
    """Answers, and who comes first by them."""

    definition: Definition
    answers: Answers
    winners: tuple[str, ...]

    def store(self, token: str) -> bool:
        sent = responses.submission(token, f"view {token}", self.definition, self.answers, self.winners)
        return responses.store(sent)

    def backdate(self, token: str, day: date) -> None:
        """Store as if it were that day."""
        definitions.keep(self.definition)
        connection = db.session.connection()
        standing = tallies.increment_and_lock(connection, self.definition.version, 1)
        row = StoredResponse(
            token_hash=token_hash(token),
            version=self.definition.version,
            created_on=day,
            published_before=standing.published,
            answers=stored_document(self.answers),
        )
        db.session.add(row)
        db.session.flush()
        tallies.count_in(connection, self.definition, standing)
        db.session.commit()


def sheet(definition: Definition, number: int) -> Sheet:
    """Different for each small number: options, weights, not sure, skipped, several answers."""
    given: dict[str, Any] = {}
    for place, question in enumerate(definition.questions):
        keys = list(question.by_key)
        chosen = [keys[(number + place) % len(keys)]]
        if question.multiple and number % 2:
            chosen = keys[:2]
        weight = ("little", "normal", "lot")[(number + place) % 3]
        given[question.key] = {"options": ["not-sure"] if place == number else chosen, "weight": weight}
    del given[definition.questions[-1 - number % 2].key]
    answers = parse_answers(definition, given)
    return Sheet(definition, answers, Board(definition, answers).winners())


@pytest.fixture(scope="module")
def sheets(filled_instance: Any) -> list[Sheet]:
    """Some answers to the shipped questionnaire."""
    app = create_app(filled_instance)
    with app.app_context():
        definition = definitions.current_definition()
        db.engine.dispose()
    assert definition
    return [sheet(definition, number) for number in range(4)]


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def store(sheet: Sheet, count: int) -> list[str]:
    """Store the sheet several times; the tokens."""
    tokens = [new_submission() for _ in range(count)]
    assert all(sheet.store(token) for token in tokens)
    return tokens


def counted() -> dict[Key, int]:
    return {
        (row.version, row.part, row.question, row.cell): row.count for row in db.session.scalars(select(TallyCount))
    }


def recount() -> Counter[Key]:
    """The same from the responses themselves: those that were there when numbers were published."""
    counts: Counter[Key] = Counter()
    published = {row.version: row.published for row in db.session.scalars(select(Statistics))}
    for row in db.session.scalars(select(StoredResponse)):
        if row.published_before == published[row.version]:
            continue
        first = row.winners or []
        counts[row.version, "day", "", row.created_on.isoformat()] += 1
        if len(first) == 1:
            counts[row.version, "winner", "", first[0]] += 1
        else:
            why = "unknown" if row.winners is None else "tie" if first else "none"
            counts[row.version, "outcome", "", why] += 1
        for question, (state, options, weight) in row.answers.items():
            counts[row.version, "state", question, state] += 1
            counts[row.version, "weight", question, weight] += 1
            for option in options:
                counts[row.version, "option", question, option] += 1
    return counts


def numbers(version: str) -> Statistics:
    db.session.expire_all()
    return db.session.get_one(Statistics, version)


class TestCounting:
    def test_a_submission_is_counted_once_whatever_is_retried(self, app: Flask, client: FlaskClient) -> None:
        answered = {**first_options(client, 5), "w-work": "must"}
        questions = len(client.get("/questionnaire/definition.json").json["questions"])
        for _ in range(LEAST):
            form = {**inputs(client.get("/questionnaire/").text), **answered}
            for _ in range(2):
                assert client.post("/questionnaire/", data=form).status_code == 303
        with app.app_context():
            counts = counted()
            assert counts == recount()
            (version,) = {key[0] for key in counts}
            assert numbers(version).responses == LEAST
            assert counts[version, "weight", "work", "must"] == LEAST
            assert sum(count for (_, part, *_), count in counts.items() if part == "state") == questions * LEAST

    def test_what_is_deleted_is_counted_no_more(self, app: Flask, client: FlaskClient) -> None:
        location = submit(client, first_options(client, 5)).location
        kept = submit(client, first_options(client, 4))
        assert kept.status_code == 303
        token = inputs(client.get("/questionnaire/").text)["csrf_token"]
        for status in (303, 404):
            assert client.post(f"{location}/delete", data={"csrf_token": token}).status_code == status
        with app.app_context():
            assert counted() == recount()
            assert db.session.scalars(select(Statistics)).one().responses == 1

    @pytest.mark.usefixtures("context")
    def test_nothing_is_left_of_the_last_one(self, sheets: list[Sheet]) -> None:
        tokens = store(sheets[0], LEAST)
        assert counted() != {}
        assert all(responses.delete_response(token) for token in tokens)
        assert counted() == {}

    def test_two_at_once_are_both_counted(self, app: Flask, sheets: list[Sheet]) -> None:
        def fill(number: int) -> list[str]:
            with app.app_context():
                tokens = store(sheets[number], 15)
                for token in tokens[:5]:
                    assert responses.delete_response(token)
                return tokens[5:]

        with ThreadPoolExecutor(2) as pool:
            left = [token for tokens in pool.map(fill, range(2)) for token in tokens]
        with app.app_context():
            assert counted() == recount()
            assert numbers(sheets[0].definition.version).responses == len(left) == 20

    def test_the_same_from_many_sides_at_once_is_counted_once(self, app: Flask, sheets: list[Sheet]) -> None:
        token = new_submission()

        def store_it(_number: int) -> bool:
            with app.app_context():
                return sheets[0].store(token)

        def delete_it(_number: int) -> bool:
            with app.app_context():
                return responses.delete_response(token)

        for act, left in ((store_it, 1), (delete_it, 0)):
            with ThreadPoolExecutor(4) as pool:
                assert sum(pool.map(act, range(8))) == 1
            with app.app_context():
                assert counted() == recount()
                assert numbers(sheets[0].definition.version).responses == left

    @pytest.mark.usefixtures("context")
    def test_a_failure_while_counting_stores_nothing(
        self, sheets: list[Sheet], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store(sheets[0], LEAST + STEP - 1)
        before = counted()
        assert before

        def full(*_: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(tallies, "published", full)
        with pytest.raises(OSError, match="disk full"):
            store(sheets[0], 1)
        db.session.rollback()
        assert (counted(), recount()) == (before, before)

    @pytest.mark.usefixtures("context")
    def test_who_comes_is_counted_when_numbers_are_published(self, sheets: list[Sheet]) -> None:
        days = []
        for _ in range(LEAST + STEP):
            store(sheets[0], 1)
            days.append(sum(count for (_, part, *_), count in counted().items() if part == "day"))
        assert days == [0] * 9 + [10] * 10 + [20]

    def test_a_response_costs_few_statements_however_many_there_are(self, app: Flask, sheets: list[Sheet]) -> None:
        costs = []
        with app.app_context():
            store(sheets[0], LEAST)
            for _ in range(2):
                with statements(app) as sent:
                    (token,) = store(sheets[1], 1)
                    assert responses.delete_response(token)
                costs.append(len(sent))
                store(sheets[2], 2)
        assert costs[0] == costs[1] <= 25


DAY = date(2026, 1, 1)
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["store", "store", "backdate", "again", "delete", "expire"]), st.integers(0, 99)),
    min_size=5,
    max_size=60,
)


class Model:
    """Who is stored, and who was in the last published numbers, by version: sets instead of counts."""

    def __init__(self) -> None:
        self.now: dict[str, tuple[Sheet, date]] = {}
        self.last: dict[str, set[str]] = {}

    def of(self, version: str) -> set[str]:
        return {token for token, (sheet, _) in self.now.items() if sheet.definition.version == version}

    def moved(self, version: str) -> int:
        return len(self.of(version) ^ self.last.get(version, set()))

    def settle(self) -> None:
        for version in {sheet.definition.version for sheet, _ in self.now.values()}:
            if self.moved(version) >= STEP and len(self.of(version)) >= LEAST:
                self.last[version] = self.of(version)


@given(ACTIONS, st.integers(0, LEAST + 3))
def test_law_tallies_are_a_recount_and_publications_ten_apart(
    app: Flask, sheets: list[Sheet], actions: list[tuple[str, int]], at_first: int
) -> None:
    other = replace(sheets[0].definition, reviewed_on=DAY)
    of_two_versions = [*sheets, *(replace(sheet, definition=other) for sheet in sheets[:2])]
    model = Model()
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            with closing(db.engine.raw_connection()) as connection:  # thousands of commits, and no power cut to survive
                connection.cursor().execute("PRAGMA synchronous=OFF")
        for table in (StoredResponse, TallyCount, Statistics):
            db.session.execute(delete(table))
        db.session.commit()
        actions = [("store", number % len(sheets)) for number in range(at_first)] + actions
        for action, number in actions:
            act(model, of_two_versions, action, number)
            model.settle()
        assert counted() == recount()
        for row in db.session.scalars(select(Statistics)):
            assert row.responses == len(model.of(row.version))
            assert row.moved == model.moved(row.version)
            assert (row.document is not None) <= (len(model.of(row.version)) >= LEAST)
            if row.document:
                assert row.document["responses"] == len(model.last[row.version])


def act(model: Model, sheets: list[Sheet], action: str, number: int) -> None:
    sheet = sheets[number % len(sheets)]
    tokens = sorted(model.now)
    today = datetime.now(UTC).date()
    if action in ("store", "backdate"):
        token = new_submission()
        if action == "store":
            assert sheet.store(token)
        else:
            sheet.backdate(token, DAY + timedelta(days=number))
        model.now[token] = (sheet, today if action == "store" else DAY + timedelta(days=number))
    elif action == "again" and tokens:
        token = tokens[number % len(tokens)]
        assert not model.now[token][0].store(token)
    elif action == "delete" and tokens:
        token = tokens[number % len(tokens)]
        assert responses.delete_response(token)
        del model.now[token]
    elif action == "expire":
        before = DAY + timedelta(days=number)
        old = [token for token, (_, day) in model.now.items() if day < before]
        assert responses.delete_older(before, LEAST * 10) == len(old)
        for token in old:
            del model.now[token]


class TestStep:
    @pytest.mark.parametrize(
        ("responses", "expected"), [(0, 10), (999, 10), (1_099, 10), (1_100, 11), (9_999, 99), (10**6, 100)]
    )
    def test_grows_with_the_responses_up_to_a_hundred(self, responses: int, expected: int) -> None:
        assert step(responses) == expected
        assert may_publish(max(responses, LEAST), expected)
        assert not may_publish(max(responses, LEAST), expected - 1)


class TestPublishing:
    @pytest.mark.usefixtures("context")
    def test_numbers_move_in_steps_of_ten(self, sheets: list[Sheet]) -> None:
        version = sheets[0].definition.version
        seen = []
        for _ in range(LEAST + 2 * STEP):
            store(sheets[0], 1)
            document = tallies.find_published(version)
            seen.append(document and document["responses"])
        assert seen == [None] * 9 + [10] * 10 + [20] * 10 + [30]

    @pytest.mark.usefixtures("context")
    def test_coming_and_going_again_moves_nothing(self, sheets: list[Sheet]) -> None:
        version = sheets[0].definition.version
        store(sheets[0], LEAST + STEP - 2)
        before = tallies.find_published(version)
        for _ in range(STEP):
            (token,) = store(sheets[1], 1)
            responses.delete_response(token)
        assert tallies.find_published(version) == before
        assert numbers(version).moved == STEP - 2

    @pytest.mark.usefixtures("context")
    def test_they_are_taken_back_when_too_few_are_left_and_come_ten_later(self, sheets: list[Sheet]) -> None:
        version = sheets[0].definition.version
        first = store(sheets[0], LEAST)[0]
        assert tallies.find_published(version)
        responses.delete_response(first)
        assert tallies.find_published(version) is None
        for _ in range(STEP - 2):
            store(sheets[1], 1)
            assert tallies.find_published(version) is None
        store(sheets[1], 1)
        document = tallies.find_published(version)
        assert document and document["responses"] == 2 * LEAST - 2

    @pytest.mark.usefixtures("context")
    def test_cells_that_deletion_made_small_are_hidden(self, sheets: list[Sheet]) -> None:
        question = sheets[0].definition.questions[1]
        cells = [Cell(Part.OPTION, question.key, sheets[n].answers[question.key].options[0]) for n in (0, 2)]
        store(sheets[0], 3 * LEAST)
        gone = store(sheets[2], 2 * LEAST)
        version = sheets[0].definition.version
        assert [counts_in(numbers(version).document or {})[cell] for cell in cells] == [30, 20]
        for token in gone[: LEAST + 1]:
            responses.delete_response(token)
        store(sheets[0], STEP - 1)
        assert [counts_in(numbers(version).document or {})[cell] for cell in cells] == [None, None]

    @pytest.mark.usefixtures("context")
    def test_versions_are_not_mixed(self, client: FlaskClient, sheets: list[Sheet]) -> None:
        other = replace(sheets[1], definition=replace(sheets[1].definition, reviewed_on=DAY))
        store(sheets[0], LEAST)
        store(other, LEAST + STEP)
        documents = [
            client.get(f"{PAGE}.json").json,
            client.get(f"{PAGE}.json?version={other.definition.version}").json,
        ]
        assert [document["responses"] for document in documents] == [10, 20]
        for document, stored in zip(documents, (sheets[0], other), strict=True):
            for entry in document["counts"]:
                answer = stored.answers.get(entry["question"])
                if entry["part"] == "weight" and answer:
                    assert entry["count"] == (document["responses"] if entry["cell"] == answer.weight else 0) or (
                        entry["count"] is None
                    )
        page = client.get(PAGE).text
        assert f"version={other.definition.version}" in page
        assert f"version={sheets[0].definition.version}" not in page

    def test_nothing_small_is_in_a_document(self, sheets: list[Sheet]) -> None:
        tally: Counter[Cell] = Counter()
        day = date(2026, 11, 22)
        for number, sheet in enumerate(sheets):
            for cell, count in tally_of([Counted(stored_document(sheet.answers), [], day)]).items():
                tally[cell] += count * (7 + 5 * number)
        document = published(sheets[0].definition, tally, 58, day, {})
        assert (document["first_on"], document["last_on"]) == ("2026-11-22", "2026-11-22")
        shown = [entry["count"] for entry in document["counts"] if entry["count"] is not None]
        assert [count for count in shown if 0 < count < LEAST] == []
        assert len(shown) > 20


class TestSeveralAnswers:
    DEFINITION = define({"a": [4, 0], "b": [0, 4]}, {"a": [4, 0], "b": [0, 4]}, multiple=True)

    def counts(self, **tally: int) -> dict[str, int | None]:
        cells = {}
        for name, count in tally.items():
            part = Part.OPTION if name in ("a", "b") else Part.STATE
            cells[Cell(part, "q1", name)] = count
        everybody = {Cell(Part.DAY, "", "2026-11-22"): 100}
        shown = counts_in(published(self.DEFINITION, {**cells, **everybody}, 100, date(2026, 11, 22), {}))
        return {cell.cell: count for cell, count in shown.items() if cell.question == "q1" and cell.part != "weight"}

    def test_each_is_shown_beside_how_many_answered(self) -> None:
        shown = self.counts(answered=80, not_sure=20, skipped=0, a=60, b=50)
        assert shown == {"answered": 80, "not_sure": 20, "skipped": 0, "a": 60, "b": 50}

    def test_one_who_answered_cannot_be_told_from_the_two_who_did_not(self) -> None:
        shown = self.counts(answered=1, not_sure=50, skipped=49, a=1, b=0)
        assert (shown["answered"], shown["a"], shown["b"]) == (None, None, None)

    def test_what_nearly_all_chose_is_hidden(self) -> None:
        assert self.counts(answered=80, not_sure=20, skipped=0, a=79, b=50)["a"] is None

    def test_nobody_answered_is_no_secret(self) -> None:
        assert self.counts(answered=0, not_sure=50, skipped=50)["a"] == 0


@law()
def test_law_each_response_is_in_one_row_of_every_table_that_shares_out(case: Any) -> None:
    ranking = evaluate(case.definition, case.answers).ranking
    first = [entry.alternative for entry in ranking if entry.place == 1]
    assert Board(case.definition, case.answers).winners() == tuple(first)
    tally = tally_of([Counted(stored_document(case.answers), first, DAY)])
    assert sum(count for cell, count in tally.items() if cell.part in (Part.WINNER, Part.OUTCOME)) == 1
    for question in case.definition.questions:
        of = [cell for cell in tally if cell.question == question.key]
        assert sum(cell.part is Part.STATE for cell in of) == sum(cell.part is Part.WEIGHT for cell in of) == 1
        assert (sum(cell.part is Part.OPTION for cell in of) > 0) is case.answers[question.key].counts
    if len(first) > 1:
        assert tally[Cell(Part.OUTCOME, "", Outcome.TIE)] == 1


ROW = re.compile(r'<tr><th scope="row">(.*?)</th><td class="b">(.*?)</td><td class="n">(.*?)</td></tr>')
CAPTION = re.compile(r'<caption><span class="vh">(.*?) </span>(.*?)(?: <span|</caption>)')


class TestPages:
    @pytest.fixture
    def filled(self, app: Flask, sheets: list[Sheet]) -> Flask:
        with app.app_context():
            for sheet, count in zip(sheets, (24, 13, 12, 5), strict=True):
                store(sheet, count)
        return app

    def test_without_enough_responses_there_is_the_number_needed_alone(
        self, app: Flask, client: FlaskClient, sheets: list[Sheet]
    ) -> None:
        with app.app_context():
            store(sheets[0], LEAST - 3)
        page = client.get(PAGE).text
        assert "They appear from 10 on" in page
        assert "<table" not in page
        assert client.get(f"{PAGE}.json").json == {
            "version": sheets[0].definition.version,
            "hidden_below": LEAST,
            "counts": [],
        }
        assert client.get(f"{PAGE}.csv").text.count("\r\n") == 1
        assert Workbook(client.get(f"{PAGE}.xlsx").data).rows == []

    def test_the_page_says_how_many_when_and_who(self, filled: Flask, client: FlaskClient) -> None:
        page = client.get(PAGE).text
        today = datetime.now(UTC).date()
        assert "50 responses, all of " in page
        assert f"{today.day} {today:%B %Y}" in page
        assert "self-selected visitors, not a survey" in page
        assert '<th scope="row">Not known' not in page

    def test_page_csv_and_json_say_the_same(self, filled: Flask, client: FlaskClient) -> None:
        document = client.get(f"{PAGE}.json").json
        lines = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv").text)))
        assert [
            {"part": line["part"], "question": line["question"], "cell": line["cell"]}
            | {"count": int(line["count"]) if line["count"] else None}
            for line in lines
        ] == document["counts"]
        assert {(line["responses"], line["first_on"], line["last_on"]) for line in lines} == {
            ("50", document["first_on"], document["last_on"])
        }
        definition = client.get("/questionnaire/definition.json").json
        by_cell = {(entry["part"], entry["question"], entry["cell"]): entry["count"] for entry in document["counts"]}
        shown = charts(client.get(PAGE).text)
        compared = 0
        for question in definition["questions"]:
            table = shown.get((question["text"], "Answers"), {})
            for option in question["options"]:
                count = by_cell["option", question["key"], option["key"]]
                assert table.get(option["label"], "hidden") == ("hidden" if count is None else str(count))
                compared += count is not None
        winners = shown["", "Results"]
        for alternative in definition["alternatives"]:
            count = by_cell["winner", "", alternative["key"]]
            assert winners[alternative["name"]] == ("hidden" if count is None else str(count))
            compared += count is not None
        assert compared > 10

    def test_the_workbook_says_the_same_as_the_csv(self, filled: Flask, client: FlaskClient) -> None:
        response = client.get(f"{PAGE}.xlsx")
        assert response.headers["Content-Disposition"] == "inline; filename=statistics.xlsx"
        assert client.head(f"{PAGE}.xlsx").headers["ETag"] == response.headers["ETag"]
        assert f'<a href="{PAGE}.xlsx">XLSX</a>' in client.get(PAGE).text
        book = Workbook(response.data)
        lines = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv").text)))
        assert [{name: str(value) for name, value in row.items()} for row in book.rows] == [
            {name: value for name, value in line.items() if value} for line in lines
        ]
        assert (
            {type(row["responses"]) for row in book.rows} == {type(row.get("count", 0)) for row in book.rows} == {int}
        )
        assert {row["counted_on"] for row in book.rows} == {datetime.now(UTC).date()}
        assert book.frozen == "A2"
        assert book.does_something == []

    def test_bars_are_shares_of_all(self, filled: Flask, client: FlaskClient) -> None:
        rows = [(bar, count) for _, bar, count in ROW.findall(client.get(PAGE).text)]
        widths = [(re.search(r'width="(\d+)%"', bar), count) for bar, count in rows]
        assert [(int(width[1]), int(count)) for width, count in widths if width] == [
            (2 * int(count), int(count)) for width, count in widths if width
        ]
        assert all(width is None for width, count in widths if count in ("0", "hidden"))
        assert {"0", "hidden"} < {count for _, count in widths}

    def test_they_cost_the_same_few_statements_with_more_responses(
        self, filled: Flask, client: FlaskClient, sheets: list[Sheet]
    ) -> None:
        client.get(PAGE)
        costs = []
        for _ in range(2):
            for address in (PAGE, f"{PAGE}.csv", f"{PAGE}.xlsx", f"{PAGE}.json"):
                with statements(filled) as sent:
                    assert client.get(address).status_code == 200
                costs.append(len([text for text in sent if not text.startswith("BEGIN")]))
                assert not [text for text in sent if "questionnaire_response" in text or "questionnaire_tally" in text]
            with filled.app_context():
                store(sheets[0], 30)
        assert costs[:4] == costs[4:]
        assert max(costs) <= 4

    def test_caches_may_keep_them_and_a_version_that_never_was_is_not_found(
        self, filled: Flask, client: FlaskClient
    ) -> None:
        for address in (PAGE, f"{PAGE}.csv", f"{PAGE}.xlsx", f"{PAGE}.json", "/questionnaire/privacy"):
            response = client.get(address)
            assert response.cache_control.public
            assert "Set-Cookie" not in response.headers
            assert "ETag" in response.headers
        for name in ("", ".csv", ".xlsx", ".json"):
            assert client.get(f"{PAGE}{name}?version={'0' * 64}").status_code == 404

    def test_the_first_page_leads_to_them(self, client: FlaskClient) -> None:
        page = client.get("/questionnaire/").text
        assert f'<a href="{PAGE}">' in page
        assert '<a href="/questionnaire/privacy">' in page


def charts(page: str) -> dict[tuple[str, str], dict[str, str]]:
    """The tables of a page: question and caption -> label -> what stands in the last column."""
    found = {}
    for table in page.split("<table")[1:]:
        caption = CAPTION.search(table)
        assert caption
        found[unescape(caption[1]), unescape(caption[2])] = {
            unescape(label): count for label, _, count in ROW.findall(table)
        }
    return found


class TestExpiry:
    @pytest.fixture
    def aged(self, app: Flask, sheets: list[Sheet]) -> Callable[[int], list[str]]:
        """Store responses of so many days ago."""

        def age(*days: int) -> list[str]:
            today = datetime.now(UTC).date()
            tokens = [new_submission() for _ in days]
            with app.app_context():
                for token, ago in zip(tokens, days, strict=True):
                    sheets[0].backdate(token, today - timedelta(days=ago))
            return tokens

        return age

    def test_what_is_older_than_the_setting_goes(
        self, app: Flask, runner: FlaskCliRunner, aged: Callable[..., list[str]]
    ) -> None:
        tokens = aged(731, 730, 729, 0)
        done = runner.invoke(args=["answers", "expire"])
        assert done.exit_code == 0
        before = datetime.now(UTC).date() - timedelta(days=730)
        assert done.output == f"1 response from before {before.isoformat()} deleted.\n"
        with app.app_context():
            assert [responses.find(token) is not None for token in tokens] == [False, True, True, True]
            assert counted() == recount()

    def test_days_say_otherwise_for_once(
        self, app: Flask, runner: FlaskCliRunner, aged: Callable[..., list[str]]
    ) -> None:
        aged(10, 9, 8)
        assert "2 responses" in runner.invoke(args=["answers", "expire", "--days", "8"]).output
        assert "0 responses" in runner.invoke(args=["answers", "expire", "--days", "8"]).output
        assert runner.invoke(args=["answers", "expire", "--days", "0"]).exit_code == 2

    def test_the_setting_counts(self, make_app: Callable[..., Flask], aged: Callable[..., list[str]]) -> None:
        aged(3, 2, 1)
        strict = make_app(QUESTIONNAIRE_KEEP_DAYS=1)
        assert "2 responses" in strict.test_cli_runner().invoke(args=["answers", "expire"]).output

    def test_many_go_in_pieces_and_the_numbers_with_them(
        self,
        app: Flask,
        runner: FlaskCliRunner,
        aged: Callable[..., list[str]],
        sheets: list[Sheet],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(commands, "_AT_A_TIME", 10)
        aged(*[800] * 25)
        with app.app_context():
            store(sheets[1], 4)
            assert tallies.find_published(sheets[0].definition.version)
        done = runner.invoke(args=["answers", "expire"]).output.splitlines()
        assert [line.partition(" from")[0] for line in done] == [
            "10 of 25 deleted",
            "20 of 25 deleted",
            "25 of 25 deleted",
            "25 responses",
        ]
        with app.app_context():
            assert tallies.find_published(sheets[0].definition.version) is None
            assert counted() == recount()

    def test_an_older_database_is_told_to_upgrade(self, tmp_path: Any, make_app: Callable[..., Flask]) -> None:
        done = make_app(tmp_path / "new").test_cli_runner().invoke(args=["answers", "expire"])
        assert done.exit_code == 1
        assert f"Run: fwsite --instance {tmp_path / 'new'} db upgrade" in done.output


def test_an_upgrade_counts_what_is_stored_already(app: Flask, sheets: list[Sheet]) -> None:
    with app.app_context():
        for sheet in sheets:
            for token in store(sheet, 3):
                assert responses.find(token)  # looked at, so that its result is kept
        without = select(StoredResponse.id).order_by(StoredResponse.id).limit(2)
        db.session.execute(update(StoredResponse).where(StoredResponse.id.in_(without)).values(result=None))
        db.session.commit()
        (line,) = [line for line in migrations.timelines(app) if line.name == "questionnaire"]
        with db.engine.begin() as connection:
            command.downgrade(line.config(connection), "questionnaire_0003")
        migrations.upgrade(app)
        counts = counted()
        assert counts == recount()
        version = sheets[0].definition.version
        assert counts[version, "outcome", "", "unknown"] == 2
        row = numbers(version)
        assert (row.responses, row.moved, row.document) == (12, 12, None)
        store(sheets[0], 1)
        document = tallies.find_published(version)
        assert document and document["responses"] == 13

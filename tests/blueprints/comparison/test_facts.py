"""Facts from the form to the pages: rows and answers as maintainers write them, and as visitors read them."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.files.edition import read_edition, write_file
from fwsite.blueprints.comparison.ledger import document_mapper
from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.blueprints.comparison.verification import release_columns
from fwsite.cli.content import export_command
from fwsite.domain.comparison import Framework
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import Kind
from fwsite.extend import TextsContext, package_names, texts_by_extension
from tests.blueprints.comparison.test_editing import document, filled, press, save
from tests.support.desk import Desk
from tests.support.people import signed_in
from tests.support.workbooks import Workbook

ADD_CLAIM, ADD_CRITERION = "/comparison/work/claim/add", "/comparison/work/criterion/add"
ROW = {"name": "Rate limits", "group": "In the box", "question": "Are there limits to requests?", "finding": ""}
FACT = {
    "framework": "django",
    "criterion": "rate-limits",
    "side": "con",
    "answer": "by hand",
    "text": "A limit to requests is *yours* to write",
    "evidence": "opinion",
}


OWN = "/comparison/work/claim/django-a-limit-to-requests-is-yours-to-write"
"""The page of that among maintainers."""


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    return signed_in(app)


class TestFromTheFormToThePages:
    """On each database, one after the other: a row, an answer to it, and what is said beside it."""

    @pytest.fixture(scope="class")
    @staticmethod
    def app(app_on_each_database: Flask) -> Flask:
        mara = signed_in(app_on_each_database)
        assert save(mara, ADD_CRITERION, **ROW).status_code == 303
        assert save(mara, ADD_CLAIM, **FACT).status_code == 303
        beside = {**FACT, "answer": "", "side": "pro", "text": "Its server may have one"}
        assert save(mara, ADD_CLAIM, **beside).status_code == 303
        return app_on_each_database

    def test_the_form_shows_what_was_saved(self, app: Flask) -> None:
        fields = filled(signed_in(app, "jo"), OWN)
        assert {name: fields[name] for name in FACT} == FACT | {"evidence": fields["evidence"]}

    def test_the_page_of_the_framework_has_the_answer_with_its_evidence(self, client: FlaskClient) -> None:
        table = client.get("/comparison/django").text.partition("<caption>In the box</caption>")[2]
        row = table.partition(">Rate limits</a>")[2].partition("</tr>")[0]
        assert '<span class="fact">by hand</span>' in row
        assert '<span class="ev opinion">' in row
        assert "A limit to requests is <em>yours</em> to write" in row

    def test_the_page_of_the_framework_says_where_there_is_no_answer(self, client: FlaskClient) -> None:
        table = client.get("/comparison/flask").text.partition("<caption>In the box</caption>")[2]
        assert "not known" in table.partition(">Rate limits<")[2].partition("</tr>")[0]

    def test_the_page_of_the_cell_has_all_that_is_said_and_no_rating(self, client: FlaskClient) -> None:
        page = client.get("/comparison/django/rate-limits").text
        answer = page.partition('<span class="fact">by hand</span>')[2].partition("</p>")[0]
        assert "A limit to requests is <em>yours</em> to write" in answer
        assert page.count("is <em>yours</em> to write") == 1
        assert "Its server may have one" in page
        assert "1 for, 0 against" in page or "0 for, 1 against" in page
        assert "not rated" not in page

    def test_the_page_of_a_fact_alone_answers_and_counts_no_points(self, client: FlaskClient) -> None:
        page = client.get("/comparison/flask/admin").text
        assert '<span class="fact">not built in; by the package Flask-Admin' in page
        assert "No points here" not in page and " for, " not in page
        assert 'class="src"' in page

    def test_what_is_rated_stays_as_it_was(self, app: Flask) -> None:
        with app.test_request_context():
            comparison = whole_comparison()
            assert "rate-limits" not in [criterion.key for criterion in comparison.criteria]
            assert not [claim for claim in comparison.claims if claim.criterion == "rate-limits" or claim.answer]
            fact = comparison.fact("django", "rate-limits")
            assert fact and fact.answer == "by hand"
            assert [claim.text for claim in comparison.said_on("django", "rate-limits")] == ["Its server may have one"]

    def test_the_answer_is_there_however_few_points_are_asked_for(self, app: Flask) -> None:
        with app.test_request_context():
            comparison = whole_comparison(0)
            assert comparison.claims == ()
            assert [fact.answer for fact in comparison.facts if fact.criterion == "rate-limits"] == ["by hand"]
            assert comparison.total_in("django", "rate-limits") == 2
            whole = whole_comparison()
            for framework in whole.frameworks:
                for row in whole.rows:
                    few, all_ = (each.fact(framework.key, row.key) for each in (comparison, whole))
                    assert (few and few.key) == (all_ and all_.key)

    def test_json_has_it_with_its_group_and_what_it_says(self, client: FlaskClient) -> None:
        data = client.get("/comparison/data.json?f=django").json
        answered, beside = (fact for fact in data["facts"] if fact["row"] == "rate-limits")
        assert answered["framework"] == "django"
        assert (answered["group"], answered["answer"], answered["availability"]) == ("In the box", "by hand", "by hand")
        assert (answered["text"], answered["evidence"], answered["sources"]) == (FACT["text"], "opinion", [])
        assert (beside["answer"], beside["availability"]) == ("", None)
        [admin] = [fact for fact in client.get("/comparison/data.json?f=flask").json["facts"] if fact["row"] == "admin"]
        assert (admin["answer"], admin["availability"]) == ("Flask-Admin", "package")
        assert "Rate limits" in [row["name"] for row in data["rows"]]

    def test_tables_have_the_answer_in_a_column_of_its_own(self, client: FlaskClient) -> None:
        text = client.get("/comparison/data.csv").text
        assert text.splitlines()[0].endswith(',"answer"')
        assert '"fact","Django","Rate limits"' in text
        rows = Workbook(client.get("/comparison/data.xlsx").data).rows
        facts = [row for row in rows if row["kind"] == "fact" and row.get("criterion") == "Rate limits"]
        answers = [row["answer"] for row in facts]
        assert answers == ["by hand"]

    def test_may_be_searched_for(self, app: Flask) -> None:
        with app.app_context():
            texts = {text.title: text for texts in texts_by_extension(TextsContext()).values() for text in texts}
        assert texts["Rate limits"].path == "/comparison/#rate-limits"
        said = [text for title, text in texts.items() if "Rate limits" in title and text.kind == "Fact"]
        assert any(text.body.startswith("by hand. ") for text in said)

    def test_the_history_tells_a_new_answer(self, app: Flask) -> None:
        ines = signed_in(app, "ines")
        done = save(ines, OWN, answer="no", why="Looked it up")
        page = unescape(ines.get(done.location).text)
        assert "Answer in the table" in page
        assert '<ins><span class="vh">added: </span>no</ins>' in page
        number = done.location.rpartition("=")[2]
        assert press(ines, f"/comparison/work/undo/{number}").status_code == 303
        assert document(app, Kind.CLAIM, OWN.rpartition("/")[2])["answer"] == "by hand"


class TestRules:
    def test_an_answer_stands_on_a_row_alone(self, mara: FlaskClient) -> None:
        page = save(mara, ADD_CLAIM, **{**FACT, "criterion": "memory"})
        assert page.status_code == 422
        assert "Answer in the table is given, but &#39;memory&#39; is rated and no row of facts" in page.text

    def test_a_row_is_not_rated(self, mara: FlaskClient) -> None:
        fields = {"framework": "django", "score": "3", "reason": "So"}
        page = mara.get("/comparison/work/rating/add").text
        assert 'value="memory"' in page and 'value="admin"' not in page
        saved = save(mara, "/comparison/work/rating/add", **fields, criterion="admin")
        assert saved.status_code == 422
        assert "a row of facts, which is not rated" in unescape(saved.text)

    @pytest.mark.parametrize(
        ("key", "group", "told"),
        [
            ("memory", "In the box", "makes a row of facts of a criterion that has ratings"),
            ("admin", "", "is empty, but claims answer this row of facts"),
        ],
    )
    def test_a_criterion_stays_what_things_were_said_on(
        self, mara: FlaskClient, key: str, group: str, told: str
    ) -> None:
        page = save(mara, f"/comparison/work/criterion/{key}", group=group, finding="So it is.")
        assert page.status_code == 422
        assert told in page.text

    def test_a_criterion_that_is_rated_has_a_finding(self, mara: FlaskClient) -> None:
        page = save(mara, ADD_CRITERION, **{**ROW, "group": ""})
        assert page.status_code == 422
        assert "Finding is missing or empty; only a row of facts, which has a group, needs none" in page.text


class TestTheWorkspace:
    @pytest.fixture
    def desk(self, mara: FlaskClient) -> Desk:
        save(mara, ADD_CRITERION, **ROW)
        return Desk(mara)

    def test_names_the_rows_without_an_answer_and_leads_to_a_form_for_it(self, desk: Desk) -> None:
        desk.open("/comparison/work/workspace/flask")
        assert "14 of 15 facts" in desk.page.words
        assert "1 fact to add Rate limits" in desk.page.words
        desk.open(next(link for link in desk.page.links if "criterion=rate-limits" in link))
        form = desk.form("/work/claim/add")
        assert {name: form.controls[name].values for name in ("framework", "criterion", "state")} == {
            "framework": ["flask"],
            "criterion": ["rate-limits"],
            "state": ["draft"],
        }
        desk.save("/work/claim/add", side="con", answer="by hand", text="Nothing there")
        desk.open("/comparison/work/workspace/flask")
        assert "15 facts" in desk.page.words and "14 of 15" not in desk.page.words
        assert "by hand: Nothing there" in desk.page.words

    def test_counts_them_where_nothing_is_missing(self, mara: FlaskClient) -> None:
        page = Desk(mara).open("/comparison/work/workspace/flask")
        assert "Nothing: it has pros and cons, 8 ratings, 14 facts and 50 fits." in page.words

    def test_rates_no_rows_and_counts_no_facts_as_pros_and_cons(self, desk: Desk, app: Flask) -> None:
        desk.open("/comparison/work/workspace/flask")
        ratings = desk.form("/ratings").controls
        assert "rating.memory.score" in ratings and "rating.admin.score" not in ratings
        points = desk.page.source.partition('id="points"')[2].partition("<form")[0]
        assert "Flask-WTF ties WTForms to Flask" not in points
        assert "admin" in desk.form("/point").controls["point.criterion"].choices

    def test_adds_an_answer_as_a_draft_that_nobody_reads_before_it_is_published(
        self, desk: Desk, client: FlaskClient
    ) -> None:
        desk.open("/comparison/work/workspace/flask")
        said = {"side": "con", "criterion": "rate-limits", "answer": "zqanswerzq", "text": "zqtextzq"}
        desk.save("/point", **{f"point.{name}": text for name, text in said.items()})
        assert "zqanswerzq: zqtextzq" in desk.page.words
        pages = ("/comparison/", "/comparison/flask", "/comparison/flask/rate-limits", "/comparison/data.json")
        assert not [page for page in pages if "zq" in client.get(page).text]
        desk.open("/comparison/work/workspace/flask/publish")
        desk.save("/publish", note="Found out")
        for page in pages[1:]:
            assert "zqanswerzq" in client.get(page).text, page

    def test_the_list_of_ratings_has_no_rows_of_facts(self, mara: FlaskClient) -> None:
        page = mara.get("/comparison/work/rating").text
        assert ">Memory</th>" in page and ">Admin site</th>" not in page

    def test_a_framework_is_not_published_with_facts_alone(self, mara: FlaskClient) -> None:
        desk = Desk(mara)
        desk.open("/comparison/work/framework/add?state=draft")
        desk.save(
            "/work/framework/add",
            name="Rocket",
            **dict.fromkeys(("summary", "drawback", "example", "on_balance"), "So."),
        )
        for side in ("pro", "con"):
            said = {"side": side, "criterion": "admin", "answer": "no", "text": "Nothing there"}
            desk.open("/comparison/work/workspace/rocket")
            desk.save("/point", **{f"point.{name}": text for name, text in said.items()})
        desk.open("/comparison/work/workspace/rocket/publish")
        assert "Rocket has no pro yet." in desk.page.words and "Rocket has no con yet." in desk.page.words


class TestDrafts:
    def test_of_a_row_take_what_is_said_on_it_along(self, mara: FlaskClient, client: FlaskClient) -> None:
        save(mara, ADD_CRITERION, **{**ROW, "group": "zqgroupzq", "name": "Rate limits", "state": "draft"})
        assert save(mara, ADD_CLAIM, **{**FACT, "answer": "zqanswerzq"}).status_code == 303
        pages = ("/comparison/", "/comparison/django", "/comparison/data.json", "/comparison/data.csv")
        assert not [page for page in pages if re.search("zq|Rate limits", client.get(page).text)]
        assert client.get("/comparison/django/rate-limits").status_code == 404
        assert press(mara, "/comparison/work/criterion/rate-limits/publish").status_code == 303
        assert "zqanswerzq" in client.get("/comparison/django").text


class TestFiles:
    def test_go_round(self, mara: FlaskClient, runner: FlaskCliRunner, tmp_path: Path) -> None:
        save(mara, ADD_CRITERION, **ROW)
        save(mara, ADD_CLAIM, **FACT)
        assert runner.invoke(export_command, [str(tmp_path / "out")]).exit_code == 0
        assert runner.invoke(export_command, [str(tmp_path / "out.toml")]).exit_code == 0
        text = (tmp_path / "out.toml").read_text(encoding="utf-8")
        assert 'group = "In the box"\nquestion = "Are there limits to requests?"\n' in text
        assert 'side = "con"\nanswer = "by hand"\ntext = "A limit to requests is *yours* to write"\n' in text
        with runner.app.app_context():
            names = package_names()
            for place in (tmp_path / "out", tmp_path / "out.toml"):
                if place.is_file():
                    comparison = text[: text.index("[[questions]]")] if "[[questions]]" in text else text
                    assert write_file(content.whole_edition()) in comparison
                else:
                    assert content.by_key(read_edition(place, names)) == content.documents()

    def test_say_nothing_where_a_field_is_empty(self, app: Flask) -> None:
        with app.app_context():
            text = write_file(content.whole_edition())
        memory = text.partition('key = "memory"')[2].partition("[[")[0]
        assert "group" not in memory
        assert 'answer = ""' not in text


class TestReleaseColumns:
    def test_have_what_an_index_says_with_a_link_to_it(self, app: Flask) -> None:
        with app.test_request_context():
            columns = {column.key: column for column in release_columns.columns(whole_comparison(0).frameworks)}
        assert list(columns) == ["newest_release", "python", "licence"]
        newest = columns["newest_release"].cells["django"]
        assert newest.text == "6.1.3, 3 November 2026"
        assert (newest.evidence, newest.source) == (Evidence.SOURCED, "https://pypi.org/project/django/6.1.3/")
        assert columns["python"].cells["flask"].text == "3.9 and newer"
        assert all("none" not in column.cells for column in columns.values())

    def test_leave_out_what_is_known_of_nobody(self, app: Flask) -> None:
        with app.test_request_context():
            assert list(release_columns.columns([Framework("zed", "Zed", "", "", "", "")])) == []


def test_a_document_of_before_there_were_facts_is_the_same(app: Flask) -> None:
    with app.app_context():
        item = document_mapper.find(Kind.CLAIM, "django-parts")
        assert item
        before = {name: value for name, value in item.document.items() if name != "answer"}
        assert item == type(item).of(Kind.CLAIM, before, item.version)

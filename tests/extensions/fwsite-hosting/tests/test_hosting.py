"""Hosting: it keeps the site's contract, and what it adds stands wherever the site shows such things."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from fwsite_hosting.interfaces import INTERFACES
from fwsite_hosting.markdown import link, write
from sqlalchemy import update

from fwsite.domain.audit import audit
from fwsite.domain.comparison import Citation, Claim, Comparison, Criterion, Framework, Rating, Side, Source
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import State
from fwsite.domain.questionnaire import read_definition
from fwsite.extend import Cell, ExportContext, FilledColumn, db
from fwsite.extend import Framework as StoredFramework
from fwsite.markup import parse
from fwsite.testing import ExtensionContract

KEYS = ("hosting-files", "hosting-jobs")


class TestContract(ExtensionContract):
    """Everything that the site asks of any extension."""

    name = "hosting"


def rows(page: str) -> list[list[str]]:
    """Every row of every table, as texts."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
    return [[_text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in found]


def _text(fragment: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", fragment)).split())


def row_of(page: str, label: str) -> list[str]:
    (found,) = [row[1:] for row in rows(page) if row and row[0] == label]
    return found


# ---------------------------------------------------------------- the column


def test_the_column_stands_under_the_ratings_with_evidence_and_source(fwsite_client: FlaskClient) -> None:
    page = fwsite_client.get("/comparison/").text

    assert row_of(page, "Server interface") == [
        "WSGI and ASGI · source",
        "WSGI · source",
        "ASGI · source",
        "Whichever you write Opinion",
    ]
    for cell in INTERFACES.values():
        assert cell.source == "" or f'<a href="{cell.source}">' in page


def test_the_column_stands_on_the_page_of_each_framework(fwsite_client: FlaskClient) -> None:
    for framework, known in INTERFACES.items():
        (cell,) = row_of(fwsite_client.get(f"/comparison/{framework}").text, "Server interface")
        assert cell.startswith(f"{known.text} ")


def test_the_column_is_in_the_exports(fwsite_client: FlaskClient) -> None:
    columns = fwsite_client.get("/comparison/data.json").json["columns"]
    (column,) = (each for each in columns if each["key"].startswith("hosting_"))
    lines = csv.DictReader(io.StringIO(fwsite_client.get("/comparison/data.csv").text))
    facts = [line for line in lines if line["kind"] == "fact" and line["text"].startswith("Server interface: ")]

    assert (column["key"], column["label"]) == ("hosting_interface", "Server interface")
    assert {key: cell["text"] for key, cell in column["cells"].items()} == {k: c.text for k, c in INTERFACES.items()}
    assert [line["text"] for line in facts] == [f"Server interface: {cell.text}" for cell in INTERFACES.values()]
    assert [line["source_urls"] for line in facts] == [cell.source for cell in INTERFACES.values()]


# ---------------------------------------------------------------- the questions


def filled(client: FlaskClient) -> dict[str, Any]:
    """The form with the first option of each question, our own of much weight."""
    page = client.get("/questionnaire/").text
    form: dict[str, Any] = dict(re.findall(r'name="(csrf_token|submission)"[^>]* value="([^"]+)"', page))
    for question in client.get("/questionnaire/definition.json").json["questions"]:
        form[f"q-{question['key']}"] = question["options"][0]["key"]
        form[f"w-{question['key']}"] = "lot" if question["key"] in KEYS else "normal"
    return form


def test_the_questions_stand_last_in_the_form(fwsite_client: FlaskClient) -> None:
    page = fwsite_client.get("/questionnaire/").text
    questions = fwsite_client.get("/questionnaire/definition.json").json["questions"]

    assert [question["key"] for question in questions][-2:] == list(KEYS)
    for question in questions[-2:]:
        assert f"</span> {question['text']}</legend>" in page
        for option in question["options"]:
            assert f'name="q-{question["key"]}" id="q-{question["key"]}-' in page
            assert html.escape(option["label"]) in page
            # They were not reviewed on the day of the site's own questions.
            assert {fit["reviewed_on"] for fit in option["fits"].values()} == {"2026-11-27"}


def test_a_result_counts_them_and_its_points_add_up(fwsite_client: FlaskClient) -> None:
    sent = fwsite_client.post("/questionnaire/", data=filled(fwsite_client))
    assert sent.status_code == 303
    result = fwsite_client.get(f"{sent.location}/result.json").json
    page = _text(fwsite_client.get(sent.location).text)

    assert (result["answered"], result["asked"]) == (14, 14)
    assert len(result["ranking"]) == len(INTERFACES)
    for entry in result["ranking"]:
        losses, score = result["losses"][entry["alternative"]], result["scores"][entry["alternative"]]
        assert set(KEYS) < {loss["question"] for loss in losses}
        assert 100 - sum(loss["points"] for loss in losses) == entry["points"]
        assert 1 - sum(Fraction(loss["exact"]) for loss in losses) == Fraction(score["exact"])
    for words in ("What will send style sheets and pictures?", "Sending a folder of files is part of it"):
        assert words in page


def test_how_it_works_and_what_maintainers_see_name_them(
    fwsite_client: FlaskClient, fwsite_maintainer: FlaskClient
) -> None:
    how = fwsite_client.get("/questionnaire/how").text
    work = _text(fwsite_maintainer.get("/questionnaire/work/fits").text)

    for question in fwsite_client.get("/questionnaire/definition.json").json["questions"][-2:]:
        assert f"<caption>{question['text']}</caption>" in how
        assert f"“{question['text']}”" in work.partition("Not in this list:")[2]
        for option in question["options"]:
            cells = row_of(how, option["label"])
            for cell, fit in zip(cells, (option["fits"][key] for key in INTERFACES), strict=True):
                assert cell == f"{fit['fit']} {fit['reason']} Opinion"


def test_the_questions_favour_nobody(fwsite_client: FlaskClient) -> None:
    page = fwsite_client.get("/questionnaire/audit").text
    found = audit(read_definition(fwsite_client.get("/questionnaire/definition.json").json))

    assert found.balanced
    assert [option for option in found.idle_options if option[0] in KEYS] == [("hosting-jobs", "queue")]
    assert "By this test it is not" in page
    assert "“Long jobs in a queue” fits all alternatives equally" in page
    assert row_of(page, "What will send style sheets and pictures?")


def test_every_version_can_be_read_at_its_address(fwsite_client: FlaskClient) -> None:
    version = fwsite_client.get("/questionnaire/definition.json").json["version"]
    for _ in ("before anybody has answered", "and after"):
        found = fwsite_client.get(f"/questionnaire/definition.json?version={version}").json
        assert [question["key"] for question in found["questions"]][-2:] == list(KEYS)
        assert fwsite_client.get(f"/questionnaire/statistics?version={version}").status_code == 200
        fwsite_client.post("/questionnaire/", data=filled(fwsite_client))


# ---------------------------------------------------------------- other frameworks


def test_a_framework_that_is_retired_and_one_that_is_new_do_no_harm(
    fwsite_app: Flask, fwsite_client: FlaskClient
) -> None:
    with fwsite_app.app_context():
        db.session.execute(
            update(StoredFramework).where(StoredFramework.key == "flask").values(state=State.RETIRED.value)
        )
        texts = dict.fromkeys(("summary", "drawback", "example", "on_balance"), "Small.")
        db.session.add(StoredFramework(key="bottle", position=9, name="Bottle", first_release=2009, **texts))
        db.session.commit()

    page = fwsite_client.get("/comparison/").text
    definition = fwsite_client.get("/questionnaire/definition.json").json
    sent = fwsite_client.post("/questionnaire/", data=filled(fwsite_client))

    assert row_of(page, "Server interface")[-1] == "– nothing known"
    assert len(row_of(page, "Server interface")) == 4
    assert row_of(fwsite_client.get("/comparison/bottle").text, "Server interface") == ["not known"]
    assert "| Server interface | WSGI and ASGI" in fwsite_client.get("/comparison/data.md").text
    fits = [option["fits"] for question in definition["questions"][-2:] for option in question["options"]]
    assert [sorted(cells) for cells in fits] == [["django", "fastapi", "none"]] * 7
    result = fwsite_client.get(f"{sent.location}/result.json").json
    assert {entry["alternative"] for entry in result["ranking"]} == {"django", "fastapi", "none", "bottle"}
    assert {"question": "hosting-jobs", "alternative": "bottle"} in result["unknown"]


# ---------------------------------------------------------------- the export


def test_the_export_has_every_point(fwsite_client: FlaskClient) -> None:
    response = fwsite_client.get("/comparison/data.md")
    data = fwsite_client.get("/comparison/data.json").json
    found = rows(_rendered(response.text))

    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert found[0] == ["Criterion", *(framework["name"] for framework in data["frameworks"])]
    assert [row[0] for row in found[1 : 1 + len(data["criteria"]) + len(data["columns"])]] == [
        *(criterion["name"] for criterion in data["criteria"]),
        *(column["label"] for column in data["columns"]),
    ]
    assert data["columns"][-1]["label"] == "Server interface"
    assert sum(row[0] in ("For", "Against") for row in found) == len(data["claims"])
    assert {len(row) for row in found} == {4, 5}
    assert set(re.findall(r'href="([^"]+)"', _rendered(response.text))) >= {
        cell.source for cell in INTERFACES.values() if cell.source
    }
    assert '<a href="/comparison/data.md">Markdown</a>' in fwsite_client.get("/comparison/").text


def test_the_export_of_one_framework_has_no_other(fwsite_client: FlaskClient) -> None:
    text = fwsite_client.get("/comparison/data.md?f=flask").text

    assert re.findall("^## .*", text, re.M) == ["## Flask"]
    assert "| Criterion | Flask |" in text


def _rendered(text: str) -> str:
    return str(parse(text).html(lambda _: pytest.fail("a directive"), lambda _: pytest.fail("a picture")))


ODD = r"a|b\|c `d|e` <script>f</script> [g](javascript:h) *i* __j__ &amp; ~~k~~ # {: .l} !\[m](n) 1. o \\"


def test_no_text_breaks_out_of_its_cell() -> None:
    """Whatever stands in a name is read back as it was by a reader of Markdown."""
    source = Source("s", f"{ODD}\nmore", "https://example.org/a(b)|c?d=e&lt;f", date(2026, 1, 2))
    texts = {"summary": "One.", "drawback": "Two.", "example": "", "on_balance": ""}
    comparison = Comparison(
        frameworks=(Framework("x", ODD, **texts), Framework("y", "Y", **texts)),
        criteria=(Criterion("c", f"{ODD}\r\n\n{ODD}", "", ""),),
        ratings=(Rating("x", "c", 3, "*a* | `b|c`\n\nd", Evidence.SOURCED, date(2026, 1, 2), (source,)),),
        claims=(
            Claim("p", "y", "c", Side.CON, "So\nwhat | [it](https://example.org) is", Evidence.OPINION, date.min),
            Claim("q", "y", "c", Side.PRO, "Fine", Evidence.SOURCED, date.min, (Citation(source), Citation(source))),
        ),
    )
    column = FilledColumn("k", ODD, {"x": Cell(f"{ODD}\n", Evidence.SOURCED, "javascript:alert(1)")})

    page = _rendered(write(ExportContext(comparison=comparison, columns=(column,))))

    words = html.unescape(re.sub(r"<[^>]*>", "", page))
    assert "<script" not in page and "javascript:" not in "".join(re.findall(r'href="([^"]*)"', page))
    assert rows(page) == [
        ["Criterion", ODD, "Y"],
        [f"{ODD} {ODD}", f"3/5: a | b|c d (sourced: {ODD} more )", "not rated"],
        [ODD, f"{ODD} (sourced)", "not known"],
        ["Side", "Criterion", "Point", "Evidence"],
        ["For", f"{ODD} {ODD}", "Fine", f"sourced: {ODD} more , {ODD} more"],
        ["Against", f"{ODD} {ODD}", "So what | it is", "opinion"],
    ]
    assert f"\n{ODD}\n" in words  # as a heading
    assert "No pros and cons yet." in words
    assert set(re.findall(r'href="([^"]*)"', page)) == {"https://example.org/a%28b%29%7Cc?d=e&amp;lt;f"}


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "//example.org", "https://", "https://a b", "ftp://a"])
def test_only_addresses_of_the_web_are_links(address: str) -> None:
    assert link("words", address) == "words"

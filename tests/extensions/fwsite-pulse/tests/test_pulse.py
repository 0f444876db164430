"""Pulse: it keeps the site's contract, counts each thing once, and shows it to maintainers alone."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from fwsite_pulse import counting, listeners
from fwsite_pulse.counting import Counts, Kind

from fwsite.extend import EventContext
from fwsite.testing import ExtensionContract


class TestContract(ExtensionContract):
    """Everything that the site asks of any extension."""

    name = "pulse"


@pytest.fixture(autouse=True)
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """As in a process that has just begun."""
    fresh = Counts()
    monkeypatch.setattr(counting, "process", fresh)
    return fresh


def counted(counts: Counts) -> dict[str, dict[str, int]]:
    return {kind.value: dict(names) for kind, names in counts.snapshot().counts.items() if names}


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def token(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


# ---------------------------------------------------------------- what is counted


def test_each_article_put_together_counts_once(fwsite_app: Flask, fwsite_client: FlaskClient, counts: Counts) -> None:
    lead = fwsite_app.config["ARTICLE_LEAD"]
    folder = Path(fwsite_app.instance_path) / "articles"
    folder.mkdir(exist_ok=True)
    (folder / "second.md").write_text("---\ntitle: A second one\n---\nText.\n", encoding="utf-8")

    # The list of articles is none of them; the lead stands on the home page and at its own address.
    for path in ("/", "/article/second", "/article/second", "/article/no-such-one", "/article/", f"/article/{lead}"):
        fwsite_client.get(path).close()

    # What the site keeps whole it gives again without putting it together.
    assert counted(counts) == {"articles": {lead: 2, "second": 1}}


def answers(client: FlaskClient) -> dict[str, Any]:
    """The form with the first option of each question."""
    page = client.get("/questionnaire/").text
    form: dict[str, Any] = dict(re.findall(r'name="(csrf_token|submission)"[^>]* value="([^"]+)"', page))
    for question in client.get("/questionnaire/definition.json").json["questions"]:
        form |= {f"q-{question['key']}": question["options"][0]["key"], f"w-{question['key']}": "normal"}
    return form


def test_answers_that_are_sent_again_count_once(fwsite_client: FlaskClient, counts: Counts) -> None:
    form = answers(fwsite_client)
    nothing_chosen = {name: value for name, value in form.items() if not name.startswith("q-")}

    helped = fwsite_client.post("/questionnaire/", data=nothing_chosen)
    sent = [fwsite_client.post("/questionnaire/", data=form) for _ in range(3)]
    result = fwsite_client.get(f"{sent[0].location}/result.json").json

    assert helped.status_code == 200
    assert {response.location for response in sent} == {sent[0].location}
    assert counted(counts) == {"answers": {result["ranking"][0]["alternative"]: 1}}


def test_each_item_that_changes_counts_by_its_kind(
    fwsite_client: FlaskClient, fwsite_maintainer: FlaskClient, counts: Counts
) -> None:
    claim = fwsite_client.get("/comparison/data.json").json["claims"][0]["key"]
    address = f"/comparison/work/claim/{claim}/retire"
    given = {"csrf_token": token(fwsite_maintainer, "/pulse/"), "note": "Not so any more"}

    assert fwsite_client.post(address, data=given).status_code == 400
    assert counted(counts) == {}
    assert fwsite_maintainer.post(address, data=given).status_code == 303

    assert counted(counts) == {"changes": {"claim": 1}}
    assert "What was changed Times Pros and cons 1" in text(fwsite_maintainer.get("/pulse/").text)


class Slug(str):
    """A name that lets other threads go first, whenever it is looked up."""

    def __hash__(self) -> int:
        time.sleep(0)
        return super().__hash__()


def test_threads_lose_no_count(counts: Counts) -> None:
    start = Barrier(8)

    def shown() -> None:
        start.wait()
        for _ in range(100):
            listeners.article_shown(EventContext(name="article.shown", values={"slug": Slug("a")}))
            counts.snapshot()

    threads = [Thread(target=shown) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted(counts) == {"articles": {"a": 800}}


def test_a_snapshot_stays_as_it_is(counts: Counts) -> None:
    counts.add(Kind.ARTICLES, ["b", "a", "c", "b"])
    before = counts.snapshot()
    counts.add(Kind.ARTICLES, ["a"])

    assert before.total(Kind.ARTICLES) == 4
    assert before.most(Kind.ARTICLES) == [("b", 2), ("a", 1), ("c", 1)]
    assert counts.snapshot().most(Kind.ARTICLES, 2) == [("a", 2), ("b", 2)]
    assert counts.snapshot().since == before.since


# ---------------------------------------------------------------- who sees it, and how


@pytest.fixture
def fwsite_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    return getattr(request, "param", {})


def said(name: str, **values: Any) -> EventContext:
    return EventContext(name=name, values=values)


@pytest.mark.parametrize("fwsite_settings", [{"PULSE_TOP": 2}], indirect=True)
def test_the_page_lists_what_there_is(fwsite_maintainer: FlaskClient) -> None:
    for slug in ("<b>", "b", "b", "c", "c", "c", "d"):
        listeners.article_shown(said("article.shown", slug=slug))
    for first in ("flask", "flask", None, "gone"):
        listeners.answer_stored(said("questionnaire.answer_stored", version="1", recommended=first))
    items = (("claim", "a"), ("claim", "b"), ("rating", "c"), ("zebra", "d"))
    listeners.comparison_changed(said("comparison.changed", items=items, texts=None))
    listeners.suggested(said("comparison.suggested", framework="flask", criterion="memory", claim=""))

    response = fwsite_maintainer.get("/pulse/")
    rows = [text(row) for row in re.findall(r"<tr>(.*?)</tr>", response.text, re.S)]

    assert rows == [
        *("Article Times", "c 3", "b 2"),
        *("What came first Times", "Flask 2", "Nothing met every must 1", "gone 1"),
        *("What was changed Times", "Pros and cons 2", "Ratings 1", "zebra 1"),
        *("On what Times", "Flask 1"),
    ]
    assert "And 2 more articles, shown 2 times together." in text(response.text)
    for words in ("Articles shown: 7", "Answers stored: 4", "Changes of the comparison: 4", "begin anew"):
        assert words in text(response.text)
    assert response.cache_control.no_store
    assert "7 articles shown, 4 answers stored, 4 changes of the comparison" in fwsite_maintainer.get("/account/").text


def test_it_is_shown_to_maintainers_alone(fwsite_client: FlaskClient, fwsite_maintainer: FlaskClient) -> None:
    response = fwsite_client.get("/pulse/")
    page = fwsite_maintainer.get("/pulse/").text

    assert response.status_code == 302 and "/account/" in response.location
    assert response.cache_control.no_store
    assert "/pulse/" not in fwsite_client.get("/article/").text
    assert re.search(r'<a href="/pulse/">\s*Pulse</a>', fwsite_maintainer.get("/extensions/").text)
    assert 'aria-current="page"><strong>Pulse</strong>' in page
    assert page.count("None yet.") == len(Kind)
    assert "more article" not in page


def test_markup_in_a_name_is_shown_as_it_is(fwsite_maintainer: FlaskClient, counts: Counts) -> None:
    for kind in Kind:
        counts.add(kind, ["<script>alert(1)</script>"])

    page = fwsite_maintainer.get("/pulse/").text

    assert page.count("&lt;script&gt;alert(1)") == len(Kind)
    assert "<script>alert" not in page

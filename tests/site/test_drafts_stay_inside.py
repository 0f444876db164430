"""No draft leaks: of drafts of every kind, each with a word of its own, no address that a visitor can open says one.

What is looked at comes from the application's own URL map, the sitemap, and the links on the pages themselves.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from fwsite.blueprints.comparison.ledger import history
from fwsite.cli.content import export_command, import_command
from fwsite.domain.items import Kind
from fwsite.extend import TextsContext, texts_by_extension
from tests.blueprints.comparison.test_editing import NEW, press, save
from tests.blueprints.comparison.test_suggestions import POINT
from tests.blueprints.comparison.test_suggestions import send as suggest
from tests.blueprints.questionnaire.test_fits import judge
from tests.support.desk import Desk
from tests.support.people import signed_in
from tests.support.walk import start_addresses

WORD = re.compile(r"zq[a-z]+zq", re.IGNORECASE)
"""Every secret word; nothing else on the site is like it."""
SEARCH = "/search/?q=zq"
"""Finds whatever begins with it."""
MOST = 40
"""So many addresses of one endpoint are read."""
_RANDOM = re.compile(r'(name="(?:csrf_token|submission)" value=")[^"]*')
"""Among a thousand tokens there is one that looks like a secret word now and then."""


@pytest.fixture
def mara(app: Flask) -> FlaskClient:
    return signed_in(app)


def new_source(word: str) -> dict[str, str]:
    return {
        "source-0-title": f"Title zq{word}titlezq",
        "source-0-url": f"https://zq{word}hostzq.example.org/",
        "source-0-read_on": "2026-11-20",
        "source-0-words": f"Words zq{word}wordszq",
        "why": f"Because zq{word}whyzq",
    }


def add(mara: FlaskClient, kind: Kind, **fields: str) -> str:
    """A new item by its form; returns its address among maintainers."""
    done = save(mara, f"/comparison/work/{kind}/add", **{**NEW[kind], **fields})
    assert done.status_code == 303, done.text
    assert mara.get(done.location).status_code == 200
    return done.location.partition("?")[0].replace("/workspace/", "/framework/")


def everything_as_a_draft(mara: FlaskClient) -> dict[str, str]:
    """A draft of every kind, and what is published on a draft; by the word, its address among maintainers."""
    draft: dict[str, Any] = {"state": "draft"}
    made = {
        "fw": add(mara, Kind.FRAMEWORK, name="zqfwzq", summary="Sum zqfwsumzq", **draft, **new_source("fw")),
        "crit": add(mara, Kind.CRITERION, name="zqcritzq", question="zqcritquestionzq?", why="zqcritwhyzq", **draft),
        "src": add(mara, Kind.SOURCE, title="zqsrczq", url="https://zqsrchostzq.example.org/", why="zqswzq", **draft),
    }
    framework, criterion = (made[each].rpartition("/")[2] for each in ("fw", "crit"))
    on = {"framework": "django", "criterion": "memory", "evidence": "sourced"}
    made["claim"] = add(mara, Kind.CLAIM, **{**on, "text": "zqclaimzq"}, **draft, **new_source("claim"))
    fact = {"framework": "django", "criterion": "admin", "answer": "zqanswerzq", "text": "zqfactzq"}
    made["fact"] = add(mara, Kind.CLAIM, **{**on, **fact}, **draft, **new_source("fact"))
    made["claimon"] = add(mara, Kind.CLAIM, **{**on, "framework": framework, "text": "zqonzq"}, **new_source("on"))
    at = {**on, "criterion": criterion}
    made["claimat"] = add(mara, Kind.CLAIM, **{**at, "text": "zqatzq"}, **new_source("at"))
    rating = {"score": "2", **on, "framework": framework, "reason": "zqratezq", "evidence": "opinion"}
    made["rating"] = add(mara, Kind.RATING, **rating, why="zqratewhyzq")
    made["ratingat"] = add(
        mara,
        Kind.RATING,
        **{**at, **rating, "framework": "django", "criterion": criterion, "reason": "zqrateatzq"},
        why="zqrateatwhyzq",
    )
    return made


def work_on_frameworks(mara: FlaskClient, framework: str) -> None:
    """Everything that the workspace of a draft, and of a published framework, lets wait."""
    desk = Desk(mara)
    for key, word in ((framework, "zqdraft"), ("django", "zqpending")):
        desk.open(f"/comparison/work/workspace/{key}")
        desk.save("/summary", **{"summary.on_balance": f"{word}summaryzq"})
        desk.save("/point", **{"point.side": "con", "point.criterion": "memory", "point.text": f"{word}pointzq"})
        desk.save("/ratings", **{"rating.memory.score": "1", "rating.memory.reason": f"{word}reasonzq"})
        point = desk.form(f"/work/framework/{key}").controls["claims.work.pages"].choices[-1]
        fit = {"value": "1", "reason": f"{word}fitzq", "claims": [point]}
        desk.save(f"/work/framework/{key}", **{f"{part}.work.pages": text for part, text in fit.items()})


def read_everything(app: Flask) -> dict[str, str]:
    """What a visitor reads at every address that is known of, by address."""
    visitor, found = app.test_client(), {}
    waiting = [*start_addresses(app), "/comparison/data.json", "/comparison/data.csv", SEARCH]
    counted: dict[str, int] = {}
    adapter = app.url_map.bind("localhost")
    while waiting:
        address = waiting.pop(0)
        path = address.partition("?")[0]
        if address in found or not adapter.test(path, method="GET"):
            continue
        endpoint = str(adapter.match(path, method="GET")[0])
        counted[endpoint] = counted.get(endpoint, 0) + 1
        if counted[endpoint] > MOST or endpoint == "static":
            continue
        response = visitor.get(address, follow_redirects=True)
        headers = [pair for pair in response.headers if pair[0] != "Set-Cookie"]
        found[address] = _RANDOM.sub(r"\1", response.get_data().decode("utf-8", "replace")) + str(headers)
        if response.status_code == 200:
            waiting += links(found[address])
    return found


def links(text: str) -> list[str]:
    given = re.findall(r'(?:href="|<loc>|<id>)(?:http://localhost)?(/[^"#<]*)', text)
    return list(dict.fromkeys(unescape(each) for each in given))


def told(app: Flask) -> dict[str, list[str]]:
    """The secret words that visitors read, by address; and those in what they may search for."""
    said = {address: sorted(set(WORD.findall(text))) for address, text in read_everything(app).items()}
    with app.app_context():
        said["texts"] = WORD.findall(repr(texts_by_extension(TextsContext())))
    return {address: words for address, words in said.items() if words}


def test_no_word_of_a_draft_is_told(app: Flask, mara: FlaskClient, instance: Path) -> None:
    (instance / "articles" / "secret.md").write_text("---\ntitle: zqarticlezq\ndraft: true\n---\n\nzqtextzq\n")
    (instance / "articles" / "uses.md").write_text("---\ntitle: Uses\n---\n\n::comparison[django,zqfwzq]\n")
    made = everything_as_a_draft(mara)
    judge(mara, value="1", reason="zqfitzq")
    work_on_frameworks(mara, made["fw"].rpartition("/")[2])
    leaks = told(app)
    leaks.pop("/article/uses", None)  # its author wrote that
    assert leaks == {}
    visitor = app.test_client()
    for address in made.values():
        public = address.replace("/work/", "/history/")
        assert visitor.get(public).status_code == 404, public
        key = address.rpartition("/")[2]
        for page in (f"/comparison/suggest?claim={key}", f"/comparison/{key}", f"/comparison/{key}/memory"):
            response = visitor.get(page)
            assert response.status_code == 404 and not WORD.search(response.text.replace(key, "")), page
        assert not WORD.search(suggest_by_hand(visitor, key).replace(key, ""))
    for number in range(1, 60):
        assert not WORD.search(visitor.get(f"/comparison/changes/{number}").text)


def suggest_by_hand(visitor: FlaskClient, key: str) -> str:
    """What is said to whoever sends the form of a point that they cannot open."""
    return suggest(visitor, POINT, claim=key).text + visitor.post(f"/comparison/suggest?claim={key}").text


class TestPublishing:
    def test_a_framework_brings_what_was_published_on_it_and_their_sources(self, app: Flask, mara: FlaskClient) -> None:
        made = everything_as_a_draft(mara)
        assert press(mara, f"{made['fw']}/publish").status_code == 303
        data = app.test_client().get("/comparison/data.json").text
        assert {"zqfwtitlezq", "zqontitlezq", "zqratezq", "zqonzq"} <= set(WORD.findall(data))
        assert not {"zqclaimtitlezq", "zqattitlezq", "zqrateatzq", "zqatzq"} & set(WORD.findall(data))
        found = set(WORD.findall(app.test_client().get(SEARCH).text))
        assert {"zqfwzq", "zqfwsumzq", "zqonzq", "zqratezq"} <= found
        assert not {"zqclaimzq", "zqatzq", "zqrateatzq", "zqcritzq"} & found

    def test_the_history_begins_with_it(self, app: Flask, mara: FlaskClient) -> None:
        address = add(mara, Kind.CLAIM, text="zqclaimzq", state="draft", **new_source("claim"))
        key = address.rpartition("/")[2]
        assert save(mara, address, text="zqclaimzq again", why="zqsecondwhyzq", state="draft").status_code == 303
        assert press(mara, f"{address}/publish", why="Now for all").status_code == 303
        page = app.test_client().get(f"/comparison/history/claim/{key}").text
        assert "Now for all" in page and "zqclaimzq again" in page
        assert "zqclaimwhyzq" not in page and "zqsecondwhyzq" not in page
        with app.app_context():
            assert history.versions(Kind.CLAIM, key, 1).total == 1
        assert "zqclaimtitlezq" in app.test_client().get("/comparison/django/memory").text

    def test_an_undo_of_it_leaves_no_draft_on_the_pages(self, app: Flask, mara: FlaskClient) -> None:
        address = add(mara, Kind.CLAIM, text="zqclaimzq", state="draft")
        number = press(mara, f"{address}/publish").location.rpartition("=")[2]
        assert "zqclaimzq" in app.test_client().get("/comparison/django/memory").text
        assert press(mara, f"/comparison/work/undo/{number}").status_code == 303
        assert "zqclaimzq" not in app.test_client().get("/comparison/django/memory").text


class TestWhatIsSaid:
    def test_of_a_point_on_a_draft_framework(self, app: Flask, mara: FlaskClient) -> None:
        framework = add(mara, Kind.FRAMEWORK, name="Zed", state="draft").rpartition("/")[2]
        done = save(mara, "/comparison/work/claim/add", **{**NEW[Kind.CLAIM], "framework": framework})
        page = " ".join(mara.get(done.location).text.split())
        assert "is published, but its framework is a draft: visitors do not see it." in page
        assert "is live" not in page

    def test_of_a_suggestion_that_became_a_draft_it_waits_on(self, app: Flask, mara: FlaskClient) -> None:
        sent = suggest(app.test_client(), POINT)
        address = "/comparison/work/claim/add?suggestion=1"
        saved = save(mara, address, state="draft")
        assert "The suggestion keeps waiting" in mara.get(saved.location).text
        assert "Your suggestion is waiting" in app.test_client().get(sent.location).text


class TestSources:
    def test_of_what_visitors_read_can_be_no_draft(self, mara: FlaskClient) -> None:
        page = save(mara, "/comparison/work/source/django-faq", state="draft")
        assert page.status_code == 422
        assert "This source cannot be taken off the pages" in page.text

    def test_come_with_the_point_that_is_published(self, app: Flask, mara: FlaskClient) -> None:
        source = add(mara, Kind.SOURCE, title="zqsrczq", state="draft").rpartition("/")[2]
        fields = {**NEW[Kind.CLAIM], "evidence": "sourced", "source-0-key": source, "state": "draft"}
        claim = save(mara, "/comparison/work/claim/add", **fields).location.partition("?")[0]
        assert told(app) == {}
        assert press(mara, f"{claim}/publish").status_code == 303
        assert "zqsrczq" in app.test_client().get("/comparison/data.json").text

    def test_that_are_drafts_are_refused_in_a_file_by_their_key(
        self, mara: FlaskClient, runner: FlaskCliRunner, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.toml"
        assert runner.invoke(export_command, [str(file)]).exit_code == 0
        text = file.read_text()
        at = text.index('key = "django-faq"')
        file.write_text(f'{text[:at]}state = "draft"\n{text[at:]}')
        done = runner.invoke(import_command, [str(file), "--yes"])
        assert done.exit_code == 1
        assert "rests on 'django-faq', which is a draft here" in done.output

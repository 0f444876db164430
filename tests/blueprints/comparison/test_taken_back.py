"""What was public and is a draft again: history keeps what visitors could read, and nothing that was written since."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison.ledger import document_mapper, history, journal
from fwsite.blueprints.comparison.ledger.journal import Action, By
from fwsite.blueprints.comparison.models import Change
from fwsite.domain.items import Kind, State
from fwsite.extend import db
from tests.support.page_forms import Page

MARA = By("mara", "Because")
LATER = "zqlaterzq"
"""A word of everything that is written while it is a draft again."""
FRAMEWORK = {"summary": "Fast.", "drawback": "New.", "example": "Rockets.", "on_balance": "Wait."}


@pytest.fixture
def site(app_on_each_database: Flask) -> Flask:
    return app_on_each_database


class Story:
    """A framework with a point, a rating and a source: begun as a draft, published at once, and taken back at once."""

    def __init__(self, name: str) -> None:
        self.name, self.key = name, name.lower()
        self.given: dict[Kind, dict[str, Any]] = {
            Kind.SOURCE: {
                "key": f"{self.key}-manual",
                "title": f"{name}, the manual",
                "url": f"https://{self.key}.example.org/",
                "read_on": "2026-11-20",
            },
            Kind.FRAMEWORK: {"key": self.key, "name": name, **FRAMEWORK},
            Kind.CLAIM: {
                "key": f"{self.key}-1",
                "framework": self.key,
                "criterion": "memory",
                "side": "pro",
                "text": f"{name} is small.",
                "evidence": "sourced",
                "reviewed_on": "2026-11-20",
                "sources": [{"source": f"{self.key}-manual", "words": "Small"}],
            },
            Kind.RATING: {
                "framework": self.key,
                "criterion": "memory",
                "score": 5,
                "reason": "Small",
                "evidence": "opinion",
                "reviewed_on": "2026-11-20",
            },
        }

    def begin(self) -> None:
        for kind, given in self.given.items():
            journal.add(kind, {**given, "state": "draft"}, MARA)
        journal.commit()

    def save(self, kind: Kind, note: str = "Because", **fields: Any) -> int:
        item = document_mapper.find(kind, self.item_key(kind))
        assert item
        change = journal.save(item, {**item.document, **fields}, By("mara", note))
        assert change
        journal.commit()
        return change.id

    def item_key(self, kind: Kind) -> str:
        return f"{self.key}.memory" if kind is Kind.RATING else self.given[kind]["key"]

    def publish(self) -> int:
        batch = journal.begin_batch(By("mara", "A fifth one"), Action.PUBLISHED, {"framework": self.key})
        for kind in (Kind.CLAIM, Kind.RATING, Kind.FRAMEWORK):
            item = document_mapper.find(kind, self.item_key(kind))
            assert item
            journal.save(item, {**item.document, "state": "published"}, MARA, batch=batch.id)
        journal.commit()
        return batch.id

    def take_back(self, number: int) -> int:
        done = journal.undo_batch(db.session.get_one(Change, number), By("jo", "Too early"))
        journal.commit()
        return done.id

    def write_on(self) -> None:
        """Everything is written anew while it is a draft again."""
        self.save(Kind.SOURCE, title=f"Title {LATER}", note=LATER)
        self.save(Kind.FRAMEWORK, name=LATER, summary=f"{LATER}.", note=LATER)
        self.save(Kind.CLAIM, text=f"Text {LATER}.", note=LATER)
        self.save(Kind.RATING, reason=LATER, note=LATER)
        other = {**self.given[Kind.CLAIM], "key": f"{self.key}-2", "text": f"Other {LATER}.", "evidence": "opinion"}
        other["sources"] = []
        journal.add(Kind.CLAIM, other, By("mara", LATER))  # published, on a draft
        journal.commit()


def told(visitor: FlaskClient) -> str:
    """Everything that visitors can read of changes, with the pages of single ones and of items."""
    log, *others = (visitor.get(f"/comparison/{each}").text for each in ("changes", "changes.xml", "", "data.json"))
    found = set(re.findall(r'href="(/comparison/(?:changes/\d+|history/[\w./-]+))"', log))
    for number in re.findall(r"/comparison/changes/(\d+)", log)[:-1]:  # the oldest is the whole edition
        members = visitor.get(f"/comparison/changes/{number}").text
        found |= set(re.findall(r'href="(/comparison/(?:changes/\d+|history/[\w./-]+))"', members))
    pages = [log, *others]
    answers = {address: visitor.get(address) for address in found}
    assert {address for address, answer in answers.items() if answer.status_code != 200} == set()
    return "".join([*pages, *(answer.text for answer in answers.values())])


def words(visitor: FlaskClient, address: str) -> str:
    return Page(visitor.get(address).text, address).words


def test_a_framework_that_was_taken_back_keeps_its_history(site: Flask) -> None:
    story, visitor = Story("Rocket"), site.test_client()
    with site.app_context():
        story.begin()
        assert "Rocket" not in told(visitor)
        published = story.publish()
        before = history.log(1).total
        back = story.take_back(published)
        assert history.log(1).total == before + 1, "nothing is removed, and the taking back is told"
    log = words(visitor, "/comparison/changes")
    assert "Published Rocket" in log and "A fifth one" in log
    assert "Took back a change of Rocket: 4 items" in log and "Too early" in log
    assert f"Undone by change {back}." in log and f"Undoes change {published}." in log
    page = words(visitor, f"/comparison/changes/{back}")
    for said in ("framework “Rocket”", "rating of “Rocket on Memory”", "point “Rocket is small.”"):
        assert f"Took the {said} back to a draft" in page
    of_it = words(visitor, "/comparison/history/framework/rocket")
    assert "It is not shown in the comparison at the moment. Below is how it was last published." in of_it
    assert "Fast." in of_it and "Back to a draft" in of_it and "Too early" not in of_it.partition("History of")[0]
    assert visitor.get("/comparison/rocket").status_code == 404
    assert "Rocket" not in visitor.get("/comparison/").text + visitor.get("/comparison/data.json").text


def test_what_is_written_while_it_is_a_draft_again_is_not_told(site: Flask) -> None:
    story, visitor = Story("Saturn"), site.test_client()
    with site.app_context():
        story.begin()
        story.take_back(story.publish())
        story.write_on()
    said = told(visitor)
    assert LATER not in said
    assert "Saturn is small." in said and "Saturn, the manual" in said
    with site.app_context():
        for kind in (Kind.CLAIM, Kind.RATING, Kind.FRAMEWORK, Kind.SOURCE):
            story.save(kind, state="retired", note=LATER)
    assert LATER not in told(visitor), "what is retired as a draft stays one in its history"


def test_a_change_that_takes_back_and_writes_anew_tells_the_first_alone(site: Flask) -> None:
    story, visitor = Story("Titan"), site.test_client()
    with site.app_context():
        story.begin()
        story.publish()
        number = story.save(Kind.CLAIM, text=f"Text {LATER}.", state="draft", note="Not sure any more")
        page = words(visitor, f"/comparison/changes/{number}")
        assert "Took the point “Titan is small.” back to a draft" in page and "Not sure any more" in page
        assert "Published removed: Published" not in page and "State" in page
        assert LATER not in told(visitor)
        assert history.version_numbers(Kind.CLAIM, "titan-1") == [2], "there is nothing to compare it with"
        story.save(Kind.CLAIM, text="Titan is tiny.", state="published")
        assert LATER not in told(visitor)
        assert "small removed" not in words(visitor, "/comparison/history/claim/titan-1")
        story.save(Kind.FRAMEWORK, state="draft", note="All of it")
        assert "Titan is tiny." in told(visitor)


def test_published_again_it_goes_on(site: Flask) -> None:
    story, visitor = Story("Vega"), site.test_client()
    with site.app_context():
        story.begin()
        first = story.publish()
        story.take_back(first)
        second = story.publish()
    for number in (first, second):
        assert "Published Vega" in words(visitor, f"/comparison/changes/{number}")
    assert "Vega" in visitor.get("/comparison/").text


def test_a_criterion_that_was_taken_back_keeps_what_was_said_on_it(site: Flask) -> None:
    visitor = site.test_client()
    with site.app_context():
        given = {"key": "orbit", "name": "Orbit", "question": "How far?", "finding": "Far."}
        journal.add(Kind.CRITERION, given, MARA)
        claim = {"key": "flask-orbit", "framework": "flask", "criterion": "orbit", "side": "con", "text": "Not far."}
        number = journal.add(Kind.CLAIM, {**claim, "evidence": "opinion", "reviewed_on": "2026-11-20"}, MARA).id
        item = document_mapper.find(Kind.CRITERION, "orbit")
        assert item
        journal.save(item, {**item.document, "name": LATER, "state": State.DRAFT.value}, By("jo", "Unclear"))
        journal.commit()
    assert "Not far." in words(visitor, f"/comparison/changes/{number}")
    said = told(visitor)
    assert "Took the criterion" in said and "Unclear" in said and LATER not in said

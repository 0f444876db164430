"""Publication: articles that wait, expire, or are held back; half-saved files; what maintainers see of them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from fwsite.blueprints.article import catalogue, publication
from fwsite.blueprints.article.frontmatter import FrontMatter
from fwsite.blueprints.article.publication import Standing
from fwsite.intervals import AT_ONCE
from tests.blueprints.article.conftest import Check
from tests.blueprints.article.pages import LEAD, Articles, everywhere, page, shown_at
from tests.support.people import signed_in

MakeApp = Callable[..., Flask]
DRAFT = "---\ntitle: Secret plan\ndate: 2026-01-01\ndraft: true\n---\nText"


class Clock:
    """The time of articles and of the files' state, to be moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: str) -> None:
        self.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
        monkeypatch.setattr(publication, "now", lambda: self.now)
        monkeypatch.setattr("fwsite.web.file_state.time.time", lambda: self.now.timestamp())

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


# Waiting and expiring


def test_an_article_waits_for_its_day_and_shows_by_itself(
    make_app: MakeApp, write: Articles, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, "2026-12-01 23:59:59")
    client = make_app(intervals=AT_ONCE._replace(host_files=3600.0)).test_client()
    path = write("mine", "---\ntitle: Mine\ndate: 2026-12-02\n---\n::balance[django]\n")
    assert shown_at(client, "mine") == []
    assert "/article/mine" not in client.get("/comparison/django").text
    assert f"{path}: waiting: not shown. It waits until 2026-12-02 00:00 UTC." in (result := check()).output
    assert result.exit_code == 0
    clock.move(seconds=1)
    assert shown_at(client, "mine") == everywhere("mine")
    assert "/article/mine" in client.get("/comparison/django").text


def test_pages_that_are_kept_know_of_two_moments_one_after_the_other(
    make_app: MakeApp, write: Articles, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, "2026-12-01 10:00")
    client = make_app(intervals=AT_ONCE._replace(host_files=3600.0)).test_client()
    write("first", "---\ntitle: First\ndate: 2026-12-01T11:00:00+00:00\nexpiryDate: 2026-12-01T13:00Z\n---\n")
    write("second", "---\ntitle: Second\npublishDate: 2026-12-01 13:00:00 +0100\n---\n")
    seen = []
    for _ in range(4):
        client.get("/article/")
        seen.append([title for title in ("First", "Second") if f"{title}</a>" in client.get("/article/").text])
        clock.move(hours=1)
    assert seen == [[], ["First"], ["First", "Second"], ["Second"]]


def test_a_page_is_kept_until_then(make_app: MakeApp, write: Articles, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, "2026-12-01 10:00")
    app = make_app(intervals=AT_ONCE._replace(host_files=3600.0))
    write("first", "---\ntitle: First\ndate: 2026-12-02\n---\n")
    made = []
    monkeypatch.setattr(catalogue, "everything", lambda found=catalogue.everything: made.append(1) or found())
    for _ in range(3):
        app.test_client().get("/article/")
    clock.move(hours=14)
    for _ in range(3):
        app.test_client().get("/article/")
    assert len(made) == 2


def test_listeners_are_told_when_an_article_becomes_public(
    make_app: MakeApp, write: Articles, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, "2026-12-01 10:00")
    client = make_app().test_client()
    write("first", "---\ntitle: First\ndate: 2026-12-02\n---\n")
    told: list[frozenset[str]] = []
    monkeypatch.setattr(
        "fwsite.blueprints.article.change_notifier.emit", lambda _name, texts: told.append(frozenset(texts))
    )
    client.get("/article/")
    clock.move(days=1)
    client.get("/article/")
    client.get("/article/first")
    assert told == [{"first", LEAD}, {"first"}]


@pytest.mark.parametrize(
    ("matter", "standing", "change"),
    [
        (FrontMatter(), Standing.PUBLIC, None),
        (FrontMatter(draft="draft: true", starts=datetime(9999, 1, 1, tzinfo=UTC)), Standing.DRAFT, "9999-01-01"),
        (FrontMatter(starts=datetime(2026, 12, 1, 10, tzinfo=UTC)), Standing.PUBLIC, None),
        (FrontMatter(ends=datetime(2026, 12, 1, 10, tzinfo=UTC)), Standing.EXPIRED, None),
        (FrontMatter(starts=datetime.fromisoformat("9999-12-31T23:59-12:00")), Standing.WAITING, "9999-12-31"),
        (FrontMatter(starts=datetime.fromisoformat("0001-01-01T00:00+14:00")), Standing.PUBLIC, None),
    ],
)
def test_how_an_article_stands(matter: FrontMatter, standing: Standing, change: str | None) -> None:
    now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert publication.at(matter, now).standing is standing
    moment = publication.next_change(matter, now)
    assert (moment and f"{moment:%Y-%m-%d}") == change


def test_the_ends_of_time_are_served(app: Flask, write: Articles) -> None:
    write("last", "---\ntitle: Last\ndate: 9999-12-31T23:59-12:00\n---\n")
    write("first", "---\ntitle: First\ndate: 0001-01-01T00:00+14:00\n---\n")
    assert shown_at(app.test_client(), "last") == []
    assert shown_at(app.test_client(), "first") == everywhere("first")


# Maintainers


@pytest.mark.parametrize(
    ("text", "standing", "why"),
    [
        (DRAFT, "draft", "Its file says draft: true."),
        ("---\ntitle: Secret plan\ndate: 2999-01-01\n---\nText", "waiting", "It waits until 2999-01-01 00:00 UTC."),
        (
            "---\ntitle: Secret plan\nexpiryDate: 2020-01-01\n---\nText",
            "expired",
            "It was published until 2020-01-01",
        ),
        ("---\ntitle: Secret plan\ndate: soon\n---\nText", "held back", "line 3, date is &#39;soon&#39;; write a date"),
        ("---\ntitle: Secret plan\n\nText", "held back", "line 1, front matter has no closing line ---"),
    ],
)
def test_a_maintainer_sees_what_visitors_do_not_with_the_reason(
    app: Flask, write: Articles, text: str, standing: str, why: str
) -> None:
    path = write("mine", text)
    maintainer, visitor = signed_in(app), app.test_client()
    for _ in range(2):
        assert visitor.get("/article/mine").status_code == 404
        seen = maintainer.get("/article/mine")
        assert seen.status_code == 200
        assert f"Visitors do not see this article: it is {standing}." in seen.text
        assert why in seen.text
        assert str(path) in seen.text
        assert "Text" in seen.text
        assert seen.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in seen.text
        assert "no-store" in seen.headers["Cache-Control"]
        assert "og:" not in seen.text
    listed = maintainer.get("/article/work/drafts")
    assert listed.headers["X-Robots-Tag"] == "noindex"
    assert 'href="/article/mine"' in listed.text
    assert why in listed.text


def test_visitors_cannot_tell_a_draft_from_nothing(app: Flask, write: Articles) -> None:
    write("mine", DRAFT)
    draft, nothing = (app.test_client().get(f"/article/{slug}") for slug in ("mine", "none"))
    assert draft.text == nothing.text
    assert dict(draft.headers) == dict(nothing.headers)


def test_drafts_are_listed_for_maintainers_alone_and_where_they_find_them(app: Flask, write: Articles) -> None:
    write("mine", DRAFT)
    assert app.test_client().get("/article/work/drafts").status_code in (302, 303, 401)
    assert 'href="/article/work/drafts"' in signed_in(app).get("/account/").text


def test_a_public_article_has_no_banner_for_maintainers(app: Flask, write: Articles) -> None:
    write("mine", "---\ntitle: A\n---\nText")
    assert "Visitors do not see" not in signed_in(app).get("/article/mine").text


def test_a_lead_that_is_held_back_leaves_the_list_at_home_and_the_check_says_so(
    app: Flask, write: Articles, check: Check
) -> None:
    write(LEAD, "---\ntitle: Ours\ndraft: true\n---\n")
    assert page(app.test_client(), "/").texts["h1"] == ["All articles"]
    assert signed_in(app).get(f"/article/{LEAD}").status_code == 200
    assert f"ARTICLE_LEAD: visitors get the list of articles, as they do not see {LEAD!r}" in check().output


# Half-saved files


GOOD = "---\ntitle: Good\ndate: 2026-11-25\n---\n\nWhole text.\n"


@pytest.mark.parametrize("half", ["", "---\ntitle: Go", "---\ntitle: Good\ndate: 2026-11-25\n---\n\nWho"])
def test_a_half_saved_file_does_not_show_and_its_article_does_not_go(
    make_app: MakeApp, instance: Path, write: Articles, half: str
) -> None:
    client = make_app(intervals=AT_ONCE._replace(host_file_settling=1.0)).test_client()
    write("mine", GOOD)
    assert shown_at(client, "mine") == everywhere("mine")
    write("mine", half)
    assert shown_at(client, "mine") == everywhere("mine")
    assert "Whole text." in client.get("/article/mine").text
    write("mine", GOOD.replace("Whole", "Other"))
    assert "Whole text." in client.get("/article/mine").text
    time.sleep(1.05)
    assert "Other text." in client.get("/article/mine").text


def test_what_stays_unreadable_is_held_back_when_it_has_settled(make_app: MakeApp, write: Articles) -> None:
    client = make_app(intervals=AT_ONCE._replace(host_file_settling=0.3)).test_client()
    write("mine", GOOD)
    assert client.get("/article/mine").status_code == 200
    write("mine", "---\ntitle: Go")
    time.sleep(0.35)
    assert shown_at(client, "mine") == []


def test_a_new_file_shows_at_once(make_app: MakeApp, write: Articles) -> None:
    client = make_app(intervals=AT_ONCE._replace(host_file_settling=60.0)).test_client()
    client.get("/article/")
    write("mine", GOOD)
    assert shown_at(client, "mine") == everywhere("mine")


def test_an_article_whose_file_is_put_aside_for_a_moment_stays(make_app: MakeApp, write: Articles) -> None:
    """As editors do that rename the old file before they write the new one."""
    client = make_app(intervals=AT_ONCE._replace(host_file_settling=0.5)).test_client()
    path = write("mine", GOOD)
    assert shown_at(client, "mine") == everywhere("mine")
    path.rename(path.with_suffix(".md~"))
    assert shown_at(client, "mine") == everywhere("mine")
    time.sleep(0.55)
    assert shown_at(client, "mine") == []


def test_a_file_of_a_time_to_come_is_shown(make_app: MakeApp, write: Articles) -> None:
    client = make_app(intervals=AT_ONCE._replace(host_file_settling=0.2)).test_client()
    path = write("mine", GOOD)
    assert client.get("/article/mine").status_code == 200
    write("mine", GOOD.replace("Whole", "Other"))
    os.utime(path, (time.time() + 9999, time.time() + 9999))
    time.sleep(0.25)
    assert "Other text." in client.get("/article/mine").text


def test_while_somebody_saves_again_and_again_nobody_sees_half(make_app: MakeApp, write: Articles) -> None:
    client = make_app(intervals=AT_ONCE._replace(host_file_settling=0.5)).test_client()
    path = write("mine", GOOD)
    assert client.get("/article/mine").status_code == 200
    is_over = threading.Event()

    def save() -> None:
        while not is_over.is_set():
            with path.open("w") as file:
                for part in GOOD.split("\n"):
                    file.write(f"{part}\n")
                    file.flush()
                    time.sleep(0.002)

    writer = threading.Thread(target=save)
    writer.start()
    try:
        for _ in range(100):
            response = client.get("/article/mine")
            assert response.status_code == 200
            assert "Whole text." in response.text
    finally:
        is_over.set()
        writer.join()

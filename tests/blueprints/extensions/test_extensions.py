"""What maintainers and hosts see of extensions: the page, and the commands that look."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask, url_for
from markupsafe import Markup

from fwsite.cli.main import main
from fwsite.extend import Extension, NavItem, Record, SlotContext, State
from fwsite.plugins import discovery
from fwsite.plugins.registry import registry_of
from fwsite.plugins.state import ExtensionError
from tests.plugins.test_conformance import blueprint, page
from tests.plugins.test_contract import install
from tests.support.people import signed_in

pytestmark = pytest.mark.new_app

FAILED = Record(
    "notes", "My <notes>", "fwsite-notes", "1.2", State.FAILED, "import: ZeroDivisionError (a.py:3); upgrade"
)


def fwsite(instance: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(instance), *arguments])


class TestThePage:
    def test_lists_what_is_installed_with_its_state_and_reason(self, app: Flask) -> None:
        registry_of(app).records = (*registry_of(app).records, FAILED)
        text = signed_in(app).get("/extensions/").text
        assert 'My &lt;notes&gt; <span class="tag a">failed</span>' in text
        assert "notes 1.2 · package fwsite-notes" in text
        assert FAILED.reason in text
        for name in discovery.BUILTIN:
            assert f'<p class="meta">{name} ' in text

    def test_is_for_people_who_are_signed_in(self, app: Flask) -> None:
        response = app.test_client().get("/extensions/")
        assert (response.status_code, response.location.partition("?")[0]) == (302, "/account/sign-in")

    def test_the_dashboard_tells_of_what_does_not_work_and_is_silent_otherwise(self, app: Flask) -> None:
        mara = signed_in(app)
        assert "does not work" not in mara.get("/account/").text
        registry_of(app).records = (*registry_of(app).records, FAILED)
        assert "My &lt;notes&gt; does not work." in mara.get("/account/").text


class TestTheCommands:
    def test_list_has_a_line_for_each_with_what_to_do(self, instance: Path, tmp_path: Path) -> None:
        lines = fwsite(instance, "extensions", "list").output.splitlines()
        assert [line.split()[0] for line in lines] == sorted(discovery.BUILTIN)
        assert all(line.split()[2:] == ["active", "[built", "in]"] for line in lines)
        fresh = fwsite(tmp_path / "fresh", "extensions", "list")
        pending = [line for line in fresh.output.splitlines() if " pending " in line]
        assert [line.split()[0] for line in pending] == ["comparison", "questionnaire", "team"]
        assert all(line.endswith(f"run: fwsite --instance {tmp_path / 'fresh'} db upgrade") for line in pending)
        assert not (tmp_path / "fresh").exists()

    def test_check_names_every_page_and_changes_nothing(self, instance: Path) -> None:
        before = (instance / "fwsite.sqlite3").read_bytes()
        done = fwsite(instance, "extensions", "check", "docs")
        assert done.exit_code == 0
        *lines, last = done.output.splitlines()
        assert lines == [
            "ok      docs 0.1.0 is imported and keeps the contract",
            "ok      /docs/ answers 200 OK",
        ]
        assert re.fullmatch(
            r"ok      \d\d pages of the site were opened, and what it adds fails on none(; \d more .*)?", last
        )
        assert (instance / "fwsite.sqlite3").read_bytes() == before

    def test_check_of_one_that_is_switched_off_says_so(self, instance: Path) -> None:
        (instance / "config.toml").write_text('EXTENSIONS_DISABLED = ["docs"]\n')
        done = fwsite(instance, "extensions", "check", "docs")
        assert (done.exit_code, done.output) == (1, "FAILED  docs is disabled: by the setting EXTENSIONS_DISABLED\n")

    @pytest.mark.parametrize("command", ["check", "purge"])
    def test_of_a_name_that_nobody_has_list_those_there_are(self, instance: Path, command: str) -> None:
        done = fwsite(instance, "extensions", command, "nobody")
        assert done.exit_code == 1
        assert "There is no extension 'nobody'; known are about, account, article" in done.output


class TestWhatTheHostChooses:
    @pytest.mark.parametrize("name", discovery.BUILTIN)
    def test_any_part_can_be_switched_off(self, make_app: Callable[..., Flask], name: str) -> None:
        app = make_app(EXTENSIONS_DISABLED=(name,))
        client = app.test_client()
        closed = ("account", "extensions", "measure", "metrics")
        needs_questions = ("team",) if name == "questionnaire" else ()
        addresses = {f"/{other}/" for other in discovery.BUILTIN if other not in (name, *closed, *needs_questions)}
        for other in needs_questions:
            assert client.get(f"/{other}/").status_code == 503
        for address in addresses:
            assert client.get(address).status_code == 200
            assert f'href="/{name}/' not in client.get(address).text
        assert client.get(f"/{name}/").status_code == 404
        [record] = [record for record in registry_of(app).listed() if record.name == name]
        assert (record.state, record.reason) == (State.DISABLED, "by the setting EXTENSIONS_DISABLED")

    def test_settings_of_one_that_is_switched_off_or_not_installed_are_left_alone(
        self, instance: Path, make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
    ) -> None:
        """Every start would tell of them again."""
        with (instance / "config.toml").open("a") as file:
            file.write('EXTENSIONS_DISABLED = ["article", "gone"]\nARTICLE_LEAD = "x"\nGONE_COLOUR = 1\n')
        assert make_app().test_client().get("/comparison/").status_code == 200
        assert caplog.records == []

    def test_what_is_required_and_not_there_stops_the_start(self, make_app: Callable[..., Flask]) -> None:
        with pytest.raises(ExtensionError, match=r"'notes' is required \(EXTENSIONS_REQUIRED\): it is not installed"):
            make_app(EXTENSIONS_REQUIRED=("docs", "notes"))
        with pytest.raises(ExtensionError, match=r"'docs' is required .*: by the setting EXTENSIONS_DISABLED"):
            make_app(EXTENSIONS_REQUIRED=("docs",), EXTENSIONS_DISABLED=("docs",))

    def test_pages_can_be_moved(self, make_app: Callable[..., Flask], instance: Path) -> None:
        (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\n---\n\n![A dot](/dot.svg)\n")
        (instance / "media" / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
        moves = ("article=/texts", "comparison=/the/comparison", "questionnaire=/choose")
        client = make_app(EXTENSIONS_PREFIXES=moves).test_client()
        page = client.get("/texts/mine")
        assert 'src="/texts/media/dot.svg"' in page.text
        assert 'href="/choose/"' in page.text
        for address in ("/the/comparison/django", "/choose/", "/texts/mine", "/texts/media/dot.svg", "/sitemap.xml"):
            response = client.get(address)
            assert response.status_code == 200
            assert not any(f'"/{name}/' in response.text for name in ("article", "comparison", "questionnaire"))

    def test_links_to_where_they_would_be_lead_to_where_they_are(self, make_app: Callable[..., Flask]) -> None:
        """Articles and other sites have them in their texts."""
        client = make_app(EXTENSIONS_PREFIXES=("comparison=/the/comparison",)).test_client()
        for path in ("/", "/django", "/?f=django&f=flask", "/history/claim/a%20b"):
            response = client.get(f"/comparison{path}")
            assert (response.status_code, response.location) == (308, f"/the/comparison{path}")

    def test_two_can_change_places(self, make_app: Callable[..., Flask]) -> None:
        client = make_app(EXTENSIONS_PREFIXES=("docs=/article", "article=/docs")).test_client()
        assert "<h1>All articles</h1>" in client.get("/docs/").text
        assert "Guides" in client.get("/article/").text

    @pytest.mark.parametrize(
        ("move", "message"),
        [
            ("article=/comparison", "within /comparison of the extension comparison"),
            ("article=/comparison/texts", "within /comparison of the extension comparison"),
            ("article=/static", "taken by /static/<path:filename> of static"),
            ("article=/feed.xml", "root_urls: /feed.xml is below /feed.xml"),
        ],
    )
    def test_to_where_others_are_they_cannot(self, make_app: Callable[..., Flask], move: str, message: str) -> None:
        with pytest.raises(ExtensionError, match=message):
            make_app(EXTENSIONS_PREFIXES=(move,))


def fill(context: SlotContext) -> Markup:
    return Markup('<p class="filled">{}: {}</p>').format(context.name, sorted(context.values))


@pytest.mark.parametrize(
    ("slot", "address", "values"),
    [
        ("site.head", "/docs/", []),
        ("site.header", "/nowhere", []),
        ("article.header", "/", ["html", "slug"]),
        ("article.footer", "/", ["slug"]),
        ("comparison.criterion", "/comparison/", ["criterion", "frameworks", "text"]),
        ("comparison.framework", "/comparison/django", ["framework", "name"]),
        ("comparison.framework_footer", "/comparison/django", ["framework", "name"]),
        ("questionnaire.claims", "/questionnaire/work/fits/work", ["all", "keys"]),
        ("account.home", "/account/", ["person"]),
    ],
)
def test_a_slot_stands_where_the_reference_says(
    monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask], slot: str, address: str, values: list[str]
) -> None:
    install(monkeypatch, Extension(name="notes", title="Notes", slots={slot: fill}))
    text = signed_in(make_app()).get(address).text
    assert str(fill(SlotContext(name=slot, values=dict.fromkeys(values)))) in text


def test_a_framework_is_led_to_the_articles_about_it(app: Flask, instance: Path) -> None:
    (instance / "articles" / "flask.md").write_text("---\ntitle: On <Flask>\n---\n\n::balance[flask]\n")
    client = app.test_client()
    assert 'To read: <a href="/article/flask">On &lt;Flask&gt;</a></p>' in client.get("/comparison/flask").text
    assert "/article/flask" not in client.get("/comparison/django").text


def test_navigation_that_fails_costs_its_entry_and_no_page(
    monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    bp = blueprint(page)

    @bp.url_defaults
    def fails(_endpoint: str, _values: dict[str, Any]) -> None:
        raise ZeroDivisionError

    nav = (NavItem(label="Never seen", endpoint="notes.index"),)
    install(monkeypatch, Extension(name="notes", title="Notes", blueprint=bp, nav=nav))
    app = make_app()
    response = app.test_client().get("/comparison/")
    assert response.status_code == 200
    assert "Never seen" not in response.text
    said = {record.getMessage().partition(": ZeroDivisionError")[0] for record in caplog.records}
    assert said == {"extension notes: navigation entry Never seen failed"}
    with app.test_request_context(), pytest.raises(ZeroDivisionError):
        url_for("notes.index")


def test_check_says_why_a_page_fails_and_which_revision_is_missing(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an author forgets most easily; the page alone says only that something is wrong."""
    bp = blueprint(lambda: 1 / 0)
    install(monkeypatch, Extension(name="notes", title="Notes", blueprint=bp))
    done = fwsite(instance, "extensions", "check", "notes")
    assert done.exit_code == 1
    [line] = [line for line in done.output.splitlines() if line.startswith("FAILED")]
    what = "FAILED  /notes/ answers 500 INTERNAL SERVER ERROR: ZeroDivisionError: division by zero"
    assert line.startswith(f"{what} (extensions/test_extensions.py:")
    with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
        database.execute("ALTER TABLE comparison_edition DROP COLUMN loaded_on")
    done = fwsite(instance, "extensions", "check", "comparison")
    assert done.exit_code == 1
    assert "write a migration that does add_column comparison_edition.loaded_on" in done.output

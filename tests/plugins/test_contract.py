"""The extension contract: every breach is named before anything is applied, and a third party's package works."""

from __future__ import annotations

import itertools
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from flask import Blueprint, Flask, current_app, render_template_string, url_for
from flask.testing import FlaskClient, FlaskCliRunner
from markupsafe import Markup
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import (
    ContentFiles,
    DirectiveContext,
    DirectiveError,
    Extension,
    ExtensionError,
    Ground,
    NavItem,
    PublicationRefused,
    Setting,
    SitemapEntry,
    SlotContext,
    WorkspaceContext,
    WorkspacePart,
)
from fwsite.plugins import discovery
from fwsite.plugins.loader import check, load_extensions
from fwsite.plugins.registry import Registry, registry_of
from fwsite.plugins.state import in_order
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.site import create_app

pytestmark = pytest.mark.new_app


class NotesBase(DeclarativeBase):
    metadata = MetaData()  # not the site's: these tables are never made


class Note(NotesBase):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)


WORKSPACE = WorkspaceContext(framework="flask", page="/comparison/work/workspace/flask")


def setting(name: str) -> Setting:
    return Setting(name=name, type=str, default="", help="For the tests.")


def extension(name: str = "notes", **parts: Any) -> Extension:
    return Extension(name=name, title=name.title(), **parts)


def files(**parts: Any) -> ContentFiles:
    fine = {"names": ("notes.toml",), "keys": ("notes",), "write": dict, "read": Path.read_text, "write_file": str}
    return ContentFiles(**{**fine, **parts})


class TestChecking:
    @pytest.mark.parametrize(
        ("broken", "message"),
        [
            (extension("Notes"), "extension 'Notes': name: must be lower-case letters, digits and underscores"),
            (extension("1notes"), "extension '1notes': name: "),
            (extension("my-notes"), "extension 'my-notes': name: "),
            (extension(""), "extension '': name: "),
            (extension("notes\n"), "extension 'notes\\\\n': name: "),
            (extension("core"), "extension 'core': name: .* none of alembic, core, .*"),
            (extension("alembic"), "extension 'alembic': name: .* none of alembic"),
            (
                extension(api=2),
                "extension 'notes': api: written for version 2 of the contract, this site has version 1; upgrade",
            ),
            (extension(api=0), "extension 'notes': api: written for version 0 .*; upgrade the extension"),
            (
                extension(blueprint=Blueprint("note", __name__)),
                "extension 'notes': blueprint: is called 'note'; give it the extension's name",
            ),
            (extension(root_urls={"/notes.txt": str}), "extension 'notes': root_urls: needs a blueprint"),
            (extension(settings=(setting("COUNT"),)), "extension 'notes': settings: COUNT must begin with NOTES_"),
            (
                extension(settings=(setting("NOTES_OK"), setting("NOTESCOUNT"))),
                "extension 'notes': settings: NOTESCOUNT must begin with NOTES_",
            ),
            (extension(model_base=NotesBase), "extension 'notes': model_base: table note must begin with notes_"),
            (
                extension(migrations=Path("no/such/folder")),
                f"extension 'notes': migrations: there is no folder {Path('no/such/folder')}",
            ),
            (extension(migrations=Path(__file__)), "extension 'notes': migrations: there is no folder"),
            (extension(answering=len), "extension 'notes': answering: must be an Answering, and is <built-in"),
            (extension(workspace=len), "extension 'notes': workspace: must be a WorkspacePart, and is <built-in"),
            (extension(content_files=7), "extension 'notes': content_files: must be ContentFiles, and is 7"),
            (extension(content_files=files(names=[])), "extension 'notes': content_files: names must be a tuple"),
            (extension(content_files=files(keys=(1,))), "extension 'notes': content_files: keys must be a tuple"),
            (extension(content_files=files(write=None)), "extension 'notes': content_files: write must be a plain"),
            (
                extension(content_files=files(names=("../x.toml",))),
                "extension 'notes': content_files: '../x.toml' must",
            ),
            (
                extension(content_files=files(names=("*/x.toml",))),
                r"extension 'notes': content_files: '\*/x.toml' must",
            ),
        ],
    )
    def test_names_the_extension_and_the_place(self, broken: Extension, message: str) -> None:
        with pytest.raises(ExtensionError, match=f"^{message}"):
            check(broken)

    @pytest.mark.parametrize(
        "fine",
        [
            extension(),
            extension("n"),
            extension("n_2"),
            extension(blueprint=Blueprint("notes", __name__), root_urls={"/notes.txt": str}),
            extension(settings=(setting("NOTES_COUNT"),)),
            extension(migrations=Path(__file__).parent),
            extension("note", settings=(setting("NOTE_X"),)),
            extension(content_files=files()),
            extension(content_files=files(names=("notes/*.toml", "notes-2.toml"))),
        ],
    )
    def test_lets_the_rest_pass(self, fine: Extension) -> None:
        check(fine)

    def test_happens_before_anything_is_applied(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        install(monkeypatch, extension(api=2))
        with pytest.raises(ExtensionError, match="api: "):
            create_app(tmp_path / "instance")
        assert list(tmp_path.iterdir()) == []

    def test_is_said_by_the_command_without_a_traceback(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from fwsite.cli.main import main

        install(monkeypatch, extension(api=2))
        result = FlaskCliRunner(Flask(__name__)).invoke(main, ["--instance", str(tmp_path), "db", "upgrade"])
        assert result.exit_code == 1
        assert result.output.startswith("Error: extension 'notes': api: written for version 2")


class TestOrder:
    def test_is_after_those_that_are_named_and_by_name_otherwise(self) -> None:
        found = [
            extension("a", after=("z",)),
            extension("m"),
            extension("z", after=("y",)),
            extension("b", after=("m",)),
            extension("y"),
        ]
        orders = {tuple(e.name for e in in_order(given)) for given in itertools.permutations(found)}
        assert orders == {("m", "y", "b", "z", "a")}

    def test_of_equals_is_by_name(self) -> None:
        assert [e.name for e in in_order(map(extension, "cab"))] == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("extensions", "message"),
        [
            ([extension(), extension()], "extension 'notes': the name is used twice; rename one"),
            ([extension(after=("none",))], "extension 'notes': after: there is no extension 'none'"),
            ([extension(after=("notes",))], "after: goes round in a circle: notes -> notes"),
            (
                [extension("a", after=("b",)), extension("b", after=("c",)), extension("c", after=("a",))],
                "after: goes round in a circle: (a -> c -> b -> a|c -> b -> a -> c|b -> a -> c -> b)",
            ),
        ],
    )
    def test_that_cannot_be_is_refused(self, extensions: list[Extension], message: str) -> None:
        with pytest.raises(ExtensionError, match=f"^{message}$"):
            in_order(extensions)


def fails(_context: object) -> Markup:
    raise ZeroDivisionError("the reason")


class TestCallingOut:
    def test_a_slot_that_fails_adds_nothing_and_is_logged_while_the_others_show(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        registry = Registry(
            (
                extension("a", slots={"s": lambda _: Markup("<b>a</b>")}),
                extension("broken", slots={"s": fails}),
                extension("c", slots={"s": lambda context: Markup("<i>{}</i>").format(context.values["x"])}),
                extension("d", slots={"other": lambda _: Markup("d")}),
            )
        )
        assert registry.slot(SlotContext(name="s", values={"x": "<"})) == Markup("<b>a</b>\n<i>&lt;</i>")
        [record] = caplog.records
        assert record.levelno == logging.ERROR
        assert record.getMessage().startswith("extension broken: slot s failed: ZeroDivisionError: the reason (")
        assert record.exc_info

    def test_a_slot_that_nobody_fills_is_empty(self) -> None:
        assert Registry(()).slot(SlotContext(name="s")) == Markup("")

    def test_what_a_slot_gives_as_plain_text_is_escaped(self) -> None:
        registry = Registry((extension(slots={"s": lambda _: "<script>"}),))  # type: ignore[dict-item,return-value]
        assert "<" not in registry.slot(SlotContext(name="s"))

    @pytest.mark.parametrize("status", [fails, lambda _: "fine"], ids=["raises", "gives something else"])
    def test_a_part_of_a_workspace_that_cannot_say_how_it_stands_is_in_the_way(
        self, status: Callable[..., Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        part = WorkspacePart(status=status, publish=str, published=str)  # type: ignore[arg-type]
        [found] = Registry((extension("broken", workspace=part),)).workspace(WORKSPACE)
        assert [task.text for task in found.obstacles] == ["Broken cannot report its status; the log says why."]
        assert caplog.records[0].getMessage().startswith("extension broken: workspace failed: ")

    def test_a_part_that_cannot_publish_refuses_with_a_reason(self, caplog: pytest.LogCaptureFixture) -> None:
        def refuse(_context: WorkspaceContext) -> None:
            raise PublicationRefused("Not today.")

        for publish, told in ((fails, "Broken failed; the log says why."), (refuse, "Not today.")):
            part = WorkspacePart(status=fails, publish=publish, published=fails)
            registry = Registry((extension("broken", workspace=part),))
            with pytest.raises(PublicationRefused, match=told):
                registry.publish_parts(WORKSPACE)
        assert len(caplog.records) == 1
        registry.parts_published(WORKSPACE)  # it is done by then: what fails is logged
        assert len(caplog.records) == 2

    def test_the_form_of_a_part_stands_in_its_slot(self, app: Flask) -> None:
        values = {"framework": "flask", "page": WORKSPACE.page}
        with app.test_request_context():
            form = registry_of(app).slot(SlotContext(name="comparison.workspace", values=values))
        assert 'action="/questionnaire/work/framework/flask"' in form
        assert f'name="back" value="{WORKSPACE.page}"' in form

    def test_what_a_publication_does_to_the_audit_stands_in_its_slot(self, app: Flask) -> None:
        values = {"framework": "flask", "is_done": False}
        with app.test_request_context():
            said = registry_of(app).slot(SlotContext(name="comparison.publication", values=values))
        assert "audit" in said.casefold()

    def test_grounds_that_are_drafts_are_given_to_whoever_asks_for_them(self) -> None:
        found = [Ground(key=key, about="flask", text="It is", is_published=key == "a") for key in ("a", "b")]
        registry = Registry((extension(grounds=lambda: found),))
        assert registry.grounds() == found

    def test_a_directive_that_fails_names_its_extension(self, caplog: pytest.LogCaptureFixture) -> None:
        registry = Registry((extension("broken", directives={"d": fails}),))
        with pytest.raises(
            DirectiveError,
            match=r"^failed in extension broken: ZeroDivisionError: the reason \(plugins/test_contract.py:\d+\)$",
        ):
            registry.directive(DirectiveContext(name="d", text=""))
        [record] = caplog.records
        assert record.getMessage().startswith("extension broken: directive d failed: ZeroDivisionError: the reason (")

    def test_a_directive_that_refuses_its_text_is_not_a_failure(self, caplog: pytest.LogCaptureFixture) -> None:
        def refuse(_context: DirectiveContext) -> Markup:
            raise DirectiveError("write a number")

        with pytest.raises(DirectiveError, match=r"^write a number$"):
            Registry((extension(directives={"d": refuse}),)).directive(DirectiveContext(name="d", text="x"))
        assert caplog.records == []

    def test_an_unknown_directive_names_the_known_ones(self) -> None:
        with pytest.raises(DirectiveError, match=r"^unknown directive; known are balance, comparison, measured, note$"):
            load_extensions().directive(DirectiveContext(name="ballance", text="django"))

    @pytest.mark.parametrize(
        ("text", "arguments"), [("", ()), ("a", ("a",)), (" a , b,, ", ("a", "b")), ("a b", ("a b",))]
    )
    def test_the_arguments_of_a_directive_are_cut_at_commas(self, text: str, arguments: tuple[str, ...]) -> None:
        assert DirectiveContext(name="d", text=text).arguments == arguments

    def test_navigation_goes_by_weight_and_then_by_label(self) -> None:
        items = [NavItem(label=label, endpoint="x", weight=weight) for label, weight in (("B", 2), ("A", 2), ("Z", 1))]
        registry = Registry((extension("a", nav=tuple(items[:1])), extension("b", nav=tuple(items[1:]))))
        assert [item.label for item in registry.nav] == ["Z", "A", "B"]


def install(monkeypatch: pytest.MonkeyPatch, third: Extension) -> None:
    """As if it were one of those that are listed."""
    module = ModuleType(f"fwsite.blueprints.{third.name}")
    module.extension = third  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(discovery, "BUILTIN", (*discovery.BUILTIN, third.name))


def notes() -> Extension:
    """A small package of a third party, with everything that the contract has but tables."""
    bp = Blueprint("notes", __name__)

    @bp.get("/")
    def index() -> str:
        return render_template_string(
            '{% extends "base.html" %}{% block title %}Notes{% endblock %}'
            "{% block main %}<h1>{{ greeting }}</h1>{% endblock %}",
            greeting=current_app.config["NOTES_GREETING"],
        )

    def notes_txt() -> str:
        return "plain notes"

    @click.command("notes-list")
    def listing() -> None:
        """List them."""
        click.echo("one note")

    return Extension(
        name="notes",
        title="Notes",
        after=("article",),
        blueprint=bp,
        root_urls={"/notes.txt": notes_txt},
        nav=(NavItem(label="My notes", endpoint="notes.index", weight=15),),
        slots={"article.footer": lambda context: Markup("<p>Noted: {}</p>").format(context.values["slug"])},
        directives={"shout": lambda context: Markup("<p>{}!</p>").format(context.text.upper())},
        commands=(listing,),
        settings=(Setting(name="NOTES_GREETING", type=str, default="Hello, notes", help="The heading."),),
        load_content=lambda: "two notes",
        sitemap=lambda: [SitemapEntry(path=url_for("notes.index"))],
    )


class TestAThirdPartysExtension:
    @pytest.fixture
    def app(self, instance: Path, monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]) -> Flask:
        install(monkeypatch, notes())
        (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\n---\n\n::shout[a <b> c]\n")
        return make_app()

    def test_has_its_page_below_its_name(self, client: FlaskClient) -> None:
        page = client.get("/notes/")
        assert page.status_code == 200
        assert "<h1>Hello, notes</h1>" in page.text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")

    def test_has_its_entry_in_the_navigation_of_every_page(self, client: FlaskClient) -> None:
        for address in ("/", "/comparison/", "/questionnaire/", "/nowhere"):
            text = client.get(address).text
            assert '<a href="/notes/">My notes</a>' in text
            assert text.index(">Article<") < text.index(">My notes<") < text.index(">Compare<")
        assert '<a href="/notes/" aria-current="page">My notes</a>' in client.get("/notes/").text

    def test_has_its_root_address(self, client: FlaskClient) -> None:
        assert client.get("/notes.txt").text == "plain notes"

    def test_fills_its_slot(self, client: FlaskClient) -> None:
        assert "<p>Noted: mine</p>" in client.get("/article/mine").text

    def test_has_its_directive_in_articles(self, client: FlaskClient) -> None:
        assert "<p>A &lt;B&gt; C!</p>" in client.get("/article/mine").text

    def test_has_its_setting(self, app: Flask, instance: Path, make_app: Callable[..., Flask]) -> None:
        (instance / "config.toml").write_text('NOTES_GREETING = "Good <evening>"\n')
        assert "<h1>Good &lt;evening&gt;</h1>" in make_app().test_client().get("/notes/").text

    def test_has_its_command(self, runner: FlaskCliRunner) -> None:
        result = runner.invoke(args=["notes-list"])
        assert (result.exit_code, result.output) == (0, "one note\n")

    def test_is_in_the_sitemap(self, client: FlaskClient) -> None:
        assert "<loc>http://localhost/notes/</loc>" in client.get("/sitemap.xml").text

    def test_loads_its_content(self, app: Flask) -> None:
        assert "content notes: two notes" in map(str, bring_up_to_date(app))

    def test_leaves_nothing_behind_once_it_is_gone(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]
    ) -> None:
        monkeypatch.setattr(discovery, "BUILTIN", ("article", "comparison", "questionnaire"))
        gone = make_app().test_client()
        assert gone.get("/notes/").status_code == 404
        assert gone.get("/article/mine").status_code == 200
        assert "Noted" not in gone.get("/article/mine").text
        assert "/notes/" not in gone.get("/").text


@pytest.mark.parametrize("left_out", ["comparison", "questionnaire"])
def test_the_other_pages_stand_without_one_of_the_built_in_ones(
    instance: Path, monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask], left_out: str
) -> None:
    (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\n---\n\nText.\n")
    monkeypatch.setattr(discovery, "BUILTIN", tuple(name for name in discovery.BUILTIN if name != left_out))
    client = make_app(ARTICLE_LEAD="mine").test_client()
    assert client.get(f"/{left_out}/").status_code == 404
    for address in {"/", "/article/", "/comparison/", "/questionnaire/", "/sitemap.xml"} - {f"/{left_out}/"}:
        page = client.get(address)
        assert page.status_code == 200
        assert f"/{left_out}/" not in page.text

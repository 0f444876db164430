"""For authors of extensions: fixtures for pytest, and :class:`ExtensionContract`, what the site asks of an extension.

pytest loads this in every environment in which the site is installed, so it imports nothing of the site before a
fixture or a test needs it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient, FlaskCliRunner

    from fwsite.extend import Extension

_ODD_TEXTS = ("", " ", "a, b", "<script>alert(1)</script>", "\U0001f600" * 100, "x" * 10_000, "%s {0} {{ 1 }}", "‮")
_INLINE = re.compile(r"<script(?![^>]*type=\"application/ld\+json\")(?![^>]*src=)|<style|\sstyle=|\son[a-z]+\s*=", re.I)
"""What the site's security policy does not let run, or show."""


@pytest.fixture
def fwsite_settings() -> dict[str, Any]:
    """Settings of the site for a test; override it to change some: ``return {"NOTES_SHOWN": 3}``."""
    return {}


@pytest.fixture(scope="session")
def _fwsite_filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that is up to date, to copy from: filling one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("fwsite") / "instance"
    _built(folder, {}, folder.parent)
    return folder


def _built(folder: Path, settings: dict[str, Any], compiled: Path, *, fill: bool = True) -> Flask:
    """The site on ``folder``, up to date, with no setting of this machine; templates are compiled only once.

    A copy of an instance that was filled with the same settings need not be filled.
    """
    import os

    from jinja2 import FileSystemBytecodeCache

    from fwsite import create_app
    from fwsite.intervals import AT_ONCE
    from fwsite.plugins.upgrade import bring_up_to_date

    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("FWSITE_")]:
            patch.delenv(name)
        app = create_app(folder, settings=settings, intervals=AT_ONCE)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    for _step in bring_up_to_date(app) if fill else ():
        pass
    _close(app)
    return app


def _close(app: Flask) -> None:
    from fwsite.extend import db

    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def fwsite_app(_fwsite_filled: Path, tmp_path: Path, fwsite_settings: dict[str, Any]) -> Iterator[Flask]:
    """The site with everything that is installed, on an instance folder of the test's own, up to date:
    ``with fwsite_app.app_context(): queries.newest(3)``.
    """
    folder = Path(shutil.copytree(_fwsite_filled, tmp_path / "instance"))
    app = _built(folder, fwsite_settings, _fwsite_filled.parent, fill=bool(fwsite_settings))
    yield app
    _close(app)


@pytest.fixture
def fwsite_client(fwsite_app: Flask) -> FlaskClient:
    """A visitor: ``fwsite_client.get("/notes/").text``, and from another address
    ``fwsite_client.get("/notes/", environ_base={"REMOTE_ADDR": "192.0.2.7"})``.
    """
    return fwsite_app.test_client()


@pytest.fixture
def fwsite_runner(fwsite_app: Flask) -> FlaskCliRunner:
    """Runs commands of extensions as ``fwsite`` does, in the application's context:
    ``fwsite_runner.invoke(args=["notes", "list"])``.
    """
    from flask.testing import FlaskCliRunner

    class Runner(FlaskCliRunner):
        def invoke(self, *given: Any, **named: Any) -> Any:
            with self.app.app_context():
                return super().invoke(*given, **named)

    return Runner(fwsite_app)


@pytest.fixture
def fwsite_maintainer(fwsite_app: Flask) -> FlaskClient:
    """A maintainer who is signed in: ``fwsite_maintainer.get("/notes/add").status_code``."""
    return _signed_in(fwsite_app, "maintainer")


def _signed_in(app: Flask, role: str) -> FlaskClient:
    """A browser in which somebody is signed in by a session of the database, as after the form."""
    from fwsite.db.models import User, UserSession
    from fwsite.extend import db
    from fwsite.web.auth import new_token, utc_now
    from fwsite.web.signing import token_hash

    token, now = new_token(), utc_now()
    with app.app_context():
        person = User(name=f"Test {role}", name_key=f"test {role}", role=role, active=True, created_at=now)
        db.session.add(person)
        db.session.flush()
        hour_later = now.replace(year=now.year + 1, day=1)
        db.session.add(
            UserSession(token_hash=token_hash(token), user_id=person.id, created_at=now, expires_at=hour_later)
        )
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


class ExtensionContract:
    """What the site asks of an extension. Let a test class inherit it and say the extension's ``name``.

    The extension has to be installed: ``pip install -e .`` makes its entry point known.
    """

    name: str

    @pytest.fixture
    def extension(self, fwsite_app: Flask) -> Extension:
        """The extension under test; fails with the reason where it is not active."""
        from fwsite.plugins.registry import registry_of

        records = [record for record in registry_of(fwsite_app).listed() if record.name == self.name]
        assert records, f"there is no extension {self.name!r} in this environment: pip install -e . makes it known"
        assert records[0].state == "active", f"{self.name} is {records[0].state}: {records[0].reason}"
        return next(each for each in registry_of(fwsite_app).extensions if each.name == self.name)

    def test_it_is_active_and_says_what_it_is(self, extension: Extension) -> None:
        assert extension.title.strip()
        assert all(setting.help.strip() for setting in extension.settings)
        assert all(point.help.strip() for point in extension.offers)
        commands = list(extension.commands)
        for command in commands:  # those of groups come to the end of the list
            commands.extend(getattr(command, "commands", {}).values())
            assert hasattr(command, "commands") or command.help, f"the command {command.name} has no help"

    def test_defaults_of_its_settings_are_valid(self, extension: Extension) -> None:
        for setting in extension.settings:
            assert setting.checked(setting.default) == setting.default

    def test_its_tables_are_those_of_its_models(self, extension: Extension, fwsite_app: Flask) -> None:
        from fwsite.ops.schema_diff import drift

        with fwsite_app.app_context():
            assert drift(self.name) == [], "migrations and models differ; write a migration"

    def test_its_pages_answer_and_carry_the_policy(self, extension: Extension, fwsite_app: Flask) -> None:
        for client in (fwsite_app.test_client(), _signed_in(fwsite_app, "admin")):
            for path in self._paths(fwsite_app):
                response = client.get(path)
                assert response.status_code < 500, f"{path} answers {response.status}"
                assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
                if response.mimetype == "text/html" and response.status_code == 200:
                    assert not _INLINE.search(response.text), f"{path} has a script or a style that may not run"
                    assert response.text.count("<h1") == 1, f"{path} must have one h1"
                response.close()

    def test_all_pages_that_it_adds_to_and_links_to_answer(self, extension: Extension, fwsite_app: Flask) -> None:
        """Slots, columns, transforms, and its own pages that take arguments, as far as a page leads to them."""
        from fwsite.plugins.site_walk import SiteWalk, heard

        with heard(self.name) as faults:
            visitors = fwsite_app.test_client(), _signed_in(fwsite_app, "admin")
            failing = [page.path for page in SiteWalk(fwsite_app, self.name, visitors) if page.status >= 500]
        assert not faults, "\n".join(sorted(set(map(str, faults))))
        assert not failing

    def test_reading_changes_nothing(self, extension: Extension, fwsite_app: Flask) -> None:
        before = self._rows(fwsite_app)
        for path in self._paths(fwsite_app):
            for method in ("GET", "HEAD", "OPTIONS"):
                fwsite_app.test_client().open(path, method=method).close()
        assert self._rows(fwsite_app) == before

    def test_no_form_is_taken_without_its_token(self, extension: Extension, fwsite_app: Flask) -> None:
        client, before = _signed_in(fwsite_app, "admin"), None
        before = self._rows(fwsite_app)
        for method, path in self._writing(fwsite_app):
            response = client.open(path, method=method, data={"text": "x"})
            assert 400 <= response.status_code < 500, f"{method} {path} answers {response.status} without a token"
        assert self._rows(fwsite_app) == before

    def test_maintainers_pages_are_closed_to_visitors(self, extension: Extension, fwsite_app: Flask) -> None:
        from werkzeug.routing import BuildError

        for item in extension.nav:
            with fwsite_app.test_request_context():
                try:
                    path = fwsite_app.url_for(item.endpoint)
                except BuildError as error:
                    raise AssertionError(f"nav: {item.label} leads nowhere") from error
            status = fwsite_app.test_client().get(path).status_code
            assert status in ((302, 403) if item.role else (200, 302, 303)), f"{path} answers {status}"

    def test_directives_take_any_text(self, extension: Extension, fwsite_app: Flask) -> None:
        from markupsafe import Markup

        from fwsite.extend import DirectiveContext, DirectiveError

        with fwsite_app.test_request_context():
            for name, directive in extension.directives.items():
                for text in _ODD_TEXTS:
                    try:
                        html = directive(DirectiveContext(name=name, text=text))
                    except DirectiveError:
                        continue
                    assert isinstance(html, Markup), f"directive {name} must give Markup"
                    assert "<script>alert" not in html, f"directive {name} lets HTML through"

    def test_what_it_names_can_be_found(self, extension: Extension, fwsite_app: Flask) -> None:
        from fwsite.extend import TextsContext

        with fwsite_app.test_request_context():
            paths = [entry.path for entry in extension.sitemap()] if extension.sitemap else []
            texts = list(extension.texts(TextsContext())) if extension.texts else []
        assert len({text.key for text in texts}) == len(texts), "two texts have one key"
        paths += [text.path.partition("#")[0] for text in texts]
        for path in sorted(set(paths)):
            response = fwsite_app.test_client().get(path)
            assert response.status_code == 200, f"{path} answers {response.status}"
            response.close()

    def test_its_columns_and_exports_can_be_read(self, extension: Extension, fwsite_app: Flask) -> None:
        client = fwsite_app.test_client()
        page = client.get("/comparison/").text if extension.columns else ""
        for column in extension.columns:
            assert column.label in page
        for export in extension.exports:
            response = client.get(f"/comparison/data.{export.format}")
            assert (response.status_code, response.mimetype) == (200, export.mimetype)

    def test_the_site_stands_without_it(self, extension: Extension, tmp_path: Path, _fwsite_filled: Path) -> None:
        folder = Path(shutil.copytree(_fwsite_filled, tmp_path / "without"))
        app = _built(folder, {"EXTENSIONS_DISABLED": (self.name,)}, _fwsite_filled.parent)
        for path in {"/article/", "/comparison/", "/questionnaire/", "/docs/", "/sitemap.xml"} - {f"/{self.name}/"}:
            response = app.test_client().get(path)
            assert response.status_code == 200, f"{path} answers {response.status} without {self.name}"
        _close(app)

    def _paths(self, app: Flask) -> list[str]:
        """Its addresses that can be read and take no arguments."""
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] == self.name]
        return sorted(rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments)

    def _writing(self, app: Flask) -> list[tuple[str, str]]:
        """Method and address of everything that may change something and takes no arguments."""
        reading = {"GET", "HEAD", "OPTIONS"}
        return sorted(
            (method, rule.rule)
            for rule in app.url_map.iter_rules()
            if rule.endpoint.partition(".")[0] == self.name and not rule.arguments
            for method in (rule.methods or set()) - reading
        )

    def _rows(self, app: Flask) -> dict[str, list[Any]]:
        """Every row of every table but what is counted to slow down guessing."""
        from sqlalchemy import MetaData, select

        from fwsite.extend import db

        with app.app_context(), db.engine.connect() as connection:
            found = MetaData()
            found.reflect(connection, only=lambda name, _: name != "throttle")
            return {name: sorted(map(repr, connection.execute(select(table)))) for name, table in found.tables.items()}

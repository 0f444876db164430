"""Sites to carry content between: folders with a database of their own, and ``fwsite content`` on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from fwsite.cli.app import build
from fwsite.cli.main import main
from fwsite.extend import db
from tests.support.site import Visitor, create_app


@dataclass(frozen=True)
class Site:
    """An instance folder; the database may not be there yet."""

    folder: Path

    def run(self, *arguments: object, answer: str | BytesIO | None = None) -> Result:
        """A command of ``fwsite``."""
        info = ScriptInfo(create_app=build, set_debug_flag=False)
        done = CliRunner().invoke(main, ["--instance", str(self.folder), *map(str, arguments)], input=answer, obj=info)
        with info.load_app().app_context():
            db.engine.dispose()
        return done

    def content(self, *arguments: object, answer: str | None = None) -> list[str]:
        """The lines of ``fwsite content``, which has to go well."""
        done = self.run("content", *arguments, answer=answer)
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    def refused(self, *arguments: object, answer: str | None = None) -> list[str]:
        """The lines of ``fwsite content``, which has to refuse."""
        done = self.run("content", *arguments, answer=answer)
        assert done.exit_code == 1, done.output
        return done.output.splitlines()

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """The application, inside its context."""
        app = create_app(self.folder)
        app.test_client_class = Visitor
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


@dataclass(frozen=True)
class Sites:
    """Makes sites in a folder, each on a database of its own."""

    place: Path
    filled: Path
    new_database: Callable[[bool], str] | None
    """The address of a filled or an empty database; none where each has a file in its folder."""

    def full(self, name: str = "full") -> Site:
        """One with everything that is shipped."""
        folder = self.place / name
        if self.new_database is None:
            shutil.copytree(self.filled, folder)
        else:
            self._on_server(folder, self.new_database(True))
        return Site(folder)

    def empty(self, name: str = "empty") -> Site:
        """One on which nothing was ever run."""
        folder = self.place / name
        if self.new_database is not None:
            self._on_server(folder, self.new_database(False))
        return Site(folder)

    def _on_server(self, folder: Path, url: str) -> None:
        folder.mkdir()
        (folder / "config.toml").write_text(f'DATABASE_URL = "{url}"\n')


def contents(folder: Path) -> dict[str, str]:
    """Every file below the folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}

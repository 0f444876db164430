"""Instance folder: everything that belongs to one installation."""

from __future__ import annotations

import os
import secrets
import shlex
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

_CONTENT = Path(__file__).parent / "content"


class InstanceError(Exception):
    """The folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Instance:
    """The places inside an instance folder."""

    path: Path

    @classmethod
    def locate(cls, path: str | os.PathLike[str] | None, environ: Mapping[str, str]) -> Instance:
        """``path``, else ``FWSITE_INSTANCE``, else ``instance/`` in the working directory.

        Never the virtual environment, where a host would lose the answers together with it.
        """
        place = Path(path or environ.get("FWSITE_INSTANCE") or "instance").absolute()
        return cls(place.resolve() if ".." in place.parts else place)

    def command(self, words: str) -> str:
        """Command line for people that reaches this folder from where they are: ``fwsite --instance PATH db upgrade``.

        Without the folder only where that is the default, whatever the environment says.
        """
        defaults = {self.locate(None, {}).path, self.locate(None, os.environ).path}
        chosen = "" if defaults == {self.path} else f" --instance {shlex.quote(str(self.path))}"
        return f"fwsite{chosen} {words}"

    def upgrade_step(self) -> str:
        """What to do where the database is missing or older. Where the folder is missing, too, another one is meant."""
        upgrade = self.command("db upgrade")
        if self.path.is_dir():
            return f"Run: {upgrade}"
        name = "name the site's own with --instance PATH or FWSITE_INSTANCE"
        return f"There is no instance folder {self.path}: {name}, or make a new site there: {upgrade}"

    def refuse_unreadable(self) -> None:
        """Raises :class:`InstanceError` where there is something that this user may not look into."""
        try:
            self.path.stat()
            os.scandir(self.path).close()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise InstanceError(
                f"The instance folder {self.path} cannot be read by this user ({os.geteuid()}): {error.strerror}. Run "
                "this as the site's user, or choose another folder with --instance PATH or FWSITE_INSTANCE."
            ) from error

    @property
    def config_file(self) -> Path:
        """The host's settings."""
        return self.path / "config.toml"

    @property
    def secret_file(self) -> Path:
        """Signs sessions and forms."""
        return self.path / "secret_key"

    @property
    def database_file(self) -> Path:
        """The SQLite database that is used unless DATABASE_URL says otherwise."""
        return self.path / "fwsite.sqlite3"

    @property
    def articles(self) -> Path:
        """The host's articles."""
        return self.path / "articles"

    @property
    def media(self) -> Path:
        """The host's pictures."""
        return self.path / "media"

    @property
    def templates(self) -> Path:
        """The host's versions of templates."""
        return self.path / "templates"

    @property
    def extensions(self) -> Path:
        """Extensions of one file, which are run: whoever can write here is the site."""
        return self.path / "extensions"

    @property
    def known_extensions(self) -> Path:
        """Names of extensions that were ever installed here; see :mod:`fwsite.plugins.known_names`."""
        return self.path / "known_extensions"

    @property
    def measurements(self) -> Path:
        """Run files: the host's own measurements."""
        return self.path / "measurements"

    @property
    def static(self) -> Path:
        """The host's logo, style sheet and other files, served below ``/own/``."""
        return self.path / "static"

    @property
    def cache(self) -> Path:
        """What can be made anew at any time: templates as they were compiled."""
        return self.path / "cache"

    @property
    def maintenance_file(self) -> Path:
        """Is there while the site is read-only; see :mod:`fwsite.web.maintenance`."""
        return self.path / "maintenance.json"

    @property
    def changed_file(self) -> Path:
        """Where processes tell each other that content changes; see :mod:`fwsite.db.content_version`."""
        return self.cache / "changed"

    def content_file(self, name: str) -> Path:
        """The host's version of a content file, or the shipped one where the host has none."""
        own = self.path / name
        return own if own.is_file() else _CONTENT / name

    @property
    def own_content_files(self) -> list[Path]:
        """Where the host's versions of content files are, or would be."""
        return [self.path / each.name for each in sorted(_CONTENT.iterdir()) if each.is_file()]

    def create(self) -> list[Path]:
        """Make the folder and the secret key where they are missing; returns what was made."""
        made = []
        try:
            for folder in (self.path, self.articles, self.media):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True)
                    made.append(folder)
            self.cache.mkdir(mode=0o700, exist_ok=True)  # what is in there is run
            if not self.changed_file.exists():
                self.changed_file.touch(mode=0o600)
            if not self.secret_file.exists():
                self._write_secret()
                made.append(self.secret_file)
        except OSError as error:
            raise InstanceError(
                f"The instance folder {self.path} cannot be written: {error.strerror}: {error.filename}. "
                "Change its permissions, or choose another with --instance PATH or FWSITE_INSTANCE."
            ) from error
        return made

    def _write_secret(self) -> None:
        """Written aside and linked into place, so that two processes starting together agree on one key."""
        handle, name = tempfile.mkstemp(prefix="secret_key.", dir=self.path)  # mode 0600, nobody else's
        aside = Path(name)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32) + "\n")
            self.secret_file.hardlink_to(aside)
        except FileExistsError:
            pass
        finally:
            aside.unlink()

    def secret(self) -> str | None:
        """The secret key, or ``None`` where none was made yet."""
        if not self.secret_file.exists():
            return None
        try:
            key = self.secret_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InstanceError(
                f"{self.secret_file} cannot be read as a text by this user ({os.geteuid()}): {error}. Run this as the "
                "site's user; if it already does, give the file to it with chown."
            ) from error
        if len(key) < 32:
            raise InstanceError(f"{self.secret_file} holds fewer than 32 characters; delete it for a new one.")
        return key


def current_instance() -> Instance:
    """The instance folder of the running application."""
    return Instance(Path(current_app.instance_path))

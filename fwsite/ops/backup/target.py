"""Restore target: the database that a backup goes into. What the backup itself names counts inside its folder only.

A backup of the site that people use names the database that people use. Whoever restores it elsewhere must never reach
that one: so the target is said by whoever restores, and the settings that come with the backup are made to name it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from fwsite.ops.backup.archive import DATABASES, FOLDER, BackupError
from fwsite.ops.toml_value import NotEdited, with_value

SETTING = "DATABASE_URL"
_SAY_WHERE = (
    "say where it should go: --database URL, or FWSITE_DATABASE_URL in the environment. The backup's own setting "
    "is not followed, as it may name the database of the site that it was made of"
)


@dataclass(frozen=True)
class Target:
    """``address`` is as DATABASE_URL has it, empty for the file in the instance folder.

    ``is_written`` says whether the backup's ``config.toml`` had to be changed for it.
    """

    address: str
    is_written: bool = False


def choose(given: str, folder: Path, kind: str) -> Target:
    """The target, and the unpacked ``config.toml`` made to name it. Raises :class:`BackupError`.

    ``given`` is what whoever restores has said, by an option, the environment or the settings of the instance folder
    as it is; ``folder`` is where the backup was unpacked, and ``kind`` the kind of its database.
    """
    config_file = folder / FOLDER / "config.toml"
    text, own = _read(config_file)
    if not given and (kind != "sqlite" or not _stays_inside(own)):
        raise BackupError(f"its database is {_WORDS[kind]}, and nothing says which one it is to become: {_SAY_WHERE}")
    address = given or own
    if address == own:
        return Target(address)
    try:
        config_file.write_text(with_value(text, SETTING, address), encoding="utf-8")
    except NotEdited as error:
        raise BackupError(f"its config.toml cannot be made to name the new database: {error}") from error
    config_file.chmod(0o600)  # the address may have a password in it
    return Target(address, is_written=True)


_WORDS = {"sqlite": "an SQLite file outside of its instance folder", "postgresql": "one of PostgreSQL"}
assert _WORDS.keys() == DATABASES.keys()  # noqa: S101 - both say which kinds there are


def _read(config_file: Path) -> tuple[str, str]:
    """The backup's settings as they are written, and the database that they name."""
    try:
        text = config_file.read_text(encoding="utf-8") if config_file.is_file() else ""
        own = tomllib.loads(text).get(SETTING, "")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BackupError(f"its config.toml cannot be read: {error}") from error
    return text, own if isinstance(own, str) else ""


def _stays_inside(address: str) -> bool:
    """Whether the address is of a file in the instance folder, whichever folder that is."""
    if not address:
        return True
    try:
        url = make_url(address)
    except ArgumentError:
        return False
    database = Path(url.database or "/")
    is_file = url.get_backend_name() == "sqlite" and not str(database).startswith("file:")
    return is_file and not database.is_absolute() and ".." not in database.parts

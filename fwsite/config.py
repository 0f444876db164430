"""Every setting of the site, once; read from the environment, ``config.toml`` and defaults, and checked."""

from __future__ import annotations

import difflib
import logging
import re
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from fwsite.extend.loading import Choice
from fwsite.extend.roster import Roster
from fwsite.extend.setting import Setting
from fwsite.headers import ONE_YEAR
from fwsite.instance import Instance

ENVIRONMENT_PREFIX = "FWSITE_"
log = logging.getLogger(__name__)
_PRIVATE = re.compile(r"SECRET|PASSWORD|TOKEN|KEY")
_NOT_SETTINGS = {"FWSITE_INSTANCE"}
_MOVE = re.compile(r"(?P<name>[a-z][a-z0-9_]*)=(?P<prefix>(/[A-Za-z0-9._~-]+)+)")


class SettingsError(Exception):
    """Settings that cannot be used; one line each, with name, value, source and what is expected."""


def _not_empty(value: str) -> str | None:
    return None if value.strip() else "must not be empty"


def _site_url(value: str) -> str | None:
    parts = urlsplit(value)
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    if not value or (parts.scheme in ("http", "https") and parts.netloc and bare):
        return None
    return "must be an address without a path such as https://ledger.example.org"


def _database_url(value: str) -> str | None:
    if not value:
        return None
    try:
        url = _engine_url(value)
        url.get_dialect().import_dbapi()
    except ImportError as error:
        return f"needs a Python package that cannot be imported: {error}"
    except (ArgumentError, NoSuchModuleError, ValueError):
        return "must be a database address such as sqlite:////var/lib/fwsite/ledger.sqlite3"
    in_memory = not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"
    if url.get_backend_name() == "sqlite" and in_memory:
        return "must name a file: answers kept in memory would be lost"
    return None


def _engine_url(value: str) -> URL:
    """``postgres://`` is what many hosts hand out; SQLAlchemy knows it as ``postgresql://`` only."""
    return make_url(re.sub(r"\Apostgres://", "postgresql://", value))


def _secret(value: str) -> str | None:
    return None if not value or len(value) >= 32 else "must have at least 32 characters"


def _throttle_url(value: str) -> str | None:
    if not value:
        return None
    if not re.match(r"rediss?://.", value):
        return "must be an address such as redis://localhost:6379/0"
    return None if find_spec("redis") else "needs the Python package redis; install it, or leave this empty"


def _which(value: str) -> str | None:
    return None if value in ("all", "builtin") else "must be all, or builtin"


def _moves(value: tuple[str, ...]) -> str | None:
    wrong = [part for part in value if not _MOVE.fullmatch(part)]
    return f"must be like name=/path, and {wrong[0]!r} is not" if wrong else None


CHOICE: tuple[Setting, ...] = (
    Setting(
        name="EXTENSIONS",
        type=str,
        default="all",
        help="Which extensions are loaded: all that are installed, or, with builtin, none but the site’s own parts. "
        "That is the safe mode.",
        check=_which,
    ),
    Setting(
        name="EXTENSIONS_DISABLED",
        type=tuple,
        default=(),
        help="Names of extensions that are not loaded. Their settings and data stay, and so they do where one of them "
        "is not installed.",
    ),
    Setting(
        name="EXTENSIONS_REQUIRED",
        type=tuple,
        default=(),
        help="Names of extensions without which the site does not start.",
    ),
    Setting(
        name="EXTENSIONS_STRICT",
        type=bool,
        default=False,
        help="Whether the site refuses to start where any extension fails, instead of leaving it out.",
    ),
    Setting(
        name="EXTENSIONS_PREFIXES",
        type=tuple,
        default=(),
        help="Extensions whose pages stand at another address than their name, as name=/path.",
        check=_moves,
    ),
)
"""What has to be known before extensions are loaded."""
SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="SITE_TITLE",
        type=str,
        default="Backend Ledger",
        help="The site's name, in the header and in titles.",
        check=_not_empty,
    ),
    Setting(
        name="SITE_URL",
        type=str,
        default="",
        help="The public address, used for canonical links, feed and sitemap. Empty: the address of the request. "
        "With https, cookies are marked secure.",
        check=_site_url,
    ),
    Setting(
        name="TRUSTED_HOSTS",
        type=tuple,
        default=(),
        help="Host names that the site answers to. A leading dot stands for all subdomains. Empty: the host of "
        "SITE_URL and this machine, or any host where that is empty too.",
    ),
    Setting(
        name="SECRET_KEY",
        type=str,
        default="",
        help="Signs sessions and forms. Empty: the file secret_key in the instance folder.",
        check=_secret,
    ),
    Setting(
        name="DATABASE_URL",
        type=str,
        default="",
        help="SQLAlchemy address of the database. Empty: fwsite.sqlite3 in the instance folder.",
        check=_database_url,
    ),
    Setting(
        name="THROTTLE_URL",
        type=str,
        default="",
        help="Where tries are counted, to slow down guessing: a Redis address such as redis://localhost:6379/0. "
        "Empty: the database.",
        check=_throttle_url,
    ),
    Setting(name="HOST", type=str, default="127.0.0.1", help="Address to listen on.", check=_not_empty),
    Setting(name="PORT", type=int, default=8000, minimum=1, maximum=65535, help="Port to listen on."),
    Setting(name="THREADS", type=int, default=8, minimum=1, maximum=256, help="Threads that answer requests."),
    Setting(
        name="MAX_BODY_BYTES",
        type=int,
        default=262_144,
        minimum=16_384,
        maximum=16_777_216,
        help="The largest form that is read, in bytes. More gets the page for error 413.",
    ),
    *CHOICE,
)


def read_choice(config_file: Path, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Choice:
    """What the host wants of extensions; nothing else is read. Raises :class:`SettingsError`."""
    values = _values(
        {setting.name: setting for setting in CHOICE}, _read_toml(config_file), config_file, environ, overrides
    )
    moves = [match for part in values["EXTENSIONS_PREFIXES"] if (match := _MOVE.fullmatch(part))]
    return Choice(
        only_builtin=values["EXTENSIONS"] == "builtin",
        disabled=values["EXTENSIONS_DISABLED"],
        required=values["EXTENSIONS_REQUIRED"],
        strict=values["EXTENSIONS_STRICT"],
        prefixes={match["name"]: match["prefix"] for match in moves},
    )


def read_all(
    roster: Roster,
    config_file: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    disabled: Iterable[str] = (),
) -> dict[str, Any]:
    """Every setting of the site and of all extensions that are in.

    An extension whose own settings are wrong is left out. Settings of those that are not in are left alone; one that
    an installed package does not have any more is only logged. Raises :class:`SettingsError` for all others.
    """
    table = _read_toml(config_file)
    for entry in roster.active:
        if entry.package and entry.extension and entry.extension.settings:
            own = {setting.name: setting for setting in entry.extension.settings}
            try:
                _values(own, table, config_file, environ, overrides)
            except SettingsError as error:
                step = f"change it there, or upgrade {entry.package}"
                roster.fail(entry, f"settings: {'; '.join(str(error).splitlines())}; {step}")
    roster.settle()
    known = [*SETTINGS, *(s for entry in roster.active if entry.extension for s in entry.extension.settings)]
    foreign = {entry.name for entry in roster.entries if entry.package or entry not in roster.active}
    builtin = {entry.name for entry in roster.active if not entry.package}
    prefixes = (f"{name.upper()}_" for name in {*foreign, *disabled} - builtin)  # a second "article" excuses no slip
    spared = tuple(prefix for prefix in prefixes if not any(setting.name.startswith(prefix) for setting in SETTINGS))
    return read_settings(known, config_file, environ, overrides, spared=spared)


def read_settings(
    settings: Iterable[Setting],
    config_file: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    *,
    spared: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Every setting's value: an override, else the environment, else ``config_file``, else the default.

    Raises :class:`SettingsError` with a line for each value that is wrong and each name that is unknown. An unknown
    name that begins with one of ``spared`` is only logged.
    """
    known = {setting.name: setting for setting in settings}
    table = _read_toml(config_file)
    given: list[tuple[str, Path | str]] = [(name, "argument") for name in overrides or ()]
    given += [(name, config_file) for name in table]
    given += [
        (name.removeprefix(ENVIRONMENT_PREFIX), f"environment {name}")
        for name in sorted(environ)
        if name.startswith(ENVIRONMENT_PREFIX) and name not in _NOT_SETTINGS
    ]
    faults = []
    for name, source in given:
        if name.startswith(spared) and name not in known:
            log.warning("%s (%s) is not used: no extension that is loaded has such a setting", name, source)
        elif name not in known:
            faults.append(_unknown(name, known, source))
    try:
        values = _values(known, table, config_file, environ, overrides)
    except SettingsError as error:
        faults.append(str(error))
    if faults:
        raise SettingsError("\n".join(faults))
    return values


def _values(
    known: Mapping[str, Setting],
    table: Mapping[str, Any],
    config_file: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None,
) -> dict[str, Any]:
    values, faults = {}, []
    for name, setting in known.items():
        variable = ENVIRONMENT_PREFIX + name
        given: Any = setting.default
        source = "default"
        try:
            if overrides and name in overrides:
                given, source = overrides[name], "argument"
                values[name] = setting.checked(given)
            elif variable in environ:
                given, source = environ[variable], f"environment {variable}"
                values[name] = setting.from_text(given)
            elif name in table:
                given, source = table[name], str(config_file)
                values[name] = setting.from_toml(given)
            else:
                values[name] = setting.default
        except ValueError as error:
            faults.append(f"{name} is {_shown(name, given)} ({source}): {error}")
        except Exception as error:  # the check of an extension's own setting
            faults.append(f"{name} ({source}): cannot be checked: {type(error).__name__}: {error}")
    if faults:
        raise SettingsError("\n".join(faults))
    return values


def _shown(name: str, given: Any) -> str:
    """A value for an error message, without what nobody else may read."""
    return "(hidden)" if _PRIVATE.search(name) else re.sub(r"(?<=://).*@", "(hidden)@", repr(given))


def _read_toml(config_file: Path) -> dict[str, Any]:
    if not config_file.is_file():
        return {}
    try:
        return tomllib.loads(config_file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{config_file} cannot be read: {error}") from error


def _unknown(name: str, known: Mapping[str, Setting], source: Path | str) -> str:
    close = difflib.get_close_matches(name.upper(), known, n=1)
    hint = (
        f"; did you mean {close[0]}?"
        if close
        else f"; known are {', '.join(known)}. Where it belongs to an extension that is not installed, take it away, "
        "or name that extension in EXTENSIONS_DISABLED"
    )
    return f"{name} ({source}): there is no such setting{hint}"


def _trusted_hosts(given: tuple[str, ...], site_url: str) -> list[str] | None:
    if given or not site_url:
        return list(given) or None
    return [urlsplit(site_url).hostname or "", "localhost", "127.0.0.1", "[::1]"]


def configure(app: Flask, instance: Instance, values: Mapping[str, Any]) -> None:
    """Put the settings into ``app.config``, and what follows from them for Flask and its extensions."""
    app.config.update(values)
    https = values["SITE_URL"].startswith("https://")
    own_file = URL.create("sqlite", database=str(instance.database_file))  # whatever signs the path has in it
    app.config.update(
        # Without a key file nothing is served, only commands run: a key for this one process will do.
        SECRET_KEY=values["SECRET_KEY"] or instance.secret() or secrets.token_hex(32),
        SECRET_KEY_GIVEN=bool(values["SECRET_KEY"]),
        SQLALCHEMY_DATABASE_URI=_engine_url(values["DATABASE_URL"]) if values["DATABASE_URL"] else own_file,
        TRUSTED_HOSTS=_trusted_hosts(values["TRUSTED_HOSTS"], values["SITE_URL"]),
        MAX_CONTENT_LENGTH=values["MAX_BODY_BYTES"],
        MAX_FORM_MEMORY_SIZE=values["MAX_BODY_BYTES"],
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,  # their addresses carry a content hash
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
        PREFERRED_URL_SCHEME="https" if https else "http",
        WTF_CSRF_TIME_LIMIT=None,  # a slow visitor's answers must not be refused
        WTF_CSRF_SSL_STRICT=False,  # results send no Referer; the token and SameSite protect
    )

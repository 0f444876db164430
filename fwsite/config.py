"""Configuration: every setting of the site, once, and what follows from them for Flask and its extensions."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Flask
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from fwsite.instance import Instance
from fwsite.plugins.setting import Setting
from fwsite.web.headers import ONE_YEAR
from fwsite.web.host_name import host_in_one_spelling

MOVE = re.compile(r"(?P<name>[a-z][a-z0-9_]*)=(?P<prefix>(/[A-Za-z0-9._~-]+)+)")
"""One entry of EXTENSIONS_PREFIXES."""
_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]*:[0-9a-f:.]*")
_LEGAL = re.compile(r"[^=<>]*[^=<>\s][^=<>]*=\s*(/(?![/\\])|https?://[^\s/]|mailto:[^\s@]+@)\S*\s*")
"""One entry of SITE_LEGAL: a label and an address on this site, on another, or of a person."""


def _not_empty(value: str) -> str | None:
    return None if value.strip() else "must not be empty"


def _site_url(value: str) -> str | None:
    try:
        site_address(value)
    except ValueError as error:
        return str(error)
    return None


def site_address(value: str) -> str:
    """SITE_URL in its one spelling: without blanks around it, capitals, the scheme's own port, and a slash at its end.

    Raises :class:`ValueError` with what is expected.
    """
    value = value.strip()
    if not value:
        return ""
    parts = urlsplit(value)
    is_bare = parts.path in ("", "/") and not set("?#").intersection(value) and not re.search(r"[\s\\]", value)
    if "@" in parts.netloc:
        raise ValueError("must be a URL without a name or password: everybody would read them in links")
    if parts.scheme not in _PORTS or not parts.netloc or not is_bare:
        raise ValueError("must be a URL without a path, such as https://ledger.example.org")
    host, port = (parts.hostname or "").removesuffix("."), _port_of(parts)
    if not _HOST_NAME.fullmatch(host):
        raise ValueError("must have a host name of ASCII letters, digits, dots and dashes; write others as xn--…")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" if port in (None, _PORTS[parts.scheme]) else f"{parts.scheme}://{shown}:{port}"


def _port_of(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError("must have a port from 1 to 65535, or none")
    return port


def _database_url(value: str) -> str | None:
    if not value:
        return None
    try:
        url = _engine_url(value)
        url.get_dialect().import_dbapi()
    except ImportError as error:
        wanted = " (the extra postgres: pip install '.[postgres]')" if "psycopg" in str(error) else ""
        return f"needs a Python package that cannot be imported: {error}{wanted}"
    except (ArgumentError, NoSuchModuleError, ValueError):
        return "must be a database URL such as sqlite:////var/lib/fwsite/ledger.sqlite3"
    in_memory = not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"
    if url.get_backend_name() == "sqlite" and in_memory:
        return "must name a file: answers kept in memory would be lost"
    return None


def _engine_url(value: str) -> URL:
    """``postgres://`` is what many hosts hand out; what driver ``postgresql://`` means depends on SQLAlchemy."""
    return make_url(re.sub(r"\Apostgres(ql)?://", "postgresql+psycopg://", value))


def _one_line(value: str) -> str | None:
    return None if value.isprintable() and len(value) <= 200 else "must be one line of at most 200 characters"


def _legal(value: tuple[str, ...]) -> str | None:
    wrong = [part for part in value if not (part.isprintable() and _LEGAL.fullmatch(part))]
    return f"must be like Imprint=/own/imprint or Privacy=https://…, and {wrong[0]!r} is not" if wrong else None


def _secret(value: str) -> str | None:
    return None if not value or len(value) >= 32 else "must have at least 32 characters"


def _throttle_url(value: str) -> str | None:
    if not value:
        return None
    if not re.match(r"rediss?://.", value):
        return "must be a URL such as redis://localhost:6379/0"
    return None if find_spec("redis") else "needs the Python package redis; install it, or leave this empty"


def _host(value: str) -> str | None:
    if value.startswith("unix:") and not value.startswith("unix:/"):
        return "must have the socket file's whole path, such as unix:/run/fwsite/socket"
    return _not_empty(value)


def _proxies(value: tuple[str, ...]) -> str | None:
    for part in value:
        try:
            part == "unix" or ipaddress.ip_network(part)
        except ValueError:
            return f"must be addresses such as 127.0.0.1, networks such as 10.0.0.0/8, or unix, and {part!r} is none"
    return None


def _log_format(value: str) -> str | None:
    return None if value in ("plain", "json") else "must be plain, or json"


def _which(value: str) -> str | None:
    return None if value in ("all", "builtin") else "must be all, or builtin"


def _moves(value: tuple[str, ...]) -> str | None:
    wrong = [part for part in value if not MOVE.fullmatch(part)]
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
        help="Names of extensions that are not loaded. Their settings and data stay, even if one of them "
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
        help="Whether the site refuses to start if any extension fails, instead of leaving it out.",
    ),
    Setting(
        name="EXTENSIONS_PREFIXES",
        type=tuple,
        default=(),
        help="Extensions whose pages are at another path than their name, as name=/path.",
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
        name="SITE_STRAPLINE",
        type=str,
        default="every claim shows its evidence.",
        help="The text after the site's name at the foot of every page. Empty: nothing.",
        check=_one_line,
    ),
    Setting(
        name="SITE_EDITORS",
        type=str,
        default="",
        help="Who answers for what the site says: by-line of articles that name no author, and on the page About. "
        "Empty: the site's name.",
        check=_one_line,
    ),
    Setting(
        name="SITE_LEGAL",
        type=tuple,
        default=(),
        help="Further links at the foot of every page, each as Label=URL: /own/imprint, https://… or mailto:….",
        check=_legal,
    ),
    Setting(
        name="SITE_URL",
        type=str,
        default="",
        help="The public URL, used for canonical links, feed and sitemap. Empty: the URL of the request. "
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
        help="SQLAlchemy URL of the database. Empty: fwsite.sqlite3 in the instance folder.",
        check=_database_url,
    ),
    Setting(
        name="THROTTLE_URL",
        type=str,
        default="",
        help="Where attempts are counted, to slow down guessing: a Redis URL such as redis://localhost:6379/0. "
        "Empty: the database.",
        check=_throttle_url,
    ),
    Setting(
        name="HOST",
        type=str,
        default="127.0.0.1",
        help="Address to listen on, or a socket file for a proxy on this machine, as unix:/run/fwsite/socket.",
        check=_host,
    ),
    Setting(name="PORT", type=int, default=8000, minimum=1, maximum=65535, help="Port to listen on."),
    Setting(
        name="PROCESSES",
        type=int,
        default=1,
        minimum=1,
        maximum=64,
        help="Processes that answer requests; as many as there are cores to use.",
    ),
    Setting(
        name="THREADS",
        type=int,
        default=8,
        minimum=1,
        maximum=256,
        help="Threads of each process that answer requests.",
    ),
    Setting(
        name="CONNECTION_LIMIT",
        type=int,
        default=1000,
        minimum=20,
        maximum=100_000,
        help="Connections that one process holds open; further ones wait.",
    ),
    Setting(
        name="DRAIN_SECONDS",
        type=int,
        default=30,
        minimum=0,
        maximum=3600,
        help="How long requests under way may take when the site is stopped or restarted, in seconds.",
    ),
    Setting(
        name="TRUSTED_PROXIES",
        type=tuple,
        default=(),
        help="Addresses or networks of the proxies whose word counts for the visitor's address (X-Forwarded-For) and "
        "for https (X-Forwarded-Proto); unix for one that uses the socket file. Empty: nobody's.",
        check=_proxies,
    ),
    Setting(
        name="TRUSTED_PROXY_COUNT",
        type=int,
        default=1,
        minimum=1,
        maximum=10,
        help="How many proxies every request passes, each adding to X-Forwarded-For.",
    ),
    Setting(
        name="LOG_FORMAT",
        type=str,
        default="plain",
        help="How log lines are written: plain for people, or json for programs, one object a line.",
        check=_log_format,
    ),
    Setting(
        name="LOG_ACCESS",
        type=bool,
        default=False,
        help="Whether each answer is a line in the log. Errors always are.",
    ),
    Setting(
        name="LOG_ADDRESSES",
        type=bool,
        default=False,
        help="Whether these lines have the visitor's address.",
    ),
    Setting(
        name="MAX_BODY_BYTES",
        type=int,
        default=262_144,
        minimum=16_384,
        maximum=16_777_216,
        help="The largest form that is read, in bytes. More gets the page for error 413.",
    ),
    Setting(
        name="PAGE_CACHE_BYTES",
        type=int,
        default=16_777_216,
        minimum=0,
        maximum=1_073_741_824,
        help="How much memory each process may use for pages that it keeps whole, in bytes. 0: none is kept.",
    ),
    *CHOICE,
)


def _trusted_hosts(given: tuple[str, ...], site_url: str) -> list[str] | None:
    if given or not site_url:
        return [host_in_one_spelling(name) for name in given] or None
    return [urlsplit(site_url).hostname or "", "localhost", "127.0.0.1", "[::1]"]


def configure(app: Flask, instance: Instance, values: Mapping[str, Any]) -> None:
    """Put the settings into ``app.config``, and what follows from them for Flask and its extensions."""
    site_url = site_address(values["SITE_URL"])
    app.config.update(values, SITE_URL=site_url)
    https = site_url.startswith("https://")
    own_file = URL.create("sqlite", database=str(instance.database_file))  # whatever signs the path has in it
    app.config.update(
        # Without a key file nothing is served, only commands run: a key for this one process will do.
        SECRET_KEY=values["SECRET_KEY"] or instance.secret() or secrets.token_hex(32),
        SECRET_KEY_GIVEN=bool(values["SECRET_KEY"]),
        SQLALCHEMY_DATABASE_URI=_engine_url(values["DATABASE_URL"]) if values["DATABASE_URL"] else own_file,
        TRUSTED_HOSTS=_trusted_hosts(values["TRUSTED_HOSTS"], site_url),
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

"""Deployment plan: what the files have to say, from the settings in force and what the host asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import URL

from fwsite.ops.deploy.quoting import NotSayable, nginx
from fwsite.server.sockets import UNIX
from fwsite.settings import ENVIRONMENT_PREFIX, is_private

_GRACE = 15
"""Seconds that systemd waits beyond the site's own deadline before it kills."""
_MARGIN = 256 * 1024
"""Bytes above the site's own limit that nginx lets through, so that the site's own page says what is wrong."""
_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - places that a unit may be given of its own
_HOST = re.compile(r"\.?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,30}")
_EVERYWHERE = ("", "0.0.0.0", "::", "[::]")  # noqa: S104 - compared with, not listened on
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
"""The site answers to these, but nobody from outside asks for them."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Unit:
    """What systemd is told of the site. ``environment`` are variables that are no secret."""

    program: Path
    instance: Path
    user: str
    backups: Path
    writable: tuple[Path, ...]
    environment: Mapping[str, str]
    stop_seconds: int
    low_port: bool
    runtime_folder: str
    """The folder in /run that systemd makes for the socket file; empty where there is none."""

    @property
    def private_tmp(self) -> bool:
        """Whether it may have a /tmp of its own; not where it is kept there itself."""
        places = (self.program, *self.writable)
        return not any(place.is_relative_to(folder) for place in places for folder in _TEMPORARY)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the host asked for; each may be left out. Addresses are ``[ADDRESS:]PORT``."""

    user: str = "fwsite"
    backups: Path = Path("/var/backups/fwsite")
    machines: tuple[str, ...] = ()
    listen: str = ""
    redirect_from: str = "80"
    certificate: Path | None = None
    certificate_key: Path | None = None
    cache: Path = Path("/var/cache/fwsite-nginx")
    logs: Path = Path("/var/log/nginx")
    client_seconds: int = 10
    connections_each: int = 50
    forms_each: int = 1000


@dataclass(frozen=True, kw_only=True)
class Front:
    """What nginx is told. ``public`` is the site's address without a slash at its end; empty where it is not set."""

    names: tuple[str, ...]
    public: str
    https: bool
    machines: tuple[str, ...]
    listen: str
    redirect_from: str
    certificate: Path
    certificate_key: Path
    cache: Path
    logs: Path
    client_seconds: int
    connections_each: int
    forms_each: int
    max_body_bytes: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that the files say."""

    title: str
    max_body_bytes: int
    unit: Unit
    front: Front
    port: int
    left_out: tuple[str, ...] = ()
    """Variables of the environment that may be secret, and are therefore in none of the files."""
    advice: tuple[str, ...] = ()
    """Settings that do not fit a site behind nginx, and what to set instead."""


def make_plan(
    config: Mapping[str, Any], instance: Path, program: Path, environ: Mapping[str, str], wishes: Wishes
) -> Plan:
    """What follows for the files. Raises :class:`NotSayable` for what no file could hold."""
    given = {name: value for name, value in environ.items() if _is_setting(name, config)}
    told = {name: value for name, value in given.items() if not is_private(name, value)}
    if not _USER.fullmatch(wishes.user):
        raise NotSayable(f"{wishes.user!r} cannot be the name of a user: use letters, digits, - and _.")
    unit = Unit(
        program=program,
        instance=instance,
        user=wishes.user,
        backups=wishes.backups.absolute(),
        writable=tuple(_writable(instance, config["SQLALCHEMY_DATABASE_URI"])),
        environment=told,
        stop_seconds=config["DRAIN_SECONDS"] + _GRACE,
        low_port=config["PORT"] < 1024,
        runtime_folder=_runtime_folder(config["HOST"]),
    )
    return Plan(
        title=config["SITE_TITLE"],
        max_body_bytes=config["MAX_BODY_BYTES"],
        unit=unit,
        front=_front(config, wishes),
        port=config["PORT"],
        left_out=tuple(sorted(given.keys() - told.keys())),
        advice=tuple(_advice(config)),
    )


def _advice(config: Mapping[str, Any]) -> Iterator[str]:
    if not config["TRUSTED_PROXIES"]:
        near = "unix" if config["HOST"].startswith(UNIX) else "127.0.0.1"
        yield (
            f'TRUSTED_PROXIES is empty: every visitor would have nginx\' address. Set TRUSTED_PROXIES = ["{near}"], or '
            "nginx' address where it runs on another machine."
        )
    if not config["SITE_URL"]:
        yield "SITE_URL is empty: nginx takes every host name, and no https. Set it, and have the files written again."


def _runtime_folder(host: str) -> str:
    folder = Path(host.removeprefix(UNIX)).parent
    return folder.name if host.startswith(UNIX) and folder.parent == Path("/run") else ""


def _is_setting(name: str, config: Mapping[str, Any]) -> bool:
    return name.startswith(ENVIRONMENT_PREFIX) and name.removeprefix(ENVIRONMENT_PREFIX) in config


def _writable(instance: Path, database: URL) -> Iterator[Path]:
    """The folders that the site writes to. SQLite makes files beside the database's own."""
    yield instance
    if database.get_backend_name() == "sqlite":
        folder = (instance / str(database.database)).parent  # a relative one counts from the instance folder
        if not folder.is_relative_to(instance):
            yield folder


def _front(config: Mapping[str, Any], wishes: Wishes) -> Front:
    public = config["SITE_URL"].rstrip("/")
    parts = urlsplit(public)
    trusted = [name for name in config["TRUSTED_HOSTS"] or () if name not in _THIS_MACHINE]
    names = tuple(dict.fromkeys((parts.hostname or "", *trusted)))
    names = tuple(f"[{name}]" if ":" in name and not name.startswith("[") else name for name in names if name)
    for name in names:
        if not _HOST.fullmatch(name):
            raise NotSayable(f"{name!r} cannot be a host name for nginx. Write others than ASCII letters as xn--...")
    https = parts.scheme == "https"
    letsencrypt = Path("/etc/letsencrypt/live") / (parts.hostname or "ledger.example.org")
    return Front(
        names=names or ("_",),
        public=f"{parts.scheme}://{parts.netloc}" if public else "",
        https=https,
        machines=tuple(_address(machine, "--machine") for machine in wishes.machines) or (_here(config),),
        listen=_address(wishes.listen or str(parts.port or _PORTS[parts.scheme or "http"]), "--listen"),
        redirect_from=_address(wishes.redirect_from, "--redirect-from"),
        certificate=wishes.certificate or letsencrypt / "fullchain.pem",
        certificate_key=wishes.certificate_key or letsencrypt / "privkey.pem",
        cache=wishes.cache.absolute(),
        logs=wishes.logs.absolute(),
        client_seconds=wishes.client_seconds,
        connections_each=wishes.connections_each,
        forms_each=wishes.forms_each,
        max_body_bytes=config["MAX_BODY_BYTES"] + _MARGIN,
    )


def _here(config: Mapping[str, Any]) -> str:
    """Where nginx on the same machine finds the site."""
    host = config["HOST"]
    if host.startswith(UNIX):
        return nginx(host)
    if host in _EVERYWHERE:
        host = "::1" if ":" in host else "127.0.0.1"
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return _address(f"{host}:{config['PORT']}", "HOST")


def _address(text: str, what: str) -> str:
    """``text`` where it is ``PORT`` or ``ADDRESS:PORT``, as nginx takes it."""
    host, _, port = text.rpartition(":")
    if (host and not _HOST.fullmatch(host)) or not re.fullmatch(r"[1-9][0-9]{0,4}", port) or int(port) > 65535:
        raise NotSayable(f"{text!r} ({what}) is not like 127.0.0.1:8000 or [::1]:8000.")
    return text

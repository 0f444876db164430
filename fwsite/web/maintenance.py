"""Maintenance mode: the site can be read and takes nothing in, for as long as a file in the instance folder is there.

The file is looked at for each form, so that every process knows at once. It belongs to the folder and not to what is
in it: no backup has it, and a restore leaves it.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, make_response, render_template, request

from fwsite.instance import Instance, current_instance
from fwsite.web.file_state import files_change_at
from fwsite.web.form_recovery import kept_fields, kept_page_to_send_again

_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_LEAST, _UNKNOWN = 60, 300
"""Seconds after which to try again: at least, and where nobody has said."""
_HEADING = "The site is read-only at the moment"
_STORED = "It is under maintenance{when}. Nothing was stored."
_TYPED = " Everything you typed is still here: keep this page open, and send it again later."
_BEFORE = "The site is read-only{when}: nothing that you send from this page is stored."


@dataclass(frozen=True)
class Maintenance:
    """What was said of it; ``until`` is in UTC, ``None`` where nobody knows, or it took longer."""

    until: datetime | None

    def __str__(self) -> str:
        """For people, after "It is read-only"."""
        return f" until {shown(self.until)}" if self.until else ""

    def seconds(self) -> int:
        """When to try again."""
        if self.until is None:
            return _UNKNOWN
        return max(_LEAST, math.ceil((self.until - datetime.now(UTC)).total_seconds()))


def shown(moment: datetime) -> str:
    """A moment in UTC for people."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def maintenance_of(instance: Instance) -> Maintenance | None:
    """What holds now; ``None`` where the site takes everything in. A file that cannot be read holds all the same."""
    file = instance.maintenance_file
    if not file.exists():
        return None
    try:
        until = json.loads(file.read_text(encoding="utf-8"))["until"]
        moment = datetime.fromisoformat(until).astimezone(UTC) if until else None
        return Maintenance(moment if moment and moment > datetime.now(UTC) else None)
    except FileNotFoundError:  # over, meanwhile
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Maintenance(None)


def begin(instance: Instance, until: datetime | None) -> None:
    """Take nothing in from now on. Raises :class:`OSError`."""
    file = instance.maintenance_file
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    aside.write_text(json.dumps({"until": until.astimezone(UTC).isoformat() if until else None}) + "\n")
    aside.chmod(0o644)  # whoever has begun it, the site's user has to read it
    aside.replace(file)


def end(instance: Instance) -> bool:
    """Take everything in again; returns whether it did not before. Raises :class:`OSError`."""
    try:
        instance.maintenance_file.unlink()
    except FileNotFoundError:
        return False
    return True


@contextmanager
def during(instance: Instance, *, stays: bool = False) -> Iterator[None]:
    """Maintenance while something is done, and after it where it ``stays`` or somebody had begun it before."""
    if maintenance_of(instance) is not None:
        yield
        return
    begin(instance, None)
    try:
        yield
    except BaseException:
        end(instance)
        raise
    if not stays:
        end(instance)


def init_app(app: Flask) -> None:
    """Refuse what would write, before anything else looks at it; and let pages with forms say so beforehand."""
    app.before_request(_refuse_what_writes)
    app.jinja_env.globals["read_only_note"] = note


def note() -> str:
    """What stands above a form meanwhile; empty otherwise. Kept pages are made anew when it begins and ends."""
    holds = maintenance_of(current_instance())
    if holds is None:
        return ""
    if holds.until is not None:
        files_change_at(holds.until.timestamp())
    return _BEFORE.format(when=holds)


def _refuse_what_writes() -> Response | None:
    if request.method in _READING:
        return None
    holds = maintenance_of(current_instance())
    if holds is None:
        return None
    sentence = _STORED.format(when=holds)
    if kept_fields():
        response = kept_page_to_send_again(status=503, heading=_HEADING, sentence=sentence + _TYPED)
    else:
        response = make_response(render_template("error.html", status=503, heading=_HEADING, sentence=sentence), 503)
        response.cache_control.no_store = True
    response.headers["Retry-After"] = str(holds.seconds())
    return response

"""Quoting: values in the files of other programs, each with quotes and escapes of its own."""

from __future__ import annotations

import html
import re
import shlex

_SAFE = re.compile(r"[A-Za-z0-9_@:=,./+-]+")
_NOT_IN_PROGRAMS = "$'\"\\"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class NotSayable(Exception):
    """A value that a file cannot hold; the message says which, and what to do."""


def _printable(value: object, where: str) -> str:
    text = str(value)
    if _UNPRINTABLE.search(text):
        raise NotSayable(f"{text!r} has a line break or a control character in it: {where} cannot hold it. Change it.")
    return text


def systemd(value: object) -> str:
    """One word of a unit's line. ``%`` begins what systemd fills in, and is doubled."""
    text = _printable(value, "a systemd unit").replace("%", "%%")
    return text if _SAFE.fullmatch(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def systemd_text(value: object) -> str:
    """The rest of a unit's line, as in ``Description=``; a backslash at its end would join it to the next."""
    return _printable(value, "a systemd unit").replace("%", "%%").rstrip("\\").strip()


def systemd_command(*words: object) -> str:
    """A command as ``ExecStart=`` takes it: there, ``$`` begins a variable, and is doubled."""
    program, *arguments = words
    refused = sorted(set(_NOT_IN_PROGRAMS).intersection(str(program)))
    if refused:
        raise NotSayable(f"{program} has {refused[0]} in it, which systemd does not take in a program's path. Move it.")
    return " ".join([systemd(program), *(systemd(argument).replace("$", "$$") for argument in arguments)])


def nginx(value: object) -> str:
    """One word of nginx' configuration. There is no way to write a ``$`` that does not begin a variable."""
    text = _printable(value, "nginx' configuration")
    if "$" in text:
        raise NotSayable(f"{text!r} has a $ in it, and nginx' configuration cannot hold it. Choose another name.")
    return text if _SAFE.fullmatch(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def html_for_nginx(value: object) -> str:
    """A text inside of HTML inside of nginx' configuration; nobody can tell the ``$`` from one that was typed."""
    return html.escape(_printable(value, "nginx' configuration")).replace("$", "&#36;").replace("\\", "&#92;")


def docker(value: object) -> str:
    """The value of ``ENV name=value``."""
    text = _printable(value, "a Dockerfile")
    return text if _SAFE.fullmatch(text) else '"' + re.sub(r'(["\\$])', r"\\\1", text) + '"'


def shell(value: object) -> str:
    """One word of a command for a person to copy."""
    return shlex.quote(_printable(value, "a command"))


def code(value: object) -> str:
    """Something literal in Markdown."""
    return f"`{_printable(value, 'Markdown')}`"


def comment(value: object) -> str:
    """A text in a line that begins with ``#``."""
    return _printable(value, "a comment").rstrip("\\")

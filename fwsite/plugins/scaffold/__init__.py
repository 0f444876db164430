"""Scaffold: a new extension, written from the templates in ``files``."""

from __future__ import annotations

import keyword
from pathlib import Path
from string import Template

from fwsite.plugins.contract import API, Extension
from fwsite.plugins.discovery import BUILTIN
from fwsite.plugins.validation import RESERVED, breaches, nested_in

_FILES = Path(__file__).parent / "files"
_SUFFIX = ".tmpl"
_LONGEST = 40


class ScaffoldError(Exception):
    """Nothing was written; the message says what to choose instead."""


def write_scaffold(name: str, folder: Path) -> list[Path]:
    """Write the package of an extension called ``name`` into ``folder``, which must not be there; returns its files."""
    wrong = _wrong_name(name)
    if wrong:
        raise ScaffoldError(f"{name!r} cannot be the name of an extension: {wrong}")
    if folder.exists():
        raise ScaffoldError(f"{folder} is there already; choose another place with --folder, or another name.")
    values = _values(name)
    made = []
    try:
        for template in sorted(_FILES.rglob(f"*{_SUFFIX}")):
            path = folder / _place(template, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(template.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
            made.append(path)
    except OSError as error:
        raise ScaffoldError(f"{error.filename} cannot be written: {error.strerror}") from error
    return made


def _wrong_name(name: str) -> str | None:
    if name in BUILTIN or name in RESERVED:
        return "it belongs to the site itself"
    if keyword.iskeyword(name) or len(name) > _LONGEST:
        return f"it must be no word of Python's, and have at most {_LONGEST} characters"
    other = nested_in(name, BUILTIN)
    if other:
        return f"its tables could not be told from those of {other}"
    return next(breaches(Extension(name=name, title=name)), None)


def _values(name: str) -> dict[str, str]:
    words = name.replace("_", " ")
    return {
        "name": name,
        "NAME": name.upper(),
        "Name": "".join(part.capitalize() for part in name.split("_")),
        "title": words.capitalize(),
        "dist": f"fwsite-{name.replace('_', '-')}",
        "package": f"fwsite_{name}",
        "css": name.replace("_", "-"),
        "api": str(API),
    }


def _place(template: Path, name: str) -> Path:
    """Where a template's text goes: folders and files called after the extension carry its name."""
    parts = [part.removesuffix(_SUFFIX) for part in template.relative_to(_FILES).parts]
    renamed = {"package": f"fwsite_{name}", "name": name, "name.css": f"{name}.css", "test_name.py": f"test_{name}.py"}
    renamed |= {"gitignore": ".gitignore"}
    return Path(*(renamed.get(part, part) for part in parts))

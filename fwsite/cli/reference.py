"""API reference generator: ``python -m fwsite.cli.reference``, from what the contract says of itself."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from fwsite import config, extend
from fwsite.cli.extensions import extensions_group
from fwsite.plugins.contract import Extension
from fwsite.plugins.hooks import Point, PointKind
from fwsite.plugins.loader import load_extensions
from fwsite.plugins.setting import Setting
from fwsite.web import shell

PAGE = Path(__file__).parents[1] / "blueprints" / "docs" / "guides" / "reference.md"
_TITLES = {PointKind.SLOT: "Slots", PointKind.TRANSFORM: "Transforms", PointKind.EVENT: "Events"}
_INTRO = """# Reference for authors

Everything that an extension can bring and use, as the code says it. How to write one is in
[the guide for authors](extend.md).

This page is generated: `python -m fwsite.cli.reference`.
"""
_FIXTURES = """pytest has them wherever the site is installed. `fwsite.testing.ExtensionContract` is what the site asks
of an extension, as tests to inherit.
"""
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")
_FIELD = re.compile(r"^``(\w+)``\n((?:    .*\n?|\n)+)", re.MULTILINE)


def points() -> list[Point]:
    """Every slot, transform and event of the site and its built-in parts."""
    return [*shell.POINTS, *load_extensions().points]


def field_help() -> dict[str, str]:
    """What the docstring of :class:`Extension` says of each field."""
    doc = inspect.getdoc(Extension) or ""
    return {name: " ".join(text.split()) for name, text in _FIELD.findall(f"{doc}\n")}


def classes() -> list[type]:
    """What authors make, get and raise."""
    named = [getattr(extend, name) for name in extend.__all__]
    return sorted((each for each in named if inspect.isclass(each) and each is not Extension), key=lambda c: c.__name__)


def functions() -> list[Any]:
    """What authors call."""
    named = [getattr(extend, name) for name in extend.__all__]
    return sorted((each for each in named if inspect.isfunction(each)), key=lambda function: function.__name__)


def values() -> dict[str, str]:
    """What else there is in ``fwsite.extend``, with what is written below it where it is made."""
    named = {name for name in extend.__all__ if not callable(getattr(extend, name)) or name == "inline"}
    found = {}
    for line in ast.parse(inspect.getsource(extend)).body:
        if isinstance(line, ast.ImportFrom) and line.module:
            wanted = {alias.name for alias in line.names} & named
            found.update({name: text for name, text in _written_below(line.module) if name in wanted})
    found["inline"] = inspect.getdoc(extend.inline) or ""
    return {name: found.get(name, "") for name in sorted(named, key=str.lower)}


def _written_below(module: str) -> Iterator[tuple[str, str]]:
    """The names that a module gives values to, each with the text in the line after it."""
    body = ast.parse(inspect.getsource(import_module(module))).body
    for line, after in pairwise(body):
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
        if isinstance(target, ast.Name) and isinstance(text, str):
            yield target.id, text


def fixtures() -> dict[str, str]:
    """What the tests of an extension may ask for, by name."""
    tree = ast.parse((Path(__file__).parents[1] / "testing.py").read_text(encoding="utf-8")).body
    made = [each for each in tree if isinstance(each, ast.FunctionDef) and each.name.startswith("fwsite_")]
    return {each.name: ast.get_docstring(each) or "" for each in made}


def settings() -> list[Setting]:
    """The host's settings that are about extensions."""
    return list(config.CHOICE)


def commands() -> dict[str, str]:
    """The commands about extensions, by full name, with their help."""
    return {f"extensions {name}": command.help or "" for name, command in sorted(extensions_group.commands.items())}


def reference() -> str:
    """The whole page, as Markdown."""
    parts = [
        _INTRO,
        *_extension_fields(),
        *(part for kind in PointKind for part in _points_of(kind)),
        "## Classes\n",
        *map(_class, classes()),
        "## Types that these name\n",
        "What fields have and functions give; nobody needs to import them.\n",
        *map(_class, mentioned()),
        "## Functions\n",
        "All of them from `fwsite.extend`.\n",
        *map(_function, functions()),
        "## Values\n",
        "From `fwsite.extend`, too.\n",
        *_table("value", (f"`{name}` | {_plain(text)}" for name, text in values().items())),
        "## Fixtures for tests\n",
        _FIXTURES,
        *_table("fixture", (f"`{name}` | {_plain(text)}" for name, text in fixtures().items())),
        "## Settings for hosts\n",
        *_table("setting | default", (f"`{s.name}` | {_default(s)} | {s.help}" for s in settings())),
        "## Commands\n",
        *_table("command", (f"`fwsite {name}` | {_plain(text)}" for name, text in commands().items())),
    ]
    return "\n".join(parts)


def _extension_fields() -> Iterator[str]:
    yield "## Fields of an extension\n"
    yield f"{_plain((inspect.getdoc(Extension) or '').partition('``title``')[0])}\n"
    types = {field.name: str(field.type) for field in fields(Extension)}
    for name, text in field_help().items():
        yield f"### `{name}`\n\n{_plain(text)}\n\nType: `{types[name]}`\n"


def _points_of(kind: PointKind) -> Iterator[str]:
    found = sorted((point for point in points() if point.kind is kind), key=lambda point: point.name)
    yield f"## {_TITLES[kind]}\n"
    yield f"{_plain(_kind_help(kind))}\n"
    for point in found:
        values = "".join(f"\n- `{name}`: {meaning}" for name, meaning in point.values.items())
        yield f"### `{point.name}`\n\n{_plain(point.help)}\n{values or f'{chr(10)}It hands over no values.'}\n"


def _kind_help(kind: PointKind) -> str:
    texts: dict[str, str] = dict(_FIELD.findall(f"{inspect.getdoc(PointKind) or ''}\n"))
    return texts[kind.value]


def _class(each: type) -> str:
    lines = [f"### `{each.__name__}`\n", f"{_paragraphs(inspect.getdoc(each) or '')}\n"]
    if is_dataclass(each) or issubclass(each, tuple):
        given = [f"{name}: {kind}{default}" for name, kind, default in _fields_of(each)]
        lines.append(f"Fields: {', '.join(f'`{one}`' for one in given)}\n")
    elif issubclass(each, Enum):
        lines.append(f"One of: {', '.join(f'`{one.value}`' for one in each)}\n")
    return "\n".join(lines)


def _fields_of(each: Any) -> Iterator[tuple[str, str, str]]:
    """Name, type and default of each field of a dataclass or a named tuple."""
    if is_dataclass(each):
        yield from ((field.name, str(field.type), _default_of(field)) for field in fields(each))
        return
    for name, given in inspect.signature(each).parameters.items():
        default = "" if given.default is inspect.Parameter.empty else f" = {given.default!r}"
        yield name, getattr(given.annotation, "__forward_arg__", str(given.annotation)), default


def _default_of(field: Field[Any]) -> str:
    default = field.default if field.default_factory is MISSING else field.default_factory()
    if default is MISSING:
        return ""
    return f" = {default.__name__ if callable(default) else repr(default)}"


def mentioned() -> list[Any]:
    """What signatures and fields name and authors need not import: classes of the site's, and other names of types."""
    listed = {*classes(), *functions(), Extension}
    found: dict[str, Any] = {}
    waiting = [*listed]
    while waiting:
        each = waiting.pop()
        home = vars(import_module(each.__module__))
        for name in re.findall(r"\b[A-Z]\w+", _types_of(each)):
            other = home.get(name)
            is_ours = inspect.isclass(other) and other.__module__.startswith("fwsite.")
            if is_ours and other not in listed and name not in found:
                found[name] = other
                waiting.append(other)
    return [found[name] for name in sorted(found)]


def _types_of(each: Any) -> str:
    """The types of a dataclass's or a named tuple's fields, or a function's signature, as they are written."""
    if not inspect.isclass(each):
        return str(inspect.signature(each))
    return " ".join(str(kind) for kind in inspect.get_annotations(each).values())


def _function(function: Any) -> str:
    signature = re.sub(r"'", "", str(inspect.signature(function)))
    name, text = function.__name__, _paragraphs(inspect.getdoc(function) or "")
    return f"### `{name}`\n\n`{name}{signature}`\n\n{text}\n"


def _table(columns: str, rows: Iterable[str]) -> Iterator[str]:
    yield f"| {columns} | meaning |\n|{'---|' * (columns.count('|') + 2)}"
    yield from (f"| {row} |" for row in rows)
    yield ""


def _default(setting: Setting) -> str:
    return "" if setting.default in ("", ()) else f"`{setting.default}`"


def _paragraphs(doc: str) -> str:
    return "\n\n".join(_plain(part) for part in doc.split("\n\n"))


def _plain(text: str) -> str:
    """A docstring's markup as Markdown, in one line."""
    return " ".join(_ROLE.sub(r"`\1`", text).replace("``", "`").split())


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")

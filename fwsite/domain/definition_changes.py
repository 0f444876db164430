"""Change list of a questionnaire: what taking in another one would add, change and remove, a line for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fwsite.domain.questionnaire import Definition

Place = tuple[str, ...]
"""The way to a table by names and keys: ``("questions", "work", "options", "api", "fits", "flask")``."""
_OVERWRITES = "; overwrites what was changed since the content file"


def change_lines(base: Definition | None, mine: Definition | None, theirs: Definition) -> Iterator[str]:
    """What makes ``mine`` say what ``theirs`` says: ``+`` added, ``~`` changed, ``-`` removed.

    ``base`` is the content file that came before: where ``mine`` differs from it, people have changed that since, and
    the line says so.
    """
    if mine is None:
        yield f"+ questionnaire: {len(theirs.questions)} questions, {len(theirs.alternatives)} alternatives"
        return
    before, after = _tables(mine), _tables(theirs)
    known = before if base is None else _tables(base)
    for place in _outermost(after, before):
        yield f"+ {_named(place)}: {_title(after[place])}{_mark(place in known)}"
    for place in after:
        if place in before and (fields := _changed(before[place], after[place])):
            yield f"~ {_named(place)}: {', '.join(fields)}{_mark(known.get(place) != before[place])}"
    for place in _outermost(before, after):
        yield f"- {_named(place)}: {_title(before[place])}{_mark(known.get(place) != before[place])}"
    for place in _lists(after):
        if _order(place, before, after) != _order(place, after, before):
            yield f"~ order of {place[-1]}{' of ' + _named(place[:-1]) if place[:-1] else ''}"


def _mark(is_overwritten: bool) -> str:
    return _OVERWRITES if is_overwritten else ""


def _tables(definition: Definition) -> dict[Place, dict[str, Any]]:
    """Every table of the document with its own values, those of inner tables by themselves."""
    return dict(_inside((), definition.document()))


def _inside(place: Place, table: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    rows = {name: list(_rows(value)) for name, value in table.items()}
    yield place, {name: value for name, value in table.items() if not rows[name] and value != {}}
    for name, found in rows.items():
        for key, row in found:
            yield from _inside((*place, name, key), row)


def _rows(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables of a list or of a table of tables, by their keys; none where it is neither."""
    if isinstance(value, Mapping) and all(isinstance(row, Mapping) for row in value.values()):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((row["key"], row) for row in value if isinstance(row, Mapping))


def _outermost(these: Mapping[Place, Any], those: Mapping[Place, Any]) -> Iterator[Place]:
    """What those have not, without what is inside of it."""
    for place in these:
        if place not in those and place[:-2] in those:
            yield place


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [name for name in {**after, **before} if before.get(name) != after.get(name)]


def _lists(tables: Mapping[Place, Any]) -> list[Place]:
    """Every list whose order is shown: fits have none."""
    return list(dict.fromkeys(place[:-1] for place in tables if place and place[-2] != "fits"))


def _order(place: Place, these: Mapping[Place, Any], those: Mapping[Place, Any]) -> list[Place]:
    return [each for each in these if each[:-1] == place and each in those]


def _named(place: Place) -> str:
    """``fit work.api.flask``: the noun is the name of the list, which is a plural."""
    return f"{place[-2].removesuffix('s')} {'.'.join(place[1::2])}" if place else "questionnaire"


def _title(table: Mapping[str, Any]) -> str:
    """What people know it by: its first text behind the key."""
    return next((value for name, value in table.items() if name != "key" and isinstance(value, str)), "")

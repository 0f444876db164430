"""Front matter formats: YAML, TOML and JSON as the characters that were typed.

No two readers agree on what ``3.10``, ``1:30``, ``No`` and ``012`` are: numbers, times, truth values. So nothing is
guessed here; each scalar is a text, and the key that it belongs to says how it is read.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeAlias

import yaml
from yaml.reader import ReaderError

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


@dataclass(frozen=True)
class Table:
    """What a block says. ``lines`` has the line of each key, ``commented`` the keys whose value ends at a comment."""

    values: Mapping[str, Value]
    lines: Mapping[str, int]
    commented: frozenset[str] = frozenset()


class FormatError(ValueError):
    """The block cannot be read; ``line`` is counted from 1, in the block."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def table_of(text: str, format: str) -> Table:
    """The table that the block is. Raises :class:`FormatError`."""
    return _READERS[format](text)


def _yaml(text: str) -> Table:
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)  # every plain scalar is a text
        if node is None:
            return Table({}, {})
        if not isinstance(node, yaml.MappingNode):
            raise FormatError("must be lines such as title: A title", node.start_mark.line + 1)
        values = _yaml_mapping(text, node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FormatError(f"is not valid YAML: {error.problem}", mark.line + 1 if mark else 1) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise FormatError(f"is not valid YAML: {error.reason}", line) from error
    except RecursionError as error:
        raise FormatError("is not valid YAML: nested too deeply") from error
    except ValueError as error:  # an escape such as "\UFFFFFFFF"
        raise error if isinstance(error, FormatError) else FormatError(f"is not valid YAML: {error}") from error
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
    commented = {key.value for key, value in node.value if _ends_at_a_comment(text, value)}
    return Table(values, lines, frozenset(commented))


def _yaml_mapping(text: str, node: yaml.MappingNode) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise FormatError("is not valid YAML: a key must be a word", key.start_mark.line + 1)
        name = _yaml_value(text, key)
        if name in found:
            raise FormatError(f"has the key {name} twice", key.start_mark.line + 1)
        if ":" in str(name) and not value.value:
            raise FormatError(f"is not valid YAML: {name} needs a blank after the colon", key.start_mark.line + 1)
        found[str(name)] = _yaml_value(text, value)
    return found


def _yaml_value(text: str, node: yaml.Node) -> Value:
    begins = text[node.start_mark.index : node.start_mark.index + 1]
    if begins in ("!", "&"):  # tags and anchors swallow a word; an alias can stand for gigabytes
        raise FormatError(f"has a value that begins with {begins}; put it in quotes", node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _yaml_mapping(text, node)
    if isinstance(node, yaml.SequenceNode):
        return [_yaml_value(text, item) for item in node.value]
    is_nothing = node.value == begins == "~"
    return "" if is_nothing else _joined(node.value)


def _joined(text: str) -> str:
    """With the two halves of a character put together, as JSON and whoever writes YAML by it have them in escapes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def _ends_at_a_comment(text: str, node: yaml.Node) -> bool:
    if not isinstance(node, yaml.ScalarNode) or node.style is not None or not node.value:
        return False
    return text[node.end_mark.index :].partition("\n")[0].lstrip().startswith("#")


def _toml(text: str) -> Table:
    try:
        values = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise FormatError(f"is not valid TOML: {reason}", line) from error
    except (RecursionError, ValueError) as error:
        raise FormatError("is not valid TOML: nested too deeply, or a number too long") from error
    return Table({key: _plain(value) for key, value in values.items()}, _toml_lines(text, values))


_OF_SEVERAL_LINES = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)


def _toml_lines(text: str, keys: Iterable[str]) -> dict[str, int]:
    bare = _OF_SEVERAL_LINES.sub(lambda match: "\n" * match[0].count("\n"), text)
    found = {}
    for key in keys:
        match = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[=.\]]", bare, re.MULTILINE)
        found[key] = bare.count("\n", 0, match.start()) + 1 if match else 1
    return found


def _json(text: str) -> Table:
    try:
        values = json.loads(text, object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise FormatError(f"is not valid JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise FormatError("is not valid JSON: nested too deeply") from error
    return Table({key: _plain(value) for key, value in values.items()}, _json_lines(text))


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FormatError(f"has the key {key} twice")
        found[key] = value
    return found


_JSON_TOKEN = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|(?P<open>[{\[])|(?P<close>[}\]])')


def _json_lines(text: str) -> dict[str, int]:
    found, depth = {}, 0
    for match in _JSON_TOKEN.finditer(text):
        depth += bool(match["open"]) - bool(match["close"])
        if match["key"] and depth == 1:
            found[json.loads(match["key"])] = text.count("\n", 0, match.start()) + 1
    return found


def _plain(value: Any) -> Value:
    """What TOML and JSON know as something else than text, as it is written."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


_READERS: Mapping[str, Callable[[str], Table]] = {"YAML": _yaml, "TOML": _toml, "JSON": _json}
FORMATS = frozenset(_READERS)

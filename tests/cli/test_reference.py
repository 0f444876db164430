"""Everything that authors and hosts can use has an entry in the reference, a test, and somebody who uses it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from fwsite import extend
from fwsite.cli import reference
from fwsite.extend import Extension
from fwsite.plugins.loader import load_extensions
from tests.support.paths import ROOT

EXAMPLES = sorted((ROOT / "tests" / "extensions").glob("fwsite-*/fwsite_*/__init__.py"))
FIELDS = [field.name for field in fields(Extension) if field.name != "name"]
POINTS = [point.name for point in reference.points()]
SETTINGS = [setting.name for setting in reference.settings()]
COMMANDS = list(reference.commands())
TESTS = [path for path in (ROOT / "tests").rglob("*.py") if path.name != Path(__file__).name]
MAPPINGS = ("slots", "transforms", "events")


def calls(path: Path) -> Iterator[ast.Call]:
    """Each ``Extension(...)`` in an example."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Extension":
            yield node


def users() -> dict[str, set[str]]:
    """Who uses each field and each point: parts of the site, and the examples."""
    found: dict[str, set[str]] = defaultdict(set)
    for extension in load_extensions().extensions:
        for name in FIELDS:
            value = getattr(extension, name)
            if value and value != Extension.__dataclass_fields__[name].default:
                found[name].add(extension.name)
            for point in value if name in MAPPINGS else ():
                found[point].add(extension.name)
    for path in EXAMPLES:
        for keyword in (keyword for call in calls(path) for keyword in call.keywords):
            found[str(keyword.arg)].add(path.parent.name)
            if keyword.arg in MAPPINGS and isinstance(keyword.value, ast.Dict):
                for key in keyword.value.keys:
                    found[ast.literal_eval(key)].add(path.parent.name)  # type: ignore[arg-type]
    return found


USERS = users()


def is_tested(pattern: str) -> bool:
    return any(re.search(pattern, path.read_text()) for path in TESTS)


def test_the_page_is_what_the_code_says() -> None:
    """Mended by: python -m fwsite.cli.reference"""
    assert (ROOT / "fwsite" / "blueprints" / "docs" / "guides" / "reference.md").read_text() == reference.reference()


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_an_entry_a_test_and_a_user(name: str) -> None:
    assert len(reference.field_help()[name]) > 10
    assert is_tested(rf"\b{name}\b")
    assert USERS[name] or name == "api", f"nobody uses {name}"  # all are of the first version


@pytest.mark.parametrize("name", POINTS)
def test_every_slot_transform_and_event_has_an_entry_a_test_and_a_user(name: str) -> None:
    point = next(point for point in reference.points() if point.name == name)
    assert len(point.help) > 10 and all(point.values.values())
    assert f"### `{name}`" in reference.reference()
    assert is_tested(rf'"{re.escape(name)}"'), f"no test names {name}"
    assert USERS[name], f"nobody uses {name}"


@pytest.mark.parametrize("name", [*SETTINGS, *COMMANDS])
def test_every_setting_and_command_has_an_entry_and_a_test(name: str) -> None:
    words = name.split()
    assert len(reference.commands().get(name, "") or next(s.help for s in reference.settings() if s.name == name)) > 10
    assert is_tested(r'[", ]+'.join(map(re.escape, words)))
    assert f"`{name}`" in reference.reference() or f"`fwsite {name}`" in reference.reference()


def test_everything_that_authors_may_import_has_an_entry_and_says_what_it_is() -> None:
    for each in (*reference.classes(), *reference.functions()):
        assert len((each.__doc__ or "").strip()) > 10, each.__name__
    for name, text in (*reference.values().items(), *reference.fixtures().items()):
        assert len(text) > 9, name
    page = reference.reference()
    for name in set(extend.__all__) - {"Extension"}:  # it has a part of its own
        each = getattr(extend, name)
        listed = name if name in reference.values() else each.__name__
        assert f"`{listed}`" in page, name


def test_types_that_signatures_name_have_an_entry_and_defaults_are_said() -> None:
    page = reference.reference()
    for name in ("Comparison", "Measured", "Receipt", "Voice", "Question", "Judgement", "Verdict"):
        assert f"### `{name}`" in page, name
    for field in (
        "minimum: int | None = None",
        "values: Mapping[str, str] = {}",
        "key: Callable[[], str] = hidden_network",
    ):
        assert f"`{field}`" in page, field
    assert "One of: `measured`, `sourced`, `opinion`" in page
    assert "= …" not in page and " at 0x" not in page and "lambda" not in page


def test_each_fixture_has_an_example() -> None:
    for name, text in reference.fixtures().items():
        assert "``" in text, name


@pytest.mark.parametrize("point", reference.points(), ids=POINTS)
def test_a_point_says_what_it_is_called_with(point: object) -> None:
    """Names that pages hand over, found in the code that calls."""
    code = "".join(
        path.read_text()
        for pattern in ("*.html", "*.py")
        for path in (ROOT / "fwsite").rglob(pattern)
        if "extend" not in path.parts
    )
    name = re.escape(point.name)  # type: ignore[attr-defined]
    assert re.search(rf'(slot|emit|run_transform)\("{name}"', code), f"nothing calls {point}"
    for value in point.values:  # type: ignore[attr-defined]
        assert re.search(rf'"{name}"[^\n]*\b{value}=', code) or re.search(rf'emit\("{name}"[^)]*{value}=', code), value

"""No private name of a package that the site uses: each upgrade of it would be a risk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT

DOCUMENTED = {"_replace", "_asdict", "_fields", "_exit"}
"""Of named tuples and of ``os``, which begin so for another reason."""


def private_names(file: Path) -> Iterator[str]:
    """Private attributes of anything but an object's own class, in code or as a text, and private imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.Attribute) and not (
            isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        ):
            name = node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "setattr"):
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
        elif isinstance(node, ast.ImportFrom):
            name = next((part for part in (node.module or "").split(".") if part.startswith("_")), "")
            name = name or next((each.name for each in node.names if each.name.startswith("_")), "")
        if name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED | own:
            yield f"{file.name}:{node.lineno} uses {name}"


def test_none_is_used() -> None:
    found = [each for file in sorted((ROOT / "fwsite").rglob("*.py")) for each in private_names(file)]
    assert found == []


def test_one_is_found_however_it_is_reached(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(
        "from flask import _hidden\nfrom sqlalchemy._private import x\napp._got_first_request\n"
        "getattr(app, '_got_first_request')\nself._own\nrow._replace(a=1)\napp.__class__\n"
    )
    assert [each.partition(" ")[0] for each in private_names(file)] == ["a.py:1", "a.py:2", "a.py:3", "a.py:4"]

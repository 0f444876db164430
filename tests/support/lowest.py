"""Lowest versions: each dependency of the site at the lower bound that ``pyproject.toml`` declares, for pip.

``python -m tests.support.lowest > lowest.txt``, then ``pip install -e '.[test]' -c lowest.txt``.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BOUND = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=(?P<version>[0-9][0-9.]*)")


def constraints() -> list[str]:
    """One line for each dependency, those of the extras too, but not the tools of the tests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    given = [*project["dependencies"], *(line for name in extras if name != "test" for line in extras[name])]
    bounds = [_BOUND.fullmatch(line) for line in given]
    if None in bounds:
        raise ValueError(f"each of these needs one lower bound: {given}")
    return [f"{bound['name']}=={bound['version']}" for bound in bounds if bound]


if __name__ == "__main__":
    print("\n".join(constraints()))

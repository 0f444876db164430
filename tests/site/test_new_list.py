"""A new list of the questionnaire is one entry in one table: a copy of the package gets one, over a site with a past.

What is changed in the copy is all that a developer has to change, and stands in :data:`STEPS`. What has to hold then
is looked at by ``tests.support.new_list``, in a process that imports the copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from fwsite.blueprints.questionnaire.definition_file import read
from tests.support.paths import ROOT

SHIPPED = ROOT / "fwsite" / "content" / "questionnaire.toml"
STEPS = (
    ("    model: int = MODEL\n", "    hints: tuple[Hint, ...] = ()\n"),
    (
        '    too_few: str = ""\n',
        '''

class Hint(NamedTuple):
    """A hint for all who answer."""

    key: str
    text: str


def _read_hint(reader: Reader, at: At, table: Mapping[str, Any]) -> Hint:
    reader.known_keys(at, table, {"key", "text"})
    return Hint(reader.key(at, table), reader.text(at, table, "text"))
''',
    ),
    (
        '    "scenarios": Part("scenario", read_scenario, scenario_document, restored_scenario),\n',
        '    "hints": Part("hint", _read_hint, lambda hint: hint._asdict(), lambda table: Hint(**table)),\n',
    ),
)
"""The line of ``domain/questionnaire.py`` behind which something is put, and what that is."""


def test_a_list_that_is_added_is_checked_exported_imported_and_shown(filled_instance: Path, tmp_path: Path) -> None:
    package = Path(shutil.copytree(ROOT / "fwsite", tmp_path / "fwsite", ignore=shutil.ignore_patterns("__pycache__")))
    module = package / "domain" / "questionnaire.py"
    text = module.read_text(encoding="utf-8")
    for line, more in STEPS:
        assert text.count(line) == 1, line
        text = text.replace(line, line + more)
    module.write_text(text, encoding="utf-8")
    shutil.copytree(filled_instance, tmp_path / "full")

    version = read(SHIPPED, SHIPPED.with_name("scenarios.toml")).definition.version
    command = [sys.executable, "-W", "error", "-m", "tests.support.new_list", str(tmp_path), version]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"of {package}: everything holds"]

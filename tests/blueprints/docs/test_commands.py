"""The guides say what is so: their commands run, their examples work, their tables are complete."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient

from fwsite import config
from fwsite.blueprints.questionnaire.wording import number
from fwsite.cli.main import main
from fwsite.domain import robustness, scoring, team, telling
from fwsite.domain.questionnaire import FIT_RUBRIC, FIT_UNKNOWN, MODEL
from fwsite.extend import Extension, Role
from fwsite.plugins.loader import load_extensions
from fwsite.plugins.registry import registry_of
from tests.support.command import Commands
from tests.support.paths import ROOT
from tests.support.postgres import Cluster
from tests.support.served import Site

DOCS = ROOT / "fwsite" / "blueprints" / "docs" / "guides"
GUIDES = sorted(DOCS.glob("*.md"))
COMMANDS = [
    pytest.param(block, id=f"{guide.stem}-{number}")
    for guide in GUIDES
    for number, block in enumerate(re.findall(r"^```sh\n(.*?)^```", guide.read_text(), re.S | re.M), 1)
]


def test_there_are_commands_to_test() -> None:
    assert len(COMMANDS) >= 4


@pytest.mark.parametrize("block", COMMANDS)
def test_the_commands_of_the_guides_run_as_written(
    block: str, tmp_path: Path, filled_instance: Path, commands: Commands
) -> None:
    folders = [str(commands.folder), str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = {**os.environ, "PATH": os.pathsep.join(folders)}
    if block.strip() == "fwsite serve":
        site = Site(tmp_path / "instance", tmp_path / "log")
        site.start()
        site.stop()
        return
    if "fwsite db upgrade" not in block:  # up to date, as it is on most days
        shutil.copytree(filled_instance, tmp_path / "instance")
    done = subprocess.run(
        ["bash", "-euc", block], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.sqlite_only(reason="moves from SQLite to PostgreSQL")
def test_the_steps_of_the_move_to_postgresql_lead_there(
    tmp_path: Path, filled_instance: Path, commands: Commands, postgres: Cluster
) -> None:
    steps = (DOCS / "host.md").read_text().partition("To move a site from SQLite")[2].partition("The old `fwsite")[0]
    lines = [line.split() for line in re.findall(r"^\d\. `fwsite ([^`]+)`", steps, re.M)]
    assert [line[0] for line in lines] == ["maintenance", "db", "doctor", "maintenance"]
    instance = Path(shutil.copytree(filled_instance, tmp_path / "instance"))
    place, url = tmp_path / "address", postgres.new_database()
    place.write_text(f"{url}\n")
    said = []
    for line in lines:
        words = [f"@{place}" if word.startswith("@") else word for word in line]
        said.append(commands.run(tmp_path, *words).stdout)
        if line[0] == "db":
            (instance / "config.toml").write_text(f'DATABASE_URL = "{url}"\n')
    assert "is read-only. To end it: fwsite maintenance off" in said[0]
    assert "both sides have the same number in each" in said[1]
    assert re.search(r"ok +database +the PostgreSQL database", said[2])
    assert f"{instance / 'fwsite.sqlite3'} is not the database that the site uses" in said[2]
    assert "accepts everything again" in said[3]


def test_the_readme_has_the_two_commands_and_nothing_before_them() -> None:
    readme = (ROOT / "README.md").read_text()
    run, test = (readme.index(f"    {command}\n") for command in (README_RUN, README_TEST))
    assert run < test
    assert not re.search(r"^(    |```)", readme[:run], re.M)


README_RUN = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/fwsite serve"
README_TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"


def test_ci_installs_and_tests_as_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    install, _, command = README_TEST.rpartition(" && ")
    assert install.replace("pip install -e", "pip install -q -e") in script
    assert f"\n{command}" in script


@pytest.mark.parametrize("page", [ROOT / "README.md", *GUIDES], ids=lambda page: page.stem)
def test_every_file_that_a_guide_links_to_is_there(page: Path) -> None:
    prose = re.sub(r"`[^`\n]+`", "", page.read_text())
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", prose) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_hosts_guide_lists_every_setting_with_its_default_and_meaning() -> None:
    extensions = load_extensions().extensions
    settings = (*config.SETTINGS, *(setting for extension in extensions for setting in extension.settings))
    guide = (DOCS / "host.md").read_text()
    for setting in settings:
        default = "" if setting.default in ("", ()) else f"`{setting.default}`"
        assert f"| `{setting.name}` | {default} | {setting.help} |" in guide
    assert len(re.findall(r"^\| `[A-Z_]+` \|", guide, re.M)) == len(settings)


def test_every_command_is_in_a_guide(app: Flask) -> None:
    text = "".join(guide.read_text() for guide in GUIDES)
    names = {name for group in (main, app.cli) for name in commands_of(group)}
    assert {"serve", "db upgrade", "content check", "content import", "recommend", "user add"} <= names
    assert [name for name in sorted(names) if f"fwsite {name}" not in text] == []


def commands_of(group: click.Group, before: str = "") -> Iterator[str]:
    """The full name of each command, ``content check``."""
    context = click.Context(group, obj=ScriptInfo(create_app=lambda: Flask("of no extensions")))
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{before}{name} ")
        else:
            yield before + name


def test_the_maintainers_guide_names_what_the_bar_has_in_its_order(app: Flask) -> None:
    said = re.search(r"the bar at the top has (.*?)\.\n", (DOCS / "maintain.md").read_text(), re.S)
    assert said
    assert re.findall(r"\*([^*]+)\*", said[1]) == [item.label for item in registry_of(app).work_nav(Role.ADMIN)]


def test_the_index_has_the_whole_first_sentence_of_each_guide(client: FlaskClient) -> None:
    index = client.get("/docs/").text
    assert "How to run the site for others: set it up, put it behind a proxy" in index
    assert not re.search(r"[^.?!]</p></li>", index)


def test_the_architecture_names_who_uses_each_field_of_the_contract() -> None:
    guide = (DOCS / "architecture.md").read_text()
    for field in fields(Extension):
        if field.name not in ("name", "title", "api", "after"):
            assert re.search(rf"^\|[^|]*`{field.name}`[^|]*\| [a-z]", guide, re.M), field.name


def test_the_visitors_guide_states_the_codes_own_constants() -> None:
    guide = re.sub(r"\s+", " ", (DOCS / "visit.md").read_text())
    assert ", ".join(f"{value} {meaning}" for value, meaning in FIT_RUBRIC.items()) in guide
    rules = scoring.RULES[MODEL]
    assert f"a fit below {rules.must_fit}, *{FIT_RUBRIC[rules.must_fit]}*" in guide
    assert f"the {number(telling.SHOWN)} questions whose answers" in guide
    assert f"counts as the middle, {FIT_UNKNOWN}, and" in guide
    clear = f"a lead of {scoring.CLEAR_LEAD} points or more, and first in {robustness.FIRM_SHARE} % of the weightings"
    assert clear in guide
    assert f"it leads by {scoring.LEAN_LEAD} points or is first in {robustness.USUAL_SHARE} % of them" in guide
    assert f"The weightings are {robustness.DRAWS:,} sets" in guide
    assert (rules.answers_needed, scoring.ANSWERS_FIRM) == (1, 5) and "One answer is enough" in guide
    assert f"Two to {team.PEOPLE[-1]} people open" in guide
    assert f"has {team.ACCEPTABLE} points or more for everybody" in guide
    assert f"{number(team.SETTLED_MOST)} answers at most" in guide
    assert f"there are fewer, {robustness.DRAWS // 4} at least" in guide

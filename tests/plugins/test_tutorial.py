"""The guide for authors, followed to the letter in a fresh environment; and what ``extensions new`` writes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from fwsite.cli.main import main
from fwsite.plugins.discovery import BUILTIN
from fwsite.plugins.validation import RESERVED
from tests.support.environments import Environment
from tests.support.paths import ROOT
from tests.support.served import Site

GUIDE = (ROOT / "fwsite" / "blueprints" / "docs" / "guides" / "extend.md").read_text()
TUTORIAL = GUIDE.partition("## The rules")[0]
STEPS = re.findall(r"^```(bash|python|html|md)\n(.*?)^```", TUTORIAL, re.S | re.M)
PLACE = re.compile(r"\A(?:# |<!-- |\{# )(\S+)(?: -->| #\})?\n")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("author") / "venv")


@pytest.fixture(scope="module")
def folder(environment: Environment) -> Iterator[Path]:
    yield environment.folder.parent


def page(site: Site, path: str) -> str:
    with urlopen(f"{site.url}{path}", timeout=30) as response:
        return response.read().decode()


def test_the_tutorial_works_to_the_letter(environment: Environment, folder: Path) -> None:
    served = 0
    for kind, text in STEPS:
        place = PLACE.match(text)
        if place:
            path = folder / place[1]
            assert path.parent.is_dir(), f"{place[1]} stands in no folder of the package"
            path.write_text(text.partition("\n")[2] if kind == "md" else text)  # front matter is the first thing there
        elif text.strip() == "fwsite serve":
            served += 1
            site = Site(folder / "instance", folder / "log", environment)
            site.start()
            assert '<a href="/reading/">Reading</a>' in page(site, "/")
            assert "<h1>Reading</h1>" in page(site, "/reading/")
            assert site.stop() == 0
        else:
            assert kind == "bash"
            environment.run("bash", "-euc", text, cwd=folder)
    assert served == 1
    assert len(STEPS) >= 8


def test_what_the_tutorial_built_is_in_articles_and_pages(environment: Environment, folder: Path) -> None:
    """Goes on where the one above ended."""
    site = Site(folder / "instance", folder / "log", environment)
    site.start()
    article = page(site, "/article/mine")
    assert site.stop() == 0
    assert "The list is empty." in article
    assert "What to read next" in article
    assert "no errors" in environment.run("fwsite", "content", "check", cwd=folder).stdout.lower()


def test_it_is_delivered_as_a_wheel(environment: Environment, folder: Path) -> None:
    """Goes on, too. The last line is for a machine with systemd."""
    [block] = re.findall(r"^```\n(pip wheel .*?)^```", GUIDE, re.S | re.M)
    *commands, restart = block.splitlines()
    assert restart == "systemctl reload fwsite"
    environment.run("bash", "-euc", "\n".join(commands), cwd=folder)
    listed = environment.run("fwsite", "extensions", "list", cwd=folder).stdout
    assert re.search(r"^reading +\S+ +active +\[fwsite-reading\]$", listed, re.M)
    assert not (folder / "fwsite-reading" / "dist").exists() and len(list((folder / "dist").iterdir())) == 1


class TestScaffold:
    def test_passes_the_checkers_of_the_site(self, tmp_path: Path) -> None:
        made = CliRunner().invoke(main, ["extensions", "new", "my_notes", "--folder", str(tmp_path / "made")])
        assert made.exit_code == 0, made.output
        lines = made.output.splitlines()
        assert str(tmp_path / "made" / "fwsite_my_notes" / "views.py") in lines
        assert lines[-3].startswith("Install it: pip install -e ")
        mypy = ["mypy", "--strict", "--follow-imports=silent", "--cache-dir", str(tmp_path / "cache")]
        for command in (["ruff", "check", "--no-cache", "."], [*mypy, "fwsite_my_notes"]):
            done = subprocess.run(
                [sys.executable, "-m", *command], cwd=tmp_path / "made", capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            *((name, "it belongs to the site itself") for name in sorted({*BUILTIN, *RESERVED})),
            ("Notes", "must be lower-case letters"),
            ("my-notes", "must be lower-case letters"),
            ("../notes", "must be lower-case letters"),
            ("", "must be lower-case letters"),
            ("class", "must be no word of Python's"),
            ("n" * 41, "at most 40 characters"),
            ("article_extra", "could not be told from those of article"),
        ],
    )
    def test_refuses_a_name_that_would_not_be_loaded(self, tmp_path: Path, name: str, message: str) -> None:
        made = CliRunner().invoke(main, ["extensions", "new", "--folder", str(tmp_path / "made"), "--", name])
        assert made.exit_code == 1
        assert message in made.output
        assert list(tmp_path.iterdir()) == []

    def test_leaves_a_folder_alone_that_is_there(self, tmp_path: Path) -> None:
        made = CliRunner().invoke(main, ["extensions", "new", "notes", "--folder", str(tmp_path)])
        assert (made.exit_code, list(tmp_path.iterdir())) == (1, [])
        assert "is there already; choose another place with --folder" in made.output

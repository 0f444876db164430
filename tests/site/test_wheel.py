"""A wheel holds everything that the site needs, away from the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

import fwsite
from tests.support.paths import ROOT
from tests.support.served import Site


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "lib")
    return folder / "lib"


def test_every_file_of_the_package_is_in_the_wheel(unpacked: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "fwsite"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert tracked
    assert [name for name in tracked if not (unpacked / name).is_file()] == []


def test_the_version_stands_in_one_file_and_is_that_of_the_wheel(unpacked: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert ("version" in project, project["dynamic"]) == (False, ["version"])
    [metadata] = unpacked.glob("fwsite-*.dist-info/METADATA")
    assert re.findall(r"^Version: (.+)$", metadata.read_text(), re.M) == [fwsite.__version__]


def test_the_wheel_serves_all_three_parts(unpacked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(unpacked))
    where = subprocess.run(
        [sys.executable, "-c", "import fwsite; print(fwsite.__file__)"],
        cwd=tmp_path,
        env=os.environ,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert Path(where).is_relative_to(unpacked)
    site = Site(tmp_path / "instance", tmp_path / "log")
    monkeypatch.chdir(tmp_path)
    site.start()
    try:
        for path, words in {
            "/": "what you get, what you take on",
            "/comparison/": "side by side",
            "/questionnaire/": "Which framework should I pick?",
        }.items():
            with urlopen(site.url + path) as response:
                assert words in response.read().decode()
    finally:
        site.stop()

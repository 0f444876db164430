"""The example extension fwsite-fulltext: installed by pip, it passes its own tests on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.paths import ROOT
from tests.support.postgres import Cluster

PROJECT = ROOT / "tests" / "extensions" / "fwsite-fulltext"
TESTS = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.support.quick", str(PROJECT / "tests"))
ENVIRON = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """One in which the extension is installed."""
    made = Environment(tmp_path_factory.mktemp("fulltext") / "environment")
    made.install(PROJECT)
    return made


def test_its_own_tests_pass_where_it_is_installed(environment: Environment, tmp_path: Path) -> None:
    done = environment.run(*TESTS, cwd=tmp_path, **ENVIRON)
    assert " passed" in done.stdout and "skipped" not in done.stdout, done.stdout


def test_on_postgresql_it_does_the_same(environment: Environment, postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.new_database()
    done = environment.run(*TESTS, "-k", "not TestContract", cwd=tmp_path, DATABASE_URL=url, **ENVIRON)
    assert " passed" in done.stdout and "skipped" not in done.stdout, done.stdout


def test_it_goes_without_a_trace_and_comes_back(environment: Environment, tmp_path: Path) -> None:
    def site(*command: str, **environ: str) -> str:
        return environment.run("fwsite", "--instance", str(tmp_path / "site"), *command, cwd=tmp_path, **environ).stdout

    assert "schema fulltext: new -> fulltext_0001" in site("db", "upgrade")
    assert "fulltext_index: " in site("extensions", "purge", "fulltext", "--yes", FWSITE_EXTENSIONS_DISABLED="fulltext")
    assert "schema fulltext: new -> fulltext_0001" in site("db", "upgrade")

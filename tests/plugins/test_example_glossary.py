"""The glossary, an extension that is shipped as an example: installed by pip, and tested on both databases."""

from __future__ import annotations

import re

import psycopg
import pytest

from tests.support.environments import Environment, installed_with_tests
from tests.support.paths import ROOT
from tests.support.postgres import Cluster

PACKAGE = ROOT / "tests" / "extensions" / "fwsite-glossary"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment in which the glossary is installed, with its tests beside it."""
    return installed_with_tests(PACKAGE, tmp_path_factory.mktemp("glossary"))


def run_tests(environment: Environment, *arguments: str, **environ: str) -> str:
    """Run the package's own tests; returns the last line, which says how many passed."""
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.support.quick")
    folder = environment.folder.parent
    done = environment.run("pytest", *options, *arguments, cwd=folder, PYTHONPATH=str(ROOT), **environ)
    return done.stdout.splitlines()[-1]


def test_its_own_tests_pass_where_it_is_installed(environment: Environment) -> None:
    assert re.fullmatch(r"\d+ passed in .*", run_tests(environment))


def test_its_story_is_the_same_on_postgresql(environment: Environment, postgres: Cluster) -> None:
    url = postgres.new_database()
    told = run_tests(environment, "tests/test_story.py", GLOSSARY_TEST_DATABASE_URL=url)
    assert re.fullmatch(r"1 passed in .*", told)
    with psycopg.connect(url) as connection:  # it was told there, and nowhere else
        kept = connection.execute("SELECT count(*) FROM glossary_term WHERE definition = 'x'").fetchone()
    assert kept == (1,)

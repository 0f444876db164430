"""Votes, an extension that is shipped as an example: installed by pip, and served by two processes on each database."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from tests.support.environments import Environment, installed_with_tests
from tests.support.paths import ROOT
from tests.support.postgres import Cluster
from tests.support.served import Site
from tests.support.serving import until

PACKAGE = ROOT / "tests" / "extensions" / "fwsite-votes"
STAMP = """
import os
from itertools import count
from markupsafe import Markup
from fwsite.extend import Extension

made = count(1)
extension = Extension(
    name="stamp",
    title="Stamp",
    slots={"site.header": lambda context: Markup(f"<i>process {os.getpid()} page {next(made)}</i>")},
)
"""
"""An extension of one file that says on each page which process made it, and as its how many-th."""
SHOWING = ("/comparison/", "/comparison/django", "/votes/")
OTHERS = ("/", "/article/", "/docs/", "/docs/host", "/questionnaire/")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment in which it is installed, with its tests beside it."""
    return installed_with_tests(PACKAGE, tmp_path_factory.mktemp("votes"))


def test_its_own_tests_pass_where_it_is_installed(environment: Environment) -> None:
    options = ("-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.support.quick")
    done = environment.run("pytest", *options, cwd=environment.folder.parent, PYTHONPATH=str(ROOT))
    assert re.fullmatch(r"\d+ passed in .*", done.stdout.splitlines()[-1])


def test_so_they_do_on_postgresql_where_a_server_is_named(environment: Environment, postgres: Cluster) -> None:
    options = ("-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not TestContract")
    server = postgres.new_database()
    done = environment.run("pytest", *options, cwd=environment.folder.parent, TEST_DATABASE_URL=server)
    assert re.fullmatch(r"\d+ passed, \d+ deselected in .*", done.stdout.splitlines()[-1])


@pytest.fixture(params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, environment: Environment, filled_instance: Path, tmp_path: Path
) -> Iterator[Site]:
    """The site with votes, in two processes."""
    instance = Path(shutil.copytree(filled_instance, tmp_path / "instance"))
    (instance / "extensions").mkdir(exist_ok=True)
    (instance / "extensions" / "stamp.py").write_text(STAMP)
    running = Site(instance, tmp_path / "log", environment)
    running.environ |= {"FWSITE_PROCESSES": "2"}
    if request.param == "postgresql":
        postgres: Cluster = request.getfixturevalue("postgres")
        running.environ |= {"FWSITE_DATABASE_URL": postgres.new_database()}
    environment.run("fwsite", "--instance", str(instance), "db", "upgrade", cwd=tmp_path, **running.environ)
    running.start()
    yield running
    assert running.stop() == 0


class Stamps:
    """Who made each page that was given, by path and process."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def of(self, path: str) -> tuple[str, str]:
        """Of the page as it is given this time."""
        with urlopen(f"{self._site.url}{path}", timeout=30) as answer:
            found = re.search(r"process (\d+) page (\d+)", answer.read().decode())
        assert found, path
        return found[1], found[2]

    def kept(self, *paths: str) -> dict[str, dict[str, str]]:
        """What both processes keep of each."""
        found: dict[str, dict[str, str]] = defaultdict(dict)

        def both() -> bool:
            for path in paths:
                process, page = self.of(path)
                found[path][process] = page
            return all(len(pages) == 2 for pages in found.values())

        until(both, "pages of both processes")
        for path in paths * 10:
            process, page = self.of(path)
            assert found[path][process] == page, f"{path} was made again"
        return found


def vote(site: Site, claim: str) -> str:
    """Fill in the form as a browser does; gives the page that it leads to."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"{site.url}/votes/{claim}"
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.open(address, timeout=30).read().decode())
    assert token
    form = urlencode({"csrf_token": token[1], "vote": "agree"}).encode()
    return str(browser.open(address, form, timeout=30).read().decode())


def test_a_vote_makes_those_pages_anew_that_show_votes_in_both_processes(site: Site) -> None:
    stamps = Stamps(site)
    before = stamps.kept(*SHOWING, *OTHERS)
    with urlopen(f"{site.url}/comparison/django", timeout=30) as answer:
        claim = re.findall(r'href="/votes/([\w-]+)"', answer.read().decode())[0]

    assert "1 of 1 readers agree" in vote(site, claim)

    def is_new(path: str) -> bool:
        process, page = stamps.of(path)
        return before[path][process] != page

    for path in SHOWING:
        until(lambda path=path: all(is_new(path) for _ in range(6)), f"{path} with the vote")  # type: ignore[misc]
    after = stamps.kept(*SHOWING, *OTHERS)
    assert {path: after[path] for path in OTHERS} == {path: before[path] for path in OTHERS}
    for path in SHOWING:
        assert all(after[path][process] != page for process, page in before[path].items())
    with urlopen(f"{site.url}/comparison/django", timeout=30) as answer:
        assert "1 of 1 agree" in answer.read().decode()

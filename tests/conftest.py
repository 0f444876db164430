"""Real things to test with: an instance folder, the application on it, a served site, a browser."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fwsite.db.engine import db
from fwsite.intervals import AT_ONCE, Intervals
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.browser import FLAGS, chromium, quiet_page
from tests.support.command import Command, Commands
from tests.support.on_postgresql import OwnDatabases
from tests.support.one_application import Database, Folder, OneApplication, ServerDatabase, SQLiteFile
from tests.support.paths import CI, ROOT
from tests.support.postgres import Cluster, programs
from tests.support.quick import heaviest_first, mark_slow
from tests.support.quick import pytest_collection_finish as pytest_collection_finish
from tests.support.served import Site, free_port
from tests.support.site import create_app, opened

OWN_DATABASES = pytest.StashKey[OwnDatabases]()
collect_ignore = ["extensions"]
"""Packages of their own; their tests run where they are installed."""

_slow_is_fine = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("laptop", max_examples=100, **_slow_is_fine)
settings.register_profile("ci", max_examples=150, derandomize=True, **_slow_is_fine)
settings.load_profile("ci" if CI else "laptop")
expect.set_options(timeout=30_000)  # as long as Playwright waits for all else: a busy machine is no fault of a page


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="What the site runs on.")


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("FWSITE_")]:
        del os.environ[name]  # no setting of the machine reaches a test, nor what it starts
    if config.getoption("--database") == "postgresql":
        config.stash[OWN_DATABASES] = OwnDatabases(_start_postgres)
        config.stash[OWN_DATABASES].install()
        # Many a test leaves its application to the garbage collector, which the driver finds worth a warning.
        config.addinivalue_line("filterwarnings", "ignore:.* was deleted while still open:ResourceWarning")


def pytest_unconfigure(config: pytest.Config) -> None:
    if OWN_DATABASES in config.stash:
        config.stash[OWN_DATABASES].stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    heaviest_first(items)
    mark_slow(items)
    own = config.stash.get(OWN_DATABASES, None)
    for item in items if own else ():
        reason = own.reason_against(item) if own else None
        if reason:
            item.add_marker(pytest.mark.skip(reason=f"SQLite only: {reason}"))


@pytest.fixture(autouse=True)
def _own_databases(request: pytest.FixtureRequest) -> Iterator[None]:
    """With ``--database postgresql``: the databases that a test made go with it."""
    own = request.config.stash.get(OWN_DATABASES, None)
    if own is None:
        yield
    else:
        yield from own.for_one_test()


@pytest.fixture(scope="session")
def filled_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with schema and content, to copy from: migrating takes longer than copying."""
    folder = tmp_path_factory.mktemp("filled") / "instance"
    app = create_app(folder)
    for _ in bring_up_to_date(app):
        pass
    with app.app_context():
        db.engine.dispose()
    with closing(sqlite3.connect(folder / "fwsite.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # another thread may still have the file open
    return folder


@pytest.fixture(scope="session")
def one_application(
    request: pytest.FixtureRequest,
    filled_instance: Path,
    compiled: FileSystemBytecodeCache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OneApplication]:
    """The application that the tests of this process share, each with everything as it was."""
    place = tmp_path_factory.mktemp("one")
    folder = Path(shutil.copytree(filled_instance, place / "instance"))
    with opened(folder, compiled) as app:
        own = request.config.stash.get(OWN_DATABASES, None)
        with app.app_context():
            engine = db.engine
        if own is None:
            database: Database = SQLiteFile(folder / "fwsite.sqlite3")
        else:
            database = ServerDatabase(engine, partial(own.make_anew, folder, filled_instance))
        shared = OneApplication(app, Folder(folder, place / "aside"), database)
        yield shared
        shared.close()


def _shares(request: pytest.FixtureRequest) -> bool:
    """Whether the test takes the application that all share."""
    return {"app", "instance"} <= set(request.fixturenames) and not request.node.get_closest_marker("new_app")


@pytest.fixture(autouse=True)
def _as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """The shared application is put back before each test; asked for by itself, so that it comes before all others
    and looks at what a test has changed when their patches are undone.
    """
    if not _shares(request):
        yield
        return
    shared: OneApplication = request.getfixturevalue("one_application")
    shared.put_back()
    yield
    changes = shared.changes()
    assert not changes, f"changes the application that others share, mark it new_app: {', '.join(changes)}"


@pytest.fixture
def instance(
    request: pytest.FixtureRequest, filled_instance: Path, one_application: OneApplication, tmp_path: Path
) -> Path:
    """An instance folder for this test alone, with schema and shipped content."""
    if _shares(request):
        return one_application.folder
    return Path(shutil.copytree(filled_instance, tmp_path / "instance"))


@pytest.fixture
def without_run(instance: Path) -> None:
    """A site whose content ships no measured run."""
    (instance / "measured_run.json").write_text("")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as they were compiled for the last test: compiling takes longer than most tests do."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    request: pytest.FixtureRequest, instance: Path, one_application: OneApplication, compiled: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """The application on ``instance``."""
    if _shares(request):
        yield one_application.app
        return
    with opened(instance, compiled) as app:
        yield app


@pytest.fixture(scope="module")
def shared_app(
    filled_instance: Path, compiled: FileSystemBytecodeCache, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """One application for a whole module, for tests that read, or that put back what they write."""
    folder = tmp_path_factory.mktemp("shared") / "instance"
    with opened(Path(shutil.copytree(filled_instance, folder)), compiled) as app:
        yield app


@pytest.fixture
def make_app(instance: Path, compiled: FileSystemBytecodeCache) -> Iterator[Callable[..., Flask]]:
    """Builds further applications, on ``instance`` unless told otherwise, and closes their databases at the end."""
    with ExitStack() as made:

        def make(folder: Path = instance, intervals: Intervals = AT_ONCE, **settings: Any) -> Flask:
            return made.enter_context(opened(folder, compiled, settings=settings, intervals=intervals))

        yield make


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a browser."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs commands in the application."""
    return app.test_cli_runner()


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """A program ``fwsite`` that starts quickly."""
    with TemporaryDirectory(prefix="fwsite-") as folder, Commands(Path(folder), ROOT) as started:
        yield started


@pytest.fixture
def run_fwsite(commands: Commands) -> Command:
    """The command in a process of its own: ``run_fwsite(folder, "db", "status", FWSITE_PORT="8001")``."""
    return commands.run


@pytest.fixture(scope="session")
def site(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served site that tests share; none of them may depend on what another stored."""
    folder = tmp_path_factory.mktemp("served")
    running = Site(Path(shutil.copytree(filled_instance, folder / "instance")), folder / "log")
    running.start()
    yield running
    running.stop()


def _start_postgres() -> Cluster:
    found = programs()
    if found is None:
        message = "PostgreSQL is not installed: apt-get install postgresql"
        pytest.fail(message) if CI else pytest.skip(message)
    # Not below pytest's own folder, which nobody but its owner may enter, and short enough for a socket's name.
    folder = Path(mkdtemp(prefix="fwsite-pg-"))
    folder.chmod(0o755)
    cluster = Cluster(found, folder, free_port())
    cluster.start()
    return cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server of our own. Tests that need it stand in files of their own, so that one worker starts it."""
    cluster = _start_postgres()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app_on_each_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application with its content for a whole module, on SQLite and then on PostgreSQL."""
    folder = tmp_path_factory.mktemp(request.param) / "instance"
    settings = {}
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("filled_instance"), folder)
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        settings = {"DATABASE_URL": cluster.new_database()}
    app = create_app(folder, settings=settings)
    list(bring_up_to_date(app))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of this test's own, on SQLite and then on PostgreSQL: give it as DATABASE_URL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.new_database()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, headless."""
    path = chromium()
    if path is None:
        message = "Chromium is not installed: apt-get install chromium"
        pytest.fail(message) if CI else pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of this test's own."""
    with quiet_page(browser, site) as opened:
        yield opened

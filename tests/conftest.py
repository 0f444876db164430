"""Real things to test with: an instance folder, the application on it, a served site, a browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.test import TestResponse

from fwsite.intervals import AT_ONCE, Intervals
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.environments import Environment
from tests.support.on_postgresql import OwnDatabases
from tests.support.postgres import Cluster, programs
from tests.support.quick import heaviest_first
from tests.support.quick import pytest_collection_finish as pytest_collection_finish
from tests.support.site import create_app

CI = os.environ.get("CI") == "true"
ROOT = Path(__file__).parents[1]
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
    own = config.stash.get(OWN_DATABASES, None)
    for item in items if own else ():
        reason = own.reason_against(item) if own else None
        if reason:
            item.add_marker(pytest.mark.skip(reason=f"SQLite only: {reason}"))


@pytest.fixture(autouse=True)
def _own_settings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("FWSITE_")]:
        monkeypatch.delenv(name)


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
    from fwsite.db.engine import db

    with app.app_context():
        db.engine.dispose()
    return folder


@pytest.fixture
def instance(filled_instance: Path, tmp_path: Path) -> Path:
    """An instance folder of this test's own, with schema and shipped content."""
    return Path(shutil.copytree(filled_instance, tmp_path / "instance"))


class Visitor(FlaskClient):
    """Takes each response whole and lets it be closed, as a server does; otherwise served files stay open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as they were compiled for the last test: compiling takes longer than most tests do."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@contextmanager
def opened(folder: Path, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on a folder; its database is closed at the end."""
    app = create_app(folder)
    app.test_client_class = Visitor
    app.jinja_env.bytecode_cache = compiled
    yield app
    from fwsite.db.engine import db

    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(instance: Path, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on ``instance``."""
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
    made: list[Flask] = []

    def make(folder: Path = instance, intervals: Intervals = AT_ONCE, **settings: Any) -> Flask:
        made.append(create_app(folder, settings=settings, intervals=intervals))
        made[-1].test_client_class = Visitor
        made[-1].jinja_env.bytecode_cache = compiled
        return made[-1]

    yield make
    from fwsite.db.engine import db

    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a browser."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs commands in the application."""
    return app.test_cli_runner()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """A ``fwsite serve`` process of our own."""

    def __init__(self, instance: Path, log: Path, environment: Environment | None = None) -> None:
        """``environment`` is where it runs; without one, where the tests do."""
        self.instance = instance
        self.log = log
        self.python = str(environment.python) if environment else sys.executable
        self.environ = environment.environ if environment else None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its first answer."""
        command = [self.python, "-m", "fwsite", "--instance", str(self.instance), "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environ)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urlopen(f"{self.url}/robots.txt", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the site did not start:\n{self.log.read_text()}")

    def stop(self) -> int:
        """Stop it as a host would; returns its exit code."""
        if self.process is None:
            return 0
        self.process.terminate()
        return self.process.wait(timeout=30)


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of this test's own, on SQLite and then on PostgreSQL: give it as DATABASE_URL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.new_database()


def chromium() -> str | None:
    """Debian's Chromium, or another that is installed under a usual name."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, headless."""
    path = chromium()
    if path is None:
        message = "Chromium is not installed: apt-get install chromium"
        pytest.fail(message) if CI else pytest.skip(message)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@contextmanager
def quiet_page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh page whose console must stay empty but for the status of pages that are errors by intent."""
    context = browser.new_context(base_url=site.url, java_script_enabled=True)
    opened = context.new_page()
    noise: list[str] = []
    opened.on("console", lambda message: noise.append(message.text))
    opened.on("pageerror", lambda error: noise.append(str(error)))
    yield opened
    context.close()
    meant = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
    assert [text for text in noise if not meant.match(text)] == []


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of this test's own."""
    with quiet_page(browser, site) as opened:
        yield opened

"""Fixtures of the tests that use the site as people do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.hands import Browsers
from tests.support.served import Site


@pytest.fixture(scope="module")
def desk(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served site that the tests of a module change."""
    folder = tmp_path_factory.mktemp("desk")
    running = Site(Path(shutil.copytree(filled_instance, folder / "instance")), folder / "log")
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def browsers(browser: Browser, desk: Site) -> Iterator[Browsers]:
    """Browsers of different people on that site."""
    opened = Browsers(browser, desk)
    yield opened
    opened.close()

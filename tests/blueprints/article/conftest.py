"""Fixtures for articles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fwsite.cli.main import main
from tests.blueprints.article.pages import Articles, png

Check = Callable[[], Result]


@pytest.fixture
def write(instance: Path) -> Articles:
    return Articles(instance)


@pytest.fixture
def check(instance: Path) -> Check:
    """Runs ``fwsite content check``."""
    return lambda: CliRunner().invoke(main, ["--instance", str(instance), "content", "check"])


@pytest.fixture
def media(instance: Path) -> Path:
    folder = instance / "media"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "a b.png").write_bytes(png(7, 5))
    (folder / "broken.png").write_bytes(b"no picture")
    return folder

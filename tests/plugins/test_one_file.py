"""An extension of one file in the instance folder: for one site, without a package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from fwsite.cli.main import main

pytestmark = pytest.mark.new_app

GREETING = """
from flask import Blueprint
from markupsafe import Markup

from fwsite.extend import Extension

bp = Blueprint("greeting", __name__)


@bp.get("/")
def index():
    return "Hello from one file"


extension = Extension(
    name="greeting",
    title="Greeting",
    blueprint=bp,
    slots={
        "site.head": lambda context: Markup('<meta name="greeting" content="hello">'),
        "site.footer": lambda context: Markup("<p>Hello at the foot</p>"),
    },
)
"""


@pytest.fixture
def put(instance: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = instance / "extensions" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def listed(instance: Path) -> list[str]:
    done = CliRunner().invoke(main, ["--instance", str(instance), "extensions", "list"])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_has_pages_and_slots(put: Callable[[str, str], Path], make_app: Callable[..., Flask], instance: Path) -> None:
    put("greeting.py", GREETING)
    client = make_app().test_client()
    assert client.get("/greeting/").text == "Hello from one file"
    assert '<meta name="greeting" content="hello">' in client.get("/").text
    assert "<p>Hello at the foot</p>" in client.get("/").text.partition("<footer")[2]
    (line,) = [line for line in listed(instance) if line.startswith("greeting")]
    assert "active" in line and "[extensions/greeting.py]" in line


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("broken.py", "1 / 0\n", "ZeroDivisionError: division by zero (extensions/broken.py:1)"),
        ("typo.py", "def x(:\n", "extensions/typo.py:1"),
        ("empty.py", "", "has no attribute 'extension'"),
        ("other.py", GREETING, "the entry point is called 'other' and the extension 'greeting'"),
        ("article.py", GREETING.replace("greeting", "article"), "another installed extension has it already"),
        ("leaves.py", "import sys\nsys.exit(3)\n", "it ends the process when it is imported"),
    ],
)
def test_one_that_fails_is_left_out_with_the_reason(
    put: Callable[[str, str], Path], make_app: Callable[..., Flask], instance: Path, name: str, text: str, reason: str
) -> None:
    put(name, text)
    put("greeting.py", GREETING)
    client = make_app().test_client()
    assert client.get("/").status_code == client.get("/greeting/").status_code == 200
    assert any(reason in line and f"[extensions/{name}]" in line for line in listed(instance))


def test_files_that_are_none_are_left_alone(
    put: Callable[[str, str], Path], make_app: Callable[..., Flask], instance: Path
) -> None:
    for name in ("_helper.py", ".hidden.py", "notes.txt"):
        put(name, "1 / 0\n")
    assert make_app().test_client().get("/").status_code == 200
    assert not any("helper" in line or "hidden" in line for line in listed(instance))


def test_safe_mode_looks_at_none(put: Callable[[str, str], Path], make_app: Callable[..., Flask]) -> None:
    put("greeting.py", GREETING)
    client = make_app(EXTENSIONS="builtin").test_client()
    assert client.get("/greeting/").status_code == 404


def test_two_folders_have_each_their_own(
    put: Callable[[str, str], Path], make_app: Callable[..., Flask], instance: Path, tmp_path: Path
) -> None:
    put("greeting.py", GREETING)
    other = tmp_path / "other"
    (other / "extensions").mkdir(parents=True)
    (other / "extensions" / "greeting.py").write_text(GREETING.replace("Hello from one", "Hello from another"))
    one, two = make_app().test_client(), make_app(other).test_client()
    assert [client.get("/greeting/").text for client in (one, two)] == [
        "Hello from one file",
        "Hello from another file",
    ]

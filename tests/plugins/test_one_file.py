"""An extension of one file in the instance folder: for one site, without a package."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from fwsite.cli.main import main
from fwsite.domain.comparison import BALANCE_LENGTH
from tests.support.command import Commands
from tests.support.people import signed_in

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
    return done.stdout.splitlines()


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
        (
            "broken.py",
            "1 / 0\n",
            "division by zero (extensions/broken.py:1); correct it there, or delete extensions/broken.py",
        ),
        ("typo.py", "def x(:\n", "extensions/typo.py:1"),
        ("empty.py", "", "has no attribute 'extension'"),
        ("other.py", GREETING, "the file is called 'other' and the extension 'greeting'"),
        ("article.py", GREETING.replace("greeting", "article"), "another installed extension has it already"),
        (
            "leaves.py",
            "import sys\nsys.exit(3)\n",
            "correct extensions/leaves.py, or delete extensions/leaves.py",
        ),
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


LISTS = """
import click

from fwsite.extend import Extension


@click.command("greetings")
def greetings():
    for number in range(100_000):
        click.echo(f"Hello {number}")


extension = Extension(name="greetings", title="Greetings", commands=(greetings,))
"""


def test_a_command_ends_quietly_whose_reader_has_seen_enough(
    put: Callable[[str, str], Path], instance: Path, commands: Commands
) -> None:
    put("greetings.py", LISTS)
    command = [commands.program, "--instance", str(instance), "greetings"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline() == "Hello 0\n"
        running.stdout.close()
        assert (running.stderr.read(), running.wait(60)) == ("", 1)


CLAIMS = """
from markupsafe import Markup

from fwsite.extend import Extension


def claim(context):
    return Markup(1 / 0)


def head(context):
    return Markup(1 // 0)


extension = Extension(name="counting", title="Counting", slots={"comparison.claim": claim, "site.head": head})
"""


def test_a_slot_that_fails_at_each_claim_is_one_line_of_the_log_for_each_page(
    put: Callable[[str, str], Path], make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    put("counting.py", CLAIMS)
    client = make_app().test_client()
    claims = client.get("/comparison/data.json").json["claims"]
    cells = Counter((claim["criterion"], claim["side"]) for claim in claims if claim["framework"] == "django")
    of_django = sum(min(number, BALANCE_LENGTH) for number in cells.values())
    facts = client.get("/comparison/data.json").json["facts"]
    of_django += sum(fact["framework"] == "django" for fact in facts)
    caplog.clear()
    for _ in range(2):
        assert client.get("/comparison/django").status_code == 200
    end = "; correct or upgrade it, or name it in EXTENSIONS_DISABLED"
    once = [
        f"extension counting: slot site.head failed: ZeroDivisionError: integer division or modulo by zero "
        f"(extensions/counting.py:12){end}",
        f"extension counting: slot comparison.claim failed: ZeroDivisionError: division by zero "
        f"(extensions/counting.py:8), {of_django} times on this page{end}",
    ]
    assert of_django > 10
    assert [record.getMessage() for record in caplog.records] == once * 2
    assert all(record.exc_info for record in caplog.records)


def test_the_list_and_the_page_say_where_faults_of_the_running_site_stand(
    put: Callable[[str, str], Path], make_app: Callable[..., Flask], instance: Path
) -> None:
    put("greeting.py", GREETING)
    done = CliRunner().invoke(main, ["--instance", str(instance), "extensions", "list"])
    assert "is in its log, with the name of the extension." in done.stderr
    assert "its log" not in done.stdout
    assert "is in its log, with the name of the extension." in signed_in(make_app()).get("/extensions/").text

"""Subjects and workloads: the manifests and their faults, the right answers, the Python that is chosen."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from fwsite.blueprints.measure import interpreters
from fwsite.blueprints.measure.interpreters import Interpreter
from fwsite.blueprints.measure.manifest import KINDS, OF_ENTRY, SERVERS
from fwsite.blueprints.measure.probe.seed import books
from fwsite.blueprints.measure.subjects import all_subjects, read_subject
from fwsite.blueprints.measure.workloads import all_workloads
from tests.support.measured import manifest, served_by_waitress, write_subject

SHIPPED = {subject.key: subject for subject in all_subjects(Path("there is none"))}
ENTRY = '[[entries]]\nkey = "mine_x"\nname = "X"\nworkloads = ["json"]\n'
WRONG = {
    "no TOML": ("name = \n", "subject.toml:1: cannot be read"),
    "a name that is missing": (manifest("Mine").split("\n", 1)[1], "name: is missing"),
    "an unknown key": (manifest("Mine", speed=3), "subject.toml:5: speed: is unknown; there are "),
    "another interface": (manifest("Mine", interface="cgi"), 'subject.toml:2: interface: must be "wsgi" or "asgi"'),
    "an entry without a name": (manifest("Mine", entry="app"), 'entry: must be a text such as "app:application"'),
    "a Python as a number": (manifest("Mine", python=3.12), 'python: must be a text such as "3.12"'),
    "a version that is open": (
        manifest("Mine", requirements=["flask>=3"]),
        "requirements: must name one version, as in package==1.0: flask>=3",
    ),
    "a list of numbers": (manifest("Mine", tools=[3]), "tools: must be a list of texts"),
    "a file that is not there": (manifest("Mine", files=["main.py"]), "files: no such file: main.py"),
    "a workload that nobody knows": (
        manifest("Mine", workloads=["xml"]),
        "workloads: no such workload: xml; there are json, row, page, list, nplus1, waiting",
    ),
    "waiting without a server": (manifest("Mine", workloads=["waiting"]), "“waiting” alone"),
    "an entry with another subject's key": (
        manifest("Mine") + ENTRY.replace("mine_x", "flask_x"),
        "subject.toml:6: key: must be lower-case letters, digits and underscores after mine_",
    ),
    "two entries of one key": (manifest("Mine") + ENTRY * 2, "subject.toml:10: key: mine_x is another entry’s, too"),
    "an entry that waits without a server": (
        manifest("Mine") + ENTRY.replace('"json"', '"waiting"'),
        "subject.toml:8: workloads: those with a server are “waiting” alone, and it needs a server",
    ),
    "a server of the other interface": (
        manifest("Mine") + ENTRY.replace('"json"', '"waiting"') + 'server = "uvicorn"\n',
        "subject.toml:9: server: uvicorn does not serve wsgi; there are: waitress for wsgi, uvicorn for asgi",
    ),
    "waitress without threads": (
        manifest("Mine") + ENTRY.replace('"json"', '"waiting"') + 'server = "waitress"\n',
        "threads: waitress needs a number of threads, and nothing else does",
    ),
    "too many threads": (
        manifest("Mine") + served_by_waitress("mine", 4).replace("4\n", "4000\n"),
        "threads: must be from 1 to 1000",
    ),
}


class TestManifests:
    @pytest.mark.parametrize("wrong", WRONG)
    def test_say_what_is_wrong_and_where(self, tmp_path: Path, wrong: str) -> None:
        text, fault = WRONG[wrong]
        folder = write_subject(tmp_path / "mine")
        (folder / "subject.toml").write_text(text)
        subject = read_subject(folder)
        assert fault in subject.fault
        assert subject.entries == ()

    @pytest.mark.parametrize("name", [*sorted(KINDS), "more"])
    @pytest.mark.parametrize(
        "value", ['"nonsense"', '""', "1", "-1", "1.5", "2026-11-30", "[1]", "[[]]", "{}", "{ a = 1 }"]
    )
    def test_any_value_at_any_place_is_read_or_refused(self, tmp_path: Path, name: str, value: str) -> None:
        text = manifest("Mine") + ENTRY
        lines = [line for line in text.splitlines() if not line.startswith(f"{name} =")]
        place = len(lines) if name in OF_ENTRY else 0
        folder = write_subject(tmp_path / "mine")
        (folder / "subject.toml").write_text("\n".join([*lines[:place], f"{name} = {value}", *lines[place:]]))
        subject = read_subject(folder)
        assert bool(subject.fault) != bool(subject.entries)

    def test_a_folder_without_one_is_a_subject_with_a_fault(self, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        assert read_subject(tmp_path / "mine").fault == "subject.toml: cannot be read: No such file or directory"

    def test_a_folder_of_another_name_says_which_names_there_may_be(self, tmp_path: Path) -> None:
        assert "lower-case letters" in read_subject(write_subject(tmp_path / "My-Own")).fault

    def test_an_own_subject_may_not_take_a_shipped_key(self, tmp_path: Path) -> None:
        write_subject(tmp_path / "flask")
        write_subject(tmp_path / "mine")
        *_, own, other = all_subjects(tmp_path)
        assert (own.fault, own.entries) == ("the key flask is another subject’s; name the folder otherwise", ())
        assert (other.key, other.fault) == ("mine", "")

    def test_an_entry_is_like_the_subject_but_for_what_it_says(self, tmp_path: Path) -> None:
        more = ENTRY + 'paths = { json = "/x" }\nenviron = { B = "2" }\nentry = "app:other"\n'
        folder = write_subject(tmp_path / "mine", served=more, environ={})
        text = (folder / "subject.toml").read_text().replace("environ = {}", 'environ = { A = "1" }')
        (folder / "subject.toml").write_text(text)
        main, variant = read_subject(folder).entries
        assert (main.key, main.target, main.path("json"), main.environ) == (
            "mine",
            "app:application",
            "/json",
            {"A": "1"},
        )
        assert (variant.key, variant.target, variant.path("json")) == ("mine_x", "app:other", "/x")
        assert (variant.interface, variant.environ) == ("wsgi", {"A": "1", "B": "2"})

    def test_lines_are_those_with_code(self, tmp_path: Path) -> None:
        folder = write_subject(tmp_path / "mine")
        (folder / "app.py").write_text("# a comment\n\nimport os\n    \n  # another\nx = 1\n")
        assert read_subject(folder).lines == 2


class TestWhatIsShipped:
    def test_has_no_fault(self) -> None:
        assert {key: subject.fault for key, subject in SHIPPED.items() if subject.fault} == {}
        assert list(SHIPPED) == ["django", "fastapi", "fastapi_sqlalchemy", "flask", "flask_sqlalchemy", "plain"]

    def test_pins_each_package_alike_everywhere(self) -> None:
        pins = {pin for subject in SHIPPED.values() for pin in (*subject.requirements, *subject.tools)}
        assert len(pins) == len({pin.partition("==")[0] for pin in pins})

    def test_has_the_server_of_each_entry_among_its_tools(self) -> None:
        for subject in SHIPPED.values():
            for entry in subject.entries:
                named = {pin.partition("==")[0] for pin in (*subject.requirements, *subject.tools)}
                assert not entry.server or (entry.server in named and SERVERS[entry.server] == entry.interface)

    def test_the_answers_are_what_the_seed_has(self) -> None:
        workloads = all_workloads()
        assert json.loads(workloads["row"].expected) == dict(
            zip(("id", "title", "pages", "author_id"), books()[6], strict=True)
        )
        assert workloads["page"].expected.count("<tr>") == workloads["nplus1"].expected.count("<li>") == 20
        assert len(json.loads(workloads["list"].expected)) == 100
        assert len({author for *_, author in books()[:20]}) == 20


def answer(body: str, status: int = 200, media_type: str = "application/json") -> dict[str, Any]:
    return {"status": status, "media_type": media_type, "body": body}


class TestTheRightAnswer:
    @pytest.mark.parametrize(
        "body", ['{"message": "Hello, world"}', '{"message":"Hello, world"}\n', '{"message":"Hello,\\u0020world"}']
    )
    def test_is_the_same_data(self, body: str) -> None:
        assert all_workloads()["json"].fault(answer(body)) == ""

    def test_is_the_same_page_but_for_blanks_between_tags(self) -> None:
        page = all_workloads()["page"]
        for body in (page.expected, page.expected.replace("\n", ""), page.expected.replace("</tr>", "</tr>\n\n  ")):
            assert page.fault(answer(body, media_type="text/html")) == ""

    @pytest.mark.parametrize(
        ("wrong", "fault"),
        [
            (answer("{}", status=404), "wrong answer to json: status 404 instead of 200"),
            (answer("{}", media_type="text/html"), "wrong answer to json: text/html instead of application/json"),
            (answer("{}", media_type=""), "wrong answer to json: no media type instead of application/json"),
            (answer("nothing"), "wrong answer to json: “nothing” instead of “{"),
            (answer('{"message": "Hello, moon"}'), '“…: "Hello, moon"}” instead of “…: "Hello, world"}”'),
            (answer('{"message": "Hello, world", "more": 1}'), "instead of"),
        ],
    )
    def test_is_nothing_else(self, wrong: dict[str, Any], fault: str) -> None:
        assert fault in all_workloads()["json"].fault(wrong)

    def test_has_its_text_escaped(self) -> None:
        page = all_workloads()["page"]
        wrong = page.expected.replace("&lt;&amp;&gt;", "<&>")
        assert "wrong answer to page" in page.fault(answer(wrong, media_type="text/html"))


class TestInterpreters:
    def test_the_newest_that_is_new_enough_is_taken(self) -> None:
        known = [Interpreter((3, minor, 1), Path(f"/python3.{minor}")) for minor in (11, 13, 12)]
        newest = interpreters.newest(known, (3, 12))
        assert newest is not None and newest.said == "3.13.1"
        assert interpreters.newest(known, (3, 14)) is None

    def test_the_running_one_is_found_and_what_does_not_start_is_not(self, tmp_path: Path) -> None:
        assert interpreters.interpreter(tmp_path / "python3.99") is None
        broken = tmp_path / "python3.14"
        broken.write_text("#!/bin/sh\necho no such version >&2\nexit 127\n")
        broken.chmod(0o755)
        assert interpreters.interpreter(broken) is None
        here = interpreters.interpreter(Path(sys.executable))
        assert here is not None and here.version == sys.version_info[:3]
        assert here in interpreters.found()

    def test_those_that_pyenv_and_uv_keep_are_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("PATH", "")
        for place in (".pyenv/versions/3.15.0/bin", ".local/share/uv/python/cpython-3.14.0-linux/bin"):
            version = place.partition("3.")[2][:2]
            python = tmp_path / place / "python3"
            python.parent.mkdir(parents=True)
            python.write_text(f'#!/bin/sh\necho \'[[3, {version}, 0], "cpython", "{python}"]\'\n')
            python.chmod(0o755)
        assert [each.said for each in interpreters.found()][:2] == ["3.15.0", "3.14.0"]

    def test_those_that_are_named_are_the_only_ones(self) -> None:
        assert [each.version for each in interpreters.found([Path(sys.executable)])] == [sys.version_info[:3]]

"""The comparison as files: what is written reads back the same, and every fault has its file, line and key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.blueprints.comparison.files.edition import Edition, read_edition, write_file, write_folder
from fwsite.domain.items import Kind, canonical
from fwsite.extend import ContentError
from fwsite.plugins.toml_line_numbers import lines_of
from tests.support.paths import ROOT
from tests.support.strategies import editions, texts

SHIPPED = ROOT / "fwsite" / "content" / "frameworks.toml"
SMALL = """\
reviewed_on = 2026-11-22

[[criteria]]
key = "speed"
name = "Speed"
question = "How fast?"
finding = "Fast."

[[sources]]
key = "book"
title = "A book"
url = "https://example.org/"
read_on = 2026-11-22

[[frameworks]]
key = "tornado"
name = "Tornado"
summary = "For."
drawback = "Against."
example = "An example"
on_balance = "take it."

[[frameworks.ratings]]
criterion = "speed"
score = 4
reason = "Loops"
evidence = "opinion"

[[frameworks.claims]]
key = "tornado-loop"
side = "pro"
criterion = "speed"
text = "One loop"
evidence = "sourced"
sources = [{ source = "book", words = "a loop" }]
"""


def same(one: Edition, other: Edition) -> bool:
    return all(list(one.documents[kind]) == list(other.documents[kind]) for kind in Kind)


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def faults(path: Path) -> list[tuple[str, int | None, str, str]]:
    with pytest.raises(ContentError) as caught:
        read_edition(path)
    return [(problem.path.name, problem.line, problem.key, problem.message) for problem in caught.value.problems]


def faults_of(folder: Path, text: str) -> list[tuple[int | None, str, str]]:
    return [fault[1:] for fault in faults(put(folder, {"x.toml": text}) / "x.toml")]


class TestRoundTrip:
    @given(edition=editions())
    def test_of_any_edition_through_one_file(self, tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> None:
        folder = put(tmp_path_factory.mktemp("file"), {"x.toml": write_file(edition)})
        assert same(read_edition(folder / "x.toml"), edition)

    @given(edition=editions())
    def test_of_any_edition_through_a_folder(self, tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> None:
        folder = put(tmp_path_factory.mktemp("folder"), write_folder(edition))
        assert same(read_edition(folder), edition)

    def test_of_what_is_shipped(self, tmp_path: Path) -> None:
        edition = read_edition(SHIPPED)
        put(tmp_path, {"x.toml": write_file(edition)})
        assert same(read_edition(tmp_path / "x.toml"), edition)
        put(tmp_path, write_folder(edition))
        assert same(read_edition(tmp_path), edition)

    def test_of_a_file_with_windows_line_ends_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        put(tmp_path, {"plain.toml": SMALL, "windows.toml": "\ufeff" + SMALL.replace("\n", "\r\n")})
        assert same(read_edition(tmp_path / "plain.toml"), read_edition(tmp_path / "windows.toml"))


class TestWhatIsWritten:
    def test_has_one_value_a_line_whatever_its_length(self, tmp_path: Path) -> None:
        put(tmp_path, {"x.toml": SMALL})
        text = write_file(read_edition(tmp_path / "x.toml"))
        assert text.endswith(
            '[[frameworks.claims]]\nkey = "tornado-loop"\ncriterion = "speed"\nside = "pro"\ntext = "One loop"\n'
            'evidence = "sourced"\nreviewed_on = 2026-11-22\n\n'
            '[[frameworks.claims.sources]]\nsource = "book"\nwords = "a loop"\n'
        )
        longer = text.replace("a loop", "a loop " * 30)
        put(tmp_path, {"longer.toml": longer})
        again = write_file(read_edition(tmp_path / "longer.toml"))
        assert len(set(again.splitlines()) ^ set(text.splitlines())) == 2

    def test_leaves_out_what_is_empty_and_the_usual_state(self, tmp_path: Path) -> None:
        put(tmp_path, {"x.toml": SMALL})
        text = write_file(read_edition(tmp_path / "x.toml"))
        assert not {"state", "publisher", "first_release", "example_sources", '""'} & set(
            text.replace("=", " ").split()
        )

    def test_puts_each_framework_into_a_file_of_its_own(self) -> None:
        files = write_folder(read_edition(SHIPPED))
        names = ["django", "flask", "fastapi", "none"]
        assert list(files) == ["edition.toml", *(f"frameworks/{name}.toml" for name in names)]
        assert tomllib.loads(files["edition.toml"])["order"] == names


class TestFaults:
    def line(self, text: str) -> int:
        [number] = [number for number, line in enumerate(SMALL.splitlines(), 1) if line == text]
        return number

    @pytest.mark.parametrize(
        ("old", "new", "key", "message"),
        [
            ('name = "Speed"', 'name = ""', "criteria.speed.name", "is missing or empty"),
            ('name = "Speed"', 'nmae = "Speed"', "criteria.speed.nmae", "unknown key; known are key, name, "),
            ('url = "https://example.org/"', 'url = "ftp://x"', "sources.book.url", "is 'ftp://x'; it must begin"),
            ("score = 4", "score = 6", "frameworks.tornado.ratings.speed.score", "is 6; it must be a whole number"),
            ('side = "pro"', 'side = "x"', "frameworks.tornado.claims.tornado-loop.side", "is 'x'; known are pro, con"),
            (
                'sources = [{ source = "book", words = "a loop" }]',
                'sources = ["bok"]',
                "frameworks.tornado.claims.tornado-loop.sources",
                "'bok' names no source",
            ),
            (
                'reason = "Loops"',
                'reason = "a\\u202eb"',
                "frameworks.tornado.ratings.speed.reason",
                "has the character",
            ),
            (
                'reason = "Loops"',
                'reason = "a\\u0000b"',
                "frameworks.tornado.ratings.speed.reason",
                "has the character",
            ),
        ],
    )
    def test_have_file_line_and_key(self, tmp_path: Path, old: str, new: str, key: str, message: str) -> None:
        found = faults_of(tmp_path, SMALL.replace(old, new, 1))
        [fault] = [fault for fault in found if fault[1] == key]
        assert fault[0] == self.line(old)
        assert fault[2].startswith(message)

    def test_of_something_that_is_missing_point_at_the_table_that_lacks_it(self, tmp_path: Path) -> None:
        [(line, key, message)] = faults_of(tmp_path, SMALL.replace("score = 4\n", ""))
        assert (line, key) == (self.line("[[frameworks.ratings]]"), "frameworks.tornado.ratings.speed.score")
        assert message == "is missing or empty"

    def test_in_an_inline_table_point_at_the_line_where_its_list_begins(self, tmp_path: Path) -> None:
        inline = 'criteria = [\n  { key = "speed", name = 1, question = "q", finding = "f" },\n]\n'
        rest = SMALL.partition("[[sources]]")
        found = faults_of(tmp_path, "reviewed_on = 2026-11-22\n" + inline + rest[1] + rest[2])
        assert found == [(2, "criteria.speed.name", "must be a text in quotes")]

    def test_of_a_file_that_is_no_toml_name_the_line(self, tmp_path: Path) -> None:
        [(line, key, message)] = faults_of(tmp_path, "reviewed_on = 2026-11-22\n\nx = [1\ny = 2\n")
        assert (line, key) == (4, "file")
        assert message.startswith("cannot be read: ")

    @pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "1" * 5000, "\x00", "x = \udc80"])
    def test_of_a_file_that_nothing_can_read(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "x.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
        assert [(name, key) for name, _, key, _ in faults(tmp_path / "x.toml")] == [("x.toml", "file")]

    def test_of_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        assert faults(tmp_path / "no.toml") == [("no.toml", None, "file", "cannot be read: No such file or directory")]

    def test_that_something_published_rests_on_a_source_that_is_retired(self, tmp_path: Path) -> None:
        retired = SMALL.replace('title = "A book"', 'title = "A book"\nstate = "retired"')
        [(line, key, message)] = faults_of(tmp_path, retired)
        assert retired.splitlines()[(line or 0) - 1] == 'sources = [{ source = "book", words = "a loop" }]'
        assert key == "frameworks.tornado.claims.tornado-loop.sources"
        assert message == "rests on 'book', which is retired here; name another, or retire this too"
        both = retired.replace('text = "One loop"', 'text = "One loop"\nstate = "retired"')
        put(tmp_path, {"both.toml": both})
        assert len(list(read_edition(tmp_path / "both.toml"))) == 5

    def test_in_a_folder_name_its_file(self, tmp_path: Path) -> None:
        files = write_folder(read_edition(SHIPPED))
        files["frameworks/flask.toml"] = files["frameworks/flask.toml"].replace("score = 5", "score = 7", 1)
        found = faults(put(tmp_path, files))
        assert [(name, key.rpartition(".")[2]) for name, _, key, _ in found] == [("flask.toml", "score")]
        line = found[0][1] or 0
        assert files["frameworks/flask.toml"].splitlines()[line - 1] == "score = 7"

    @pytest.mark.parametrize(
        ("order", "message"),
        [
            ('["tornado", "djago"]', "'djago' names no file; there is no frameworks/djago.toml"),
            ("[[]]", "[] names no file; there is no frameworks/[].toml"),
            ('"tornado"', "must be a list"),
        ],
    )
    def test_of_the_order_in_a_folder(self, tmp_path: Path, order: str, message: str) -> None:
        files = write_folder(read_edition(put(tmp_path, {"x.toml": SMALL}) / "x.toml"))
        files["edition.toml"] = files["edition.toml"].replace('[\n    "tornado",\n]', order)
        assert faults(put(tmp_path / "out", files)) == [("edition.toml", 1, "order", message)]

    def test_that_a_single_file_has_no_order(self, tmp_path: Path) -> None:
        [(line, key, message)] = faults_of(tmp_path, 'order = ["tornado"]\n' + SMALL)
        assert (line, key) == (1, "file.order")
        assert message.startswith("unknown key")

    def test_that_two_files_of_a_folder_have_the_same_framework(self, tmp_path: Path) -> None:
        files = write_folder(read_edition(put(tmp_path, {"x.toml": SMALL}) / "x.toml"))
        files["frameworks/twin.toml"] = files["frameworks/tornado.toml"]
        found = faults(put(tmp_path / "out", files))
        assert [(name, key) for name, _, key, message in found if message == "is there more than once"] == [
            ("twin.toml", "frameworks.tornado"),
            ("twin.toml", "frameworks.tornado.ratings.speed"),
            ("twin.toml", "frameworks.tornado.claims.tornado-loop"),
        ]


class TestLines:
    @pytest.mark.parametrize(
        ("text", "path", "line"),
        [
            ('a = 1\nb = """\n[[c]]\nd = 1\n"""\ne = 2\n', ("e",), 6),
            ("b = '''\n[c]\n\"\"\"\n'''\ne = 2\n", ("e",), 5),
            ('b = """a \\""" \n[c]\n"""\ne = 2\n', ("e",), 4),
            ('b = """"quoted""""\ne = 2\n', ("e",), 2),
            ('b = """a""""" # [\ne = 2\n', ("e",), 2),
            ('b = """"""\ne = 2\n', ("e",), 2),
            ('b = "#" # "[{\ne = 2\n', ("e",), 2),
            ("b = [ # ]\n  [1],\n  {x = 1}, # }\n]\ne = 2\n", ("e",), 5),
            ('b = "\u2028\u0085"\ne = 2\n', ("e",), 2),
            ("# [x]\n  [ a . b ]  # c\n  d = 1\n", ("a", "b", "d"), 3),
            ('["a.b".\'c d\']\n"é" = 1\n', ("a.b", "c d", "é"), 2),
            ('"\\u0061" = 1\n', ("a",), 1),
            ("a.b.c = 1\n", ("a", "b", "c"), 1),
            ("a.b.c = 1\n", ("a", "b"), 1),
            ("[[a]]\nx = 1\n[[a]]\n[[a.b]]\n[[a.b]]\ny = 2\n", ("a", 1, "b", 1, "y"), 6),
            ("[[a]]\nx = 1\n[[a]]\n[[a.b]]\n", ("a",), 1),
            ("[[a]]\n[a.b]\nx = 1\n", ("a", 0, "b", "x"), 3),
        ],
    )
    def test_are_found_in_odd_files(self, text: str, path: tuple[str | int, ...], line: int) -> None:
        tomllib.loads(text)
        assert lines_of(text)[path] == line

    @given(values=st.lists(texts(), min_size=1, max_size=5), fillers=st.lists(texts(), max_size=5))
    def test_are_those_of_the_keys_in_whatever_is_written(self, values: list[str], fillers: list[str]) -> None:
        document = {
            "criteria": [
                canonical(Kind.CRITERION, {"key": f"c{number}", "name": value, "finding": " ".join(fillers)})
                for number, value in enumerate(values)
            ]
        }
        text = write_file(Edition({Kind.CRITERION: tuple(document["criteria"])}))
        lines: Any = lines_of(text)
        written = text.split("\n")
        for number in range(len(values)):
            assert written[lines["criteria", number, "key"] - 1] == f'key = "c{number}"'
            assert written[lines["criteria", number, "name"] - 1].startswith("name = ")

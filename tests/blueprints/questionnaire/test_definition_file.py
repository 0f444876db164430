"""The questionnaire as a file: what is written reads back the same, and every fault has its file, line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given

from fwsite.blueprints.questionnaire.definition_file import read, write
from fwsite.domain.grounds import faults as unfounded
from fwsite.domain.questionnaire import Definition
from fwsite.extend import ContentError
from tests.support.paths import ROOT
from tests.support.strategies import worded_definitions

SHIPPED = ROOT / "fwsite" / "content" / "questionnaire.toml"
TEXT = SHIPPED.read_text(encoding="utf-8")
IN_RECORDS = 'question "work", option "records"'
IN_FIT = f'{IN_RECORDS}, fit of "django"'


def put(folder: Path, text: str) -> Path:
    path = folder / "x.toml"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def faults(path: Path) -> list[tuple[int | None, str, str]]:
    with pytest.raises(ContentError) as caught:
        read(path)
    assert {problem.path for problem in caught.value.problems} == {path}
    return [(problem.line, problem.key, problem.message) for problem in caught.value.problems]


def line_of(text: str, whole: str = TEXT) -> int:
    """Where a line of the file stands that begins so."""
    return next(number for number, line in enumerate(whole.splitlines(), 1) if line.startswith(text))


class TestRoundTrip:
    @given(definition=worded_definitions())
    def test_of_any_questionnaire(self, tmp_path_factory: pytest.TempPathFactory, definition: Definition) -> None:
        text = write(definition)
        again = read(put(tmp_path_factory.mktemp("file"), text)).definition
        assert (again, again.version) == (definition, definition.version)
        assert write(again) == text

    def test_of_what_is_shipped(self, tmp_path: Path) -> None:
        shipped = read(SHIPPED).definition
        assert read(put(tmp_path, write(shipped))).definition.version == shipped.version

    def test_of_a_file_with_windows_line_ends_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        windows = put(tmp_path, "\ufeff" + TEXT.replace("\n", "\r\n"))
        assert read(windows).definition.version == read(SHIPPED).definition.version

    def test_has_one_value_a_line_and_leaves_out_what_is_empty(self) -> None:
        text = write(read(SHIPPED).definition)
        start = "[questions.options.fits.flask]\nfit = 2\n"
        assert f'{start}reason = "Works, but a program has to run for pages that do not change"\n\n' in text
        assert text.count("multiple = true") == TEXT.count("multiple = true")
        assert "multiple = false" not in text and "claims = []" not in text


class TestFaults:
    @pytest.mark.parametrize(
        ("old", "new", "key", "message"),
        [
            ("reviewed_on = ", 'reviewed_on = "soon" # ', "questionnaire", "reviewed_on must be a date"),
            ("reviewed_on = ", "reviewd_on = ", "questionnaire", "unknown key"),
            ('name = "Django"', 'name = ""', 'alternative "django"', "name is missing or empty"),
            ('name = "Django"', 'name = "Django"\ncolour = 1', 'alternative "django"', "unknown key"),
            ('text = "What will', 'text = 1 # "What will', 'question "work"', "text is missing or empty"),
            ("django = { fit = 4,", "django = { fit = 9,", IN_FIT, "fit is 9; it must be a whole number from 0 to 4"),
            ("django = { fit = 4,", "djagno = { fit = 4,", 'question "work", option "records"', 'fits names "djagno"'),
        ],
    )
    def test_have_file_line_and_key(self, tmp_path: Path, old: str, new: str, key: str, message: str) -> None:
        found = faults(put(tmp_path, TEXT.replace(old, new, 1)))
        lines = [line for line, place, said in found if place == key and said.startswith(message)]
        assert lines == [line_of(old) + new.count("\n")]

    def test_of_what_is_missing_point_at_the_table_that_lacks_it(self, tmp_path: Path) -> None:
        first = TEXT.index("[[questions]]")
        text = TEXT[:first] + re.sub(r"(?m)^why = .*\n", "", TEXT[first:], count=1)
        assert faults(put(tmp_path, text)) == [(line_of("[[questions]]"), 'question "work"', "why is missing or empty")]

    def test_of_a_key_that_is_used_twice_point_at_the_second(self, tmp_path: Path) -> None:
        first, *others = faults(put(tmp_path, TEXT.replace('key = "purpose"', 'key = "work"', 1)))
        assert first == (line_of('key = "purpose"'), "questions", 'the key "work" is used more than once')
        assert others
        for _, place, message in others:  # notes that name an answer of the first question of that key
            assert place.startswith("note ")
            assert message.startswith(("'work=", "'purpose="))

    def test_of_fits_without_a_ground_point_at_the_fit(self, tmp_path: Path) -> None:
        file = read(put(tmp_path, TEXT))
        found = file.problems(unfounded(file.definition, {"django-parts": ""}, ()))
        first = next(problem for problem in found if not problem.key.startswith("note "))
        assert (first.path, first.line) == (tmp_path / "x.toml", line_of("django = { fit = 4"))
        assert (first.key, first.message.partition(",")[0]) == (IN_FIT, "rests on “django-admin”")

    def test_of_fits_that_name_what_no_words_do_point_at_the_fit(self, tmp_path: Path) -> None:
        file = read(put(tmp_path, TEXT))
        named = 'reason = "Flask-SQLAlchemy and Flask-Admin add what is missing"'
        words = dict.fromkeys(file.definition.by_key["work"].by_key["records"].fits["flask"].claims, "Flask-SQLAlchemy")
        found = file.problems(unfounded(file.definition, words, ["Flask-SQLAlchemy", "Flask-Admin"]))
        [fault] = [fault for fault in found if "names “Flask-" in fault.message and fault.key.startswith(IN_RECORDS)]
        assert TEXT.splitlines()[(fault.line or 0) - 1].startswith(f"flask = {{ fit = 3, {named}")
        assert fault.message.startswith("names “Flask-Admin”, which the quoted words do not")

    @pytest.mark.parametrize("text", ["x = 1\ny = [\n", "x = " + "[" * 100_000, "\x00"])
    def test_of_a_file_that_is_no_toml(self, tmp_path: Path, text: str) -> None:
        [(_, key, message)] = faults(put(tmp_path, text))
        assert (key, message.partition(":")[0]) == ("file", "cannot be read")

    def test_every_value_that_is_none_is_told_on_its_line(self, tmp_path: Path) -> None:
        """Of a small file each line in turn says -1."""
        (tmp_path / "small.toml").write_text(TEXT[: TEXT.index("# ------", TEXT.index('key = "work"'))])
        lines = write(read(tmp_path / "small.toml").definition).splitlines()
        values = [number for number, line in enumerate(lines) if " = " in line and not line.endswith("[")]
        assert len(values) > 60
        for number in values:
            name = lines[number].partition(" = ")[0]
            broken = [*lines[:number], f"{name} = -1", *lines[number + 1 :]]
            assert number + 1 in [line for line, _, _ in faults(put(tmp_path, "\n".join(broken)))], lines[number]

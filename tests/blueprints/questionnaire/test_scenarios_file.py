"""Scenarios in a file of their own: read with its lines, written apart, carried by export and import, and loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from fwsite.blueprints.questionnaire import content, definitions
from fwsite.blueprints.questionnaire.definition_file import FILE, SCENARIOS_FILE, read, write, write_files
from fwsite.domain.questionnaire import parse_definition
from fwsite.extend import ContentError
from tests.support.content_sites import Site, Sites, contents
from tests.support.paths import ROOT
from tests.support.records import replace
from tests.support.woods import planted

SHIPPED = ROOT / "fwsite" / "content"
WOODS = planted()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Both files of a small questionnaire."""
    for name, text in write_files(WOODS).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def change(file: Path, old: str, new: str) -> int:
    """Replace the first place; returns its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read(folder / FILE, folder / SCENARIOS_FILE)
    return [str(problem) for problem in caught.value.problems]


class TestReading:
    def test_both_files_are_one_definition(self, folder: Path) -> None:
        assert read(folder / FILE, folder / SCENARIOS_FILE).definition == WOODS
        assert read(folder / FILE).definition == replace(WOODS, scenarios=())

    def test_scenarios_may_stand_in_the_questionnaires_own(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text(write(WOODS), encoding="utf-8")
        (tmp_path / SCENARIOS_FILE).write_text("")
        assert read(tmp_path / FILE).definition == WOODS
        assert read(tmp_path / FILE, tmp_path / SCENARIOS_FILE).definition == WOODS

    def test_but_not_in_both(self, folder: Path) -> None:
        (folder / FILE).write_text(write(WOODS), encoding="utf-8")
        line = write(WOODS).splitlines().index("[[scenarios]]") + 1
        [fault] = faults(folder)
        assert fault == (
            f"{folder / FILE}:{line}: scenarios: "
            "[[scenarios]] are here and in scenarios.toml; put all of them into one file"
        )

    def test_a_fault_names_the_file_and_the_line_that_it_is_in(self, folder: Path) -> None:
        of_scenario = change(folder / SCENARIOS_FILE, 'growth = "must"', 'growth = "much"')
        of_question = change(folder / FILE, "fit = 4", "fit = 7")
        in_questions, in_scenarios = faults(folder)
        assert in_questions.startswith(f"{folder / FILE}:{of_question}: ")
        assert "fit is 7" in in_questions
        assert in_scenarios.startswith(f'{folder / SCENARIOS_FILE}:{of_scenario}: scenario "yard", twin: growth = ')

    def test_a_fault_of_scenarios_in_the_questionnaires_own_file_is_named_there(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text(write(WOODS), encoding="utf-8")
        line = change(tmp_path / FILE, 'growth = "must"', 'growth = "much"')
        with pytest.raises(ContentError) as caught:
            read(tmp_path / FILE)
        [problem] = caught.value.problems
        assert (problem.path, problem.line) == (tmp_path / FILE, line)

    @pytest.mark.parametrize("beside", ["reviewed_on = 2026-11-30", '[[notes]]\nkey = "a"', '[scenario]\nkey = "a"'])
    def test_its_file_holds_nothing_else(self, folder: Path, beside: str) -> None:
        file = folder / SCENARIOS_FILE
        file.write_text(f"{beside}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
        name = beside.partition("\n")[0].strip("[]").partition(" ")[0]
        [fault] = faults(folder)
        assert fault == f'{file}:1: file: has "{name}"; it holds [[scenarios]] and nothing else'

    def test_a_file_that_is_no_toml_names_itself(self, folder: Path) -> None:
        (folder / SCENARIOS_FILE).write_text("[[scenarios]]\nkey = yard\n")
        [fault] = faults(folder)
        assert fault.startswith(f"{folder / SCENARIOS_FILE}:2: file: cannot be read")

    def test_a_model_in_a_file_is_of_no_account(self, folder: Path) -> None:
        text = (folder / FILE).read_text(encoding="utf-8")
        (folder / FILE).write_text(f"model = 1\n{text}", encoding="utf-8")
        assert read(folder / FILE, folder / SCENARIOS_FILE).definition == WOODS
        assert "model" not in write_files(WOODS)[FILE]


class TestWriting:
    def test_two_files_are_read_back_byte_for_byte(self, folder: Path) -> None:
        again = read(folder / FILE, folder / SCENARIOS_FILE).definition
        assert again.version == WOODS.version
        assert write_files(again) == contents(folder)
        assert "[[scenarios]]" not in contents(folder)[FILE]

    def test_without_scenarios_there_is_one(self) -> None:
        assert list(write_files(replace(WOODS, scenarios=()))) == [FILE]

    def test_what_is_shipped_goes_round(self, tmp_path: Path) -> None:
        shipped = read(SHIPPED / FILE, SHIPPED / SCENARIOS_FILE).definition
        assert shipped.scenarios and shipped.notes
        for name, text in write_files(shipped).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        again = read(tmp_path / FILE, tmp_path / SCENARIOS_FILE).definition
        assert (again, again.version) == (shipped, shipped.version)
        assert write_files(again) == contents(tmp_path)


class TestSites:
    @pytest.fixture
    def sites(self, filled_instance: Path, tmp_path: Path) -> Sites:
        return Sites(tmp_path, filled_instance, None)

    @pytest.fixture
    def site(self, sites: Sites) -> Site:
        return sites.full()

    def test_an_export_has_both_files_and_comes_in_as_it_was(self, sites: Sites, site: Site) -> None:
        site.content("export", sites.place / "a")
        files = contents(sites.place / "a")
        assert "[[scenarios]]" in files[SCENARIOS_FILE]
        assert "[[scenarios]]" not in files[FILE]
        empty = sites.empty()
        empty.content("import", sites.place / "a", "--yes")
        empty.content("export", sites.place / "b")
        assert contents(sites.place / "b") == files

    def test_an_import_shows_what_it_changes_in_them(self, sites: Sites, site: Site) -> None:
        site.content("export", sites.place / "a")
        with site.opened():
            version = definitions.edition_version()
            assert version is not None
            [first, *_] = definitions.definition_of(version).scenarios
        change(sites.place / "a" / SCENARIOS_FILE, first.story, "Told anew.")
        [line, *_] = site.content("import", sites.place / "a", "--yes")
        assert line.startswith(f"~ scenario {first.key}: story")
        with site.opened():
            version = definitions.edition_version()
            assert version is not None
            assert definitions.definition_of(version).scenarios[0].story == "Told anew."

    def test_a_fault_in_them_is_refused_with_file_and_line(self, sites: Sites, site: Site) -> None:
        site.content("export", sites.place / "a")
        file = sites.place / "a" / SCENARIOS_FILE
        line = change(file, "accepts = [", 'accepts = [\n    "nobody-knows",')
        fault, last = site.refused("import", sites.place / "a", "--yes")
        assert fault.startswith(f"{file}:{line}: scenario ")
        assert '"nobody-knows", which is not among the alternatives' in fault
        assert last == "Nothing was imported."

    def test_without_their_file_they_are_taken_out(self, sites: Sites, site: Site) -> None:
        site.content("export", sites.place / "a")
        (sites.place / "a" / SCENARIOS_FILE).unlink()
        lines = site.content("import", sites.place / "a", "--yes")
        assert [line for line in lines if line.startswith("- scenario ")]
        site.content("export", sites.place / "b")
        assert SCENARIOS_FILE not in contents(sites.place / "b")

    def test_an_export_to_one_file_holds_both(self, sites: Sites, site: Site) -> None:
        site.content("export", sites.place / FILE)
        alone = (sites.place / FILE).read_text(encoding="utf-8")
        assert "[[scenarios]]" in alone
        assert site.content("import", sites.place / FILE) == ["Nothing would change."]


# ---------------------------------------------------------------- scenarios that do not come out


@pytest.fixture
def wrong(instance: Path) -> tuple[Path, int]:
    """The host's files are those that are shipped, but another one is accepted in the first scenario; and where."""
    for name in (FILE, SCENARIOS_FILE):
        (instance / name).write_text((SHIPPED / name).read_text(encoding="utf-8"), encoding="utf-8")
    file = instance / SCENARIOS_FILE
    [accepts] = parse_definition({**_tables(FILE), **_tables(SCENARIOS_FILE)}).scenarios[0].situation.accepts
    return file, change(file, f'accepts = ["{accepts}"]', 'accepts = ["none"]')


def _tables(name: str) -> dict[str, object]:
    import tomllib

    return tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))


def test_a_check_says_so_as_a_note(app: Flask, wrong: tuple[Path, int]) -> None:
    file, line = wrong
    with app.app_context():
        [problem] = content.check()
    assert problem.is_note
    assert (problem.path, problem.line) == (file, line)
    assert "comes out with Django first; accepted: No framework" in problem.message


def test_a_load_publishes_and_says_so(app: Flask, wrong: tuple[Path, int]) -> None:
    file, line = wrong
    with app.app_context():
        done, note = content.load().splitlines()
        assert done.startswith("published ")
        assert note.startswith(f"{file}:{line}: scenario ")
        version = definitions.edition_version()
        assert version is not None
        audit = definitions.audit_of(definitions.definition_of(version))
        assert not audit["scenarios"][0]["situation"]["accepted"]


def test_what_is_shipped_comes_out_as_expected(app: Flask) -> None:
    with app.app_context():
        assert list(content.check()) == []


def test_the_command_lists_it_and_is_content(sites_check: Callable[[], list[str]], wrong: tuple[Path, int]) -> None:
    file, line = wrong
    lines = sites_check()
    assert [each for each in lines if each.startswith(f"{file}:{line}: scenario ")]
    assert lines[-1].startswith("No errors in ")


@pytest.fixture
def sites_check(instance: Path) -> Callable[[], list[str]]:
    return lambda: Site(instance).content("check")

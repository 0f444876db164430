"""Extensions take part in export and import by the same hook as the comparison and the questionnaire."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.content_sites import Site, contents

WRITES = '{"memo.toml": write_file()}'
MEMO = '''
"""One text, kept in a file beside the database."""

from pathlib import Path

from fwsite.extend import ContentError, ContentFiles, ContentImport, Extension, current_instance, read_toml, write_toml


def kept():
    return current_instance().path / "memo.txt"


def text():
    return kept().read_text() if kept().exists() else ""


def write_file():
    return write_toml({"memo": {"text": text()}}) if text() else ""


def write():
    return {"memo.toml": write_file()} if text() else {}


def read(place):
    file = read_toml(place / "memo.toml" if place.is_dir() else place)
    theirs = file.table["memo"]["text"]
    if theirs == "bad":
        raise ContentError(problems=[file.problem("memo.text", "is bad", ("memo", "text"))])

    def check():
        if text() == "late":
            kept().write_text("")
            yield file.problem("memo.text", "is late", ("memo", "text"))

    return ContentImport(
        changes=lambda: [] if theirs == text() else ["~ memo: text"],
        take_in=lambda who, note: str(kept().write_text(theirs)) + " characters, " + note,
        check=check,
        tell=lambda: kept().with_name("told.txt").write_text("told"),
    )


files = ContentFiles(names=("memo.toml",), keys=("memo",), write=write, read=read, write_file=write_file)
extension = Extension(name="memo", title="Memo", content_files=files)
'''


@pytest.fixture
def site(filled_instance: Path, tmp_path: Path) -> Site:
    folder = Path(shutil.copytree(filled_instance, tmp_path / "site"))
    (folder / "extensions").mkdir()
    (folder / "extensions" / "memo.py").write_text(MEMO)
    (folder / "memo.txt").write_text("First")
    return Site(folder)


def change(site: Site, old: str, new: str) -> None:
    """Something in the extension's own file."""
    path = site.folder / "extensions" / "memo.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_its_files_go_out_and_come_in_with_those_of_the_site(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert f"wrote {out}/memo.toml" in site.content("export", out)
    assert contents(out)["memo.toml"] == '[memo]\ntext = "First"\n'
    assert site.content("import", out) == ["Nothing would change."]
    (out / "memo.toml").write_text('[memo]\ntext = "Second"\n')
    assert site.content("import", out, "--yes", "--note", "So") == ["~ memo: text", "6 characters, So"]
    assert (site.folder / "memo.txt").read_text() == "Second"
    assert (site.folder / "told.txt").exists()
    assert site.content("export", tmp_path / "memo.toml")[-1].startswith("One file holds the memo alone")


def test_a_fault_that_shows_when_all_is_taken_in_changes_nothing(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    site.content("export", out)
    text = (out / "frameworks" / "flask.toml").read_text()
    (out / "frameworks" / "flask.toml").write_text(text.replace('name = "Flask"', 'name = "Flasque"', 1))
    for word in ("bad", "late"):
        (out / "memo.toml").write_text(f'[memo]\ntext = "{word}"\n')
        lines = site.refused("import", out, "--yes")
        assert lines == [f"{out}/memo.toml:2: memo.text: is {word}", "Nothing was imported."]
        (out / "memo.toml").write_text('[memo]\ntext = "First"\n')
    site.content("export", tmp_path / "after")
    assert 'name = "Flask"' in contents(tmp_path / "after")["frameworks/flask.toml"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (WRITES, '{"../memo.toml": "x"}', "writes '../memo.toml', which is none of its names"),
        (WRITES, '{"questionnaire.toml": "x"}', "writes 'questionnaire.toml', which is none of its"),
        (WRITES, "1 / 0", "ZeroDivisionError: division by zero (extensions/memo.py:22)"),
    ],
)
def test_one_that_fails_is_named_and_nothing_is_written(
    site: Site, tmp_path: Path, old: str, new: str, said: str
) -> None:
    change(site, old, new)
    [line] = site.refused("export", tmp_path / "out")
    assert line.startswith("Error: extension memo: content_files failed: ") and said in line
    assert not (tmp_path / "out").exists()


def test_one_that_cannot_read_is_named_and_nothing_is_imported(site: Site, tmp_path: Path) -> None:
    change(site, 'theirs = file.table["memo"]["text"]', 'theirs = file.table["memo"]["txt"]')
    site.content("export", tmp_path / "out")
    lines = site.refused("import", tmp_path / "out")
    assert lines[0].startswith("extension memo: content_files failed: KeyError: 'txt' (extensions/memo.py:")
    assert lines[-1] == "Nothing was imported."

"""Content export on disk: what an export wrote before is replaced, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fwsite.blueprints.comparison.files.content_files import files
from fwsite.blueprints.comparison.files.edition import Edition, read_edition, write_file, write_folder
from fwsite.ops.content import exporting
from fwsite.ops.content.exporting import NotAnExport
from fwsite.ops.content.parts import Part
from tests.blueprints.comparison.test_edition import SHIPPED, SMALL, put, same


def write(edition: Edition, place: Path) -> Iterator[str]:
    """As the export of a site that has this comparison."""
    if exporting.is_file(place):
        texts = {place: write_file(edition)}
    else:
        texts = {place / name: text for name, text in write_folder(edition).items()}
    return exporting.write({Part("comparison", files): texts}, place)


class TestWriting:
    @pytest.fixture
    def edition(self, tmp_path: Path) -> Edition:
        return read_edition(put(tmp_path / "given", {"x.toml": SMALL}) / "x.toml")

    def test_says_what_it_wrote_and_nothing_the_second_time(self, tmp_path: Path, edition: Edition) -> None:
        out = tmp_path / "deep" / "out"
        assert list(write(edition, out)) == [f"wrote {out}/edition.toml", f"wrote {out}/frameworks/tornado.toml"]
        assert list(write(edition, out)) == ["2 of 2 had nothing to change"]
        assert list(write(edition, tmp_path / "one.toml")) == [f"wrote {tmp_path}/one.toml"]

    def test_removes_frameworks_that_are_gone_and_nothing_else(self, tmp_path: Path, edition: Edition) -> None:
        list(write(read_edition(SHIPPED), tmp_path / "out"))
        put(tmp_path / "out", {"frameworks/notes.txt": "mine", "README.md": "mine", "frameworks/deep/x.toml": "mine"})
        lines = list(write(edition, tmp_path / "out"))
        assert [line for line in lines if "removed" in line] == [
            f"removed {tmp_path}/out/frameworks/{name}.toml" for name in ("django", "fastapi", "flask", "none")
        ]
        assert sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")) == [
            "README.md",
            "edition.toml",
            "frameworks/deep/x.toml",
            "frameworks/notes.txt",
            "frameworks/tornado.toml",
        ]

    @pytest.mark.parametrize("text", ['[project]\nname = "x"\n', "<<<<<<< HEAD\n", "\udc80"])
    @pytest.mark.parametrize("name", ["out.toml", "out/edition.toml", "out/frameworks/rust.toml"])
    def test_refuses_to_touch_what_no_export_wrote(
        self, tmp_path: Path, edition: Edition, name: str, text: str
    ) -> None:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(NotAnExport):
            list(write(edition, tmp_path / name.partition("/")[0]))
        assert sorted(tmp_path.rglob("*")) == before
        assert file.read_bytes() == text.encode("utf-8", "surrogateescape")

    def test_that_fails_leaves_the_old_file_and_no_scraps(self, tmp_path: Path, edition: Edition) -> None:
        out = put(tmp_path / "out", {"edition.toml": "", "frameworks": "a file where the folder should be"})
        with pytest.raises(OSError):
            list(write(edition, out))
        assert sorted(path.name for path in out.iterdir()) == ["edition.toml", "frameworks"]
        assert (out / "edition.toml").read_text() == ""

    def test_follows_a_link_to_the_file(self, tmp_path: Path, edition: Edition) -> None:
        put(tmp_path, {"real/x.toml": ""})
        (tmp_path / "x.toml").symlink_to("real/x.toml")
        list(write(edition, tmp_path / "x.toml"))
        assert (tmp_path / "x.toml").is_symlink()
        assert same(read_edition(tmp_path / "real" / "x.toml"), edition)

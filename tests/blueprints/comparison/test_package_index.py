"""Package index client and archive reader: what pip would take, checked, bounded, and never unpacked."""

from __future__ import annotations

import hashlib
import io
import socket
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pytest

from fwsite.blueprints.comparison.verification import archive_reader, package_index, release_metadata
from fwsite.blueprints.comparison.verification.archive_reader import ArchiveProblem
from fwsite.blueprints.comparison.verification.package_index import (
    IndexFile,
    IndexProblem,
    PackageIndex,
    Unreachable,
    pip_settings,
)
from fwsite.blueprints.comparison.verification.release_metadata import read_facts
from tests.support.indexes import archive, folder_index, release, served_index

NAME, BYTES = release("harbour", "1.0", {"docs/index.txt": "Ships *wait* here.\n"})
TODAY = date(2026, 11, 30)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


class TestIndex:
    def test_a_file_comes_with_its_hash_checked_and_is_kept(self, tmp_path: Path) -> None:
        with served_index({NAME: BYTES}) as (url, asked):
            index = PackageIndex(tmp_path / "cache", (url,))
            place = index.archive(index.find(NAME))
            assert place.read_bytes() == BYTES and place.parent == tmp_path / "cache"
            index.archive(index.find(NAME))
            assert [path for path in asked if path.startswith("/files/")] == [f"/files/{NAME}"]
        assert [path.name for path in place.parent.iterdir()] == [NAME]

    def test_what_the_cache_has_needs_no_index(self, tmp_path: Path) -> None:
        (tmp_path / NAME).write_bytes(BYTES)
        index = PackageIndex(tmp_path, (f"http://127.0.0.1:{free_port()}/simple",))
        assert index.archive(index.find(NAME, hashlib.sha256(BYTES).hexdigest())).read_bytes() == BYTES
        with pytest.raises(Unreachable):
            index.find(NAME, "0" * 64)

    def test_html_pages_and_folders_are_read_too(self, tmp_path: Path) -> None:
        url = folder_index(tmp_path / "index", {NAME: BYTES})
        index = PackageIndex(tmp_path / "cache", (url,))
        assert index.archive(index.find(NAME)).read_bytes() == BYTES
        (tmp_path / "wheels").mkdir()
        (tmp_path / "wheels" / NAME).write_bytes(BYTES)
        index = PackageIndex(tmp_path / "cache2", (), (str(tmp_path / "wheels"),))
        assert index.archive(index.find(NAME)).read_bytes() == BYTES

    def test_a_wrong_hash_is_said_and_nothing_is_kept(self, tmp_path: Path) -> None:
        url = folder_index(tmp_path / "index", {NAME: BYTES}, {NAME: "0" * 64})
        index = PackageIndex(tmp_path / "cache", (url,))
        with pytest.raises(IndexProblem, match=rf"{NAME}: has the hash \w{{64}}, and the index says 0{{64}}; not used"):
            index.archive(index.find(NAME))
        assert list((tmp_path / "cache").iterdir()) == []

    def test_a_file_that_was_changed_in_the_cache_is_fetched_again(self, tmp_path: Path) -> None:
        with served_index({NAME: BYTES}) as (url, _):
            index = PackageIndex(tmp_path, (url,))
            (tmp_path / NAME).write_bytes(b"something else")
            assert index.archive(index.find(NAME)).read_bytes() == BYTES

    def test_an_index_that_is_away_is_said(self, tmp_path: Path) -> None:
        index = PackageIndex(tmp_path, (f"http://name:secret@127.0.0.1:{free_port()}/simple",))
        with pytest.raises(Unreachable) as said:
            index.files("harbour")
        assert "no index can be reached" in str(said.value) and "try again with a network" in str(said.value)
        assert "secret" not in str(said.value)

    def test_one_index_may_be_away_where_another_has_it(self, tmp_path: Path) -> None:
        with served_index({NAME: BYTES}) as (url, _):
            index = PackageIndex(tmp_path, (f"http://127.0.0.1:{free_port()}/simple", url))
            assert index.find(NAME).name == NAME

    def test_what_no_index_has_is_said(self, tmp_path: Path) -> None:
        with served_index({NAME: BYTES}) as (url, _):
            index = PackageIndex(tmp_path, (url,))
            with pytest.raises(IndexProblem, match="has no package 'absent'"):
                index.files("absent")
            with pytest.raises(IndexProblem, match=r"has no such file; is the version right\?"):
                index.find("harbour-2.0.tar.gz")
            with pytest.raises(IndexProblem, match="is not named as an archive"):
                index.find("harbour")

    @pytest.mark.parametrize(
        "page", [b"", b"[]", b"{}", b'{"files": [{}]}', b'{"files": 7}', b"\xff\x00", b'{"files": "x"}']
    )
    def test_a_page_that_is_not_as_specified_is_said(self, tmp_path: Path, page: bytes) -> None:
        with served_index({}, page=page) as (url, _), pytest.raises(IndexProblem, match=f"{url}"):
            PackageIndex(tmp_path, (url,)).files("harbour")

    def test_a_file_that_breaks_off_is_said_and_not_kept(self, tmp_path: Path) -> None:
        longer = {NAME: BYTES}
        with served_index(longer) as (url, _):
            index = PackageIndex(tmp_path, (url,))
            file = index.find(NAME)
            longer[NAME] = BYTES[:50]
            with pytest.raises(IndexProblem, match="has the hash"):
                index.archive(file)
        assert list(tmp_path.iterdir()) == []

    def test_a_file_without_end_is_not_taken(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(package_index, "ARCHIVE_MOST", len(BYTES) - 1)
        with served_index({NAME: BYTES}) as (url, _):
            index = PackageIndex(tmp_path, (url,))
            with pytest.raises(IndexProblem, match="is larger than"):
                index.archive(index.find(NAME))
        assert list(tmp_path.iterdir()) == []

    def test_only_what_is_final_and_not_withdrawn_is_newest(self, tmp_path: Path) -> None:
        names = ["harbour-1.9.tar.gz", "harbour-1.10.tar.gz", "harbour-2.0rc1.tar.gz", "harbour-nonsense.tar.gz"]
        with served_index(dict.fromkeys(names, BYTES)) as (url, _):
            assert [file.name for file in PackageIndex(tmp_path, (url,)).newest("harbour")] == ["harbour-1.10.tar.gz"]
        withdrawn = served_index(dict.fromkeys(names, BYTES), yanked="broken")
        with withdrawn as (url, _), pytest.raises(IndexProblem, match="has no final release of it"):
            PackageIndex(tmp_path, (url,)).newest("harbour")

    def test_progress_is_told(self, tmp_path: Path) -> None:
        told: list[tuple[str, int, int]] = []
        with served_index({NAME: BYTES}) as (url, _):
            index = PackageIndex(tmp_path, (url,), progress=lambda *said: told.append(said))
            index.archive(index.find(NAME))
        assert told == [(NAME, len(BYTES), len(BYTES))]


class TestPip:
    def test_it_is_asked_what_it_is_set_up_with(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", "https://index.example.org/simple")
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://one.example.org https://two.example.org")
        monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
        index = PackageIndex.of_pip(tmp_path)
        assert index.indexes[0] == "https://index.example.org/simple"
        assert index.indexes[1:] == ("https://one.example.org", "https://two.example.org")
        assert index.folders == ("/wheels",)

    def test_one_index_alone_can_be_asked(self, tmp_path: Path) -> None:
        index = PackageIndex.of_pip(tmp_path, "https://only.example.org/simple", {"find-links": "/wheels"})
        assert (index.indexes, index.folders) == (("https://only.example.org/simple",), ())

    def test_no_index_means_none(self, tmp_path: Path) -> None:
        index = PackageIndex.of_pip(tmp_path, "", {"no-index": "true", "find-links": "/wheels"})
        assert (index.indexes, index.folders) == ((), ("/wheels",))

    def test_without_pip_the_environment_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(package_index.sys, "executable", "/no/python")
        monkeypatch.setenv("PIP_INDEX_URL", "https://index.example.org/simple")
        assert pip_settings()["index-url"] == "https://index.example.org/simple"


class TestFacts:
    def test_they_come_from_the_newest_release(self, tmp_path: Path) -> None:
        with served_index({NAME: BYTES}) as (url, _):
            facts = read_facts(PackageIndex(tmp_path, (url,)), "harbour", TODAY)
        assert (facts.version, facts.released_on, facts.python) == ("1.0", date(2026, 11, 3), ">=3.11")
        assert (facts.requires, facts.licence, facts.size) == (("click",), "MIT", len(BYTES))
        assert not facts.is_wheel and facts.read_on == TODAY

    @pytest.mark.parametrize(
        ("names", "taken"),
        [
            (["h-1.0-cp314-cp314-win_amd64.whl", "h-1.0-py3-none-any.whl", "h-1.0.tar.gz"], "h-1.0-py3-none-any.whl"),
            (
                [
                    "h-1.0-cp314-cp314-macosx_11_0_arm64.whl",
                    "h-1.0.tar.gz",
                    "h-1.0-cp314-cp314-musllinux_1_2.whl",
                ],
                "h-1.0-cp314-cp314-musllinux_1_2.whl",
            ),
            (["h-1.0-cp314-cp314-win_amd64.whl", "h-1.0.tar.gz"], "h-1.0.tar.gz"),
            (["h-1.0-cp314-cp314-win_amd64.whl"], "h-1.0-cp314-cp314-win_amd64.whl"),
        ],
    )
    def test_they_are_of_what_a_server_would_install(self, names: list[str], taken: str) -> None:
        assert release_metadata.plainest([IndexFile(name, "") for name in names]).name == taken


class TestArchive:
    def read(self, path: Path) -> dict[str, str]:
        return dict(archive_reader.texts(path, archive_reader.is_text))

    def test_paths_are_below_its_own_folder(self, tmp_path: Path) -> None:
        (tmp_path / NAME).write_bytes(BYTES)
        assert set(self.read(tmp_path / NAME)) == {"PKG-INFO", "docs/index.txt"}

    def test_a_path_that_leads_out_is_passed_over_and_nothing_is_written(self, tmp_path: Path) -> None:
        hostile = ["../out.txt", "top/../../out.txt", "/tmp/out.txt", "top//out.txt", "C:/out.txt", "top\\..\\out.txt"]
        (tmp_path / "in").mkdir()
        place = tmp_path / "in" / "top-1.tar.gz"
        place.write_bytes(archive({"a.txt": "good", **{f"!{name}": "bad" for name in hostile}}, "top-1"))
        assert self.read(place) == {"a.txt": "good"}
        assert [path.name for path in tmp_path.rglob("*")] == ["in", "top-1.tar.gz"]

    def test_links_and_devices_are_passed_over(self, tmp_path: Path) -> None:
        into = io.BytesIO()
        with tarfile.open(fileobj=into, mode="w:gz") as tar:
            for kind, target in ((tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "top/a.txt")):
                member = tarfile.TarInfo("top/link.txt")
                member.type, member.linkname = kind, target
                tar.addfile(member)
            device = tarfile.TarInfo("top/device.txt")
            device.type = tarfile.CHRTYPE
            tar.addfile(device)
        place = tmp_path / "top-1.tar.gz"
        place.write_bytes(into.getvalue())
        assert self.read(place) == {}

    @pytest.mark.parametrize("content", [b"", b"no archive", BYTES[: len(BYTES) // 2]])
    def test_what_is_no_archive_is_said(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / NAME).write_bytes(content)
        with pytest.raises(ArchiveProblem, match=f"^{NAME}: cannot be read"):
            self.read(tmp_path / NAME)

    @pytest.mark.parametrize("bound", ["MEMBERS_MOST", "UNPACKED_MOST"])
    def test_what_has_no_end_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
        monkeypatch.setattr(archive_reader, bound, 1)
        (tmp_path / NAME).write_bytes(BYTES)
        with pytest.raises(ArchiveProblem, match=f"^{NAME}: holds more than 1 "):
            self.read(tmp_path / NAME)

    def test_a_wheel_has_no_folder_around_everything(self, tmp_path: Path) -> None:
        place = tmp_path / "harbour-1.0-py3-none-any.whl"
        with zipfile.ZipFile(place, "w") as wheel:
            wheel.writestr("harbour/__init__.py", "ships = 3")
            wheel.writestr("harbour-1.0.dist-info/METADATA", "Name: harbour")
            wheel.writestr("../out.txt", "bad")
        assert set(self.read(place)) == {"harbour/__init__.py", "harbour-1.0.dist-info/METADATA"}

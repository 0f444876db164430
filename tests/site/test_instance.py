"""The instance folder: where it is, what is made in it, and that nothing in it is ever replaced."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from fwsite.instance import Instance, InstanceError
from tests.support.command import Command
from tests.support.site import create_app


@pytest.mark.parametrize("name", ["elsewhere", "two words"])
def test_a_command_for_people_names_the_folder_unless_it_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    default, other = Instance.locate(None, {}), Instance.locate(name, {})
    assert default.command("db upgrade") == "fwsite db upgrade"
    assert other.command("db upgrade") == f"fwsite --instance {shlex.quote(str(tmp_path / name))} db upgrade"
    monkeypatch.setenv("FWSITE_INSTANCE", name)  # another shell may not have it
    assert other.command("x") == f"fwsite --instance {shlex.quote(str(tmp_path / name))} x"
    assert default.command("x") == f"fwsite --instance {tmp_path / 'instance'} x"


def test_a_folder_above_is_named_by_its_own_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert Instance.locate("../b/./c", {}).path == tmp_path / "b" / "c"


def test_what_is_missing_is_made(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "deep" / "instance")
    made = instance.create()
    assert made == [instance.path, instance.articles, instance.media, instance.secret_file]
    assert sorted(path.name for path in instance.path.iterdir()) == ["articles", "cache", "media", "secret_key"]


def test_the_secret_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Instance(tmp_path / "i").create()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "i" / "secret_key").stat().st_mode) == 0o600


def test_the_secret_is_long_and_another_one_each_time(tmp_path: Path) -> None:
    keys = set()
    for name in "ab":
        Instance(tmp_path / name).create()
        keys.add(Instance(tmp_path / name).secret())
    assert len(keys) == 2
    assert all(len(key) == 64 for key in keys if key)


def test_a_second_time_nothing_is_made_and_the_key_stays(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.create()
    before = instance.secret_file.read_bytes()
    assert instance.create() == []
    assert instance.secret_file.read_bytes() == before


def test_a_hosts_own_key_stays_and_is_used(tmp_path: Path) -> None:
    own = "my own key, forty characters long, truly"
    (tmp_path / "secret_key").write_text(f"{own}\n")
    assert create_app(tmp_path).config["SECRET_KEY"] == own
    assert (tmp_path / "secret_key").read_text() == f"{own}\n"


def test_a_key_that_appears_while_ours_is_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance(tmp_path)
    link = Path.hardlink_to

    def somebody_was_faster(path: Path, target: Path) -> None:
        path.write_text("o" * 64)
        link(path, target)

    monkeypatch.setattr(Path, "hardlink_to", somebody_was_faster)
    instance.create()
    assert instance.secret() == "o" * 64
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "cache", "media", "secret_key"]


def test_threads_that_create_at_once_agree_on_one_key(tmp_path: Path) -> None:
    count = 8
    for attempt in range(20):
        instance = Instance(tmp_path / str(attempt))
        start = Barrier(count)

        def create(instance: Instance = instance, start: Barrier = start) -> str | None:
            start.wait()
            instance.create()
            return instance.secret()

        with ThreadPoolExecutor(count) as pool:
            keys = {future.result() for future in [pool.submit(create) for _ in range(count)]}
        assert len(keys) == 1
        assert sorted(path.name for path in instance.path.iterdir()) == ["articles", "cache", "media", "secret_key"]


def test_processes_that_create_at_once_agree_on_one_key(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from fwsite.instance import Instance;"
        "instance = Instance(Path(sys.argv[1])); print(flush=True); input();"
        "instance.create(); print(instance.secret())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "i")]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in started:  # all of them are ready before the first may go on
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = {process.communicate(timeout=60)[0].strip() for process in started}
    assert outputs == {Instance(tmp_path / "i").secret()}


class TestAFolderThatCannotBeUsed:
    def test_is_named_with_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(InstanceError) as caught:
            create_app(tmp_path / "file" / "instance")
        message = str(caught.value)
        assert message.startswith(f"The instance folder {tmp_path / 'file' / 'instance'} cannot be written: ")
        assert "--instance PATH" in message
        assert "FWSITE_INSTANCE" in message

    def test_is_an_error_of_the_command_without_a_traceback(self, run_fwsite: Command, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        run = run_fwsite(tmp_path, "--instance", "file/instance", "serve")
        assert run.returncode == 1
        assert run.stderr.startswith(f"Error: The instance folder {tmp_path / 'file' / 'instance'} cannot be written")
        assert "Traceback" not in run.stderr

    @pytest.mark.parametrize("content", ["", "short", f"{'k' * 31}\n"])
    def test_has_a_short_key(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "secret_key").write_text(content)
        with pytest.raises(InstanceError, match="holds fewer than 32 characters; delete it for a new one"):
            create_app(tmp_path)
        assert (tmp_path / "secret_key").read_text() == content

    def test_has_a_folder_where_the_key_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "secret_key").mkdir()
        with pytest.raises(InstanceError, match="secret_key"):
            create_app(tmp_path)

    def test_has_a_key_that_is_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "secret_key").write_bytes(b"\xff" * 40)
        with pytest.raises(InstanceError, match="secret_key"):
            create_app(tmp_path)


class TestWhereItIs:
    def test_by_default_it_is_below_the_working_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert Instance.locate(None, {}).path == tmp_path / "instance"

    def test_an_argument_goes_before_the_environment_and_that_before_the_default(self, tmp_path: Path) -> None:
        environ = {"FWSITE_INSTANCE": str(tmp_path / "environment")}
        assert Instance.locate(tmp_path / "argument", environ).path == tmp_path / "argument"
        assert Instance.locate(None, environ).path == tmp_path / "environment"

    def test_an_empty_variable_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert Instance.locate(None, {"FWSITE_INSTANCE": ""}).path == tmp_path / "instance"

    def test_the_command_follows_the_same_order(self, run_fwsite: Command, tmp_path: Path) -> None:
        def made(*options: str, **environ: str) -> set[str]:
            before = {path.name for path in tmp_path.iterdir()}
            run = run_fwsite(tmp_path, *options, "db", "upgrade", **environ)
            assert run.returncode == 0, run.stderr
            return {path.name for path in tmp_path.iterdir()} - before

        assert made() == {"instance"}
        assert made(FWSITE_INSTANCE="environment") == {"environment"}
        assert made("--instance", "argument", FWSITE_INSTANCE="environment") == {"argument"}

    def test_any_name_will_do_and_everything_stays_inside(self, run_fwsite: Command, tmp_path: Path) -> None:
        folder = tmp_path / "what? #1 50%20 ü:@;&"
        assert run_fwsite(tmp_path, "--instance", str(folder), "db", "upgrade").returncode == 0
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]
        assert {"fwsite.sqlite3", "secret_key"} <= {path.name for path in folder.iterdir()}
        assert run_fwsite(tmp_path, "--instance", str(folder), "db", "status").returncode == 0


@pytest.mark.parametrize("command", [["db", "status"], ["content", "check"], ["recommend", "-"], ["--help"]])
@pytest.mark.parametrize("there", [True, False], ids=["empty folder", "no folder"])
def test_a_command_that_only_looks_creates_nothing(
    run_fwsite: Command, tmp_path: Path, command: list[str], there: bool
) -> None:
    if there:
        (tmp_path / "instance").mkdir()
    before = sorted(tmp_path.rglob("*"))
    run = run_fwsite(tmp_path, *command)
    assert "Traceback" not in run.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_content_file_of_the_hosts_goes_before_the_shipped_one(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    assert instance.content_file("frameworks.toml").parent.name == "content"
    (tmp_path / "frameworks.toml").touch()
    assert instance.content_file("frameworks.toml") == tmp_path / "frameworks.toml"

"""The files for a host's machine: they say what the settings say, whatever is in them, and overwrite nothing."""

from __future__ import annotations

import ctypes
import json
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

from fwsite.cli.main import main
from fwsite.ops.deploy import quoting
from fwsite.ops.deploy.files import FILES, rendered
from fwsite.ops.deploy.plan import Plan, Wishes, make_plan
from fwsite.ops.deploy.quoting import NotSayable
from fwsite.web.headers import POLICY
from tests.support.forms import inputs
from tests.support.nginx import Nginx, program
from tests.support.paths import ROOT
from tests.support.served import Site

ODD = "a b \"c\" 100% 'd' \\e; {f} #g"
"""What a path or a title may have in it, and each format has to write in its own way."""
PROGRAMS = "a b 100% {f}; #g"
"""The same for the folder of a program: systemd takes no quotes there."""
UNITS = [name for name in FILES if name.startswith("fwsite")]


def deploy(instance: Path, folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(instance), "deploy-files", str(folder), *options])


def written(tmp_path: Path, config: str = "", *options: str) -> dict[str, str]:
    """The files' texts for an instance with this ``config.toml``."""
    instance = tmp_path / "instance"
    instance.mkdir(exist_ok=True)
    (instance / "config.toml").write_text(config)
    done = deploy(instance, tmp_path / "files", "--force", *options)
    assert done.exit_code == 0, done.output
    return {name: (tmp_path / "files" / name).read_text() for name in FILES}


def values(unit: str, key: str) -> list[str]:
    """What stands after ``key=``, line by line."""
    return re.findall(rf"^{key}=(.*)$", unit, re.M)


def said_to_systemd(value: str) -> list[str]:
    """The words of a line as systemd takes them: quotes and backslashes as in a shell, no substitution left."""
    return [word.replace("%%", "%") for word in shlex.split(value)]


class TestWriting:
    def test_says_what_it_wrote_and_leaves_alone_what_is_the_same(self, tmp_path: Path) -> None:
        first = deploy(tmp_path / "instance", tmp_path / "files")
        assert first.exit_code == 0
        assert [line.split() for line in first.output.splitlines()[: len(FILES)]] == [
            ["wrote", str(tmp_path / "files" / name)] for name in FILES
        ]
        second = deploy(tmp_path / "instance", tmp_path / "files")
        assert second.exit_code == 0
        assert not [line for line in second.output.splitlines() if line.startswith("wrote")]

    def test_overwrites_nothing_that_differs_and_shows_the_difference(self, tmp_path: Path) -> None:
        deploy(tmp_path / "instance", tmp_path / "files")
        mine = tmp_path / "files" / "nginx.conf"
        mine.write_text(mine.read_text().replace("keepalive 32;", "keepalive 8;"))
        (tmp_path / "files" / "Dockerfile").unlink()
        before = mine.read_text()
        refused = deploy(tmp_path / "instance", tmp_path / "files")
        assert refused.exit_code == 1
        assert "-    keepalive 8;" in refused.output and "+    keepalive 32;" in refused.output
        assert f"Nothing was written: {mine} would be changed, as shown. Overwrite them with --force" in refused.output
        assert mine.read_text() == before
        assert not (tmp_path / "files" / "Dockerfile").exists()
        forced = deploy(tmp_path / "instance", tmp_path / "files", "--force")
        assert forced.exit_code == 0
        assert "keepalive 32;" in mine.read_text()

    def test_says_so_where_it_cannot(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        refused = deploy(tmp_path / "instance", tmp_path / "file" / "under")
        assert refused.exit_code == 1
        assert "cannot be written: Not a directory. Choose another folder." in refused.output


class TestSettings:
    def test_stand_in_the_files(self, tmp_path: Path) -> None:
        files = written(
            tmp_path,
            'SITE_TITLE = "Our ledger"\nSITE_URL = "https://ledger.example.org"\nTRUSTED_HOSTS = [".example.net"]\n'
            'HOST = "0.0.0.0"\nPORT = 9100\nDRAIN_SECONDS = 120\nMAX_BODY_BYTES = 1000000\n',
        )
        unit, nginx = files["fwsite.service"], files["nginx.conf"]
        program = Path(sys.executable).with_name("fwsite")
        assert values(unit, "ExecStart") == [f"{program} --instance {tmp_path / 'instance'} serve"]
        assert values(unit, "ExecReload") == ["/bin/kill -HUP $MAINPID"]
        assert (values(unit, "KillSignal"), values(unit, "KillMode")) == (["SIGTERM"], ["mixed"])
        assert int(values(unit, "TimeoutStopSec")[0]) > 120
        assert "server 127.0.0.1:9100 " in nginx
        assert nginx.count("server_name .example.net") == 0
        assert nginx.count("server_name ledger.example.org .example.net;") == 2
        assert "listen 443 ssl http2;" in nginx and "return 301 https://ledger.example.org$request_uri;" in nginx
        assert int(re.findall(r"client_max_body_size (\d+);", nginx)[0]) > 1_000_000
        assert "EXPOSE 9100" in files["Dockerfile"] and "ENV FWSITE_HOST=0.0.0.0" in files["Dockerfile"]

    def test_of_the_environment_are_written_down_but_for_secrets(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = {
            "SITE_TITLE": ODD,
            "SECRET_KEY": "hunter2-" * 5,
            "DATABASE_URL": "postgresql://me:hunter2@db.example/ledger",
        }
        for name, value in given.items():
            monkeypatch.setenv(f"FWSITE_{name}", value)
        monkeypatch.setenv("HUNTER", "hunter2")
        files = written(tmp_path)
        assert not [name for name, text in files.items() if "hunter2" in text]
        told = [said_to_systemd(value) for value in values(files["fwsite.service"], "Environment")]
        assert told == [[f"FWSITE_SITE_TITLE={ODD}"]]
        assert shlex.split(re.findall(r"ENV FWSITE_SITE_TITLE=(.*)", files["Dockerfile"])[0]) == [ODD]
        assert "`FWSITE_DATABASE_URL`, `FWSITE_SECRET_KEY`" in files["README.md"]

    @pytest.mark.parametrize(
        ("config", "machine"),
        [
            ("", "127.0.0.1:8000"),
            ('HOST = "::"', "[::1]:8000"),
            ('HOST = "::1"', "[::1]:8000"),
            ('HOST = "10.1.2.3"', "10.1.2.3:8000"),
            ('HOST = "unix:/run/fwsite/socket"', "unix:/run/fwsite/socket"),
            ('HOST = "unix:/run/a b"', '"unix:/run/a b"'),
        ],
    )
    def test_of_host_and_port_are_where_nginx_finds_the_site(self, tmp_path: Path, config: str, machine: str) -> None:
        files = written(tmp_path, config)
        assert files["nginx.conf"].count(f"server {machine} max_fails") == 2
        assert values(files["fwsite.service"], "RuntimeDirectory") == (["fwsite"] if "fwsite/" in machine else [])

    def test_that_do_not_fit_a_proxy_are_named(self, tmp_path: Path) -> None:
        assert "TRUSTED_PROXIES is empty" in written(tmp_path)["README.md"]
        assert 'TRUSTED_PROXIES = ["unix"]' in written(tmp_path, 'HOST = "unix:/run/x/y"')["README.md"]
        fine = written(tmp_path, 'TRUSTED_PROXIES = ["127.0.0.1"]\nSITE_URL = "https://a.example"')
        assert "is empty" not in fine["README.md"]

    def test_of_several_machines_name_each(self, tmp_path: Path) -> None:
        nginx = written(tmp_path, "", "--machine", "10.0.0.1:8000", "--machine", "[fd00::2]:8001")["nginx.conf"]
        assert re.findall(r"server (\S+) max_fails", nginx) == ["10.0.0.1:8000", "[fd00::2]:8001"] * 2
        assert "non_idempotent" not in nginx


class TestOddCharacters:
    @staticmethod
    def plan(folder: Path, **wishes: object) -> Plan:
        config = {
            "SITE_TITLE": f"{ODD} $x <b>",
            "SITE_URL": "",
            "TRUSTED_HOSTS": None,
            "TRUSTED_PROXIES": (),
            "HOST": "127.0.0.1",
            "PORT": 8000,
            "DRAIN_SECONDS": 30,
            "MAX_BODY_BYTES": 262_144,
            "SQLALCHEMY_DATABASE_URI": make_url("sqlite:////elsewhere/of it/ledger.sqlite3"),
        }
        program = folder / PROGRAMS / "fwsite"
        return make_plan(config, folder / f"{ODD} $y", program, {}, Wishes(**wishes))  # type: ignore[arg-type]

    def test_are_what_systemd_is_told(self, tmp_path: Path) -> None:
        plan = self.plan(tmp_path, backups=Path("/var/back ups"))
        files = rendered(plan)
        unit = files["fwsite.service"]
        [command] = values(unit, "ExecStart")
        words = [str(plan.unit.program), "--instance", str(plan.unit.instance).replace("$", "$$"), "serve"]
        assert said_to_systemd(command) == words
        places = [said_to_systemd(value) for value in values(unit, "ReadWritePaths")]
        assert places == [[str(plan.unit.instance), "/elsewhere/of it"]]
        backup, expire = (said_to_systemd(value) for value in values(files["fwsite-daily.service"], "ExecStart"))
        assert backup[-3:] == [words[0], words[2], "/var/back ups"]
        assert expire == [*words[:-1], "answers", "expire"]
        assert "/var/back ups" in said_to_systemd(values(files["fwsite-daily.service"], "ReadWritePaths")[0])

    def test_are_taken_by_systemd_itself(self, tmp_path: Path) -> None:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("systemd-analyze is not installed")
        plan = self.plan(tmp_path)
        plan.unit.program.parent.mkdir()
        plan.unit.program.write_text("#!/bin/sh\n")
        plan.unit.program.chmod(0o755)
        for name in UNITS:
            (tmp_path / name).write_text(rendered(plan)[name])
        command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        # Where it knows the machine's units, it may have something to say of those; none of it is about ours.
        assert [line for line in done.stderr.splitlines() if "fwsite" in line] == []
        plan.unit.program.unlink()
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert f"Command {plan.unit.program} is not executable" in done.stderr

    def test_are_taken_by_nginx_itself(self, tmp_path: Path) -> None:
        if program() is None:
            pytest.skip("nginx is not installed: tests/server/test_nginx.py fails in CI where it is missing")
        cache, logs = tmp_path / f"cache {ODD}", tmp_path / f"logs {ODD}"
        logs.mkdir()
        (tmp_path / "files").mkdir()
        nginx = Nginx(tmp_path)
        text = rendered(self.plan(tmp_path, cache=cache, logs=logs))["nginx.conf"]
        (tmp_path / "files" / "nginx.conf").write_text(text)
        assert "warn" not in nginx.checked()
        assert cache.is_dir()
        assert (logs / "fwsite.log").is_file()

    @pytest.mark.parametrize("character", ["\n", "\r", "\0", "\x1b", "\u2028", "\ud800"])
    def test_that_no_file_can_hold_are_refused(self, character: str) -> None:
        quotes = (quoting.systemd, quoting.systemd_text, quoting.nginx, quoting.docker, quoting.shell, quoting.comment)
        for quote in quotes:
            with pytest.raises(NotSayable, match="Change it"):
                quote(f"a{character}b")

    @pytest.mark.parametrize(
        ("config", "options", "message"),
        [
            ('SITE_TITLE = "a\\nb"', (), "has a line break or a control character in it"),
            ('TRUSTED_HOSTS = ["lädger.example"]', (), "cannot be a host name for nginx"),
            ('TRUSTED_HOSTS = ["a;b.example"]', (), "cannot be a host name for nginx"),
            ("", ("--logs", "/var/log/$x"), "has a $ in it"),
            ("", ("--listen", "80; evil"), "'80; evil' (--listen) is not like 127.0.0.1:8000"),
            ("", ("--machine", "10.0.0.1"), "'10.0.0.1' (--machine) is not like"),
            ("", ("--machine", "10.0.0.1:65536"), "is not like 127.0.0.1:8000"),
            ("", ("--user", "a b"), "'a b' cannot be the name of a user"),
        ],
    )
    def test_where_they_cannot_be_said_stop_everything(
        self, tmp_path: Path, config: str, options: tuple[str, ...], message: str
    ) -> None:
        (tmp_path / "config.toml").write_text(config)
        refused = deploy(tmp_path, tmp_path / "files", *options)
        assert refused.exit_code == 1
        assert message in refused.output
        assert not (tmp_path / "files").exists()

    @pytest.mark.parametrize("character", "$'\"\\")
    def test_of_a_program_are_refused_where_systemd_takes_none(self, character: str) -> None:
        with pytest.raises(NotSayable, match="which systemd does not take in a program's path"):
            quoting.systemd_command(f"/srv/{character}x/fwsite", "serve")


class TestTheUnit:
    def test_lets_the_site_write_to_its_instance_and_to_nothing_else(self, tmp_path: Path) -> None:
        unit = written(tmp_path)["fwsite.service"]
        assert values(unit, "ProtectSystem") == ["strict"]
        assert values(unit, "ReadWritePaths") == [str(tmp_path / "instance")]
        assert values(unit, "NoNewPrivileges") == values(unit, "MemoryDenyWriteExecute") == ["yes"]
        assert values(unit, "CapabilityBoundingSet") == [""]
        low = written(tmp_path, "PORT = 80")["fwsite.service"]
        assert values(low, "AmbientCapabilities") == ["CAP_NET_BIND_SERVICE"]

    @pytest.mark.parametrize(("place", "has_one"), [("/srv/ledger", True), ("/tmp/ledger", False), ("/tmpfs", True)])
    def test_gives_a_tmp_of_its_own_but_where_the_site_is_kept_there(self, place: str, has_one: bool) -> None:
        plan = TestOddCharacters.plan(Path(place))
        assert ("PrivateTmp=yes" in rendered(plan)["fwsite.service"]) == has_one

    def test_forbids_memory_that_is_written_and_run_and_the_site_does_without(
        self, filled_instance: Path, tmp_path: Path
    ) -> None:
        """As ``MemoryDenyWriteExecute=`` does, for the packages that come compiled: argon2, brotli, SQLAlchemy."""
        if ctypes.CDLL(None).prctl(MDWE_GET, 0, 0, 0, 0) < 0:
            pytest.skip("this kernel cannot forbid it without systemd")
        python = tmp_path / "python"
        python.write_text(
            f"#!{sys.executable}\nimport ctypes, mmap, os, sys\n"
            f"assert ctypes.CDLL(None).prctl({MDWE_SET}, 1, 0, 0, 0) == 0\n"
            "try: mmap.mmap(-1, 4096, prot=7)\nexcept OSError: pass\nelse: raise SystemExit('not forbidden')\n"
            f"os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])\n"
        )
        python.chmod(0o755)
        instance = Path(shutil.copytree(filled_instance, tmp_path / "instance"))
        site = Site(instance, tmp_path / "log")
        site.python = str(python)
        site.start()
        try:
            with closing(HTTPConnection("127.0.0.1", site.port, timeout=30)) as connection:
                connection.request("GET", "/account/sign-in", headers={"Accept-Encoding": "br"})
                opened = connection.getresponse()
                assert opened.headers["Content-Encoding"] == "br"
                opened.read()
                connection.request("GET", "/account/sign-in")
                opened = connection.getresponse()
                form = {name: given[0] for name, given in inputs(opened.read().decode()).items()}
                body = urlencode({**form, "name": "nobody", "password": "a wrong password"})
                headers = {
                    "Cookie": opened.headers["Set-Cookie"].partition(";")[0],
                    "Content-Type": "application/x-www-form-urlencoded",
                }
                connection.request("POST", "/account/sign-in", body=body, headers=headers)
                assert connection.getresponse().status == 422
        finally:
            assert site.stop() == 0


MDWE_SET, MDWE_GET = 65, 66
"""Linux' own numbers, from 6.3 on."""


class TestTheImage:
    def test_is_built_from_what_the_package_needs(self, tmp_path: Path) -> None:
        files = written(tmp_path)
        let_in = {line[1:] for line in files[".dockerignore"].splitlines() if line.startswith("!")}
        assert let_in == {"fwsite", "pyproject.toml", "README.md", "LICENSE"}
        assert all((ROOT / name).exists() for name in let_in)

    def test_starts_and_is_asked_by_lists_of_words(self, tmp_path: Path) -> None:
        dockerfile = written(tmp_path, "PORT = 9100")["Dockerfile"]
        check, command = (json.loads(words) for words in re.findall(r"CMD (\[.*\])$", dockerfile, re.M))
        assert command == ["/site/bin/fwsite", "serve"]
        assert "http://127.0.0.1:9100/healthz" in check[2]
        compile(check[2], "check", "exec")
        assert "USER fwsite" in dockerfile and "STOPSIGNAL SIGTERM" in dockerfile


def test_the_error_pages_of_nginx_have_every_header_of_the_sites_policy(tmp_path: Path) -> None:
    nginx = written(tmp_path)["nginx.conf"]
    own = nginx.partition("error_page ")[2]
    for name, _ in POLICY:
        assert own.count(f"add_header {name} ") == own.count("internal;") > 0, name

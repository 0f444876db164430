"""The ``fwsite`` command as a host meets it: real processes, real files."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient, FlaskCliRunner

from fwsite import __version__
from fwsite.cli.main import main
from fwsite.server.failures import PortTaken
from fwsite.server.sockets import listen
from tests.support.command import Command
from tests.support.paths import ROOT
from tests.support.served import Site, free_port

SHIPPED = ROOT / "fwsite" / "content"


def started(
    folder: Path, *arguments: str, stdin: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """The command, started as a host starts it: with a Python of its own."""
    return subprocess.run(
        [sys.executable, "-m", "fwsite", *arguments],
        cwd=folder,
        env={**os.environ, **environ},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )


def body(address: str) -> str:
    with urlopen(address, timeout=30) as response:
        assert response.status == 200
        return response.read().decode()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that began with nothing."""
    folder = tmp_path_factory.mktemp("fresh")
    site = Site(folder / "instance", folder / "log")
    site.start()
    yield site
    site.stop()


class TestServe:
    def test_says_where_everything_is(self, fresh: Site) -> None:
        lines = fresh.log.read_text().splitlines()
        for name, place in {
            "instance:": fresh.instance,
            "settings:": f"defaults (there is no {fresh.instance / 'config.toml'})",
            "secret key:": fresh.instance / "secret_key",
            "database:": f"the SQLite file {fresh.instance / 'fwsite.sqlite3'} (default)",
        }.items():
            assert f"{name:<11} {place}" in lines
        assert f"Serving on {fresh.url} with 8 threads. Ctrl-C stops." in lines
        assert any(line.startswith("content comparison: loaded ") for line in lines)
        assert any(line.startswith("content questionnaire: published ") for line in lines)

    @pytest.mark.parametrize(
        ("path", "part"),
        [("/", "<article"), ("/comparison/", 'class="matrix'), ("/questionnaire/", 'method="post"')],
    )
    def test_answers_with_all_three_parts(self, fresh: Site, path: str, part: str) -> None:
        assert part in body(fresh.url + path)

    def test_makes_what_it_says(self, fresh: Site) -> None:
        assert (fresh.instance / "secret_key").stat().st_mode & 0o777 == 0o600
        assert (fresh.instance / "fwsite.sqlite3").read_bytes().startswith(b"SQLite format 3")

    def test_refuses_a_taken_port_and_says_what_to_do(self, run_fwsite: Command, fresh: Site) -> None:
        run = run_fwsite(fresh.instance.parent, "--instance", str(fresh.instance), "serve", "--port", str(fresh.port))
        assert run.returncode == 1
        assert run.stderr.splitlines() == [
            f"Error: Cannot listen on 127.0.0.1:{fresh.port}: Address already in use. "
            "Choose another port with --port or FWSITE_PORT, or stop the program that uses this one."
        ]

    def test_stopped_and_started_again_keeps_secret_and_data(self, tmp_path: Path) -> None:
        site = Site(tmp_path / "instance", tmp_path / "log")
        site.start()
        key = (site.instance / "secret_key").read_bytes()
        assert site.stop() == 0
        site.log.unlink()
        site.start()
        try:
            assert (site.instance / "secret_key").read_bytes() == key
            log = site.log.read_text()
            assert "schema" not in log
            assert "is loaded already" in log
            assert "content questionnaire: has in force" in log
            assert 'class="matrix' in body(f"{site.url}/comparison/")
        finally:
            assert site.stop() == 0
        assert "Traceback" not in site.log.read_text()


def test_a_port_that_is_bound_but_not_served_yet_is_taken_too(tmp_path: Path) -> None:
    """Two commands started together: the second must not get as far as the first."""
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_refused_by_name(host: str) -> None:
    with pytest.raises(PortTaken, match=f"Cannot listen on {host}:0: ") as caught:
        listen(host, 0)
    assert "None" not in str(caught.value)


def test_listening_can_be_by_the_newer_kind_of_address() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with listen("::1", 0) as bound:
        assert bound.family is socket.AF_INET6


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("frameworks.toml", "score = 4", "score = 6", "frameworks.django.ratings.scalability.score"),
        ("questionnaire.toml", "fit = 4", "fit = 9", 'question "work", option "records", fit of "django"'),
        ("frameworks.toml", "[[criteria]]", "[[criteria]", "file"),
        ("questionnaire.toml", "[[questions]]", "[[questions]", "file"),
    ],
)
def test_bad_content_stops_serve_and_is_listed_by_content_check(
    run_fwsite: Command, tmp_path: Path, file: str, old: str, new: str, key: str
) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    shipped = (SHIPPED / file).read_text(encoding="utf-8")
    assert old in shipped
    (instance / file).write_text(shipped.replace(old, new, 1), encoding="utf-8")

    run = run_fwsite(tmp_path, "serve", "--port", str(free_port()))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    [fault] = [line for line in run.stderr.splitlines() if str(instance / file) in line]
    assert re.search(rf"{re.escape(str(instance / file))}(:\d+)?: {re.escape(key)}", fault)
    assert "Serving" not in run.stdout
    assert run.stderr.splitlines()[-1] == "That content was not loaded. Fix the file and try: fwsite content check"

    check = run_fwsite(tmp_path, "content", "check")
    assert check.returncode == 1
    assert fault.removeprefix("Error: ") in check.stdout.splitlines()


def test_content_check_of_a_new_site_finds_nothing_and_needs_no_database(run_fwsite: Command, tmp_path: Path) -> None:
    for environ in ({}, {"FWSITE_TRUSTED_HOSTS": ".example.org", "FWSITE_SITE_URL": "https://ledger.example.org"}):
        run = run_fwsite(tmp_path, "content", "check", **environ)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout == f"No errors in the shipped content and {tmp_path / 'instance'}.\n"


def test_content_check_lists_faults_of_every_part(runner: FlaskCliRunner, instance: Path) -> None:
    (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\ndate: soon\n---\n\n::balance[rails]\n")
    (instance / "frameworks.toml").write_text("reviewed_on = 2026-11-22\n")
    (instance / "questionnaire.toml").write_text("reviewed_on = 2026-11-22\n")
    result = runner.invoke(main, ["--instance", str(instance), "content", "check"])
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert any(line.startswith(f"{instance / 'articles' / 'mine.md'}:3: date: ") for line in lines)
    assert any(line.startswith(f"{instance / 'articles' / 'mine.md'}:6: ::balance: ") for line in lines)
    assert f"{instance / 'frameworks.toml'}: frameworks: is missing or empty" in lines
    assert any(line.startswith(f"{instance / 'questionnaire.toml'}: ") for line in lines)


class TestDb:
    def test_status_before_and_after_upgrade(self, run_fwsite: Command, tmp_path: Path) -> None:
        before = run_fwsite(tmp_path, "db", "status")
        assert before.returncode == 1
        assert before.stdout.count("(pending, has nothing)") == 4
        assert before.stdout.splitlines()[-1].endswith("or make a new site there: fwsite db upgrade")
        assert f"There is no instance folder {tmp_path / 'instance'}: name the site's own" in before.stdout

        upgrade = run_fwsite(tmp_path, "db", "upgrade")
        assert upgrade.returncode == 0
        assert upgrade.stdout.count("schema ") == 4

        after = run_fwsite(tmp_path, "db", "status")
        assert after.returncode == 0
        names = [line.split(":")[0] for line in after.stdout.splitlines()]
        assert names == ["core", "comparison", "questionnaire", "team"]
        assert after.stdout.count("(current)") == 4

    @pytest.mark.parametrize("command", [["db", "upgrade"], ["db", "status"], ["serve"]])
    def test_a_file_that_is_no_database_is_said_to_be_none(
        self, run_fwsite: Command, tmp_path: Path, command: list[str]
    ) -> None:
        (tmp_path / "instance").mkdir()
        (tmp_path / "instance" / "fwsite.sqlite3").write_text("not a database at all\n" * 100)
        run = run_fwsite(tmp_path, *command, FWSITE_PORT=str(free_port()))
        assert run.returncode == 1
        assert "Error: The database cannot be used: file is not a database" in run.stderr
        assert "Traceback" not in run.stderr


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    run = started(tmp_path, "--version")
    assert (run.returncode, run.stdout) == (0, f"fwsite, version {__version__}\n")


def test_help_lists_every_command_and_the_choice_of_instance(run_fwsite: Command, tmp_path: Path) -> None:
    run = run_fwsite(tmp_path, "--help")
    assert (run.returncode, run.stderr) == (0, "")
    listed = run.stdout.partition("Commands:")[2]
    names = [line.split()[0] for line in listed.splitlines() if line.strip()]
    assert " ".join(names) == (
        "answers backup content db deploy-files doctor evidence extensions maintenance "
        "measure recommend restore serve settings user"
    )
    assert "--instance PATH" in run.stdout
    assert "FWSITE_INSTANCE" in run.stdout


def test_a_group_lists_what_extensions_add_to_it(run_fwsite: Command, tmp_path: Path) -> None:
    run = run_fwsite(tmp_path, "content", "--help")
    listed = run.stdout.partition("Commands:")[2]
    assert re.findall(r"^  (\w+)", listed, re.M) == ["check", "export", "import"]


def test_a_group_lists_its_own_commands_where_the_settings_are_broken(run_fwsite: Command, tmp_path: Path) -> None:
    run = run_fwsite(tmp_path, "content", "--help", FWSITE_PORT="x")
    assert re.findall(r"^  (\w+)", run.stdout.partition("Commands:")[2], re.M) == ["check", "export", "import"]
    assert "PORT is 'x'" in run.stderr
    broken = run_fwsite(tmp_path, "content", "export", "x.toml", FWSITE_PORT="x")
    assert (broken.returncode, "PORT is 'x'" in broken.stderr) == (1, True)


def test_an_unknown_command_is_a_usage_error(run_fwsite: Command, tmp_path: Path) -> None:
    run = run_fwsite(tmp_path, "srve")
    assert run.returncode == 2
    assert "srve" in run.stderr


class TestRecommend:
    @pytest.fixture
    def answers(self, client: FlaskClient) -> dict[str, Any]:
        """An answer to each question, every second one with two options where it takes several."""
        questions = client.get("/questionnaire/definition.json").json["questions"]
        weights = ("little", "normal", "lot", "normal")
        return {
            question["key"]: {
                "options": [option["key"] for option in question["options"][: 2 if question["multiple"] else 1]],
                "weight": weights[number % len(weights)],
            }
            for number, question in enumerate(questions)
        }

    def test_prints_verdict_ranking_scores_losses_and_what_is_left_out(
        self, run_fwsite: Command, answers: dict[str, Any], tmp_path: Path
    ) -> None:
        (tmp_path / "answers.json").write_text(json.dumps({"answers": answers}))
        run = run_fwsite(tmp_path, "recommend", "answers.json")
        assert (run.returncode, run.stderr) == (0, "")
        result = json.loads(run.stdout)
        assert {"ranking", "scores", "contributions", "left_out"} <= result.keys()
        assert {"verdict", "named", "tells_apart", "losses", "musts", "stack", "packages", "notes"} <= result.keys()
        ranked = [entry["alternative"] for entry in result["ranking"]]
        out = [entry["alternative"] for entry in result["left_out"]]
        assert sorted(ranked + out) == sorted(result["scores"]) == ["django", "fastapi", "flask", "none"]
        assert sorted(result["contributions"]) == sorted(result["losses"]) == sorted(ranked)

    def test_prints_the_same_bytes_for_any_order_hash_seed_and_way_in(
        self, answers: dict[str, Any], tmp_path: Path
    ) -> None:
        text = json.dumps({"answers": answers})
        turned = {
            key: {"weight": answer["weight"], "options": answer["options"][::-1]}
            for key, answer in reversed(answers.items())
        }
        (tmp_path / "turned.json").write_text(json.dumps({"answers": turned}, indent=4))
        runs = [
            started(tmp_path, "recommend", "-", stdin=text, PYTHONHASHSEED="1"),
            started(tmp_path, "recommend", "turned.json", PYTHONHASHSEED="2"),
        ]
        assert [run.returncode for run in runs] == [0, 0]
        assert len({run.stdout for run in runs}) == 1

    @pytest.mark.parametrize(
        ("document", "named"),
        [
            ('{"answers": {"wrok": {"options": ["api"]}}}', 'unknown question "wrok"; known are work, '),
            ('{"answers": {"work": {"options": ["apy"]}}}', 'work: unknown option "apy"; known are records, '),
            ('{"answers": {"work": {"options": ["api"], "weight": "much"}}}', 'work: unknown weight "much"'),
            ('{"answers": {"work": {"option": ["api"]}}}', 'work: unknown key "option"; known are options, weight'),
            ('{"answers": {"work": {"options": "api"}}}', "work: options must be a list of option keys"),
            ('{"answers": {"work": {"options": [1]}}}', "work: options must be a list of option keys"),
            ('{"answers": {"work": {"options": ["api", "pages"]}}}', "work: takes one option only"),
            ('{"answers": {"work": ["api"]}}', "work: give an object such as"),
            ('{"answers": {"work": null}}', "work: give an object such as"),
            ('{"answers": {"work": {"options": ["api"], "weight": ["lot"]}}}', "work: unknown weight"),
            ('{"answers": []}', 'must be {"answers": {"<question>": ...}} and nothing else'),
            ('{"answers": {}, "more": 1}', "and nothing else"),
            ("[]", "and nothing else"),
            ("answers", "is not JSON: "),
            ("", "is not JSON: "),
            ("[" * 100_000, "is not JSON: "),
            ("1" * 5000, "is not JSON: "),
            ("\udcff", "is not JSON: "),
        ],
    )
    def test_refuses_what_it_cannot_use_with_2_and_names_it(
        self, runner: FlaskCliRunner, tmp_path: Path, document: str, named: str
    ) -> None:
        file = tmp_path / "answers.json"
        file.write_bytes(document.encode("utf-8", "surrogateescape"))
        result = runner.invoke(main, ["--instance", str(tmp_path / "instance"), "recommend", str(file)])
        assert result.exit_code == 2
        assert str(file) in result.output
        assert named in result.output

    def test_names_every_fault(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        document = {"answers": {"wrok": {}, "work": {"options": ["apy"], "weight": "much"}}}
        file = tmp_path / "answers.json"
        file.write_text(json.dumps(document))
        result = runner.invoke(main, ["--instance", str(tmp_path / "instance"), "recommend", str(file)])
        assert result.exit_code == 2
        assert all(word in result.output for word in ('"wrok"', '"apy"', '"much"'))

    def test_refuses_a_file_that_is_not_there(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        missing = str(tmp_path / "missing.json")
        result = runner.invoke(main, ["--instance", str(tmp_path / "instance"), "recommend", missing])
        assert result.exit_code == 2
        assert "missing.json" in result.output

    def test_names_a_questionnaire_that_cannot_be_used(
        self, runner: FlaskCliRunner, instance: Path, tmp_path: Path
    ) -> None:
        """Before there is any other; where one is in force, that is used."""
        fresh = tmp_path / "fresh"
        for folder, code in ((fresh, 1), (instance, 0)):
            folder.mkdir(exist_ok=True)
            (folder / "questionnaire.toml").write_text("nothing = 1\n")
            result = runner.invoke(main, ["--instance", str(folder), "recommend", "-"], input='{"answers": {}}')
            assert result.exit_code == code
            assert (str(folder / "questionnaire.toml") in result.output) == (code == 1)

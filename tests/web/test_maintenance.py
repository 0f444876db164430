"""Maintenance mode: all can be read, nothing is stored, nothing typed is lost, and every process knows at once."""

from __future__ import annotations

import http.client
import json
import re
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from fwsite.instance import Instance
from fwsite.ops.doctor import places
from fwsite.web import maintenance
from tests.ops import test_backup
from tests.ops.test_backup_postgres import dispose_all
from tests.support.command import Commands
from tests.support.forms import first_options, open_form
from tests.support.paths import ROOT
from tests.support.serving import ServedSite, opened_form

HEADING = "The site is read-only at the moment"
NOTE = "The site is read-only"
PAGES = ("/", "/comparison/", "/questionnaire/", "/account/sign-in", "/healthz", "/readyz")


def fwsite(instance: Path, *arguments: str, **environ: str) -> tuple[int, str]:
    try:
        done = test_backup.fwsite(instance, *arguments, **environ)
        return done.exit_code, done.output
    finally:
        dispose_all()


@pytest.mark.new_app
class TestWhileItHolds:
    def test_forms_come_back_with_what_was_typed_and_pages_are_read(self, client: FlaskClient, instance: Path) -> None:
        form = {**open_form(client), **first_options(client, 6)}
        until = datetime(2099, 12, 1, 18, tzinfo=UTC)
        maintenance.begin(Instance(instance), until)
        refused = client.post("/questionnaire/", data=form)
        assert refused.status_code == 503
        assert HEADING in refused.text and "until 1 December 2099, 18:00 UTC. Nothing was stored." in refused.text
        assert int(refused.headers["Retry-After"]) > 3600
        assert "no-store" in refused.headers["Cache-Control"]
        assert 'action="/questionnaire/"' in refused.text
        kept = dict(re.findall(r'<input type="hidden" name="(q-[^"]+)" value="([^"]*)">', refused.text))
        assert kept.items() <= form.items() and len(kept) >= 6
        for path in PAGES:
            assert client.get(path, follow_redirects=True).status_code == 200
        assert client.options("/").status_code == 200
        assert "keep this page open, and send it again later." in refused.text
        assert re.search(r"<details>\s*<summary>What you typed</summary>", refused.text)
        maintenance.end(Instance(instance))
        assert client.post("/questionnaire/", data=form).status_code == 303

    @pytest.mark.parametrize("path", ["/questionnaire/", "/comparison/suggest", "/account/sign-in"])
    def test_pages_with_forms_say_so_before_anything_is_typed(
        self, client: FlaskClient, instance: Path, path: str
    ) -> None:
        assert NOTE not in client.get(path).text and NOTE not in client.get(path).text  # it may be kept from here on
        maintenance.begin(Instance(instance), datetime(2099, 12, 1, 18, tzinfo=UTC))
        for _ in range(2):
            main = client.get(path).text.partition("<main")[2]
            assert main.index(f"{NOTE} until 1 December 2099, 18:00 UTC: nothing that you send") < main.index("<form")
        maintenance.begin(Instance(instance), None)
        assert f"{NOTE}: nothing that you send" in client.get(path).text
        maintenance.end(Instance(instance))
        assert NOTE not in client.get(path).text

    def test_every_page_with_a_form_can_say_so(self) -> None:
        """By a macro of its own, or by the shell of pages for people who maintain."""
        templates = {path: path.read_text() for path in (ROOT / "fwsite").rglob("*.html")}
        shells = [text for text in templates.values() if '{% extends "base.html" %}' in text]
        forms = [text for text in shells if '<form method="post"' in text and "{{ status }}" not in text]
        assert len(forms) >= 5 and all("{{ read_only() }}" in text for text in forms)

    def test_a_page_that_is_only_read_says_nothing(self, client: FlaskClient, instance: Path) -> None:
        maintenance.begin(Instance(instance), None)
        assert NOTE not in client.get("/").text and NOTE not in client.get("/comparison/").text

    def test_every_method_that_may_write_is_refused(self, client: FlaskClient, instance: Path) -> None:
        maintenance.begin(Instance(instance), None)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for path in ("/account/sign-in", "/questionnaire/", "/comparison/suggest", "/nowhere"):
                answer = client.open(path, method=method)
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300"), (method, path)
                assert HEADING in answer.text and "until" not in answer.text.partition("<main")[2]

    def test_signing_in_repeats_no_password(self, client: FlaskClient, instance: Path) -> None:
        maintenance.begin(Instance(instance), None)
        answer = client.post("/account/sign-in", data={"name": "Mara", "password": "a-secret-of-hers"})
        assert answer.status_code == 503
        assert "a-secret-of-hers" not in answer.text

    def test_a_file_that_says_nothing_holds_all_the_same(self, client: FlaskClient, instance: Path) -> None:
        for text in ("", "{}", '{"until": "soon"}', '{"until": 1}', "[]", '{"until": "2001-01-01T00:00:00+00:00"}'):
            (instance / "maintenance.json").write_text(text)
            answer = client.post("/account/sign-in")
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")


class TestTheCommand:
    def test_switches_it_on_and_off_and_says_how_it_is(self, instance: Path) -> None:
        assert fwsite(instance, "maintenance", "status") == (0, f"{instance} accepts everything.\n")
        off = f"fwsite --instance {instance} maintenance off"
        said = (0, f"{instance} is read-only until 1 December 2099, 17:00 UTC. To end it: {off}\n")
        assert fwsite(instance, "maintenance", "on", "--until", "2099-12-01 18:00+01:00") == said
        assert fwsite(instance, "maintenance", "status") == said
        assert (instance / "maintenance.json").stat().st_mode & 0o777 == 0o644
        assert any("read-only until" in each.what for each in places.look(Instance(instance), None))
        assert fwsite(instance, "maintenance", "off") == (0, f"{instance} accepts everything again.\n")
        assert fwsite(instance, "maintenance", "off") == (0, f"{instance} accepts everything, as before.\n")
        assert "read-only" not in str(places.look(Instance(instance), None))

    @pytest.mark.parametrize(
        ("until", "words"),
        [("tomorrow", "is no time such as"), ("2001-01-01 18:00", "1 January 2001"), ("", "no time")],
    )
    def test_takes_a_time_that_is_yet_to_come(self, instance: Path, until: str, words: str) -> None:
        code, said = fwsite(instance, "maintenance", "on", "--until", until)
        assert (code, words in said) == (2, True), said
        assert not (instance / "maintenance.json").exists()

    def test_of_no_instance_makes_none(self, tmp_path: Path) -> None:
        code, said = fwsite(tmp_path / "none", "maintenance", "on")
        assert (code, "There is no instance folder" in said) == (1, True)
        assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_every_process_knows_at_once(filled_instance: Path, tmp_path: Path, commands: Commands) -> None:
    instance = Path(shutil.copytree(filled_instance, tmp_path / "instance"))
    site = ServedSite(instance, tmp_path, PROCESSES="2", THREADS="2")
    site.start()
    try:
        site.has_children(2)
        cookie, form = opened_form(lambda path: site.get(path)[1:])
        by_hand = ["--instance", str(instance), "maintenance"]
        until = datetime.now(UTC) + timedelta(hours=1)
        assert commands.run(tmp_path, *by_hand, "on", "--until", f"{until:%Y-%m-%d %H:%M}+00:00").returncode == 0
        statuses = [post(site, cookie, form) for _ in range(12)]
        assert statuses == [503] * 12
        assert [site.get(path)[0] for path in ("/", "/comparison/", "/slow/who")] == [200] * 3
        assert site.stored() == []
        assert commands.run(tmp_path, *by_hand, "off").returncode == 0
        assert [post(site, cookie, form) for _ in range(4)] == [303] * 4
    finally:
        assert site.stop() == 0


def post(site: ServedSite, cookie: str, form: dict[str, str]) -> int:
    """Send a form on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)) as connection:
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/questionnaire/", urlencode(form, doseq=True), headers)
        return connection.getresponse().status


class TestWhoUsesIt:
    @pytest.mark.sqlite_only(reason="names databases of its own, on both")
    def test_db_upgrade_is_read_only_for_its_time(
        self, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from fwsite.cli import main as commands

        seen, say_steps = [], commands.say_steps
        folder = tmp_path / "new"

        def watched(app: object) -> bool:
            seen.append(maintenance.maintenance_of(Instance(folder)) is not None)
            return say_steps(app)  # type: ignore[arg-type]

        monkeypatch.setattr(commands, "say_steps", watched)
        code, said = fwsite(folder, "db", "upgrade", "--maintenance", FWSITE_DATABASE_URL=database_url)
        assert code == 0, said
        assert fwsite(folder, "db", "upgrade", FWSITE_DATABASE_URL=database_url)[0] == 0
        assert seen == [True, False]
        assert maintenance.maintenance_of(Instance(folder)) is None
        maintenance.begin(Instance(folder), None)
        assert fwsite(folder, "db", "upgrade", "--maintenance", FWSITE_DATABASE_URL=database_url)[0] == 0
        assert maintenance.maintenance_of(Instance(folder)) is not None  # somebody has begun it

    @pytest.mark.sqlite_only(reason="names databases of its own, on both")
    def test_a_restored_site_can_be_looked_at_before_it_takes_anything_in(
        self, database_url: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old, new, backup = tmp_path / "old", tmp_path / "new", tmp_path / "b.zip"
        into = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        if not database_url.startswith("sqlite"):
            into = request.getfixturevalue("postgres").new_database()
        assert fwsite(old, "db", "upgrade", FWSITE_DATABASE_URL=database_url)[0] == 0
        maintenance.begin(Instance(old), None)
        assert fwsite(old, "backup", str(backup), FWSITE_DATABASE_URL=database_url)[0] == 0
        restore = ("restore", str(backup), "--yes", "--database", into)
        code, said = fwsite(new, *restore, "--maintenance")
        assert code == 0, said
        assert said.endswith(f"It is read-only, until: fwsite --instance {new} maintenance off\n")
        assert json.loads((new / "maintenance.json").read_text()) == {"until": None}
        assert not list(new.glob("before-restore-*/maintenance.json"))

    def test_a_restore_that_fails_ends_what_it_has_begun(
        self, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(ValueError, match="broken"), maintenance.during(Instance(instance), stays=True):
            assert maintenance.maintenance_of(Instance(instance)) is not None
            raise ValueError("broken")
        assert maintenance.maintenance_of(Instance(instance)) is None

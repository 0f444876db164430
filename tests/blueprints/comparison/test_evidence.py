"""Evidence from release to page: quoted words are looked for, and readers and maintainers see what was found."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.blueprints.comparison.verification.reports import Progress
from tests.blueprints.comparison.test_editing import press, save
from tests.support.forms import inputs
from tests.support.indexes import folder_index, release
from tests.support.people import signed_in

FILE = "docs/index.txt"
OLD = "Ships *wait* in the harbour until the pilot comes aboard.\n"
NEW = "Ships no longer wait in the harbour; the pilot comes by boat.\n"
WORDS = "Ships wait in the harbour"


class Harbour:
    """A site with one claim that quotes a release, and an index that has releases."""

    def __init__(self, app: Flask, folder: Path, name: str) -> None:
        self.app, self.folder, self.name = app, folder, name
        self.mara = signed_in(app, f"mara-{name}")
        self.files: dict[str, bytes] = {}
        self.url = ""
        self.claim = ""

    def publish(self, version: str, files: Mapping[str, str]) -> None:
        name, content = release(self.name, version, files)
        self.files[name] = content
        self.url = folder_index(self.folder / "index", self.files)

    def quote(self, words: str = WORDS, version: str = "1.0", file: str = FILE, sha256: str = "") -> None:
        source = {
            "title": f"The harbour {self.name}",
            "url": f"https://example.org/{self.name}",
            "read_on": "2026-11-30",
            "voice": "independent",
            "archive": f"{self.name}-{version}.tar.gz",
            "file": file,
            "sha256": sha256,
        }
        done = save(self.mara, "/comparison/work/source/add", **source)
        assert done.status_code == 303, _problems(done.text)
        self.source = _key(done.location)
        claim = {
            "framework": "flask",
            "criterion": "memory",
            "side": "con",
            "text": f"Ships of {self.name} have to wait",
        }
        cited = {"source-0-key": self.source, "source-0-words": words}
        done = save(self.mara, "/comparison/work/claim/add", **claim, evidence="sourced", **cited)
        assert done.status_code == 303, _problems(done.text)
        self.claim = _key(done.location)

    def run(self, *arguments: str) -> tuple[int, str]:
        done = self.app.test_cli_runner().invoke(args=["evidence", *arguments, "--index-url", self.url])
        return done.exit_code, done.output

    def page(self, address: str) -> str:
        return self.app.test_client().get(address).text

    @property
    def own_page(self) -> str:
        return self.page(f"/comparison/history/claim/{self.claim}")


def _key(location: str) -> str:
    return location.split("/")[-1].partition("?")[0]


def _problems(text: str) -> list[str]:
    return re.findall(r'class="err">.*?</p>', text)


@pytest.fixture
def harbour(app_on_each_database: Flask, tmp_path: Path, request: pytest.FixtureRequest) -> Harbour:
    name = "h" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    found = Harbour(app_on_each_database, tmp_path, name)
    found.publish("1.0", {FILE: OLD, "docs/other.txt": "Cranes lift."})
    return found


def test_words_that_are_there_are_verified_on_every_page(harbour: Harbour) -> None:
    harbour.quote()
    assert "Verified" not in harbour.own_page
    code, said = harbour.run("verify", harbour.claim)
    assert code == 0, said
    assert f"there    {harbour.source}: 1 quotation in {harbour.name}-1.0.tar.gz {FILE}" in said
    assert "1 quotation in 1 archive: 1 there." in said
    assert f"Verified: these words are there in {harbour.name} 1.0" in harbour.own_page
    for address in ("/comparison/flask", "/comparison/flask/memory"):
        item = harbour.page(address).partition(f'<li id="{harbour.claim}">')[2].partition("</li>")[0]
        assert '<span class="ref">verified</span>' in item, address
    assert "an independent voice" in harbour.page("/comparison/flask")
    assert f"{harbour.name}-1.0.tar.gz" in harbour.page("/comparison/evidence")
    exported = json.loads(harbour.page("/comparison/data.json"))
    found = next(claim for claim in exported["claims"] if claim["key"] == harbour.claim)["sources"][0]["found"]
    assert (found["found"], found["archive"]) == ("there", f"{harbour.name}-1.0.tar.gz")
    assert f"there in {harbour.name}-1.0.tar.gz on 20" in harbour.page("/comparison/data.csv")


def test_a_second_time_nothing_is_fetched(harbour: Harbour) -> None:
    harbour.quote()
    assert f"fetching {harbour.name}-1.0.tar.gz" in harbour.run("verify", harbour.claim)[1]
    assert "fetching" not in harbour.run("verify", harbour.claim)[1]


@pytest.mark.parametrize(
    ("is_watched", "whole", "lines"),
    [
        (False, 250_000, ["fetching a.whl (0.2 MB)"]),
        (True, 250_000, [f"fetching a.whl (0.2 MB): {part} %" for part in (0, 25, 50, 75, 100)]),
        (False, 4_001, ["fetching a.whl (5 kB)"]),
        (False, 99_000, ["fetching a.whl (99 kB)"]),
        (True, 0, ["fetching a.whl"]),
    ],
)
def test_a_log_has_one_line_for_each_file_and_a_terminal_each_quarter(
    capsys: pytest.CaptureFixture[str], is_watched: bool, whole: int, lines: list[str]
) -> None:
    tell = Progress(is_watched=is_watched)
    for part in range(9):
        tell("a.whl", part * whole // 8, whole)
    assert capsys.readouterr().err.splitlines() == lines


@pytest.mark.parametrize(
    ("words", "file", "line"),
    [
        ("Ships fly from the harbour", FILE, "“Ships fly from the harbour” is not in {name}-1.0.tar.gz docs/index.txt"),
        (WORDS, "docs/absent.txt", "“Ships wait in the harbour” is in {name}-1.0.tar.gz docs/index.txt"),
        ("Nothing like it", "docs/absent.txt", "{name}-1.0.tar.gz has no file docs/absent.txt"),
    ],
)
def test_words_that_are_not_where_they_should_be(harbour: Harbour, words: str, file: str, line: str) -> None:
    harbour.quote(words, file=file)
    code, said = harbour.run("verify", harbour.claim)
    assert code == 1
    assert line.format(name=harbour.name) in said
    assert "The source has changed" in harbour.own_page
    assert "the source has changed" in harbour.page("/comparison/flask")
    assert f"Ships of {harbour.name} have to wait" in harbour.page("/comparison/evidence")


def test_a_hash_that_is_not_the_pinned_one_is_not_used(harbour: Harbour) -> None:
    harbour.quote(sha256="0" * 64)
    code, said = harbour.run("verify", harbour.claim)
    assert code == 1
    assert f"problem  {harbour.name}-1.0.tar.gz: has the hash" in said and "0" * 64 in said
    assert "1 not looked for" in said and "Verified" not in harbour.own_page


def test_a_version_that_no_index_has(harbour: Harbour) -> None:
    harbour.quote(version="1.1")
    code, said = harbour.run("verify", harbour.claim)
    assert code == 1 and f"problem  {harbour.name}-1.1.tar.gz: " in said and "has no such file" in said


def test_an_index_that_is_away_changes_nothing(harbour: Harbour) -> None:
    harbour.quote()
    assert harbour.run("verify", harbour.claim)[0] == 0
    harbour.url = "http://127.0.0.1:9/simple"
    code, said = harbour.run("verify", "--newest", harbour.claim)
    assert code == 2 and "no index can be reached" in said
    assert "Verified: these words are there" in harbour.own_page
    assert harbour.run("refresh", "flask")[0] == 2


def test_a_key_that_names_nothing_is_refused(harbour: Harbour) -> None:
    code, said = harbour.run("verify", "no-such-key")
    assert code == 2 and "No source of a release and no claim that quotes one: no-such-key" in said
    code, said = harbour.run("refresh", "no-such-package")
    assert code == 2 and "Not among the packages of packages.toml: no-such-package" in said


class TestAgeing:
    ADDRESS = "/comparison/work/review?concern=changed"

    def listed(self, harbour: Harbour) -> str:
        """The claim's part of the maintainers' list; empty where it is not on it."""
        text = harbour.mara.get(self.ADDRESS).text
        found = re.search(rf'<section class="item" id="{harbour.claim}-.*?</section>\n</div>.*?</section>', text, re.S)
        return found[0] if found else ""

    def still_true(self, harbour: Harbour) -> str:
        fields = {name: given[0] for name, given in inputs(self.listed(harbour)).items()}
        done = press(harbour.mara, f"/comparison/work/claim/{harbour.claim}/reviewed", **fields)
        assert done.status_code == 303
        return harbour.mara.get(done.location).text

    def test_words_that_are_gone_from_a_newer_release_are_shown_beside_the_old_ones(self, harbour: Harbour) -> None:
        harbour.quote()
        harbour.run("verify", harbour.claim)
        assert self.listed(harbour) == ""
        harbour.publish("1.0.1", {FILE: NEW})
        code, said = harbour.run("verify", "--newest", harbour.claim)
        assert code == 1 and f"is not in {harbour.name}-1.0.1.tar.gz {FILE}; closest is “Ships no longer" in said
        shown = self.listed(harbour)
        assert f"Quoted from {harbour.name} 1.0" in shown and WORDS in shown
        assert f"<h3>{harbour.name} 1.0.1</h3>" in shown and "<ins>" in shown and "no longer" in shown
        assert "The source has changed: these words are not in" in harbour.own_page
        assert "the source has changed" in harbour.page("/comparison/flask")
        assert self.listed(harbour) != ""

        page = self.still_true(harbour)
        assert "Sources that have changed" in page and self.listed(harbour) == ""
        harbour.publish("1.0.2", {FILE: NEW})
        harbour.run("verify", "--newest", harbour.claim)
        assert self.listed(harbour) != ""

    def test_saving_the_claim_takes_it_off_the_list(self, harbour: Harbour) -> None:
        harbour.quote()
        harbour.publish("1.0.1", {FILE: NEW})
        harbour.run("verify", "--newest", harbour.claim)
        assert self.listed(harbour) != ""
        done = save(harbour.mara, f"/comparison/work/claim/{harbour.claim}", text=f"Ships of {harbour.name} wait long")
        assert done.status_code == 303 and self.listed(harbour) == ""

    def test_a_newer_minor_version_is_listed_and_a_patch_is_not(self, harbour: Harbour) -> None:
        harbour.quote()
        harbour.publish("1.0.1", {FILE: OLD})
        assert harbour.run("verify", "--newest", harbour.claim)[0] == 0
        assert self.listed(harbour) == ""
        harbour.publish("1.1", {FILE: OLD})
        assert harbour.run("verify", "--newest", harbour.claim)[0] == 0
        assert f"A newer minor version. The words are in {harbour.name} 1.1." in self.listed(harbour)
        self.still_true(harbour)
        assert self.listed(harbour) == ""


class TestForms:
    def test_a_source_of_a_release_needs_archive_and_file(self, harbour: Harbour) -> None:
        given = {"title": "x", "url": f"https://example.org/x-{harbour.name}", "read_on": "2026-11-30"}
        for fields, message in (
            ({"archive": "harbour"}, "write a file name such as django-6.1.3.tar.gz"),
            ({"archive": "harbour-1.0.tar.gz"}, "name the file in the archive that has the words"),
            ({"file": "docs/index.txt"}, "is missing; file is about a release"),
            ({"archive": "harbour-1.0.tar.gz", "file": "../x"}, "write its path below the archive"),
            ({"archive": "harbour-1.0.tar.gz", "file": "x", "sha256": "abc"}, "must be 64 hexadecimal digits"),
        ):
            done = save(harbour.mara, "/comparison/work/source/add", **given, **fields)
            assert done.status_code == 422 and message in done.text.replace("&#39;", "'"), fields

    def test_a_quotation_of_a_release_has_words(self, harbour: Harbour) -> None:
        harbour.quote()
        done = save(harbour.mara, f"/comparison/work/claim/{harbour.claim}", **{"source-0-words": ""})
        assert done.status_code == 422 and "quotes no words of" in done.text

    def test_a_sourced_claim_names_what_its_words_name(self, harbour: Harbour) -> None:
        harbour.quote()
        address = f"/comparison/work/claim/{harbour.claim}"
        done = save(harbour.mara, address, text="Flask-Admin is what ships wait for")
        assert done.status_code == 422 and "names “Flask-Admin”, which the quoted words do not" in done.text
        assert "Flask-Admin is what ships wait for" in done.text
        done = save(harbour.mara, address, text="Flask-Admin is what ships wait for", evidence="opinion")
        assert done.status_code == 303

    def test_a_rating_is_an_opinion_and_asks_for_no_source(self, harbour: Harbour) -> None:
        address = "/comparison/work/rating/flask.memory"
        page = harbour.mara.get(address).text
        assert 'name="evidence"' not in page and 'name="source-0-key"' not in page
        done = save(harbour.mara, address, reason=f"Judged anew {harbour.name[-9:]}")
        assert done.status_code == 303
        cell = re.search(rf"Judged anew {harbour.name[-9:]}.{{0,120}}", harbour.page("/comparison/flask"), re.S)
        assert cell and "Opinion" in cell[0] and 'class="ref"' not in cell[0]


def test_every_page_says_what_it_was_checked_against(client: FlaskClient) -> None:
    for address in ("/", "/article/", "/comparison/", "/comparison/django", "/questionnaire/", "/docs/"):
        foot = client.get(address).text.partition("<footer")[2]
        assert re.search(r">Checked against</a> Django \d+\.\d+(\.\d+)?.*Flask \d.*FastAPI \d", foot), address


def test_the_page_of_evidence_counts_what_the_claims_rest_on(client: FlaskClient) -> None:
    text = client.get("/comparison/evidence").text
    rows = re.findall(r'<tr><th scope="row"><a href="/comparison/(\w+)">.*?</tr>', text)
    assert sorted(set(rows)) == ["django", "fastapi", "flask", "none"] and len(rows) == 12
    assert re.findall("<td>(For|Against|Facts)</td>", text) == ["For", "Against", "Facts"] * 4
    assert "fwsite evidence verify" in text
    assert client.get("/sitemap.xml").text.count("/comparison/evidence<") == 1


def test_a_source_need_not_say_whose_words_it_has(harbour: Harbour) -> None:
    given = {"title": "A page", "url": f"https://example.org/page-{harbour.name}", "read_on": "2026-11-30"}
    done = save(harbour.mara, "/comparison/work/source/add", **given)
    assert done.status_code == 303
    done = save(harbour.mara, done.location.partition("?")[0], title="A page, anew")
    assert done.status_code == 303 and "A page, anew" in harbour.mara.get(done.location).text

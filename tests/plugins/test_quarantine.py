"""The quarantine: whatever is wrong with an extension costs nothing but itself, and one line says what to do.

Each package in ``tests/broken`` is wrong in one way; all are installed at once. What one of them does could hide what
another does only where both are at one place, and there each is seen: slots, transforms and events are called one by
one and each is named in the log, migrations run one by one and each has its line. Those that hook or replace something
for every page are left out before they can hide anything. A transaction that is spoiled is mended by whatever is
rolled back next, so after ``slot_poisons`` in the head of a page comes the query of ``neighbour`` in its header.
``neighbour`` has no fault, and has to work beside all of them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPErrorProcessor, Request, build_opener

import pytest
from markupsafe import escape

from tests.support import served
from tests.support.environments import Environment
from tests.support.forms import inputs
from tests.support.paths import ROOT
from tests.support.postgres import Cluster

BROKEN = ROOT / "tests" / "broken"
ARTICLE = "---\ntitle: Mine\n---\n\n::show[a]\n\n::forget[b]\n\n::note[kept]\n"
SETTINGS = 'SETTING_VALUE_SHOWN = 99\nSETTING_CHECK_PARTS = 0\nSITE_URL = "http://ledger.example"\n'
_BUILD = """
import os, sys
from hatchling.build import build_wheel

for folder in sys.argv[2:]:
    os.chdir(folder)
    build_wheel(sys.argv[1])
"""
"""hatchling, as pip calls it, but for all packages in one process: a process for each takes longer than all tests."""

FAILED: dict[str, tuple[str, ...]] = {
    # Imports. The place is a file with its line.
    "fwsite-raises-at-import": ("import: RuntimeError: the first line the second line (", "import.py:3)", "upgrade"),
    "fwsite-syntax-error": ("import: SyntaxError: ", "fwsite_syntax_error.py:3)", "upgrade fwsite-syntax-error"),
    "fwsite-exits-at-import": ("import: SystemExit: nothing to do", "import.py:5)", "uninstall it"),
    "fwsite-needs-a-package": ("import: ModuleNotFoundError", "install the package that has the module no_such_p"),
    "fwsite-needs-newer-names": ("import: ImportError: ", "another version of fwsite; upgrade fwsite, or"),
    "fwsite-has-newer-fields": ("import: TypeError: ", "'widgets'", "another version of fwsite; upgrade fwsite, or"),
    "fwsite-a-borrower": ("import: RuntimeError: cannot use neighbour_visit", "fwsite_a_borrower.py:5)", "upgrade"),
    "fwsite-leads-elsewhere": ("import: the entry point leads to <function make", "let it lead to"),
    "fwsite-leads-nowhere": ("import: AttributeError: ", "'extention'", "upgrade fwsite-leads-nowhere"),
    "fwsite_half_removed": ("import: ModuleNotFoundError: No module named 'fwsite_half_removed'", "install"),
    "fwsite-site-base": ("import: TypeError: Entry must not be a model of the site", "base.py:8)", "of its own"),
    "fwsite-extends-table": ("import: TypeError: the table user must not get", "a table of your own", "table.py:14)"),
    "fwsite-extends-model": ("import: TypeError: User.nickname must not be", "a model of your own", "model.py:9)"),
    "fwsite-relates-model": ("import: TypeError: User.notes must not be", "a model of your own", "model.py:23)"),
    "fwsite-listens-to-engine": ("import: TypeError: must not listen to connect", "engine.py:10)", "models of its own"),
    "fwsite-listens-to-flask": ("signals: listens to request-started", "use the blueprint's own hooks"),
    # Versions and names.
    "fwsite-api-too-old": ("api: written for version 0", "upgrade the extension"),
    "fwsite-api-too-new": ("api: written for version 2", "upgrade fwsite"),
    "fwsite-twice-again": ("name: another installed extension has it already", "uninstall one of the two"),
    "fwsite-another-article": ("name: another installed extension has it already", "uninstall one of the two"),
    "fwsite-article-extra": ("name: ", "those of article", "rename it"),
    "fwsite-static": ("name: must be", "none of", "static"),
    "fwsite-user": ("name: must be", "none of", "user"),
    "fwsite-long-name": ("name: must be", "at most 40"),
    "fwsite-misnamed": ("name: the entry point is called 'misnamed' and the extension 'renamed'", "use one name"),
    # What it needs.
    "fwsite-waits-for-none": ("after: there is no extension 'no_such_extension'", "install it"),
    "fwsite-waits-for-failed": ("after: the extension 'stray_template' has failed", "fix that one first"),
    "fwsite-circle-one": ("after: goes round in a circle: circle_one -> circle_two -> circle_one", "must not wait"),
    "fwsite-circle-two": ("after: goes round in a circle: circle_one -> circle_two -> circle_one", "must not wait"),
    # Types.
    "fwsite-generator-for-nav": ("nav: must be a tuple of NavItem, and is <generator",),
    "fwsite-text-for-tuple": ("after: must be a tuple of str, and is 'article'",),
    "fwsite-none-for-slots": ("slots: must give a function for each name, and is None",),
    "fwsite-number-for-folder": ("migrations: must be the path of a folder, and is 1",),
    "fwsite-number-for-label": ("columns: number_for_label_x: label must be a line of text, and is 7",),
    "fwsite-later-for-events": ("events: must be plain functions",),
    "fwsite-unknown-slot": ("slots: there is no slot article.foter", "did you mean article.footer?"),
    "fwsite-question-keys": ('question_sets: questions.toml: the key "team" must begin with question-keys-',),
    # Settings.
    "fwsite-setting-prefix": ("settings: SITE_TITLE must begin with SETTING_PREFIX_",),
    "fwsite-setting-check": (
        "settings: SETTING_CHECK_PARTS (",
        "config.toml)",
        "ZeroDivisionError",
        "or upgrade fwsite-setting-check",
    ),
    "fwsite-setting-value": (
        "settings: SETTING_VALUE_SHOWN is 99 (",
        "from 1 to 9",
        "or remove it",
    ),
    "fwsite-session": ("settings: SESSION_COOKIE_DOMAIN", "choose another name"),
    # Tables and models.
    "fwsite-table-prefix": ("model_base: table entry must begin with table_prefix_",),
    "fwsite-borrows-tag": ("the cache tag of borrows_tag_entry must be its own",),
    "fwsite-plain-table": ("model_base: table pairs must begin with plain_table_",),
    "fwsite-reuses-base": ("model_base: table neighbour_visit must begin with reuses_base_",),
    "fwsite-site-model-base": ("model_base: must be a class of your own",),
    "fwsite-own-metadata": ("model_base: must have the site's metadata: metadata = fwsite.extend.metadata",),
    "fwsite-foreign-key": ("model_base: foreign_key_entry.visit_id refers to neighbour_visit", "in after"),
    "fwsite-keeps-rows": ("model_base: keeps_rows_entry.visit_id refers to neighbour_visit", 'add ondelete="CASCADE"'),
    "fwsite-broken-mapper": ("model_base: fix the models", "'Author'"),
    "fwsite-backref": ("model_base: fix the models", "Entry.user", "on User", "leave out backref"),
    "fwsite-backref-in-use": ("model_base: fix the models", "Entry.user", "on User", "leave out backref"),
    # Addresses, endpoints, names that others have.
    "fwsite-a-feed": ("root_urls: /feed.xml is an address of article", "choose another"),
    "fwsite-steals-css": ("root_urls: /static/site.css is an address of the site itself", "choose another"),
    "fwsite-steals-address": ("blueprint: takes the address /comparison/", "begin with /steals_address/"),
    "fwsite-steals-endpoint": ("blueprint: takes the endpoint article.home", "begin with steals_endpoint."),
    "fwsite-steals-directive": ("directives: note is one of article", "rename it"),
    "fwsite-steals-file": ("content_files: questionnaire.toml is beside", "of questionnaire", "choose another name"),
    "fwsite-steals-format": ("exports: csv is a format of comparison", "choose another"),
    "fwsite-other-blueprint": ("blueprint: is called 'pages'", "give it the extension's name"),
    "fwsite-takes-serve": ("commands: fwsite serve ", "of the site itself", "rename it"),
    "fwsite-takes-content": ("commands: fwsite content ", "rename it"),
    "fwsite-takes-import": ("commands: fwsite content import ", "of the site itself", "rename it"),
    "fwsite-takes-expire": ("commands: fwsite answers expire ", "of questionnaire", "rename it"),
    "fwsite-joins-db": ("commands: fwsite db fill ", "of the site itself", "rename it"),
    "fwsite-nameless-command": ("commands: one has no name", "give it one"),
    # What all pages share.
    "fwsite-hooks-every-page": ("blueprint: before_app_request reaches all pages", "use the blueprint's own hooks"),
    "fwsite-handles-every-fault": ("blueprint: app_errorhandler reaches all pages", "use the blueprint's own hooks"),
    "fwsite-bad-converter": ("blueprint: cannot be mounted: ", "'slug'", "fix its routes"),
    "fwsite-own-converter": ("blueprint: changes app.url_map.converters", "check arguments in the view"),
    "fwsite-needs-the-application": ("blueprint: cannot be mounted: ", "application.py:14)", "fix its routes"),
    "fwsite-changes-config": ("blueprint: changes app.config", "leave it as it is"),
    "fwsite-stray-template": ("templates: base.html is outside", "move it to stray_template/base.html"),
    "fwsite-replaces-filter": ("blueprint: replaces join in the templates' filters", "begin with replaces_filter_"),
    "fwsite-stricter-templates": ("blueprint: changes app.jinja_env.undefined", "leave it as it is"),
    "fwsite-nav-with-arguments": ("nav: Broken entry: the page nav_with_arguments.show takes", "name another"),
    "fwsite-nav-to-nowhere": ("nav: Broken entry: there is no endpoint 'nav_to_nowhere.index'", "name one of"),
}
"""Left out from the start: what the reason says."""

PENDING: dict[str, tuple[str, ...]] = {
    "fwsite-failing-migration": ("no_such_table", "0001_fails.py:12)"),
    "fwsite-no-python-migration": ("SyntaxError", "0001_syntax.py:3)"),
    "fwsite-exits-in-migration": ("SystemExit: nothing to do", "0001_exits.py:8)"),
    "fwsite-two-heads": ("multiple heads",),
    "fwsite-makes-a-table": ("makes the table pages, which is not its own (", "0001_makes.py:11)"),
    "fwsite-drops-a-table": ("drops the table neighbour_visit, which is not its own (", "0001_drops.py:10)"),
    "fwsite-alters-a-table": ("changes the table user, which is not its own (", "0001_alters.py:11)"),
    "fwsite-indexes-a-table": ("changes the table user, which is not its own (", "0001_indexes.py:10)"),
    "fwsite-deletes-rows": ("writes into the table comparison_rating, which is not its own (", "0001_deletes.py:10)"),
    "fwsite-session-in-migration": ("uses db.session", "use op.get_bind()", "0001_session.py:12)"),
    "fwsite-commits-in-migration": ("ends the transaction that it runs in", "0001_commits.py:11)"),
}
"""Left out until their migrations run: what the reason says."""

RUNNING: dict[str, tuple[str, ...]] = {
    "slot_raises": ("slot site.header failed: RuntimeError: the slot (", "slot_raises.py:9)"),
    "slot_exits": ("slot site.head failed: SystemExit: nothing to show (", "slot_exits.py:11)"),
    "slot_cancelled": ("slot site.header failed: CancelledError (", "slot_cancelled.py:11)"),
    "slot_changes_response": ("slot site.header, after the request, failed: TypeError: gives None instead of",),
    "slot_without_return": ("slot site.header failed: TypeError: gives None instead of Markup",),
    "slot_of_bytes": ("slot site.header failed: UnicodeEncodeError",),
    "slot_fails_in_sql": ("slot comparison.framework failed: ", "no_such_table", "slot_fails_in_sql.py:10)"),
    "slot_unsaved": ("slot comparison.criterion leaves changes without a commit",),
    "slot_in_itself": ("slot site.header failed: RecursionError: slot site.header calls itself",),
    "directive_raises": ("directive show failed: IndexError: ", "directive_raises.py:9)"),
    "directive_without_return": ("directive forget failed: TypeError: gives None instead of Markup",),
    "event_raises": ("event questionnaire.answer_stored failed: RuntimeError: the event (", "event_raises.py:7)"),
    "transform_raises": ("transform article.text failed: RuntimeError: the transform (", "transform_raises.py:9)"),
    "transform_without_return": ("transform article.text failed: TypeError: gives None instead of Markup",),
    "transform_to_text": ("transform article.text failed: TypeError: gives ", "instead of Markup"),
    "nav_raises": ("navigation entry Broken entry failed: KeyError: 'no such key' (", "nav_raises.py:14)"),
    "column_raises": ("column column_raises_x failed: IndexError: ", "column_raises.py:7)"),
    "column_of_nonsense": ("column column_of_nonsense_x failed: TypeError: gives ", "instead of an Evidence"),
    "export_raises": ("export raises failed: RuntimeError: the export (", "export_raises.py:7)"),
    "export_of_nothing": ("export nothing failed: TypeError: gives None instead of text",),
    "sitemap_raises": ("sitemap failed: RuntimeError: the sitemap (", "sitemap_raises.py:10)"),
    "sitemap_of_texts": ("sitemap failed: TypeError: gives '/nonsense' instead of a SitemapEntry",),
    "sitemap_of_nonsense": ("sitemap failed: TypeError: gives 'yesterday' instead of a date",),
    "load_fails": ("load_content failed: IntegrityError: ", "load_fails.py:18)"),
    "load_exits": ("load_content failed: SystemExit: 3 (", "load_exits.py:7)"),
}
"""Active, with something that fails while the site runs: what the log says."""
QUIET = ("slot_poisons", "slot_closes_session", "session_of_sets", "event_poisons", "event_emits", "command_raises")
QUIET += ("check_raises", "texts_raise", "texts_of_nonsense", "template_error", "view_exits", "twice", "neighbour")
QUIET += ("prints_at_import", "unlayered_css")
"""Active, and either without a fault or with one that shows elsewhere."""
NEXT_STEP = "; correct or upgrade it, or name it in EXTENSIONS_DISABLED"


BUILTIN = tuple("about account article comparison docs extensions measure metrics questionnaire search team".split())
TELL_OF_EXTENSIONS = ("/account/", "/extensions/")
"""Pages that tell people who maintain what is installed."""
ADDED = re.compile(
    r"eighbour|/template_error/|^A broken page$|data\.(raises|nothing)|^(Raises|Nothing|,|·|and|or)$"
    r"|^</?(a|li|p|url|loc)>$"
    r'|^<p class="panel a" role="status">$|^Not everything can be searched at the moment'
)
"""What active packages add to pages of the site, with the tags around it."""
Listed = tuple[str, str, str]
"""Name, state and reason."""


def name_of(package: str) -> str:
    return package.removeprefix("fwsite-").replace("-", "_")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """All of them installed, and one that somebody has half uninstalled."""
    folder = tmp_path_factory.mktemp("broken")
    made = Environment(folder / "venv")
    wheels = folder / "wheels"
    wheels.mkdir()
    made.run(str(made.python), "-c", _BUILD, str(wheels), *map(str, sorted(BROKEN.iterdir())), cwd=folder)
    made.run("pip", "install", "--quiet", "--no-compile", *map(str, sorted(wheels.iterdir())), cwd=folder)
    half = made.packages / "fwsite_half_removed-1.0.dist-info"
    half.mkdir()
    (half / "entry_points.txt").write_text("[fwsite.extensions]\nhalf_removed = fwsite_half_removed:extension\n")
    return made


@dataclass
class Host:
    """An instance folder, and what its host does with it; with a database of its own, or one on a server."""

    environment: Environment
    instance: Path
    database: str = ""

    def run(self, *command: str, **settings: str) -> CompletedProcess[str]:
        """A command of ``fwsite``."""
        return self._run("fwsite", "--instance", str(self.instance), *command, **settings)

    def visits(self, *addresses: str, **settings: str) -> dict[str, Any]:
        """What all pages of the site answer, and those at ``addresses``."""
        done = self._run("python", "-m", "tests.support.visiting", str(self.instance), *addresses, **settings)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _run(self, *command: str, **settings: str) -> CompletedProcess[str]:
        given = {"DATABASE_URL": self.database, **settings} if self.database else settings
        environ = {f"FWSITE_{name}": value for name, value in given.items()}
        return self.environment.run(*command, cwd=ROOT, check=False, **environ)

    def listed(self, **settings: str) -> dict[str, Listed]:
        """Name, state and reason by package, each from its one line; what is built in goes by its name."""
        done = self.run("extensions", "list", **settings)
        assert done.returncode == 0, done.stderr
        found = {}
        for line in done.stdout.splitlines():
            match = re.fullmatch(r"(\S+) +(\S+) +(\S+) +\[([^]]+)\](?: (.+))?", line)
            assert match, line
            package = match[1] if match[4] == "built in" else match[4]
            assert package not in found, f"{package} has two lines"
            found[package] = match[1], match[3], match[5] or ""
        return found


@dataclass
class Site:
    """A site that worked, after its host has installed everything: pages without all that, the upgrade, the list."""

    host: Host
    safe: dict[str, Any]
    upgrade: CompletedProcess[str]
    listed: dict[str, Listed]


def upgraded(host: Host) -> Site:
    (host.instance / "articles" / "mine.md").write_text(ARTICLE)
    (host.instance / "config.toml").write_text(SETTINGS)
    safe = host.visits("/neighbour/", EXTENSIONS="builtin")
    return Site(host, safe, host.run("db", "upgrade"), host.listed())


@dataclass
class Before:
    """After everything was installed, and before the upgrade."""

    listed: dict[str, Listed]
    pages: dict[str, Any]


@pytest.fixture(scope="module")
def early(environment: Environment, filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """A host whose site is on SQLite, before the upgrade."""
    return Host(environment, Path(shutil.copytree(filled_instance, tmp_path_factory.mktemp("site") / "instance")))


@pytest.fixture(scope="module")
def before(early: Host) -> Before:
    return Before(early.listed(), early.visits("/neighbour/", "/waits_for_pending/"))


@pytest.fixture(scope="module")
def sqlite_site(early: Host, before: Before) -> Site:
    """``before`` looks at it first."""
    return upgraded(early)


@pytest.fixture(scope="module")
def host(sqlite_site: Site) -> Host:
    """The host of that site."""
    return sqlite_site.host


@pytest.fixture(scope="module")
def postgresql_site(environment: Environment, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Site:
    host = Host(environment, tmp_path_factory.mktemp("site") / "instance", postgres.new_database())
    assert host.run("db", "upgrade", EXTENSIONS="builtin").returncode == 0
    return upgraded(host)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Site:
    """The same on both databases; on PostgreSQL one failed statement spoils all that follow in its transaction."""
    found: Site = request.getfixturevalue(f"{request.param}_site")
    return found


def parts(page: str) -> Counter[str]:
    """Tags and texts of a page, without what is another one each time."""
    page = re.sub(r'name="(csrf_token|submission)"[^>]+', "", page)
    return Counter(part.strip() for part in re.findall(r"<[^>]+>|[^<]+", page) if part.strip())


def assert_usual(found: dict[str, Any], usual: dict[str, Any]) -> None:
    """Every page of the site's own has the status that it has without extensions, and everything that stands on it.

    What is there besides comes from extensions that are active, and from such parts of them as work.
    """
    assert found["pages"].keys() == usual["pages"].keys()
    for address, (status, page) in usual["pages"].items():
        assert found["pages"][address][0] == status, address
        if address not in TELL_OF_EXTENSIONS:
            now, before = parts(found["pages"][address][1]), parts(page)
            assert before - now == Counter(), address
            assert [part for part in now - before if not ADDED.search(part)] == [], address


def said(lines: list[str], start: str) -> list[str]:
    return [line for line in lines if line.startswith(start)]


def test_before_the_upgrade_what_has_tables_is_pending_and_the_site_works(before: Before, sqlite_site: Site) -> None:
    assert before.pages["others"]["/neighbour/"][0] == 503
    assert before.pages["others"]["/waits_for_pending/"][0] == 503
    assert {status for status, _ in before.pages["pages"].values()} == {200, 302, 404}
    name, state, reason = before.listed["fwsite-neighbour"]
    assert (name, state) == ("neighbour", "pending")
    assert reason.startswith("migration: has no tables yet; needs neighbour_0001; ")
    assert reason.endswith(" db upgrade") and "; run: fwsite " in reason


class TestOnBothDatabases:
    def test_the_upgrade_does_what_can_be_done_and_names_what_cannot(self, site: Site) -> None:
        lines = site.upgrade.stdout.splitlines()
        assert site.upgrade.returncode == 1
        assert "Traceback" not in site.upgrade.stdout
        assert lines[-1].startswith("Not everything could be brought up to date; see: fwsite ")
        assert lines[-1].endswith(" extensions list")
        assert said(lines, "schema neighbour: ") == ["schema neighbour: new -> neighbour_0001"]
        for package, words in PENDING.items():
            [line] = said(lines, f"schema {name_of(package)}: failed: ")
            assert all(word in line for word in words)
            assert line.endswith("; it stays as it was")
        assert len(said(lines, "schema ")) == len(PENDING) + 1
        [fails] = said(lines, "content load_fails: failed: IntegrityError: ")
        [exits] = said(lines, "content load_exits: failed: SystemExit: 3 (")
        assert fails.endswith(NEXT_STEP)
        assert exits.endswith(NEXT_STEP)
        assert len(said(lines, "content comparison: ")) == len(said(lines, "content questionnaire: ")) == 1

    def test_the_list_has_a_line_for_each_with_place_and_next_step(self, site: Site) -> None:
        listed = dict(site.listed)
        for name in BUILTIN:
            assert listed.pop(name) == (name, "active", "")
        for package, words in FAILED.items():
            _, state, reason = listed.pop(package)
            assert state == "failed"
            assert all(word in reason for word in words), reason
        for package, words in PENDING.items():
            _, state, reason = listed.pop(package)
            assert state == "pending"
            assert reason.startswith("migration: ")
            assert all(word in reason for word in words), reason
            assert re.search(rf"; upgrade or uninstall {re.escape(package)}, then run: fwsite .*db upgrade$", reason)
        waits = listed.pop("fwsite-waits-for-pending")
        assert waits[1] == "pending"
        assert waits[2] == "after: waits for the extension failing_migration, which is pending; fix that one first"
        assert {name: (state, reason) for name, state, reason in listed.values()} == dict.fromkeys(
            (*RUNNING, *QUIET), ("active", "")
        )

    def test_every_page_of_the_site_is_as_usual(self, site: Site) -> None:
        found = site.host.visits("/neighbour/")
        assert_usual(found, site.safe)
        assert found["others"]["/neighbour/"] == [200, "visits: 0"]
        home = found["pages"]["/"][1]
        assert '<a href="/neighbour/">Neighbour</a>' in home
        assert "<p>The neighbour counts 0</p>" in home
        assert "/neighbour/</loc>" in found["pages"]["/sitemap.xml"][1]
        article = found["pages"]["/article/mine"][1]
        assert '<div class="note" role="note">kept</div>' in article
        for package, words in FAILED.items():  # people who maintain read the same reasons
            assert escape(words[0]) in found["pages"]["/extensions/"][1], package


class _AsItIs(HTTPErrorProcessor):
    """Redirects and errors are answers like all others."""

    def http_response(self, _request: Request, response: Any) -> Any:
        return response


class Browser:
    """Asks a served site, keeps its cookies, and sends forms."""

    def __init__(self, url: str, cookie: str = "") -> None:
        self.url = url
        self.headers = {"Cookie": f"session={cookie}"} if cookie else {}
        self.opener = build_opener(_AsItIs, HTTPCookieProcessor())

    def open(self, address: str, form: Mapping[str, Any] | None = None) -> tuple[int, str, str]:
        """Status, text, and where a redirect leads."""
        data = urlencode(form, doseq=True).encode() if form is not None else None
        with self.opener.open(Request(self.url + address, data, self.headers), timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers.get("Location", "")


@dataclass
class Running:
    """The process, and browsers of a visitor and of an admin."""

    browser: Browser
    admin: Browser
    process: served.Site

    def log(self) -> list[str]:
        """Its lines so far."""
        return self.process.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def running(sqlite_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """``fwsite serve`` on it; it tries to upgrade what is pending, too."""
    host = sqlite_site.host
    process = served.Site(host.instance, tmp_path_factory.mktemp("served") / "log", host.environment)
    process.start()
    yield Running(Browser(process.url), Browser(process.url, sqlite_site.safe["cookie"]), process)
    process.stop()


class TestServed:
    def test_every_page_of_the_site_is_as_usual(self, running: Running, sqlite_site: Site) -> None:
        found = {}
        for address in sqlite_site.safe["pages"]:
            status, page, _ = running.browser.open(address)
            if status in (302, 403):
                status, page, _ = running.admin.open(address)
            found[address] = status, page
        assert_usual({"pages": found}, sqlite_site.safe)

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/neighbour/", 200),
            ("/load_fails/", 200),
            ("/nav_raises/", 200),
            ("/template_error/", 500),
            ("/view_exits/", 500),
            ("/comparison/data.raises", 500),
            ("/comparison/data.nothing", 500),
            ("/failing_migration/", 503),
            ("/waits_for_pending/", 503),
            *((f"/{name}/", 404) for name in ("bad_converter", "hooks_every_page", "steals_address", "syntax_error")),
        ],
    )
    def test_a_page_of_theirs_answers_for_itself(self, running: Running, address: str, status: int) -> None:
        assert running.browser.open(address)[0] == status

    def test_answers_are_stored_whatever_listens(self, running: Running) -> None:
        page = running.browser.open("/questionnaire/")[1]
        nothing = running.browser.open("/questionnaire/", inputs(page))
        assert (nothing[0], "Where to begin" in nothing[1]) == (200, True)
        questions = json.loads(running.browser.open("/questionnaire/definition.json")[1])["questions"]
        first = {f"q-{question['key']}": question["options"][0]["key"] for question in questions}
        status, _, address = running.browser.open("/questionnaire/", {**inputs(page), **first})
        assert status == 303
        assert running.browser.open(address)[0] == 200

    def test_the_log_names_each_with_place_and_next_step(self, running: Running) -> None:
        """Whatever failed until now; the tests before this one have been everywhere."""
        lines = [line.partition(": ")[2] for line in running.log()]
        for package, words in FAILED.items():
            [line] = [line for line in lines if line.startswith("extension ") and f" ({package} " in line]
            assert " is left out: " in line
            assert all(word in line for word in words)
        for name, words in RUNNING.items():
            assert [
                line
                for line in said(lines, f"extension {name}: ")
                if all(word in line for word in words) and line.endswith(NEXT_STEP)
            ], name
        assert "session: 'seen' is of a type that no cookie can hold, and was left out" in lines
        for name in ("template_error", "view_exits"):
            assert f"extension {name}: GET '/{name}/' failed" in lines


class TestCommands:
    def test_one_that_raises_is_named_in_one_line(self, host: Host) -> None:
        for command, words in (("fail", "the command"), ("content spoil", "the command in the group")):
            done = host.run(*command.split())
            assert done.returncode == 1
            line = done.stderr.splitlines()[-1]
            assert line.startswith(
                f"Error: extension command_raises: command {command} failed: RuntimeError: {words} ("
            )
            assert line.endswith(NEXT_STEP)
            assert "Traceback" not in done.stderr

    def test_the_check_of_content_names_what_cannot_be_checked(self, host: Host) -> None:
        done = host.run("content", "check")
        assert done.returncode == 1
        article = host.instance / "articles" / "mine.md"
        assert (
            f"{article}:5: ::show: failed in extension directive_raises: IndexError: tuple index out of range"
            in done.stdout
        )
        assert "extension check_raises: its check failed; see the log" in done.stdout
        assert len(done.stdout.splitlines()) == 3 + 1 and done.stdout.endswith("3 errors, 0 notes.\n")

    def test_a_second_look_in_one_process_finds_the_same(self, host: Host) -> None:
        done = host.run("extensions", "check", "listens_to_flask")
        assert (done.returncode, done.stdout.count("FAILED  listens_to_flask is failed: signals: ")) == (1, 1)

    def test_purging_a_broken_package_takes_no_table_of_the_site(self, host: Host) -> None:
        assert host.run("extensions", "purge", "user", "--yes").stdout == "user has no tables here. Nothing to do.\n"

    def test_safe_mode_has_the_sites_own_parts_alone(self, host: Host, sqlite_site: Site) -> None:
        assert sqlite_site.safe["imported"] == []
        assert sqlite_site.safe["others"]["/neighbour/"][0] == 404
        lines = host.run("extensions", "list", EXTENSIONS="builtin").stdout.splitlines()
        assert [line.split()[:3:2] for line in lines[:-1]] == [[name, "active"] for name in sorted(BUILTIN)]
        assert lines[-1].startswith("Safe mode (EXTENSIONS is builtin): these are not even looked at: ")
        assert ", neighbour, " in lines[-1]
        assert host.run("db", "upgrade", EXTENSIONS="builtin").returncode == 0

    def test_strict_mode_refuses_with_every_reason(self, host: Host) -> None:
        done = host.run("db", "status", EXTENSIONS_STRICT="true")
        assert (done.returncode, done.stdout) == (1, "")
        lines = [line.removeprefix("Error: ") for line in done.stderr.splitlines() if " is left out: " not in line]
        reasons = said(lines, "extension ")
        assert len(reasons) == len(FAILED)
        for words in FAILED.values():
            assert [line for line in reasons if all(word in line for word in words)]

    def test_what_is_required_has_to_work(self, host: Host) -> None:
        done = host.run("db", "status", EXTENSIONS_REQUIRED="neighbour,syntax_error,nowhere")
        assert done.returncode == 1
        lines = done.stderr.splitlines()[-2:]
        assert lines[0].startswith(
            "Error: extension 'syntax_error' is required (EXTENSIONS_REQUIRED): import: SyntaxError"
        )
        assert lines[1] == "extension 'nowhere' is required (EXTENSIONS_REQUIRED): it is not installed"
        done = host.run("serve", EXTENSIONS_REQUIRED="failing_migration", PORT=str(served.free_port()))
        assert done.returncode == 1
        assert "extension 'failing_migration' is required (EXTENSIONS_REQUIRED): migration: " in done.stderr

    def test_what_is_disabled_is_not_even_imported_and_what_the_host_moves_goes_first(self, host: Host) -> None:
        listed = host.listed(EXTENSIONS_DISABLED="syntax_error,slot_raises", EXTENSIONS_PREFIXES="article=/neighbour")
        for package in ("fwsite-syntax-error", "fwsite-slot-raises"):
            assert listed[package][1:] == ("disabled", "by the setting EXTENSIONS_DISABLED")
        assert listed["article"][1] == "active"
        assert listed["fwsite-neighbour"][1] == "failed"
        assert listed["fwsite-neighbour"][2].startswith(
            "prefix: /neighbour is within /neighbour of the extension article"
        )

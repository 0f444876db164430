"""Settings: every one from every source, and errors that a host can act on."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from fwsite.config import SETTINGS
from fwsite.extend import Setting
from fwsite.plugins.loader import load_extensions
from fwsite.settings import SettingsError, read_settings
from tests.support.command import Command
from tests.support.site import create_app

EVERY = (*SETTINGS, *(setting for extension in load_extensions().extensions for setting in extension.settings))
NAMES = [setting.name for setting in EVERY]
FLAG = Setting(name="FLAG", type=bool, default=False, help="For the tests: no setting is a flag yet.")
COUNT = Setting(name="COUNT", type=int, default=0, help="For the tests: without an upper bound.", minimum=0)
ANY_COUNT = Setting(name="ANY_COUNT", type=int, default=0, help="For the tests: without bounds.")

# name -> (default, text in the environment, TOML, the value that both give)
GOOD: dict[str, tuple[Any, str, str, Any]] = {
    "SITE_TITLE": ("Backend Ledger", "Ledger – 2", '"Ledger – 2"', "Ledger – 2"),
    "SITE_STRAPLINE": ("every claim shows its evidence.", "well said", '"well said"', "well said"),
    "SITE_EDITORS": ("", "Ada and Ben", '"Ada and Ben"', "Ada and Ben"),
    "SITE_LEGAL": ((), "Imprint=/own/imprint,", '["Imprint=/own/imprint"]', ("Imprint=/own/imprint",)),
    "SITE_URL": ("", "https://ledger.example.org", '"https://ledger.example.org"', "https://ledger.example.org"),
    "TRUSTED_HOSTS": ((), "a.example, .b.example,", '["a.example", ".b.example"]', ("a.example", ".b.example")),
    "SECRET_KEY": ("", "k" * 32, f'"{"k" * 32}"', "k" * 32),
    "DATABASE_URL": ("", "sqlite:////srv/l.db", '"sqlite:////srv/l.db"', "sqlite:////srv/l.db"),
    "HOST": ("127.0.0.1", "::1", '"::1"', "::1"),
    "PORT": (8000, "8080", "8080", 8080),
    "PROCESSES": (1, "2", "2", 2),
    "THREADS": (8, "2", "2", 2),
    "CONNECTION_LIMIT": (1000, "200", "200", 200),
    "DRAIN_SECONDS": (30, "5", "5", 5),
    "TRUSTED_PROXIES": ((), "unix, ::1, 10.0.0.0/8", '["unix", "::1", "10.0.0.0/8"]', ("unix", "::1", "10.0.0.0/8")),
    "TRUSTED_PROXY_COUNT": (1, "2", "2", 2),
    "LOG_FORMAT": ("plain", "json", '"json"', "json"),
    "LOG_ACCESS": (False, "on", "true", True),
    "LOG_ADDRESSES": (False, "on", "true", True),
    "MAX_BODY_BYTES": (262_144, "16384", "16_384", 16_384),
    "PAGE_CACHE_BYTES": (16_777_216, "0", "0", 0),
    "THROTTLE_URL": ("", "", '""', ""),
    "ACCOUNT_SESSION_HOURS": (168, "24", "24", 24),
    "COMPARISON_STALE_DAYS": (365, "90", "90", 90),
    "METRICS_TOKEN": ("", "t" * 16, f'"{"t" * 16}"', "t" * 16),
    "QUESTIONNAIRE_KEEP_DAYS": (730, "90", "90", 90),
    "TEAM_KEEP_DAYS": (90, "30", "30", 30),
    "QUESTIONNAIRE_ANSWERS_PER_ADDRESS": (1000, "0", "0", 0),
    "EXTENSIONS": ("all", "builtin", '"builtin"', "builtin"),
    "EXTENSIONS_DISABLED": ((), "notes, search", '["notes", "search"]', ("notes", "search")),
    "EXTENSIONS_REQUIRED": ((), "notes", '["notes"]', ("notes",)),
    "EXTENSIONS_STRICT": (False, "yes", "true", True),
    "EXTENSIONS_PREFIXES": (
        (),
        "notes=/n, search=/our/s",
        '["notes=/n", "search=/our/s"]',
        ("notes=/n", "search=/our/s"),
    ),
    "ARTICLE_LEAD": ("django-pros-and-cons", "mine", '"mine"', "mine"),
    "ARTICLE_QUESTION": ("Which backend framework should I pick?", "Why?", '"Why?"', "Why?"),
    "ABOUT_CONTACT": ("", "/own/contact", '"/own/contact"', "/own/contact"),
    "ABOUT_MONEY": ("", "Nobody pays.", '"Nobody pays."', "Nobody pays."),
}


def read(
    folder: Path,
    toml: str | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    settings: tuple[Setting, ...] = EVERY,
) -> dict[str, Any]:
    file = folder / "config.toml"
    if toml is not None:
        file.write_text(toml, encoding="utf-8")
    return read_settings(settings, file, environ or {}, overrides)


def refused(*args: Any, **kwargs: Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(*args, **kwargs)
    return str(caught.value).splitlines()


def test_the_table_of_this_test_has_every_setting() -> None:
    assert sorted(GOOD) == sorted(NAMES)


def test_every_setting_has_a_name_of_its_own_and_says_what_it_is_for() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert [setting.name for setting in EVERY if not setting.help.endswith(".")] == []
    assert all(setting.name == setting.name.upper() for setting in EVERY)


@pytest.mark.parametrize("setting", EVERY, ids=NAMES)
class TestEachSetting:
    def test_has_a_default_of_its_own_type_that_passes_its_own_check(self, setting: Setting, tmp_path: Path) -> None:
        assert type(setting.default) is setting.type
        assert setting.checked(setting.default) == setting.default
        assert read(tmp_path)[setting.name] == GOOD[setting.name][0]

    def test_can_be_given_in_the_environment(self, setting: Setting, tmp_path: Path) -> None:
        _, text, _, value = GOOD[setting.name]
        assert read(tmp_path, environ={f"FWSITE_{setting.name}": text})[setting.name] == value

    def test_can_be_given_in_the_file(self, setting: Setting, tmp_path: Path) -> None:
        _, _, toml, value = GOOD[setting.name]
        assert read(tmp_path, toml=f"{setting.name} = {toml}")[setting.name] == value

    def test_goes_argument_then_environment_then_file(self, setting: Setting, tmp_path: Path) -> None:
        default, text, toml, value = GOOD[setting.name]
        file = f"{setting.name} = {toml}"
        environ = {f"FWSITE_{setting.name}": text}
        assert read(tmp_path, file, environ, {setting.name: default})[setting.name] == default
        other = {int: "[]", str: "[]", bool: "[]", tuple: '"text"'}[setting.type]  # not even looked at
        assert read(tmp_path, f"{setting.name} = {other}", environ)[setting.name] == value

    def test_refuses_another_type_in_the_file(self, setting: Setting, tmp_path: Path) -> None:
        other = {int: '"8000"', str: "8000", bool: "1", tuple: '"text"'}[setting.type]
        [line] = refused(tmp_path, toml=f"{setting.name} = {other}")
        assert line.startswith(f"{setting.name} is ")
        assert str(tmp_path / "config.toml") in line


EMPTY = "must not be empty"
ADDRESS = "must be a URL without a path, such as https://ledger.example.org"
DATABASE = "must be a database URL such as sqlite:////var/lib/fwsite/ledger.sqlite3"
MEMORY = "must name a file: answers kept in memory would be lost"
PORT = "must have a port from 1 to 65535, or none"
HOST_NAME = "must have a host name of ASCII letters, digits, dots and dashes; write others as xn--…"
LEGAL = "must be like Imprint=/own/imprint or Privacy=https://…, and {} is not"
PROXIES = "must be addresses such as 127.0.0.1, networks such as 10.0.0.0/8, or unix, and 'nginx' is none"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("SITE_TITLE", " ", EMPTY),
        ("HOST", "", EMPTY),
        ("HOST", "unix:run/socket", "must have the socket file's whole path, such as unix:/run/fwsite/socket"),
        ("TRUSTED_PROXIES", "127.0.0.1, nginx", PROXIES),
        ("LOG_FORMAT", "xml", "must be plain, or json"),
        ("SITE_STRAPLINE", "two\nlines", "must be one line of at most 200 characters"),
        ("SITE_STRAPLINE", "x" * 201, "must be one line of at most 200 characters"),
        ("SITE_EDITORS", "two\nlines", "must be one line of at most 200 characters"),
        ("ARTICLE_QUESTION", "two\nlines", "must be one line of at most 120 characters"),
        ("ARTICLE_QUESTION", "x" * 121, "must be one line of at most 120 characters"),
        ("ABOUT_CONTACT", "javascript:alert(1)", "must be /own/contact, https://… or mailto:…"),
        ("ABOUT_CONTACT", "//evil.example", "must be /own/contact, https://… or mailto:…"),
        ("ABOUT_MONEY", "x" * 501, "must be one line of at most 500 characters"),
        ("SITE_LEGAL", "Imprint", LEGAL.format("'Imprint'")),
        ("SITE_LEGAL", "=/own/imprint", LEGAL.format("'=/own/imprint'")),
        ("SITE_LEGAL", "Imprint=//evil.example", LEGAL.format("'Imprint=//evil.example'")),
        ("SITE_LEGAL", "Imprint=/\\evil.example", LEGAL.format("'Imprint=/\\\\evil.example'")),
        ("SITE_LEGAL", "A=/a, B=javascript:alert(1)", LEGAL.format("'B=javascript:alert(1)'")),
        ("SITE_URL", "ledger.example.org", ADDRESS),
        ("SITE_URL", "ftp://ledger.example.org", ADDRESS),
        ("SITE_URL", "https://", ADDRESS),
        ("SITE_URL", "https://example.org/ledger", ADDRESS),
        ("SITE_URL", "https://example.org?page=1", ADDRESS),
        ("SITE_URL", "https://example.org/#top", ADDRESS),
        ("SITE_URL", "https://example.org?", ADDRESS),
        ("SITE_URL", "https://example.org/#", ADDRESS),
        ("SITE_URL", "https://exa mple.org", ADDRESS),
        ("SITE_URL", "https://example.org\\evil", ADDRESS),
        ("SITE_URL", "https://example.org:x", PORT),
        ("SITE_URL", "https://example.org:0", PORT),
        ("SITE_URL", "https://example.org:", PORT),
        ("SITE_URL", "https://example.org:65536", PORT),
        ("SITE_URL", "https://ex%41mple.org", HOST_NAME),
        ("SITE_URL", "https://bücher.example", HOST_NAME),
        ("SITE_URL", "https://-.example", HOST_NAME),
        ("DATABASE_URL", "ledger.sqlite3", DATABASE),
        ("DATABASE_URL", "nosuch://here/ledger", DATABASE),
        ("DATABASE_URL", "sqlite+nosuch:////ledger", DATABASE),
        ("DATABASE_URL", "sqlite://", MEMORY),
        ("DATABASE_URL", "sqlite:///:memory:", MEMORY),
        ("DATABASE_URL", "sqlite:///file::memory:?uri=true", MEMORY),
        ("DATABASE_URL", "sqlite:///file:ledger?mode=memory&uri=true", MEMORY),
        ("PORT", "http", "must be a whole number from 1 to 65535"),
        ("PORT", "", "must be a whole number from 1 to 65535"),
        ("PORT", "80.5", "must be a whole number from 1 to 65535"),
        ("PORT", "0", "must be a whole number from 1 to 65535"),
        ("PORT", "65536", "must be a whole number from 1 to 65535"),
        ("PORT", "9" * 5000, "must be a whole number from 1 to 65535"),
        ("THREADS", "-1", "must be a whole number from 1 to 256"),
        ("MAX_BODY_BYTES", "1", "must be a whole number from 16384 to 16777216"),
        ("EXTENSIONS", "none", "must be all, or builtin"),
        ("EXTENSIONS_PREFIXES", "notes", "must be like name=/path, and 'notes' is not"),
        ("EXTENSIONS_PREFIXES", "notes=/n,search=/s/", "must be like name=/path, and 'search=/s/' is not"),
        ("FLAG", "perhaps", "must be true or false"),
        ("COUNT", "-1", "must be a whole number of at least 0"),
        ("ANY_COUNT", "many", "must be a whole number"),
    ],
)
def test_a_bad_value_in_the_environment_is_named_with_value_source_and_what_is_expected(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    [line] = refused(tmp_path, environ={f"FWSITE_{name}": text}, settings=(*EVERY, FLAG, COUNT, ANY_COUNT))
    assert line == f"{name} is {text!r} (environment FWSITE_{name}): {expected}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PORT = true", "PORT is True ({file}): must be a whole number from 1 to 65535"),
        ("PORT = 0", "PORT is 0 ({file}): must be a whole number from 1 to 65535"),
        ('PORT = "8000"', "PORT is '8000' ({file}): must be a whole number from 1 to 65535"),
        ("SITE_TITLE = 1", 'SITE_TITLE is 1 ({file}): must be a text in "quotes"'),
        ('SITE_TITLE = ""', "SITE_TITLE is '' ({file}): must not be empty"),
        (
            'TRUSTED_HOSTS = ["a", 1]',
            'TRUSTED_HOSTS is [\'a\', 1] ({file}): must be a list of texts such as ["a", "b"]',
        ),
        ("FLAG = 1", "FLAG is 1 ({file}): must be true or false"),
    ],
)
def test_a_bad_value_in_the_file_is_named_with_the_files_path(tmp_path: Path, line: str, expected: str) -> None:
    assert refused(tmp_path, toml=line, settings=(*EVERY, FLAG)) == [expected.format(file=tmp_path / "config.toml")]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("HTTPS://Ledger.Example.ORG", "https://ledger.example.org"),
        ("  https://ledger.example.org/ ", "https://ledger.example.org"),
        ("https://ledger.example.org.", "https://ledger.example.org"),
        ("https://ledger.example.org:443", "https://ledger.example.org"),
        ("http://ledger.example.org:8000/", "http://ledger.example.org:8000"),
    ],
)
def test_the_public_address_has_one_spelling(given: str, address: str, tmp_path: Path) -> None:
    app = create_app(tmp_path / "instance", settings={"SITE_URL": given})
    assert app.config["SITE_URL"] == address
    assert app.config["SESSION_COOKIE_SECURE"] is address.startswith("https:")
    host = address.partition("//")[2]
    page = app.test_client().get("/robots.txt", headers={"Host": host})
    assert (page.status_code, f"Sitemap: {address}/sitemap.xml" in page.text) == (200, True)


def test_a_public_address_with_a_password_is_refused_and_not_repeated(tmp_path: Path) -> None:
    [line] = refused(tmp_path, environ={"FWSITE_SITE_URL": "https://me:pass-word@example.org"})
    assert "without a name or password" in line and "pass-word" not in line


def test_a_missing_driver_is_named_with_the_extra_that_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    [line] = refused(tmp_path, environ={"FWSITE_DATABASE_URL": "postgresql://h/ledger"})
    assert "pip install '.[postgres]'" in line


def test_a_bad_argument_is_named_as_one(tmp_path: Path) -> None:
    [line] = refused(tmp_path, overrides={"PORT": 0})
    assert line == "PORT is 0 (argument): must be a whole number from 1 to 65535"


@pytest.mark.parametrize(("text", "value"), [("1", True), ("YES", True), ("on", True), ("false", False), ("0", False)])
def test_a_flag_in_the_environment_may_be_written_in_several_ways(tmp_path: Path, text: str, value: bool) -> None:
    assert read(tmp_path, environ={"FWSITE_FLAG": text}, settings=(FLAG,)) == {"FLAG": value}


def test_a_flag_in_the_file_is_a_flag(tmp_path: Path) -> None:
    assert read(tmp_path, toml="FLAG = true", settings=(FLAG,)) == {"FLAG": True}


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    lines = refused(
        tmp_path,
        toml='THREADS = 0\nSITE_TITEL = "x"',
        environ={"FWSITE_PORT": "x", "FWSITE_HSOT": "y"},
        overrides={"SITE_URL": "z", "PROT": 1},
    )
    assert sorted(line.split()[0] for line in lines) == ["HSOT", "PORT", "PROT", "SITE_TITEL", "SITE_URL", "THREADS"]


@pytest.mark.parametrize(
    ("toml", "environ", "source"),
    [
        ('SITE_TITEL = "x"', {}, "{file}"),
        ('site_title = "x"', {}, "{file}"),
        (None, {"FWSITE_SITE_TITEL": "x"}, "environment FWSITE_SITE_TITEL"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(
    tmp_path: Path, toml: str | None, environ: dict[str, str], source: str
) -> None:
    [line] = refused(tmp_path, toml=toml, environ=environ)
    assert f"({source.format(file=tmp_path / 'config.toml')})" in line
    assert line.endswith("there is no such setting; did you mean SITE_TITLE?")


def test_an_unknown_name_that_resembles_none_is_answered_with_all(tmp_path: Path) -> None:
    [line] = refused(tmp_path, toml="Q = 1")
    assert f"known are {', '.join(NAMES)}. Where it belongs to an extension that is not installed" in line


def test_other_programs_variables_and_the_instance_folder_are_no_settings(tmp_path: Path) -> None:
    environ = {"FWSITE_INSTANCE": "x", "PORT": "x", "FLASK_PORT": "x"}
    assert read(tmp_path, environ=environ) == {name: GOOD[name][0] for name in NAMES}


@pytest.mark.parametrize("broken", [b"PORT = ", b"\xff = 1"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(broken)
    [line] = refused(tmp_path)
    assert line.startswith(f"{tmp_path / 'config.toml'} cannot be read: ")


@pytest.mark.parametrize(
    ("toml", "environ"),
    [
        ('SECRET_KEY = "hunter2"', {}),
        ('SECRET_KEY = ["hunter2"]', {}),
        (None, {"FWSITE_SECRET_KEY": "hunter2"}),
        (None, {"FWSITE_DATABASE_URL": "nosuch://me:hunter2@db.example/ledger"}),
        (None, {"FWSITE_DATABASE_URL": "postgresql://me:hunter2@db.example:port/ledger"}),
        (None, {"FWSITE_DATABASE_URL": "postgresql://me:hun/ter@hunter2@db.example:port/ledger"}),
    ],
)
def test_no_secret_stands_in_an_error(tmp_path: Path, toml: str | None, environ: dict[str, str]) -> None:
    [line] = refused(tmp_path, toml=toml, environ=environ)
    assert "hunter2" not in line
    assert "(hidden)" in line


def test_a_database_whose_driver_is_not_installed_says_so(tmp_path: Path) -> None:
    [line] = refused(tmp_path, environ={"FWSITE_DATABASE_URL": "oracle+cx_oracle://db.example/ledger"})
    assert line.endswith("needs a Python package that cannot be imported: No module named 'cx_Oracle'")


def test_postgres_is_another_word_for_postgresql(tmp_path: Path) -> None:
    said = {word: said_of(f"{word}://db.example/ledger", tmp_path) for word in ("postgres", "postgresql", "other")}
    assert said["postgres"] == said["postgresql"] != said["other"]


def said_of(database_url: str, folder: Path) -> str:
    """What is wrong with the address; nothing where its driver happens to be installed."""
    try:
        read(folder, environ={"FWSITE_DATABASE_URL": database_url})
    except SettingsError as error:
        return str(error).rpartition("): ")[2]
    return ""


class TestTheApplication:
    def test_over_https_has_a_cookie_that_no_other_host_can_set(self, tmp_path: Path) -> None:
        app = create_app(tmp_path / "i", settings={"SITE_URL": "https://ledger.example.org"})
        assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
        assert app.config["SESSION_COOKIE_SECURE"] is True
        cookie = set_cookie(app)
        assert cookie.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie

    def test_over_http_has_a_cookie_that_a_browser_sends_back(self, tmp_path: Path) -> None:
        cookie = set_cookie(create_app(tmp_path / "i"))
        assert cookie.startswith("session=")
        assert "Secure" not in cookie
        assert "HttpOnly" in cookie

    def test_takes_settings_from_file_environment_and_argument(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "config.toml").write_text('SITE_TITLE = "From the file"\nARTICLE_LEAD = "mine"\n')
        monkeypatch.setenv("FWSITE_THREADS", "3")
        app = create_app(tmp_path, settings={"PORT": 9000})
        given = {name: app.config[name] for name in ("SITE_TITLE", "ARTICLE_LEAD", "THREADS", "PORT")}
        assert given == {"SITE_TITLE": "From the file", "ARTICLE_LEAD": "mine", "THREADS": 3, "PORT": 9000}

    def test_signs_with_the_given_key(self, tmp_path: Path) -> None:
        assert create_app(tmp_path, settings={"SECRET_KEY": "k" * 40}).config["SECRET_KEY"] == "k" * 40

    def test_with_a_bad_setting_creates_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError):
            create_app(tmp_path / "i", settings={"PORT": 0})
        assert list(tmp_path.iterdir()) == []


def set_cookie(app: Flask) -> str:
    @app.get("/test-cookie")
    def use_session() -> str:
        from flask import session

        session["x"] = 1
        return ""

    return app.test_client().get("/test-cookie").headers["Set-Cookie"]


@pytest.mark.parametrize("command", [["serve"], ["db", "status"], ["db", "upgrade"], ["content", "check"]])
def test_every_command_says_what_is_wrong_without_a_traceback(
    run_fwsite: Command, tmp_path: Path, command: list[str]
) -> None:
    run = run_fwsite(tmp_path, *command, FWSITE_PORT="eighty", FWSITE_PROT="80")
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.splitlines() == [
        "Error: PROT (environment FWSITE_PROT): there is no such setting; did you mean PORT?",
        "PORT is 'eighty' (environment FWSITE_PORT): must be a whole number from 1 to 65535",
    ]
    assert list(tmp_path.iterdir()) == []

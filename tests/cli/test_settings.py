"""``fwsite settings``: what is in force, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fwsite.config import SETTINGS
from tests.ops.test_backup import _no_database_stays_open, fwsite  # noqa: F401 - a fixture

pytestmark = [pytest.mark.new_app, pytest.mark.sqlite_only(reason="names databases of its own")]
SECRETS = ("k" * 32, "t" * 32, "pass-of-the-database")


@pytest.fixture
def rows(instance: Path) -> dict[str, Any]:
    (instance / "config.toml").write_text(
        '# Ours\n\nSITE_TITLE = "Ours – 2"\n"PORT"=8001\n'
        f'METRICS_TOKEN = "{SECRETS[1]}"\nEXTENSIONS_STRICT = true\n'
        f'DATABASE_URL = "postgresql://fwsite:{SECRETS[2]}@db.example.org/ledger"\n'
    )
    environ = {"FWSITE_SECRET_KEY": SECRETS[0], "FWSITE_PORT": "8002", "FWSITE_TRUSTED_HOSTS": "a.example,b.example"}
    done = fwsite(instance, "settings", "--json", **environ)
    assert done.exit_code == 0, done.output
    assert not [secret for secret in SECRETS if secret in done.output]
    plain = fwsite(instance, "settings", **environ).output
    assert not [secret for secret in SECRETS if secret in plain]
    found = {row["name"]: row for row in json.loads(done.output)}
    return {**found, "lines": [line.split(maxsplit=1) for line in plain.splitlines()], "file": instance / "config.toml"}


def test_every_setting_is_shown_with_its_source(rows: dict[str, Any]) -> None:
    lines, file = dict(rows["lines"]), rows["file"]
    assert {setting.name for setting in SETTINGS} | {"ACCOUNT_SESSION_HOURS", "METRICS_TOKEN"} <= set(lines)
    for name, value, source, place, line, shown in [
        ("SITE_TITLE", "Ours – 2", "file", str(file), 3, f"{file}:3"),
        ("PORT", 8002, "environment", "FWSITE_PORT", None, "environment FWSITE_PORT"),
        ("TRUSTED_HOSTS", ["a.example", "b.example"], "environment", "FWSITE_TRUSTED_HOSTS", None, None),
        ("THREADS", 8, "default", "", None, "default"),
        ("EXTENSIONS_STRICT", True, "file", str(file), 6, f"{file}:6"),
        ("METRICS_TOKEN", "(hidden)", "file", str(file), 5, f"{file}:5"),
        ("SECRET_KEY", "(hidden)", "environment", "FWSITE_SECRET_KEY", None, "environment FWSITE_SECRET_KEY"),
        ("DATABASE_URL", "postgresql://fwsite:(hidden)@db.example.org/ledger", "file", str(file), 7, f"{file}:7"),
    ]:
        assert rows[name] == {"name": name, "value": value, "source": source, "place": place, "line": line}
        assert lines[name].startswith(json.dumps(value, ensure_ascii=False))
        assert lines[name].endswith(shown or "")


def test_a_wrong_one_is_said(instance: Path) -> None:
    (instance / "config.toml").write_text('PORT = "x"\n')
    done = fwsite(instance, "settings")
    assert (done.exit_code, "PORT is 'x'" in done.output) == (1, True)

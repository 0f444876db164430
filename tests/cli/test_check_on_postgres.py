"""``fwsite content check`` on a server's database: what maintainers added is there, and nothing of it is touched."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from fwsite.domain.items import Kind
from fwsite.plugins.upgrade import bring_up_to_date
from tests.blueprints.comparison.test_editing import NEW, save
from tests.support.command import Command
from tests.support.people import signed_in
from tests.support.postgres import Cluster
from tests.support.site import opened

ARTICLE = "---\ntitle: Tornado\n---\n\n::balance[tornado]\n"


def test_it_knows_the_frameworks_that_maintainers_added(
    postgres: Cluster, tmp_path: Path, compiled: object, run_fwsite: Command
) -> None:
    url = postgres.new_database()
    instance = tmp_path / "instance"
    with opened(instance, compiled, settings={"DATABASE_URL": url}) as app:  # type: ignore[arg-type]
        list(bring_up_to_date(app))
        (instance / "articles" / "tornado.md").write_text(ARTICLE)
        before = run_fwsite(tmp_path, "content", "check", FWSITE_DATABASE_URL=url)
        assert before.returncode == 1
        assert "there is no framework 'tornado'" in before.stdout
        mara: FlaskClient = signed_in(app)
        assert save(mara, "/comparison/work/framework/add", **NEW[Kind.FRAMEWORK]).status_code == 303
    after = run_fwsite(tmp_path, "content", "check", FWSITE_DATABASE_URL=url)
    assert (after.returncode, after.stderr) == (0, ""), after.stdout


def test_a_database_without_tables_is_said_to_be_checked_without(
    postgres: Cluster, tmp_path: Path, run_fwsite: Command
) -> None:
    done = run_fwsite(tmp_path, "content", "check", FWSITE_DATABASE_URL=postgres.new_database())
    assert done.returncode == 0
    assert "Checked on an empty database" in done.stderr

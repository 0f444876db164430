"""The walls between the rooms: who imports what, and one name for everything an extension owns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from fwsite.db.engine import Base, metadata
from fwsite.extend import Extension
from fwsite.plugins import migrations
from fwsite.plugins.loader import load_extensions

from .conftest import ROOT

PACKAGE = ROOT / "fwsite"
FRAMEWORKS = {"flask", "flask_sqlalchemy", "flask_wtf", "sqlalchemy", "werkzeug", "jinja2", "wtforms", "alembic"}
FOR_AUTHORS = ("fwsite.extend", "fwsite.domain", "fwsite.db.models", "fwsite.web.auth", "fwsite.markup")
EXAMPLES = sorted(path.parent for path in (ROOT / "tests" / "extensions").glob("*/fwsite_*/__init__.py"))
EXTENSIONS = {extension.name: extension for extension in load_extensions().extensions}


def imported(file: Path, package: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that ``file`` imports; names are taken for modules, too."""
    here = [package.name, *file.relative_to(package).parts]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(here[: -node.level]) if node.level else ""
            module = ".".join(filter(None, (start, node.module)))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def allowed(file: Path, package: Path, name: str) -> bool:
    """Whether the room that ``file`` stands in may import ``name``."""
    room = file.relative_to(package).parts
    top = name.partition(".")[0]
    if room[0] == "domain":
        return within(name, "fwsite.domain") if top == "fwsite" else top not in FRAMEWORKS
    if file.name == "queries.py" and top in ("flask", "flask_wtf"):
        return False
    if room[0] == "blueprints" and len(room) > 2 and top == "fwsite":
        # "from fwsite import models" names the package first, and what is taken from it second.
        return within(name, *FOR_AUTHORS, f"fwsite.blueprints.{room[1]}")
    return True


def breaches(package: Path) -> list[str]:
    """Every import that goes through a wall, as ``file:line imports name``."""
    return [
        f"{file.relative_to(package)}:{line} imports {name}"
        for file in sorted(package.rglob("*.py"))
        for line, name in imported(file, package)
        if not allowed(file, package, name)
    ]


def test_no_import_goes_through_a_wall() -> None:
    assert breaches(PACKAGE) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_the_examples_import_only_what_authors_may(example: Path) -> None:
    found = [
        f"{file.name}:{line} imports {name}"
        for file in sorted(example.rglob("*.py"))
        for line, name in imported(file, example)
        if within(name, "fwsite") and not within(name, *FOR_AUTHORS)
    ]
    assert found == []


def test_the_examples_are_looked_at() -> None:
    assert {example.name for example in EXAMPLES} == {
        f"fwsite_{name}" for name in ("glossary", "hosting", "pulse", "search")
    }


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/scoring.py", "from fwsite.extend import db"),
        ("domain/scoring.py", "import fwsite.db.models"),
        ("domain/scoring.py", "from .. import config"),
        ("domain/scoring.py", "from ..database import db"),
        ("domain/scoring.py", "import fwsite"),
        ("domain/deep/inside.py", "from ...database import db"),
        *[("domain/scoring.py", f"from {name} import x") for name in sorted(FRAMEWORKS)],
        ("domain/scoring.py", "def late():\n    import sqlalchemy.orm"),
        ("blueprints/article/queries.py", "from flask import request"),
        ("blueprints/article/queries.py", "import flask.views"),
        ("blueprints/article/queries.py", "from flask_wtf import FlaskForm"),
        ("blueprints/article/views.py", "from fwsite.blueprints.comparison.queries import whole_comparison"),
        ("blueprints/article/views.py", "from fwsite.blueprints import comparison"),
        ("blueprints/article/views.py", "from .. import comparison"),
        ("blueprints/article/views.py", "from ..comparison import models"),
        ("blueprints/article/views.py", "from fwsite.db.engine import db"),
        ("blueprints/article/views.py", "from fwsite import pages"),
        ("blueprints/article/views.py", "import fwsite.extended"),
        ("blueprints/article/views.py", "import fwsite"),
    ],
)
def test_a_breach_is_found_and_named(tmp_path: Path, file: str, line: str) -> None:
    broken = tmp_path / "fwsite" / file
    broken.parent.mkdir(parents=True)
    broken.write_text(f"{line}\n")
    assert [found.partition(":")[0] for found in breaches(tmp_path / "fwsite")] == [file]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/scoring.py", "from fwsite.domain.answers import Answers\nfrom . import answers\nimport json"),
        ("blueprints/article/queries.py", "from fwsite import models\nfrom sqlalchemy import select"),
        (
            "blueprints/article/views.py",
            "from flask import Blueprint\nfrom fwsite.markup import parse\nfrom . import x",
        ),
        ("blueprints/article/views.py", "from fwsite.blueprints.article.catalogue import find\nimport fwsite.extend"),
        ("pages.py", "from fwsite.db.engine import db\nimport flask"),
    ],
)
def test_what_is_allowed_is_not_called_a_breach(tmp_path: Path, file: str, line: str) -> None:
    fine = tmp_path / "fwsite" / file
    fine.parent.mkdir(parents=True)
    fine.write_text(f"{line}\n")
    assert breaches(tmp_path / "fwsite") == []


def test_the_extensions_are_the_folders_under_blueprints() -> None:
    folders = {path.parent.name for path in (PACKAGE / "blueprints").glob("*/__init__.py")}
    names = {"account", "article", "comparison", "docs", "extensions", "metrics", "questionnaire"}
    assert folders == set(EXTENSIONS) == names


@pytest.mark.parametrize("extension", EXTENSIONS.values(), ids=EXTENSIONS)
class TestOneName:
    def test_of_the_blueprint_and_its_addresses(self, extension: Extension, app: Flask) -> None:
        assert extension.blueprint is not None
        assert extension.blueprint.name == extension.name
        addresses = {
            rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] == extension.name
        }
        inside = {address for address in addresses if address.startswith(f"/{extension.name}/")}
        assert inside
        assert addresses - inside == set(extension.root_urls)

    def test_of_the_folder_of_its_templates(self, extension: Extension) -> None:
        templates = PACKAGE / "blueprints" / extension.name / "templates"
        if extension.name == "metrics":  # its page is for machines
            assert not templates.exists()
            return
        assert {path.name for path in templates.iterdir()} == {extension.name}
        assert any(path.is_file() for path in (templates / extension.name).iterdir())

    def test_of_its_tables(self, extension: Extension) -> None:
        mappers = extension.model_base.registry.mappers if extension.model_base else ()
        assert all(str(mapper.local_table).startswith(f"{extension.name}_") for mapper in mappers)
        assert bool(mappers) == (extension.migrations is not None)

    def test_of_its_settings(self, extension: Extension) -> None:
        assert all(setting.name.startswith(f"{extension.name.upper()}_") for setting in extension.settings)

    def test_of_its_migrations(self, extension: Extension, app: Flask) -> None:
        timelines = {line.name: line for line in migrations.timelines(app)}
        if extension.migrations is None:
            assert extension.name not in timelines
            return
        assert extension.migrations == PACKAGE / "blueprints" / extension.name / "migrations"
        assert list(extension.migrations.glob("*.py"))
        assert timelines[extension.name].version_table == f"alembic_version_{extension.name}"
        assert timelines[extension.name].head().startswith(f"{extension.name}_")


def test_every_table_is_cores_or_carries_its_extensions_name() -> None:
    cores = {mapper.local_table.name for mapper in Base.registry.mappers}
    others = set(metadata.tables) - cores
    assert cores == {"framework", "criterion", "user", "user_session", "throttle", "migration_fault", "content_version"}
    assert {name.partition("_")[0] for name in others} == {"comparison", "questionnaire"}

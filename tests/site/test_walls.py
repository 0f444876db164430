"""The walls between the rooms: who may import whom, one name for everything an extension owns."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

from fwsite.db.engine import Base, metadata
from fwsite.extend import Extension
from fwsite.plugins import migrations
from fwsite.plugins.loader import load_extensions
from tests.support.paths import ROOT

PACKAGE = ROOT / "fwsite"
FOREIGN = (PACKAGE / "blueprints" / "measure" / "subjects", PACKAGE / "content" / "examples")
"""Applications that are measured or shown; they run in environments of their own."""
FRAMEWORKS = {"flask", "flask_sqlalchemy", "flask_wtf", "sqlalchemy", "werkzeug", "jinja2", "wtforms", "alembic"}
FOR_AUTHORS = ("fwsite.extend", "fwsite.domain", "fwsite.markup")
EARLIER = ("fwsite.identity", "fwsite.models")
"""Names that authors used at first; they lead to ``fwsite.extend``."""
EXAMPLES = sorted(path.parent for path in (ROOT / "tests" / "extensions").glob("*/fwsite_*/__init__.py"))
EXTENSIONS = {extension.name: extension for extension in load_extensions().extensions}

FACTORY = "fwsite"
"""``create_app`` itself, in ``fwsite/__init__.py``."""
LAYERS: Mapping[str, str] = {
    "domain": "",
    "instance": "",
    "intervals": "",
    "markup": "",
    "db": "instance intervals",
    "plugins": "db domain instance",
    "web": "plugins markup db domain instance intervals",
    "config": "web plugins instance",
    "settings": "config plugins",
    "server": "web db",
    "extend": "web plugins markup db domain instance",
    "identity": "extend",
    "models": "extend",
    "blueprints": "extend domain markup",
    "fwsite": "settings config web plugins db instance intervals",
    "ops": "fwsite settings config server extend web plugins markup db domain instance intervals",
    "cli": "fwsite ops settings config server extend web plugins markup db domain instance intervals",
    "__main__": "cli",
    "testing": "fwsite extend ops web plugins db intervals",
}
"""Each room of ``fwsite/`` and what it may import of the others, from the bottom up."""


def imported(file: Path, package: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that ``file`` imports, late imports too; names are taken for modules."""
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


def is_ours(file: Path) -> bool:
    return not any(file.is_relative_to(folder) for folder in FOREIGN)


def room_of(file: Path, package: Path) -> str:
    """The room that a file stands in: the folder directly in ``fwsite/``, or the module."""
    first = file.relative_to(package).parts[0].removesuffix(".py")
    return FACTORY if first == "__init__" else first


def room_named(name: str) -> str:
    """The room that ``fwsite.<room>. ...`` is in; what the package itself has is the factory's."""
    second = name.split(".")[1] if "." in name else FACTORY
    return second if second in LAYERS else FACTORY


def allowed(file: Path, package: Path, name: str) -> bool:
    """Whether the room that ``file`` stands in may import ``name``."""
    parts = file.relative_to(package).parts
    room = room_of(file, package)
    top = name.partition(".")[0]
    if top != "fwsite":
        if file.name == "queries.py" and top in ("flask", "flask_wtf"):
            return False
        return room != "domain" or top not in FRAMEWORKS
    target = room_named(name)
    if room == target == "blueprints":
        return len(parts) < 3 or within(name, f"fwsite.blueprints.{parts[1]}")
    return target == room or target in LAYERS[room].split()


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


def test_the_table_of_layers_names_every_room_and_points_down() -> None:
    rooms = {room_of(path, PACKAGE) for path in PACKAGE.rglob("*.py") if is_ours(path)}
    assert rooms == set(LAYERS)
    above: set[str] = set(LAYERS)
    for room, below in LAYERS.items():
        above -= {room}
        assert not above.intersection(below.split()), f"{room} imports what stands above it"


def test_inside_the_comparison_arrows_point_down_too() -> None:
    below = {
        "ledger": set(),
        "verification": set(),
        "measured": {"verification"},
        "files": {"ledger", "measured"},
        "public": {"ledger", "verification", "measured"},
        "editing": {"ledger", "files", "public", "verification"},
    }
    comparison = PACKAGE / "blueprints" / "comparison"
    folders = {path.parent.name for path in comparison.glob("*/__init__.py")}
    assert folders == set(below)
    wrong = [
        f"{file.relative_to(comparison)}:{line} imports {name}"
        for room in below
        for file in sorted((comparison / room).glob("*.py"))
        for line, name in imported(file, PACKAGE)
        if (parts := name.split("."))[:3] == ["fwsite", "blueprints", "comparison"]
        and parts[3] in folders - {room} - below[room]
    ]
    assert wrong == []


def test_few_folders_and_modules_stand_directly_in_the_package() -> None:
    folders = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert len(folders) <= 12
    assert len(list(PACKAGE.glob("*.py"))) <= 10


def module_name(file: Path) -> str:
    parts = ["fwsite", *file.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path
    for path in PACKAGE.rglob("*.py")
    if not path.stem[0].isdigit() and path != PACKAGE / "db" / "migrations" / "env.py"  # those Alembic runs
    if is_ours(path)
}


def module_imported(name: str) -> str | None:
    """The module of ours that an imported name is, or comes from."""
    return name if name in MODULES else name.rpartition(".")[0] if name.rpartition(".")[0] in MODULES else None


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """One circle of modules, or nothing."""
    done: set[str] = set()

    def visit(module: str, way: list[str]) -> list[str]:
        if module in way:
            return way[way.index(module) :]
        if module in done:
            return []
        for other in sorted(graph.get(module, ())):
            if found := visit(other, [*way, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := visit(module, []))), [])


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {
        module: {other for _, name in imported(path, PACKAGE) if (other := module_imported(name)) and other != module}
        for module, path in MODULES.items()
    }
    assert circle(graph) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.slow
def test_every_module_can_be_imported_alone() -> None:
    """Each in a process that has nothing of the site but the packages that it is in, as Python imports them first: it
    is forked from one that has just imported those, and the first from one that has what the site is built on.
    """
    script = (
        "import os, sys, importlib, traceback\n"
        "import flask, flask_sqlalchemy, flask_wtf, flask_login, sqlalchemy.orm, alembic.command, markdown, nh3\n"
        "assert not any(each.split('.')[0] == 'fwsite' for each in sys.modules)\n"
        "def look(name):\n"
        "    pid = os.fork()\n"
        "    if pid: return os.waitpid(pid, 0)[1] == 0\n"
        "    try: importlib.import_module(name)\n"
        "    except BaseException: traceback.print_exc(); os._exit(1)\n"
        "    inside = [each for each in sys.argv[1:] if each.rpartition('.')[0] == name]\n"
        "    print('looked at', name, flush=True)\n"
        "    os._exit(0 if all([look(each) for each in inside]) else 1)\n"
        "sys.exit(0 if look('fwsite') else 1)\n"
    )
    names = sorted(set(MODULES) - {"fwsite.__main__"})  # that one is the command
    done = subprocess.run([sys.executable, "-c", script, *names], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [f"looked at {name}" for name in names]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_the_examples_import_only_what_authors_may(example: Path) -> None:
    found = [
        f"{file.name}:{line} imports {name}"
        for file in sorted(example.rglob("*.py"))
        for line, name in imported(file, example)
        if within(name, "fwsite") and not within(name, *FOR_AUTHORS)
    ]
    assert found == []


@pytest.mark.parametrize("earlier", EARLIER)
def test_earlier_names_of_the_contract_lead_to_the_same(earlier: str) -> None:
    module, door = importlib.import_module(earlier), importlib.import_module("fwsite.extend")
    assert module.__all__
    assert all(getattr(module, name) is getattr(door, name) for name in module.__all__)


def test_the_facade_has_no_code_of_its_own_and_names_all_that_it_hands_out() -> None:
    tree = ast.parse((PACKAGE / "extend.py").read_text())
    kinds = {type(node) for node in tree.body}
    assert kinds == {ast.Expr, ast.ImportFrom, ast.Assign}
    names = [
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    door = importlib.import_module("fwsite.extend")
    assert sorted(names) == sorted(door.__all__)


def test_the_examples_are_looked_at() -> None:
    assert {example.name for example in EXAMPLES} == {
        f"fwsite_{name}" for name in ("fulltext", "glossary", "hosting", "pulse", "votes")
    }


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/scoring.py", "from fwsite.extend import db"),
        ("domain/scoring.py", "import fwsite.db.models"),
        ("domain/scoring.py", "from .. import config"),
        ("domain/scoring.py", "from ..db.engine import db"),
        ("domain/scoring.py", "import fwsite"),
        ("domain/deep/inside.py", "from ...db.engine import db"),
        *[("domain/scoring.py", f"from {name} import x") for name in sorted(FRAMEWORKS)],
        ("domain/scoring.py", "def late():\n    import sqlalchemy.orm"),
        ("markup/renderer.py", "from fwsite.web.shell import slot"),
        ("db/engine.py", "from fwsite.plugins.registry import registry_of"),
        ("plugins/registry.py", "from fwsite.web.metrics import traffic"),
        ("plugins/registry.py", "def late():\n    from fwsite.extend import emit"),
        ("web/shell.py", "from fwsite.server.worker import log"),
        ("web/shell.py", "from fwsite.extend import emit"),
        ("server/worker.py", "from fwsite.plugins.registry import registry_of"),
        ("ops/purge.py", "from fwsite.cli.main import main"),
        ("intervals.py", "from fwsite.instance import Instance"),
        ("blueprints/article/queries.py", "from flask import request"),
        ("blueprints/article/queries.py", "import flask.views"),
        ("blueprints/article/queries.py", "from flask_wtf import FlaskForm"),
        ("blueprints/article/views.py", "from fwsite.blueprints.comparison.queries import whole_comparison"),
        ("blueprints/article/views.py", "from fwsite.blueprints import comparison"),
        ("blueprints/article/views.py", "from .. import comparison"),
        ("blueprints/article/views.py", "from ..comparison import models"),
        ("blueprints/article/views.py", "from fwsite.db.engine import db"),
        ("blueprints/article/views.py", "from fwsite.web import shell"),
        ("blueprints/article/views.py", "import fwsite.extended"),
        ("blueprints/article/views.py", "import fwsite"),
    ],
)
def test_a_breach_is_found_and_named(tmp_path: Path, file: str, line: str) -> None:
    broken = tmp_path / "fwsite" / file
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text(f"{line}\n")
    assert [found.partition(":")[0] for found in breaches(tmp_path / "fwsite")] == [file]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/scoring.py", "from fwsite.domain.answers import Answers\nfrom . import answers\nimport json"),
        ("blueprints/article/queries.py", "from fwsite.extend import Framework\nfrom sqlalchemy import select"),
        (
            "blueprints/article/views.py",
            "from flask import Blueprint\nfrom fwsite.markup import parse\nfrom . import x",
        ),
        ("blueprints/article/views.py", "from fwsite.blueprints.article.catalogue import find\nimport fwsite.extend"),
        ("web/shell.py", "from fwsite.db.engine import db\nimport flask"),
        ("cli/main.py", "from fwsite import __version__"),
    ],
)
def test_what_is_allowed_is_not_called_a_breach(tmp_path: Path, file: str, line: str) -> None:
    fine = tmp_path / "fwsite" / file
    fine.parent.mkdir(parents=True, exist_ok=True)
    fine.write_text(f"{line}\n")
    assert breaches(tmp_path / "fwsite") == []


def test_the_extensions_are_the_folders_under_blueprints() -> None:
    folders = {path.parent.name for path in (PACKAGE / "blueprints").glob("*/__init__.py")}
    names = set("about account article comparison docs extensions measure metrics questionnaire search team".split())
    assert folders == set(EXTENSIONS) == names


@pytest.mark.parametrize("extension", EXTENSIONS.values(), ids=EXTENSIONS)
class TestOneName:
    def test_of_the_blueprint_and_its_addresses(self, extension: Extension, app: Flask) -> None:
        if extension.name == "measure":  # a command
            assert extension.blueprint is None
            return
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
        if extension.name in ("measure", "metrics"):  # no page, and one for machines
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
    counted = {"throttle", "content_version", "cache_tag"}
    assert cores == {"framework", "criterion", "user", "user_session", "migration_fault", *counted}
    assert {name.partition("_")[0] for name in others} == {"comparison", "questionnaire", "team"}

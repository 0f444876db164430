"""Finding extensions: those that are built in, the entry points of installed packages, and files of the host's."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from hashlib import sha256
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

from fwsite.db.engine import metadata
from fwsite.plugins import model_guard, signal_guard
from fwsite.plugins.contract import Extension
from fwsite.plugins.state import Breach, is_file, to_mend, to_remove

GROUP = "fwsite.extensions"
"""The group of entry points."""
BUILTIN = (
    "about",
    "account",
    "article",
    "comparison",
    "docs",
    "extensions",
    "measure",
    "metrics",
    "questionnaire",
    "search",
    "team",
)
"""Listed here rather than as entry points, which an edit would need a re-install for."""
_PACKAGES = [Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
_OWN = (Path(__file__).parents[1], Path(sysconfig.get_path("stdlib")))
_USED = frozenset(
    "alembic blinker click flask flask_login flask_sqlalchemy fwsite jinja2 psycopg sqlalchemy werkzeug".split()
)
"""Packages that go on where an extension called them wrongly."""
_MOST = 300
"""Characters of somebody else's message that a reason repeats."""
_listening: dict[int, tuple[Any, str]] = {}
"""What has listened to signals when it was imported, with the reason: the next time it is imported already."""


class Candidate(NamedTuple):
    """An extension that is installed, before any of its code has run."""

    name: str
    package: str
    """The distribution that brings it, empty for what is built in."""
    version: str
    load: Callable[[], Any]

    @property
    def is_builtin(self) -> bool:
        """Whether it is a part of the site itself."""
        return not self.package


def candidates(site_version: str, folder: Path | None = None) -> Iterator[Candidate]:
    """What is built in, then what is installed, by name and package, then the files ``<name>.py`` in ``folder``."""
    for name in BUILTIN:
        yield Candidate(name, "", site_version, partial(_builtin, name))
    found = [(point.name, *_distribution(point), point) for point in entry_points(group=GROUP)]
    for name, package, version, point in sorted(found, key=lambda entry: entry[:3]):
        yield Candidate(name, package, version, point.load)
    for path in sorted(folder.glob("[!_.]*.py")) if folder and folder.is_dir() else ():
        yield Candidate(path.stem, "/".join(path.parts[-2:]), "-", partial(_from_file, path))


def _from_file(path: Path) -> Any:
    """The ``extension`` of a file, which is a module of its own for each folder that has one of this name."""
    name = f"fwsite_file_{sha256(bytes(path.absolute())).hexdigest()[:12]}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name].extension
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        return module.extension
    except BaseException:
        del sys.modules[name]
        raise


def _builtin(name: str) -> Any:
    return import_module(f"fwsite.blueprints.{name}").extension


def _distribution(point: EntryPoint) -> tuple[str, str]:
    try:
        assert point.dist is not None  # noqa: S101 - for the type checker
        return point.dist.name or point.module, point.dist.version or "?"
    except Exception:  # a package that is half uninstalled has no metadata any more
        return point.module, "?"


def imported(candidate: Candidate) -> Extension:
    """Run the extension's code. Raises :class:`Breach` whatever happens in there, and then leaves no table behind."""
    tables = set(metadata.tables)
    model_guard.finish_tables()
    try:
        with (
            signal_guard.taken_away() as wrong,
            signal_guard.refused_by_the_database(),
            redirect_stdout(sys.stderr),  # what commands print may be read by a program
        ):
            found = candidate.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit() too: whatever a package does, it costs nothing but itself
        for name in set(metadata.tables) - tables:
            if name.startswith(f"{candidate.name}_"):  # others may be those of an extension that it imports
                metadata.remove(metadata.tables[name])
        if candidate.is_builtin and not isinstance(error, SystemExit):
            raise
        raise Breach(f"import: {said(error)}; {_next_step(error, candidate)}") from error
    if wrong:
        _listening[id(found)] = found, wrong[0]
    if id(found) in _listening:
        raise Breach(_listening[id(found)][1])
    if not isinstance(found, Extension):
        leads = "its extension is" if is_file(candidate.package) else "the entry point leads to"
        step = "make it" if is_file(candidate.package) else "let it lead to"
        raise Breach(f"import: {leads} {one_line(repr(found))}; {step} an object of the class Extension")
    return found


def said(error: BaseException) -> str:
    """What was raised, and where, in one line; the statement that a database error repeats says little to a host."""
    place = place_of(error)
    message = one_line(error.msg if isinstance(error, SyntaxError) else getattr(error, "orig", None) or error)
    what = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return f"{what} ({place})" if place else what


def place_of(error: BaseException) -> str:
    """File and line where foreign code went wrong; empty where none of it was running."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_short(error.filename)}:{error.lineno}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_foreign(frame.filename)]
    return f"{_short(own[-1].filename)}:{own[-1].lineno}" if own else ""


def place_here() -> str:
    """File and line of the foreign code that is running; empty where none is."""
    calls = ((frame.f_code.co_filename, line) for frame, line in traceback.walk_stack(None))
    return next((f"{_short(filename)}:{line}" for filename, line in calls if _is_foreign(filename)), "")


def _is_foreign(filename: str) -> bool:
    """Whether a file is neither of the site, nor of Python, nor of a package that the site itself uses."""
    path = Path(filename)
    packages = [path.relative_to(folder).parts[0] for folder in _PACKAGES if path.is_relative_to(folder)]
    if packages:
        return packages[0] not in _USED
    return not filename.startswith("<") and not any(path.is_relative_to(folder) for folder in _OWN)


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])


def _next_step(error: BaseException, candidate: Candidate) -> str:
    package = candidate.package
    removal = to_remove(package) if is_file(package) else "uninstall it"
    if _is_of_another_version(error):
        other = "" if is_file(package) else f", or {package}"
        return f"correct the name, or it is for another version of fwsite; upgrade fwsite{other}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        step = "" if is_file(package) else f", or {to_mend(package)}"
        return f"correct the name, or install the package that has the module {error.name}{step}"
    if isinstance(error, SystemExit):
        step = to_mend(package) if is_file(package) else f"ask the authors of {package}"
        return f"it ends the process when it is imported; {step}, or {removal}"
    step = "correct it there" if is_file(package) else f"fix it there, or {to_mend(package)}"
    return f"{step}, or {removal}"


def _is_of_another_version(error: BaseException) -> bool:
    """Whether a name of the contract, or a field, is missing."""
    if isinstance(error, ImportError):
        return (error.name or "").partition(".")[0] == "fwsite"
    message = one_line(error)
    is_a_field = isinstance(error, TypeError) and "__init__() got an unexpected keyword argument" in message
    return is_a_field and message.partition(".")[0] in import_module("fwsite.extend").__all__


def one_line(message: object) -> str:
    """The beginning of a foreign message, without line breaks and what cannot be printed or stored."""
    try:
        text = str(message)
    except Exception:  # an exception that cannot say what it is
        text = "(no message)"
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"

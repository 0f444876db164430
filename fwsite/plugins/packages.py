"""Package register: the packages that texts of the site may name, from the host's file or the shipped one."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from fwsite.domain.packages import Package, parse_packages
from fwsite.instance import current_instance
from fwsite.plugins.content import ContentError, ContentProblem

FILE = "packages.toml"


def packages() -> tuple[Package, ...]:
    """Every package in the file's order. Raises :class:`ContentError` with every error in the file."""
    path = current_instance().content_file(FILE)
    return _read(path, path.stat().st_mtime_ns)


def package_names() -> frozenset[str]:
    """What the packages are called in texts."""
    return frozenset(package.name for package in packages())


@lru_cache(maxsize=4)
def _read(path: Path, _written: int) -> tuple[Package, ...]:
    try:
        found, faults = parse_packages(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ContentError(str(ContentProblem(path=path, key="file", message=f"cannot be read: {error}"))) from error
    if faults:
        problems = (ContentProblem(path=path, key=fault.place, message=fault.message) for fault in faults)
        raise ContentError("\n".join(map(str, problems)))
    return found

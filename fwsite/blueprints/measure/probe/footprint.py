"""Footprint: memory of this process, and what is installed in this environment."""

from __future__ import annotations

from pathlib import Path

TOOLS = ("pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack", "distutils-precedence")
"""What a virtual environment itself brings, by the beginning of its files' names."""


def memory() -> dict[str, float]:
    """Megabytes: ``resident``, and ``unique``, which no other process shares."""
    kilobytes: dict[str, int] = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split()[:2]
        kilobytes[name.rstrip(":")] = int(value)
    unique = sum(value for name, value in kilobytes.items() if name.startswith("Private_"))
    return {"resident": kilobytes["Rss"] / 1024, "unique": unique / 1024}


def installed() -> dict[str, object]:
    """Version of each distribution, of Python and SQLite, and megabytes of the packages' files, compiled ones too."""
    import sqlite3
    import sys
    import sysconfig
    from importlib.metadata import distributions

    versions = {found.name: found.version for found in distributions() if found.name not in TOOLS}
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    size = sum(
        path.stat().st_size
        for folder in folders
        for path in Path(folder).rglob("*")
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(TOOLS)
    )
    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "versions": versions,
        "megabytes": round(size / 1_000_000, 1),
        "python": python,
        "sqlite": sqlite3.sqlite_version,
    }

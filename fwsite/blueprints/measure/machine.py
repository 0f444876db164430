"""Environment of a run: the machine, its system and its versions, as figures are worth nothing without."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def environment() -> dict[str, object]:
    """What the run file says of the machine."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // (1 << 20),
        "system": _system(),
        "kernel": f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
        "fwsite": version("fwsite"),
    }


def _processor() -> str:
    """The processor's name; its architecture where the system does not tell the name."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _system() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return platform.system()
    return f"{release['NAME']} {release.get('VERSION_ID', '')}".strip()

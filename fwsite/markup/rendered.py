"""Texts as they were rendered before, kept on the disk: what is rendered depends on nothing but text and code.

So a process that is started again needs neither the time nor the memory for it, and mostly not even the packages that
render. One line of JSON for each text, in a file for these versions of the code; each process adds lines at its end.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

_PACKAGES = ("markdown", "nh3", "pygments", "pyyaml")
_MODULES = (
    "commonmark.py",
    "markup.py",
    "rendering.py",
    "blueprints/article/frontmatter.py",
    "blueprints/article/frontmatter_yaml.py",
)
AT_MOST = 4_000_000
"""Bytes of the file; with more, it is begun anew by the next process."""


class RenderedTexts:
    """What is known of a folder; where that cannot be read or written, nothing is kept and everything works."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] | None = None
        self._room = 0
        self._reading = threading.Lock()

    def get(self, key: str) -> str | None:
        """What was kept under the key."""
        return self._texts().get(key)

    def keep(self, key: str, value: str) -> None:
        """Keep it for processes to come."""
        line = (json.dumps([key, value]) + "\n").encode()
        if self._texts().setdefault(key, value) is not value or len(line) > self._room:
            return
        self._room -= len(line)
        with suppress(OSError):
            handle = os.open(self._file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(handle, line)  # at once, so that lines of two processes do not mix
            finally:
                os.close(handle)

    def _texts(self) -> dict[str, str]:
        if self._known is None:
            with self._reading:
                if self._known is None:
                    self._known = self._read()
        return self._known

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        file = self._file()
        with suppress(OSError):
            for other in self._folder.glob("rendered-*.jsonl"):
                if other != file or other.stat().st_size > AT_MOST:
                    other.unlink()
            self._room = AT_MOST
            if file.exists():
                lines = file.read_bytes().splitlines()
                self._room -= sum(map(len, lines))
                found = dict(_pair(line) for line in lines)
        found.pop("", None)
        return found

    def _file(self) -> Path:
        return self._folder / f"rendered-{_code()}.jsonl"


def key_of(kind: str, text: str) -> str:
    """The name of a text that is rendered in this way."""
    return hashlib.sha256(f"{kind}\0{text}".encode(errors="surrogatepass")).hexdigest()


def _pair(line: bytes) -> tuple[str, str]:
    """A line that was not written whole, or by somebody else, is none."""
    try:
        key, value = json.loads(line)
    except (ValueError, TypeError):
        return "", ""
    return (key, value) if isinstance(key, str) and isinstance(value, str) else ("", "")


@cache
def _code() -> str:
    """A name for the code that renders, another one whenever anything of it changes."""
    own = b"".join((Path(__file__).parent / module).read_bytes() for module in _MODULES)
    versions = " ".join(metadata.version(package) for package in _PACKAGES)
    return hashlib.sha256(own + versions.encode()).hexdigest()[:16]

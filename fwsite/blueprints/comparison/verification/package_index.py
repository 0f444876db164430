"""Package index client: the simple repository API (PEP 503, 691 and 700) of the indexes that the host's pip uses.

Files are read from where pip would take them, their hashes are compared, and they are kept in the instance's cache.
Written here and not taken from a library: what there is either builds packages to look at them, or cannot read the
``file:`` indexes and folders that hosts without internet have. Nothing that comes in is run or unpacked.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from fwsite.domain.evidence import Release

PYPI = "https://pypi.org/simple"
ARCHIVE_MOST = 200_000_000
"""Bytes of one archive."""
PAGE_MOST = 50_000_000
"""Bytes of one package's page: those of packages with many thousand files have some ten million."""
TIMEOUT = 30
"""Seconds without a byte."""
_CHUNK = 1 << 18
_JSON = "application/vnd.pypi.simple.v1+json"
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a page raises that is not written as the specification says."""
_ACCEPT = f"{_JSON}, text/html;q=0.1"

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes that came, and those that will, or 0 where nobody says."""


class IndexProblem(Exception):
    """Something that keeps a file from being read; the message says what, and what to do."""


class Unreachable(IndexProblem):
    """No index answered."""


class IndexFile(NamedTuple):
    """One file that an index offers; ``sha256`` is empty where it says none."""

    name: str
    url: str
    sha256: str = ""
    size: int = 0
    uploaded_on: date | None = None
    requires_python: str = ""
    is_yanked: bool = False
    has_metadata: bool = False
    """Whether its metadata can be read without it, at ``url`` with ``.metadata`` behind it (PEP 658)."""

    @property
    def release(self) -> Release | None:
        """Which release it is of."""
        return Release.of_archive(self.name)

    @property
    def is_source(self) -> bool:
        """Whether it is a source archive."""
        return self.name.endswith((".tar.gz", ".zip"))


def pip_settings() -> dict[str, str]:
    """What this host's pip is set up with, by option: its files, then its environment, the later ones winning.

    Only an index that pip itself would use is asked. Where there is no pip, the environment alone counts.
    """
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=True).stdout  # noqa: S603 - all of it is ours
    except (OSError, subprocess.SubprocessError):
        said = "".join(
            f":env:.{name[4:].lower().replace('_', '-')}={value!r}\n"
            for name, value in os.environ.items()
            if name.startswith("PIP_")
        )
    found: dict[str, str] = {}
    order = ("global", "install", "download", ":env:")
    lines = re.findall(r"^(\S+?)\.([\w-]+)=(.*)$", said, re.MULTILINE)
    for section, name, value in sorted(lines, key=lambda line: order.index(line[0]) if line[0] in order else -1):
        if section in order:
            found[name] = str(ast.literal_eval(value))
    return found


@dataclass
class PackageIndex:
    """The indexes and folders of files that pip is told of. ``cache`` keeps archives by name."""

    cache: Path
    indexes: tuple[str, ...] = (PYPI,)
    folders: tuple[str, ...] = ()
    """``--find-links``: folders of files."""
    certificates: str = ""
    progress: Progress = field(default=lambda _name, _come, _all: None)
    _pages: dict[str, list[IndexFile]] = field(default_factory=dict)

    @classmethod
    def of_pip(cls, cache: Path, index_url: str = "", settings: Mapping[str, str] | None = None) -> PackageIndex:
        """As pip is set up on this host, or of one index alone."""
        given = pip_settings() if settings is None else settings
        indexes = (
            (index_url,) if index_url else (given.get("index-url", PYPI), *given.get("extra-index-url", "").split())
        )
        if given.get("no-index") and not index_url:
            indexes = ()
        folders = () if index_url else tuple(given.get("find-links", "").split())
        return cls(cache, indexes, folders, given.get("cert", ""))

    @property
    def names(self) -> str:
        """Where files come from, without passwords, for messages."""
        return ", ".join(map(_without_password, (*self.indexes, *self.folders))) or "no index at all"

    def files(self, package: str) -> list[IndexFile]:
        """Every file of the package, those of the first index first.

        Raises :class:`Unreachable` where none answers, :class:`IndexProblem` where none has the package.
        """
        package = canonicalize_name(package)
        if package not in self._pages:
            self._pages[package] = self._asked(package)
        return self._pages[package]

    def _asked(self, package: str) -> list[IndexFile]:
        found: list[IndexFile] = []
        faults: list[str] = []
        answered = False
        for index in self.indexes:
            try:
                found += self._page(f"{index.rstrip('/')}/{package}/")
                answered = True
            except urllib.error.HTTPError as error:
                answered = answered or error.code == 404
                faults.append(f"{_without_password(index)}: {error.code} {error.reason}")
            except (OSError, HTTPException, *_MALFORMED) as error:
                if urlsplit(index).scheme != "file":
                    faults.append(f"{_without_password(index)}: {getattr(error, 'reason', error)}")
        for folder in self.folders:
            found += _of_folder(folder, package)
        if found:
            return found
        if not answered:
            raise Unreachable(f"no index can be reached ({'; '.join(faults) or self.names}); try again with a network")
        raise IndexProblem(f"{self.names}: has no package {package!r}")

    def _page(self, url: str) -> list[IndexFile]:
        if urlsplit(url).scheme == "file":
            url += "index.html"
        with self._opened(url) as answer:
            text = answer.read(PAGE_MOST + 1)
            if len(text) > PAGE_MOST:
                raise IndexProblem(f"{_without_password(url)}: is larger than {PAGE_MOST:,} bytes")
            if answer.headers.get_content_type() == _JSON:
                return [_of_json(row, url) for row in json.loads(text)["files"]]
        return _Links.of(text.decode("utf-8", "replace"), url)

    def _opened(self, url: str) -> Any:
        if urlsplit(url).scheme not in ("https", "http", "file"):
            raise IndexProblem(f"{_without_password(url)}: must begin with https://, http:// or file://")
        request = urllib.request.Request(url, headers={"Accept": _ACCEPT, "User-Agent": "fwsite-evidence"})  # noqa: S310 - checked
        context = ssl.create_default_context(cafile=self.certificates or None)
        return urllib.request.urlopen(request, timeout=TIMEOUT, context=context)  # noqa: S310 - checked above

    def find(self, name: str, sha256: str = "") -> IndexFile:
        """The file of that name; no index is asked where the cache has it with the given hash.

        Raises :class:`IndexProblem` where there is none.
        """
        kept = self.cache / name
        if sha256 and kept.is_file() and sha256_of(kept) == sha256:
            return IndexFile(name, kept.absolute().as_uri(), sha256, kept.stat().st_size)
        release = Release.of_archive(name)
        if release is None:
            raise IndexProblem(f"{name}: is not named as an archive of a release is")
        for file in self.files(release.package):
            if file.name == name:
                return file
        raise IndexProblem(f"{name}: {self.names} has no such file; is the version right?")

    def newest(self, package: str) -> list[IndexFile]:
        """The files of the newest release that is final and not withdrawn. Raises :class:`IndexProblem`."""
        by_version: dict[Version, list[IndexFile]] = {}
        for file in self.files(package):
            release = file.release
            if release is None or file.is_yanked:
                continue
            try:
                version = release.order
            except InvalidVersion:
                continue
            if not version.is_prerelease:
                by_version.setdefault(version, []).append(file)
        if not by_version:
            raise IndexProblem(f"{package}: {self.names} has no final release of it")
        return by_version[max(by_version)]

    def archive(self, file: IndexFile) -> Path:
        """The file on this disk, fetched where it is not yet; its bytes have the hash that the index says.

        Raises :class:`IndexProblem`.
        """
        place = self.cache / file.name
        if place.is_file() and file.sha256 and sha256_of(place) == file.sha256:
            return place
        self.cache.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=self.cache, prefix="coming.")
        try:
            with os.fdopen(handle, "wb") as into:
                found = self._fetch(file, into)
            if file.sha256 and found != file.sha256:
                raise IndexProblem(f"{file.name}: has the hash {found}, and the index says {file.sha256}; not used")
            Path(aside).replace(place)
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{file.name}: could not be fetched: {getattr(error, 'reason', error)}") from error
        finally:
            Path(aside).unlink(missing_ok=True)
        return place

    def _fetch(self, file: IndexFile, into: Any) -> str:
        digest, come = hashlib.sha256(), 0
        with self._opened(file.url) as answer:
            all_of_it = int(answer.headers.get("Content-Length") or file.size or 0)
            while chunk := answer.read(_CHUNK):
                come += len(chunk)
                if come > ARCHIVE_MOST:
                    raise IndexProblem(f"{file.name}: is larger than {ARCHIVE_MOST:,} bytes; not used")
                digest.update(chunk)
                into.write(chunk)
                self.progress(file.name, come, all_of_it)
        return digest.hexdigest()

    def metadata(self, file: IndexFile) -> bytes | None:
        """The file's metadata where the index gives it by itself."""
        if not file.has_metadata:
            return None
        try:
            with self._opened(f"{file.url}.metadata") as answer:
                return bytes(answer.read(PAGE_MOST))
        except (OSError, HTTPException) as error:
            raise IndexProblem(f"{file.name}: its metadata could not be read: {error}") from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_json(row: Mapping[str, Any], page: str) -> IndexFile:
    uploaded = str(row.get("upload-time") or "")[:10]
    return IndexFile(
        name=str(row["filename"]),
        url=urljoin(page, str(row["url"])),
        sha256=str(row.get("hashes", {}).get("sha256", "")).lower(),
        size=int(row.get("size") or 0),
        uploaded_on=date.fromisoformat(uploaded) if uploaded else None,
        requires_python=str(row.get("requires-python") or ""),
        is_yanked=bool(row.get("yanked")),
        has_metadata=bool(row.get("core-metadata") or row.get("data-dist-info-metadata")),
    )


def _of_folder(folder: str, package: str) -> Iterator[IndexFile]:
    """The package's files in a folder on this disk; addresses of pages with links are left to pip."""
    parts = urlsplit(folder)
    place = Path(unquote(parts.path) if parts.scheme == "file" else folder)
    if parts.scheme in ("", "file") and place.is_dir():
        for path in sorted(place.iterdir()):
            release = Release.of_archive(path.name)
            if release is not None and release.package == package and path.is_file():
                yield IndexFile(path.name, path.absolute().as_uri(), sha256_of(path), path.stat().st_size)


def _without_password(url: str) -> str:
    return re.sub(r"(?<=://)[^/@]*@", "…@", url)


class _Links(HTMLParser):
    """A package's page as PEP 503 has it: one link for each file, the hash behind ``#``."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[IndexFile] = []

    @classmethod
    def of(cls, text: str, page: str) -> list[IndexFile]:
        reader = cls(page)
        reader.feed(text)
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "a" or not given.get("href"):
            return
        url = urljoin(self.page, str(given["href"]))
        parts = urlsplit(url)
        digest = re.search(r"sha256=([0-9a-fA-F]{64})", parts.fragment)
        self.found.append(
            IndexFile(
                name=unquote(parts.path.rpartition("/")[2]),
                url=url.partition("#")[0],
                sha256=digest[1].lower() if digest else "",
                requires_python=given.get("data-requires-python") or "",
                is_yanked="data-yanked" in given,
                has_metadata="data-core-metadata" in given or "data-dist-info-metadata" in given,
            )
        )

"""Evidence: what a claim rests on, whose words those are, and whether a machine has found them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version


class Evidence(StrEnum):
    """The three kinds of evidence, strongest first; the word is also what visitors read."""

    MEASURED = "measured"
    """A run of this site's own measurement produced it."""
    SOURCED = "sourced"
    """A published source states it; the source is named, with the date it was read."""
    OPINION = "opinion"
    """A judgement: ours, or that of the source that is named beside it."""


class Voice(StrEnum):
    """Whose words a source holds, as seen from what it is cited for."""

    PROJECT = "project"
    """The project speaks of itself."""
    INDEPENDENT = "independent"
    """Somebody else speaks of it."""


class Found(StrEnum):
    """What became of quoted words in an archive."""

    THERE = "there"
    MOVED = "moved"
    """In another file of the same archive."""
    GONE = "gone"


@dataclass(frozen=True)
class Release:
    """One release of a package; ``package`` is its normalised name, ``version`` as its archive has it."""

    package: str
    version: str

    @staticmethod
    def of_archive(name: str) -> Release | None:
        """The release that an archive's file name says; none for what is not named as releases are."""
        return _release_of(name)

    def __str__(self) -> str:
        return f"{self.package} {self.version}"

    @property
    def order(self) -> Version:
        """What releases of a package are put in order by."""
        return _version(self.version)

    def is_later_than(self, other: Release) -> bool:
        """Whether it came after the other release of the package."""
        return self.order > other.order

    def is_minor_behind(self, newest: Release) -> bool:
        """Whether ``newest`` is of a later minor version, such as 6.2 beside 6.1.3."""
        return newest.order.release[:2] > self.order.release[:2]


@lru_cache(maxsize=1024)
def _version(text: str) -> Version:
    from packaging.version import Version

    return Version(text)


@lru_cache(maxsize=1024)
def _release_of(name: str) -> Release | None:
    from packaging import utils, version  # no page that the site starts with needs them

    try:
        found = utils.parse_wheel_filename(name) if name.endswith(".whl") else utils.parse_sdist_filename(name)
    except (utils.InvalidSdistFilename, utils.InvalidWheelFilename, version.InvalidVersion):
        return None
    return Release(utils.canonicalize_name(found[0]), str(found[1]))


@dataclass(frozen=True)
class Receipt:
    """The result of looking for words in an archive: what was found, where, and the day.

    ``passage`` is the text that was found instead, for words that are gone, and ``file`` where it or the words are.
    """

    found: Found
    archive: str
    file: str
    checked_on: date
    passage: str = ""

    @property
    def release(self) -> Release | None:
        """The release that was looked at."""
        return Release.of_archive(self.archive)

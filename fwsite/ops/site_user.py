"""Site's user: whether the user that the site runs as may read, write or enter a place, found out by whoever asks.

Root may do everything, so that trying as root says nothing of the site. Owner, groups and mode say it, for any user and
without becoming that one. Access lists beyond the mode (ACL) are not read: what they allow is asked of the system only
for the user that asks.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SiteUser:
    """A user of this machine, or one that it is yet to have, who may do what everybody may."""

    name: str
    uid: int
    groups: frozenset[int]

    @classmethod
    def named(cls, name: str) -> SiteUser:
        """The user of that name. Raises :class:`KeyError` where there is none."""
        entry = pwd.getpwnam(name)
        return cls(name, entry.pw_uid, frozenset(os.getgrouplist(name, entry.pw_gid)))

    @classmethod
    def to_come(cls, name: str) -> SiteUser:
        """One who is not there yet."""
        return cls(name, -1, frozenset())

    @classmethod
    def asking(cls) -> SiteUser:
        """Who runs this."""
        return cls(_name(os.geteuid()), os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))

    @classmethod
    def owning(cls, path: Path) -> SiteUser:
        """Who owns a place."""
        owner = path.stat()
        try:
            return cls.named(pwd.getpwuid(owner.st_uid).pw_name)
        except KeyError:  # a number without a name, as in a container
            return cls(str(owner.st_uid), owner.st_uid, frozenset({owner.st_gid}))

    def may(self, path: Path, wanted: int) -> bool:
        """Whether the place itself may be used so: ``os.R_OK``, ``os.W_OK``, ``os.X_OK``, or several of them."""
        if self.uid == os.geteuid():
            return os.access(path, wanted)
        found = path.stat()
        if self.uid == 0:
            return True
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid in self.groups else 0
        return (found.st_mode >> shift) & wanted == wanted

    def obstacle(self, path: Path, wanted: int) -> Path | None:
        """What keeps this user from it: the place itself, or a folder above; ``None`` where nothing does."""
        for folder in _above(path):
            if not self.may(folder, os.X_OK):
                return folder
        return None if self.may(path, wanted) else path


def described(path: Path) -> str:
    """A place with its owner and mode, as in ``/root (of root, mode 700)``."""
    found = path.stat()
    return f"{path} (of {_name(found.st_uid)}:{_group(found.st_gid)}, mode {stat.S_IMODE(found.st_mode):o})"


def _above(path: Path) -> Iterator[Path]:
    """The folders on the way there, from the top, and where links are on it, on the way that they lead."""
    ways = dict.fromkeys((path.absolute(), path.resolve()))
    yield from dict.fromkeys(folder for way in ways for folder in reversed(way.parents))


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)

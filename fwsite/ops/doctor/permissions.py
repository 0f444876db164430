"""Permission check: what the site's user can read and write, and what others can."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import fwsite
from fwsite.instance import Instance
from fwsite.ops.backup.holdings import files, leads_out, sides
from fwsite.ops.doctor.finding import Finding, or_fine, wrong
from fwsite.ops.site_user import SiteUser, described

AREA = "permissions"
_SECRETS = re.compile(
    r"""^\s*\w*(SECRET|PASSWORD|TOKEN|KEY)\w*\s*=\s*["'][^"']|://[^/\s"']*:[^/\s"']*@""", re.MULTILINE
)
_FEW = 3
"""So many files are named; of the others, how many there are."""


def look(instance: Instance, database: Path | None, user: SiteUser) -> list[Finding]:
    """What ``user`` and others may do; ``database`` is the SQLite file, ``None`` on PostgreSQL."""
    fine = f"{user.name} can read and write the site's files, and nobody else may"
    return or_fine(AREA, list(_faults(instance, database, user)), fine)


def _faults(instance: Instance, database: Path | None, user: SiteUser) -> Iterator[Finding]:
    yield from _secrets(instance, user)
    yield from _databases(instance, database)
    yield from _program(user)
    stuck = _stuck(instance.path, user)
    if stuck is not None:
        yield stuck
        return
    yield from _unreadable(instance, database, user)
    yield from _links_out(instance, database)
    folders = [instance.path, *([database.parent] if database else []), instance.cache]
    for folder in (folder for folder in dict.fromkeys(folders) if folder.is_dir()):
        yield from _folder(folder, user)
    yield from _owners(database, user)


def _secrets(instance: Instance, user: SiteUser) -> Iterator[Finding]:
    """A file that only its owner may read has to belong to who has to read it."""
    for path, others in ((instance.secret_file, 0o077), (instance.config_file, 0o007)):
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & others and _is_secret(instance, path):
            theirs = "" if path.stat().st_uid == user.uid else f"chown {user.name} {path} && "
            yield wrong(AREA, f"{path} has secrets in it and can be read by others", f"{theirs}chmod 600 {path}")


def _databases(instance: Instance, database: Path | None) -> Iterator[Finding]:
    """One that is not in use any more holds password hashes and answers all the same."""
    everybody = SiteUser.to_come("others")
    for file in dict.fromkeys((instance.database_file, database)):
        open_to_all = [path for path in sides(file) if everybody.obstacle(path, os.R_OK) is None] if file else []
        if open_to_all:
            listed = " ".join(shlex.quote(str(path)) for path in open_to_all)
            what = f"{open_to_all[0]} can be read by everybody on this machine, with the hashes of passwords in it"
            yield wrong(AREA, what, f"chmod 600 {listed}")


def _is_secret(instance: Instance, path: Path) -> bool:
    if path == instance.secret_file:
        return True
    with suppress(OSError, UnicodeDecodeError):
        return bool(_SECRETS.search(path.read_text(encoding="utf-8")))
    return False


def program_faults(user: SiteUser) -> Iterator[str]:
    """What keeps ``user`` from running this very program, as when it is in somebody's home."""
    package = Path(fwsite.__file__)
    for path, wanted in ((Path(sys.executable), os.X_OK), (package, os.R_OK)):
        at = user.obstacle(path, wanted)
        if at is not None:
            yield f"{user.name} cannot use {path}: {described(at)} is in the way"
            return


def _program(user: SiteUser) -> Iterator[Finding]:
    for what in program_faults(user):
        yield wrong(AREA, what, "make the environment where that user can go, as in /srv/ledger/venv, and use that one")


def _stuck(folder: Path, user: SiteUser) -> Finding | None:
    at = user.obstacle(folder, os.R_OK | os.X_OK)
    if at is None:
        return None
    step = f"chown -R {user.name}: {folder}" if at == folder else f"let {user.name} enter it: chmod o+x {at}"
    return wrong(AREA, f"{user.name} cannot get to {folder}: {described(at)} is in the way", step)


def _unreadable(instance: Instance, database: Path | None, user: SiteUser) -> Iterator[Finding]:
    paths = [instance.path / path for path in files(instance, database)]
    places = [*paths, *dict.fromkeys(folder for path in paths for folder in path.parents if folder != instance.path)]
    inside = [place for place in places if place.is_relative_to(instance.path) and place.exists()]
    wanted = {True: os.R_OK | os.X_OK, False: os.R_OK}
    faults = [place for place in inside if not user.may(place, wanted[place.is_dir()])]
    for place in faults[:_FEW]:
        yield wrong(AREA, f"{user.name} cannot read {described(place)}", f"chown {user.name}: {place}")
    if len(faults) > _FEW:
        yield wrong(
            AREA,
            f"{user.name} cannot read {len(faults) - _FEW} others in {instance.path}",
            f"chown -R {user.name}: {instance.path}",
        )


def _links_out(instance: Instance, database: Path | None) -> Iterator[Finding]:
    for path in files(instance, database):
        if leads_out(instance.path, instance.path / path):
            what = f"{instance.path / path} is a link out of the instance folder: fwsite backup refuses it"
            yield wrong(AREA, what, "delete it, or put in its place what it leads to")


def _folder(folder: Path, user: SiteUser) -> Iterator[Finding]:
    at = user.obstacle(folder, os.W_OK | os.X_OK)
    if at is not None or os.statvfs(folder).f_flag & os.ST_RDONLY:
        yield wrong(
            AREA,
            f"{folder} cannot be written by {user.name}: SQLite keeps its log beside the database",
            f"run this as the site's user, or name it by --user; if it is, give the folder to it: "
            f"chown -R {user.name}: {folder}",
        )
    elif folder.stat().st_mode & stat.S_IWOTH and not folder.stat().st_mode & stat.S_ISVTX:
        yield wrong(AREA, f"{folder} can be written by everybody on this machine", f"chmod o-w {folder}")


def _owners(database: Path | None, user: SiteUser) -> Iterator[Finding]:
    """A command that root ran leaves files that the site's user cannot write."""
    if database is None:
        return
    owner = database.parent.stat().st_uid
    for path in sides(database):
        if path.stat().st_uid != owner:
            yield wrong(
                AREA,
                f"{path} belongs to user {path.stat().st_uid} and its folder to user {owner}, who may not write it",
                f"chown {owner} {path}; run commands as the site's user",
            )
        elif not user.may(path, os.R_OK | os.W_OK):
            yield wrong(
                AREA, f"{user.name} cannot write {described(path)}", f"chown {user.name} {path} && chmod u+rw {path}"
            )

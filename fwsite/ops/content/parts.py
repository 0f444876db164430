"""Content parts: whose files there are to export and import, with faults of third parties named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask import current_app

from fwsite.plugins.content import ContentError, ContentFiles
from fwsite.plugins.discovery import said
from fwsite.plugins.fault_log import NEXT
from fwsite.plugins.registry import registry_of
from fwsite.plugins.sandbox import report
from fwsite.plugins.state import FAULTS
from fwsite.plugins.toml_file import read_toml


class Part(NamedTuple):
    """An extension's content, by the extension's name."""

    name: str
    files: ContentFiles

    @contextmanager
    def named(self) -> Iterator[None]:
        """What a third party's code raises, as a :class:`ContentError` that names the extension; it is logged."""
        try:
            yield
        except ContentError:
            raise
        except FAULTS as error:
            registry = registry_of(current_app)
            if self.name not in registry.third_parties:
                raise
            extension = next(each for each in registry.extensions if each.name == self.name)
            report(extension, "content_files", error)
            raise ContentError(f"extension {self.name}: content_files failed: {said(error)}; {NEXT}") from error

    def knows(self, file: Path) -> bool:
        """Whether it is one of this part's files, by its keys."""
        try:
            return not set(self.files.keys).isdisjoint(read_toml(file).table)
        except ContentError:
            return False

    def owns(self, name: str) -> bool:
        """Whether it may write a file of this name into the folder."""
        return any(re.fullmatch(re.escape(each).replace(r"\*", "[^/]+"), name) for each in self.files.names)

    def files_in(self, folder: Path) -> set[Path]:
        """This part's files in a folder."""
        return {path for name in self.files.names for path in folder.glob(name)}


def parts() -> list[Part]:
    """Everything that takes part, in the order in which it is taken in. Raises :class:`ContentError` for nothing."""
    found = [Part(extension.name, files) for extension, files in registry_of(current_app).content_files()]
    if not found:
        raise ContentError("No part of this site has content in files: all that have some are disabled.")
    return found


def part_of_file(file: Path) -> Part:
    """Whose content one file holds: by its keys, else by its name, else the first part's."""
    everything = parts()
    known = [part for part in everything if part.knows(file)]
    return next(iter([*known, *(part for part in everything if part.name == file.stem), *everything]))

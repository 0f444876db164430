"""Template bytecode cache on the disk; pages do without where it is full or fails."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

log = logging.getLogger(__name__)


class CompiledTemplates(FileSystemBytecodeCache):
    """As Jinja has it, but for errors of the disk: what cannot be kept is compiled once more by the next process."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept, if it can be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, if it can be kept."""
        try:
            super().dump_bytecode(bucket)
        except OSError as error:
            log.debug("a compiled template cannot be kept: %s", error)

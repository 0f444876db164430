"""Pages that are the same for everybody but for a few gaps, such as the tokens of a form.

What stands around the gaps is kept, packed already. Filling a page takes neither a template nor a compressor: a gzip
stream may be put together of parts that were packed each by itself, and of parts that were not packed at all.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fwsite.web.compression import takes_gzip

Gap = Callable[[], str]
"""Gives the text of one gap for the request that is being answered."""
_Pieces = tuple[bytes | int, ...]
"""Texts, and between them the numbers of the gaps that are there."""
# RFC 1952: magic number, method deflate, no flags, no time, packed as tightly as can be, system unknown.
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
# RFC 1951, 3.2.4: a block that is stored as it is, and the last one, which is empty.
_STORED = struct.Struct("<BHH")
_LAST = _STORED.pack(1, 0, 0xFFFF)
_GZIP_TAIL = struct.Struct("<II")
_TIGHT = 9
_UNNOTICED = 4096
"""Bytes; zlib lets other threads run while it works on more than 5 KiB."""


@dataclass(frozen=True, slots=True)
class PageWithGaps:
    """The page as it was made at ``state``."""

    state: object
    endpoint: str
    headers: tuple[tuple[str, str], ...]
    gaps: tuple[Gap, ...]
    plain: _Pieces
    packed: _Pieces

    @classmethod
    def made(
        cls, state: object, endpoint: str, headers: Iterable[tuple[str, str]], text: str, filled: dict[str, Gap]
    ) -> PageWithGaps:
        """From the page that was made for somebody: ``filled`` are the texts that stand in its gaps, and their gaps."""
        own = list(filled)
        found = re.split("|".join(f"({re.escape(each)})" for each in own), text) if own else [text]
        plain = tuple(own.index(each) if each in filled else each.encode() for each in found if each)
        packed = tuple(each if isinstance(each, int) else _deflated(each) for each in plain)
        return cls(state, endpoint, tuple(headers), tuple(filled.values()), plain, packed)

    def filled(self, accepted: str) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body of the page with its gaps filled, for the header Accept-Encoding. Needs the request's
        context.
        """
        texts = [gap().encode() for gap in self.gaps]
        body = b"".join([texts[each] if isinstance(each, int) else each for each in self.plain])
        headers = [*self.headers, ("Vary", "Accept-Encoding")]
        if takes_gzip(accepted):
            headers.append(("Content-Encoding", "gzip"))
            body = self._gzip(texts, body)
        headers.append(("Content-Length", str(len(body))))
        return headers, body

    def _gzip(self, texts: list[bytes], body: bytes) -> bytes:
        blocks = [_stored(each) for each in texts]
        parts = [blocks[each] if isinstance(each, int) else each for each in self.packed]
        tail = _GZIP_TAIL.pack(_checksum(body), len(body))
        return b"".join([_GZIP_HEAD, *parts, _LAST, tail])


def _deflated(piece: bytes) -> bytes:
    """Blocks that end with a whole byte, and refer to nothing before them."""
    packer = zlib.compressobj(_TIGHT, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


def _checksum(body: bytes) -> int:
    """In pieces so small that the interpreter is not let go for them: getting it back takes ten times as long."""
    checksum = 0
    for start in range(0, len(body), _UNNOTICED):
        checksum = zlib.crc32(body[start : start + _UNNOTICED], checksum)
    return checksum


def _stored(piece: bytes) -> bytes:
    return _STORED.pack(0, len(piece), len(piece) ^ 0xFFFF) + piece

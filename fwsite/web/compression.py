"""Response compression: brotli, or gzip for those who do not take it."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

ENCODINGS = ("br", "gzip")
MIMETYPES = frozenset(
    "text/html text/css text/csv text/plain application/json application/xml application/atom+xml image/svg+xml".split()
)
LEAST = 500
"""Shorter bodies gain nothing."""
_TIGHT = {"br": 10, "gzip": 9}
"""For what is kept and sent again. Brotli one step below its best: 3 per cent larger, in less than half the time."""
_BEST = {"br": 11, "gzip": 9}
"""For what is packed once in a process, and kept by browsers for good."""
_FAST = {"br": 1, "gzip": 1}
"""For what is made for one visitor: a tenth larger than by the usual levels, in half the time."""
_SMALLEST_WINDOW, _LARGEST_WINDOW = 10, 22
"""Of brotli, as powers of two."""
_USUAL_LENGTH = 100
"""Nobody's browser says more in Accept-Encoding; longer ones are not remembered."""


def compress(response: Response, *, tightly: bool) -> Response:
    """Compress what gains from it: ``tightly`` what will be kept and sent again; that takes ten times as long.

    What may be kept for good, by the hash in its address, is packed as tightly as can be, and remembered. The ETag gets
    the encoding's name: the compressed and the plain body are different bytes.
    """
    if response.mimetype not in MIMETYPES or response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")  # not by the headers: that would make the page personal
    encoding = encoding_for(accepted)
    if encoding is None or (response.content_length or LEAST) < LEAST:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if response.cache_control.max_age:
        response.set_data(_remembered(body, encoding))
    else:
        response.set_data(pack(body, encoding, tightly=tightly))
    response.headers["Content-Encoding"] = encoding
    tag, weak = response.get_etag()
    if tag and not weak:
        response.set_etag(f"{tag}-{encoding}")
    return response


def encoding_for(accepted: str) -> str | None:
    """The best encoding that the header Accept-Encoding allows; none where the body has to be sent as it is."""
    return _best(accepted) if len(accepted) <= _USUAL_LENGTH else _best.__wrapped__(accepted)


@lru_cache(maxsize=256)
def _best(accepted: str) -> str | None:
    return parse_accept_header(accepted, Accept).best_match(ENCODINGS)


def pack(body: bytes, encoding: str, *, tightly: bool) -> bytes:
    """The body in this encoding; for equal bodies equal bytes."""
    return _packed(body, encoding, (_TIGHT if tightly else _FAST)[encoding])


def _packed(body: bytes, encoding: str, quality: int) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, quality, mtime=0)
    # A window that is no larger than the body: each thread that packs pays for it in memory.
    window = min(max(len(body).bit_length(), _SMALLEST_WINDOW), _LARGEST_WINDOW)
    return brotli.compress(body, quality=quality, lgwin=window)


@lru_cache(maxsize=32)
def _remembered(body: bytes, encoding: str) -> bytes:
    return _packed(body, encoding, _BEST[encoding])

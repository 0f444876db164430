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
_KEPT = 32
_USUAL_LENGTH = 100
_TIGHT_BROTLI = 10
"""One step below the best: 3 per cent larger, in less than half the time."""
_FAST_BROTLI = 3
_SMALLEST_WINDOW, _LARGEST_WINDOW = 10, 22
"""Of brotli, as powers of two."""
_FAST_GZIP = 6


def compress(response: Response, *, tightly: bool) -> Response:
    """Compress what gains from it: ``tightly`` what will be kept and sent again; that takes ten times as long.

    What may be kept for good, by the hash in its address, is packed tightly, too, and remembered. The ETag gets the
    encoding's name: the compressed and the plain body are different bytes.
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
        response.set_data((_pack_tightly if tightly else _pack_fast)(body, encoding))
    response.headers["Content-Encoding"] = encoding
    tag, weak = response.get_etag()
    if tag and not weak:
        response.set_etag(f"{tag}-{encoding}")
    return response


def encoding_for(accepted: str) -> str | None:
    """The best encoding that the header Accept-Encoding allows; none where the body has to be sent as it is."""
    if len(accepted) > _USUAL_LENGTH:  # not remembered: nobody's browser says that much
        return _best(accepted)
    return _known_best(accepted)


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether the header Accept-Encoding allows gzip."""
    return len(accepted) <= _USUAL_LENGTH and parse_accept_header(accepted, Accept).best_match(["gzip"]) is not None


def _best(accepted: str) -> str | None:
    return parse_accept_header(accepted, Accept).best_match(ENCODINGS)


_known_best = lru_cache(maxsize=256)(_best)


@lru_cache(maxsize=_KEPT)
def _remembered(body: bytes, encoding: str) -> bytes:
    return _pack_tightly(body, encoding)


def _pack_tightly(body: bytes, encoding: str) -> bytes:
    return _brotli(body, _TIGHT_BROTLI) if encoding == "br" else gzip.compress(body, 9, mtime=0)


def _pack_fast(body: bytes, encoding: str) -> bytes:
    return _brotli(body, _FAST_BROTLI) if encoding == "br" else gzip.compress(body, _FAST_GZIP, mtime=0)


def _brotli(body: bytes, quality: int) -> bytes:
    """With a window that is no larger than the body: each thread that packs pays for it in memory."""
    window = min(max(len(body).bit_length(), _SMALLEST_WINDOW), _LARGEST_WINDOW)
    return brotli.compress(body, quality=quality, lgwin=window)

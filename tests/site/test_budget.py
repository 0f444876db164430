"""What a visitor's first round trip may weigh: bytes on the wire, as a browser gets them."""

from __future__ import annotations

import gzip
import re
import socket
from urllib.request import urlopen

import brotli
import pytest

from tests.support.served import Site

PAGE_BUDGET = 14_600
"""One initial TCP window of ten segments of 1,460 bytes."""
STYLESHEET_BUDGET = 6_000


def fetch(site: Site, path: str, encoding: str) -> tuple[bytes, bytes]:
    """Head and body of the raw response to what a browser sends."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        host, others = f"127.0.0.1:{site.port}", "Connection: close\r\n\r\n"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: {encoding}\r\n{others}".encode())
        raw = b""
        while chunk := connection.recv(65_536):
            raw += chunk
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert f"content-encoding: {encoding}".encode() in head.lower()
    return head, body


def test_the_front_page_with_its_stylesheets_and_headers_fits_one_round_trip(site: Site) -> None:
    page = fetch(site, "/", "br")
    with urlopen(site.url) as plain:
        text = plain.read().decode()
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', text)
    assert sheets
    styles = [fetch(site, sheet.replace("&amp;", "&"), "br") for sheet in sheets]
    assert sum(len(body) for _, body in styles) <= STYLESHEET_BUDGET
    assert sum(map(len, (*page, *(part for style in styles for part in style)))) <= PAGE_BUDGET


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_what_is_compressed_unpacks_to_the_plain_page(site: Site, encoding: str) -> None:
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}[encoding]
    with urlopen(site.url) as plain:
        assert unpack(fetch(site, "/", encoding)[1]) == plain.read()


@pytest.mark.parametrize("path", ["/", "/article/", "/comparison/", "/questionnaire/", "/questionnaire/deleted"])
def test_no_page_has_a_script_or_loads_from_elsewhere(site: Site, path: str) -> None:
    with urlopen(site.url + path) as plain:
        text = plain.read().decode()
    assert re.findall(r'<script(?! type="application/ld\+json")', text) == []
    assert re.findall(r'<(?:link rel="stylesheet" href|img[^>]* src|iframe src)="(?:https?:)?//', text) == []

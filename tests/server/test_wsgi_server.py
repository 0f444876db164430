"""What visitors send to the real server, however wrong, is answered with a page and costs nothing."""

from __future__ import annotations

import http.client
from contextlib import closing

import pytest

from tests.support.served import Site

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def ask(
    site: Site, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
        connection.request(method, path, body=body or None, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/questionnaire/", b"q-work=" + b"x" * 20_000_000, 413),
        ("POST", "/questionnaire/", b"&".join(b"f%d=x" % number for number in range(10_000)), 400),
        ("POST", "/questionnaire/", b"q-work=%00&q-size=%ED%A0%80&\x00=\xff", 400),
        ("POST", "/", b"a=b", 405),
        ("DELETE", "/comparison/", b"", 405),
        ("BREW", "/questionnaire/", b"", 405),
        ("GET", "/questionnaire/short", b"", 404),
        ("GET", "/%00", b"", 404),
        ("GET", "/article/..%2f..%2fwsgi", b"", 404),
        ("GET", "/article/media/..%2fsecret_key", b"", 404),
        ("GET", "/article/%ED%A0%80", b"", 404),
    ],
)
def test_wrong_requests_get_a_page_that_says_so(site: Site, method: str, path: str, body: bytes, status: int) -> None:
    before = site.log.read_text()
    got, page = ask(site, method, path, body, FORM if body else None)
    assert got == status
    assert "<h1>" in page and '<nav aria-label="Main">' in page
    written = site.log.read_text().removeprefix(before)
    assert written.count("\n") <= 1 and "Traceback" not in written


@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "%FF", "a" * 5000, "%E2%80%AE", "'\"><script>"])
def test_no_filter_makes_the_comparison_fail(site: Site, value: str) -> None:
    value = value.replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
    status, page = ask(site, "GET", f"/comparison/?f={value}")
    assert status == 200
    assert "None of the chosen frameworks" in page
    assert "<script>" not in page

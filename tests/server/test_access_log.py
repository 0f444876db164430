"""What stands in the log, and what never does."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fwsite.server import access_log, redaction
from fwsite.server.access_log import AccessLog
from fwsite.web.signing import new_submission
from tests.support.serving import ServedSite, until

TOKEN = "Ab3_x-Yz90QrStUvWxYz1A"


@pytest.fixture(scope="module")
def site(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A site that logs each answer as JSON, behind a trusted proxy: these tests."""
    folder = tmp_path_factory.mktemp("logged")
    settings = {"LOG_ACCESS": "on", "LOG_FORMAT": "json", "TRUSTED_PROXIES": "127.0.0.1"}
    running = ServedSite(shutil.copytree(filled_instance, folder / "instance"), folder, **settings)
    running.start()
    yield running
    running.stop()


def lines(site: ServedSite, **wanted: Any) -> list[dict[str, Any]]:
    """The log's JSON lines that have what is wanted; waits for the first."""

    def found() -> list[dict[str, Any]]:
        every = [json.loads(line) for line in site.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in every if all(line.get(name) == value for name, value in wanted.items())]

    until(found, f"a line with {wanted}")
    return found()


class TestServed:
    def test_each_answer_is_a_line_with_the_proxys_id_and_the_extension(self, site: ServedSite) -> None:
        _, _, body = site.get("/comparison/?f=django", X_Request_ID="of-the-proxy.1", X_Forwarded_For="203.0.113.9")
        [line] = lines(site, id="of-the-proxy.1")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line.pop("time"))
        assert line.pop("ms") > 0
        assert line == {
            "level": "info",
            "logger": "access",
            "id": "of-the-proxy.1",
            "method": "GET",
            "path": "/comparison/?f=django",
            "status": 200,
            "bytes": len(body),
            "extension": "comparison",
        }
        assert "203.0.113.9" not in site.log.read_text()

    def test_a_page_that_is_kept_whole_still_says_whose_it_is(self, site: ServedSite) -> None:
        for number in range(6):
            site.get("/comparison/frameworks/django", X_Request_ID=f"kept-page-{number}")
        assert {line["extension"] for number in range(6) for line in lines(site, id=f"kept-page-{number}")} == {
            "comparison"
        }

    def test_a_file_counts_with_its_size(self, site: ServedSite) -> None:
        _, _, body = site.get("/static/site.css", X_Request_ID="a-static-file")
        [line] = lines(site, id="a-static-file")
        assert line["bytes"] == len(body) > 0

    def test_an_id_that_is_not_well_formed_is_not_taken(self, site: ServedSite) -> None:
        site.get("/comparison/?f=flask", X_Request_ID='a"b c\\' + "x" * 20)
        [line] = lines(site, path="/comparison/?f=flask")
        assert re.fullmatch(r"[0-9a-f]{10}-[0-9a-f]+", line["id"])

    def test_an_error_has_its_requests_id_and_the_answer_has_it_too(self, site: ServedSite) -> None:
        status, headers, _ = site.get(f"/slow/fails/{TOKEN}")
        assert status == 500
        [error] = lines(site, id=headers["X-Request-ID"], level="error")
        assert error["extension"] == "slow" and "extension slow: GET '/slow/fails/***' failed" in error["message"]
        assert "RuntimeError: it fails" in error["traceback"]
        [answer] = lines(site, id=headers["X-Request-ID"], level="info")
        assert answer["path"] == "/slow/fails/***" and answer["status"] == 500
        assert "X-Request-ID" not in site.get("/")[1]

    def test_tokens_are_masked_wherever_an_address_has_them(self, site: ServedSite) -> None:
        token = new_submission()
        for number, address in enumerate(
            (
                f"/questionnaire/{token}",
                f"/questionnaire/view/{token}/result.json",
                f"/questionnaire/?from={token}",
                f"/questionnaire/?%66rom=short&view={token}",
                f"/account/password/{token}",
                f"/account/sign-in?next=%2Faccount%2Fpassword%2F{token}",
                f"/no/such/page/{token}",
                f"/questionnaire/{''.join(f'%{ord(letter):02x}' for letter in token)}",
            )
        ):
            site.get(address, X_Request_ID=f"masked-{number}")
            [line] = lines(site, id=f"masked-{number}")
            assert "***" in line["path"]
        assert token not in site.log.read_text()
        assert "short" not in lines(site, id="masked-3")[0]["path"]

    @pytest.mark.parametrize("path", [b"/a\x1b[31mred", b"/a%0aforged", b"/a%1b%5b31m", b"/\xff\xfe", b"/a%E2%80%AE"])
    def test_no_control_character_reaches_the_log_raw(self, site: ServedSite, path: bytes) -> None:
        before = len(lines(site, logger="access"))
        with site.connect() as connection:
            connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert connection.recv(65536)
        until(lambda: len(lines(site, logger="access")) > before, "one more line")
        written = site.log.read_bytes()
        assert all(byte == 10 or 32 <= byte < 127 for byte in written if byte < 128)
        assert all(line.startswith(b"{") for line in written.splitlines() if b"forged" in line)

    def test_what_waitress_refuses_by_itself_is_a_line_too(self, site: ServedSite) -> None:
        with site.connect() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n")
            head = connection.recv(65536).partition(b"\r\n\r\n")[0].decode()
        assert " 400 " in head.splitlines()[0]
        assert {"Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"} <= {
            line.partition(":")[0] for line in head.splitlines()
        }
        assert lines(site, logger="access", status=400)


@pytest.mark.parametrize(
    ("path", "query", "shown"),
    [
        ("/comparison/", "", "/comparison/"),
        ("/article/django-pros-and-cons-in-the-year-2026", "", "/article/django-pros-and-cons-in-the-year-2026"),
        ("/static/site.css", "v=ab12cd34ef", "/static/site.css?v=ab12cd34ef"),
        (f"/x/{TOKEN}/y", "", "/x/***/y"),
        (f"/x/{'0a1b' * 8}", "", "/x/***"),
        ("/x/", "api_token=1&q=words+of+mine&PASSWORD=2", "/x/?api_token=***&q=words+of+mine&PASSWORD=***"),
        ("/x/", "from=a&from=b&n=1", "/x/?from=***&from=***&n=1"),
        ("/a b\n\x1b\x80\xff", "", "/a%20b%0A%1B%80%FF"),
        ("", "", "/"),
    ],
)
def test_addresses_are_shown_masked_and_on_one_line(path: str, query: str, shown: str) -> None:
    assert redaction.address({"PATH_INFO": path, "QUERY_STRING": query}) == shown


def test_what_a_view_calls_a_token_is_masked_however_it_looks() -> None:
    request = SimpleNamespace(view_args={"token": "short", "view_token": "words", "slug": "kept"})
    environ = {"PATH_INFO": "/x/short/words/kept", "werkzeug.request": request}
    assert redaction.address(environ) == "/x/***/***/kept"
    assert redaction.text("'/x/short' failed", environ) == "'/x/***' failed"


@pytest.fixture
def begin() -> Iterator[Callable[..., None]]:
    """Makes this process log as the command does; the test run's own handlers stand aside."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def now(**settings: float) -> None:
        root.handlers[:] = []
        with access_log.held_back(**settings):
            logging.getLogger("fwsite.test").debug("not shown")

    yield now
    root.handlers[:], root.level = handlers, level


def fail(number: int) -> None:
    try:
        raise ValueError(f"the {number}th")
    except ValueError as error:
        logging.getLogger("fwsite.test").error("slot %s failed", "a", exc_info=error)


def test_the_same_traceback_is_shown_once_a_minute(
    begin: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    for seconds, tracebacks in ((access_log.REPEATED, 1), (0.0, 3)):
        begin(repeated=seconds)
        for number in range(3):
            fail(number)
        text = capfd.readouterr().err
        assert (text.count("Traceback"), text.count("slot a failed")) == (tracebacks, 3)


def test_a_message_of_several_lines_stays_one_entry(
    begin: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    begin()
    logging.getLogger("fwsite.test").warning("one\n2026-11-27T00:00:00Z INFO forged\r")
    first, second = capfd.readouterr().err.splitlines()
    assert first.endswith(" WARNING fwsite.test: one") and second == "    2026-11-27T00:00:00Z INFO forged\\r"


def test_a_line_of_an_answer_has_the_address_only_where_it_was_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    for addresses in (False, True):
        config = {"LOG_FORMAT": "plain", "LOG_ADDRESSES": addresses}
        access = AccessLog(SimpleNamespace(config=config))  # type: ignore[arg-type]
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": "192.0.2.1", access_log.REQUEST_ID: "id"}
        access(environ, "200 OK", 5, 0.0042, 0.0)
        access.write(all_of_them=True)
        where = " from 192.0.2.1" if addresses else ""
        assert capfd.readouterr().err == f"1970-01-01T00:00:00Z INFO [id] access: GET / 200 5 bytes 4.2 ms -{where}\n"

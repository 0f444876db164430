"""Forms of all kinds that come to one process at the same moment: each visitor gets the answer to their own."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from fwsite.web.signing import new_submission, token_hash
from tests.support.serving import ServedSite, opened_form

PATH = "/questionnaire/"
TOKEN = "a-token-that-prometheus-shows"
Form = dict[str, Any]


@pytest.fixture(scope="module")
def site(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """One that has answered a form already, so that others like it need no view."""
    folder = tmp_path_factory.mktemp("forms")
    running = ServedSite(
        shutil.copytree(filled_instance, folder / "instance"),
        folder,
        TRUSTED_PROXIES="127.0.0.1",
        LOG_ACCESS="on",
        METRICS_TOKEN=TOKEN,
    )
    running.start()
    assert answers(running, [sent(*opened(running))])[0].status == 303
    yield running
    running.stop()


def opened(site: ServedSite) -> tuple[str, Form]:
    """A visitor's cookie and form, filled in."""
    cookie, form = opened_form(lambda path: site.get(path)[1:])
    return cookie, {**form, "submission": new_submission()}


def sent(cookie: str, form: Form, path: str = PATH, *headers: str) -> bytes:
    body = urlencode(form, doseq=True).encode()
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Cookie: {cookie}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def answers(site: ServedSite, requests: list[bytes]) -> list[HTTPResponse]:
    """The answer to each; all are sent before any is read."""
    with ExitStack() as stack:
        connections = [stack.enter_context(site.connect()) for _ in requests]
        for connection, request in zip(connections, requests, strict=True):
            connection.sendall(request)
        return [_read(connection) for connection in connections]


def _read(connection: socket.socket) -> HTTPResponse:
    answer = HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer


def test_each_gets_the_answer_to_their_own_form(site: ServedSite) -> None:
    before = set(site.stored())
    _, others = opened(site)
    kinds = {
        "fine": (303, lambda own: sent(*own)),
        "nothing answered": (200, lambda own: sent(own[0], _without_answers(own[1]))),
        "another's token": (400, lambda own: sent(own[0], {**own[1], "csrf_token": others["csrf_token"]})),
        "a query": (303, lambda own: sent(*own, f"{PATH}?a=b")),
        "over https": (303, lambda own: sent(*own, PATH, "X-Forwarded-Proto: https")),
        "headers that make no sense": (400, lambda own: sent(*own, PATH, "X-Forwarded-Proto: gopher")),
    }
    expected, requests = [], []
    for _ in range(6):
        for status, make in kinds.values():
            expected.append(status)
            requests.append(make(opened(site)))
    found = answers(site, requests)
    assert [answer.status for answer in found] == expected
    strict = [kind == "over https" for _ in range(6) for kind in kinds]
    assert [bool(answer.headers["Strict-Transport-Security"]) for answer in found] == strict
    results = [answer.headers["Location"].rpartition("/")[2] for answer in found if answer.status == 303]
    assert len(set(results)) == expected.count(303)
    assert set(site.stored()) - before == {token_hash(result) for result in results}


def _without_answers(form: Form) -> Form:
    return {name: value for name, value in form.items() if not name.startswith("q-")}


def test_two_forms_in_one_packet_are_answered_in_order(site: ServedSite) -> None:
    visitors = [opened(site) for _ in range(2)]
    alone = [answer.headers["Location"] for visitor in visitors for answer in answers(site, [sent(*visitor)])]
    stored = len(site.stored())
    with site.connect() as connection:
        connection.sendall(b"".join(sent(*visitor) for visitor in visitors))
        stream = connection.makefile("rb")
        heads = []
        for _ in visitors:
            head = {}
            assert stream.readline().split()[1] == b"303"
            while (line := stream.readline().strip()) != b"":
                name, _, value = line.decode().partition(": ")
                head[name] = value
            stream.read(int(head["Content-Length"]))
            heads.append(head)
    assert [head["Location"] for head in heads] == alone
    assert len(site.stored()) == stored


def test_one_who_does_not_wait_for_the_answer_holds_up_nobody(site: ServedSite) -> None:
    visitors = [opened(site) for _ in range(6)]
    with site.connect() as leaves:
        leaves.sendall(sent(*visitors[0]))
    assert [answer.status for answer in answers(site, [sent(*visitor) for visitor in visitors[1:]])] == [303] * 5


def test_each_is_counted_and_has_its_line_in_the_log(site: ServedSite) -> None:
    def counted() -> int:
        page = site.get("/metrics", Authorization=f"Bearer {TOKEN}")[2].decode()
        lines = (line for line in page.splitlines() if 'endpoint="questionnaire.submit"' in line and "_total" in line)
        return sum(int(float(line.rpartition(" ")[2])) for line in lines if 'status="3' in line)

    logged = f"access: POST {PATH} 303"
    before, lines = counted(), site.log.read_text().count(logged)
    assert before > 0
    assert {answer.status for answer in answers(site, [sent(*opened(site)) for _ in range(8)])} == {303}
    assert counted() == before + 8
    site.says(logged, lines + 8)

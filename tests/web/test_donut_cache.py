"""Pages with gaps: whatever stands around and in them, every encoding says the same."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from fwsite.web.donut_cache import Donut
from tests.support.forms import inputs

texts = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=200)
marks = st.sampled_from(["{a}", "{b}"])
fillings = st.one_of(texts, st.just("x" * 0xFFFF))


@given(st.lists(st.one_of(texts, marks)), fillings, fillings)
def test_what_is_filled_in_stands_in_the_gaps_and_nothing_else_changes(parts: list[str], a: str, b: str) -> None:
    page = Donut.made(0, "", [], "".join(parts), {"{a}": lambda: a, "{b}": lambda: b})
    expected = "".join({"{a}": a, "{b}": b}.get(part, part) for part in parts)
    plain_headers, plain = page.filled("")
    packed_headers, packed = page.filled("gzip")
    brotli_headers, by_brotli = page.filled("br, gzip")
    assert plain.decode() == expected
    assert gzip.decompress(packed) == brotli.decompress(by_brotli) == plain
    assert dict(brotli_headers)["Content-Encoding"] == "br"
    assert dict(plain_headers) == {"Vary": "Accept-Encoding", "Content-Length": str(len(plain))}
    assert dict(packed_headers) == {
        "Vary": "Accept-Encoding",
        "Content-Encoding": "gzip",
        "Content-Length": str(len(packed)),
    }


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip", "GZIP;q=0.5", "*", "br", "gzip;q=0", ""])
def test_the_questions_come_as_the_visitor_takes_them(client: FlaskClient, accepted: str) -> None:
    first = client.get("/questionnaire/").text
    answer = client.get("/questionnaire/", headers={"Accept-Encoding": accepted})
    encoding = answer.headers.get("Content-Encoding")
    assert encoding == {"gzip": "gzip", "GZIP;q=0.5": "gzip", "br, gzip": "br", "br": "br", "*": "br"}.get(accepted)
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding or "", bytes)
    text = unpack(answer.data).decode()
    assert _without_tokens(text) == _without_tokens(first)
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert set(answer.headers.getlist("Vary")) == {"Accept-Encoding", "Cookie"}


def test_a_kept_page_has_the_headers_of_the_one_that_was_made(client: FlaskClient) -> None:
    made, kept = (client.get("/questionnaire/", headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    of_one = ("Content-Length", "Set-Cookie", "Vary")
    assert [each for each in made.headers if each[0] not in of_one] == [
        each for each in kept.headers if each[0] not in of_one
    ]
    head = client.head("/questionnaire/", headers={"Accept-Encoding": "gzip"})
    assert head.data == b"" and head.headers["Content-Type"] == kept.headers["Content-Type"]


def _without_tokens(text: str) -> str:
    for name in ("csrf_token", "submission"):
        text = text.replace(inputs(text)[name][0], name)
    return text

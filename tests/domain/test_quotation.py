"""Quotation matching: the words of a page are found in the source that it was made of, and no others."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwsite.domain.quotation import closest, digest_of, fold, is_in, parts_of

RST = """
Asynchronous support
====================

.. currentmodule:: asgiref.sync

Django has support for writing asynchronous ("async") views, see
:doc:`the deployment guide </howto/deployment/asgi/index>` and the `manual
<https://example.org/a_b>`_. Set :setting:`CONN_MAX_AGE` or use
:class:`~django.db.models.Model`. *Transactions* do ``not`` yet
work in async mode.

* It isn’t a "guarantee" -- it's a goal.
"""
MARKDOWN = """
# FastAPI

> **Fast**: very high [performance](https://example.org/x_y "title"), on par with [`NodeJS`][node].
<p>Intuitive: great <em>editor</em> support &amp; less debugging.</p>
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RST, "Django has support for writing asynchronous (“async”) views, see the deployment guide and the manual."),
        (RST, "Set CONN_MAX_AGE or use Model"),
        (RST, "transactions do not yet work in async mode"),
        (RST, "It isn't a “guarantee” – it's a goal."),
        (RST, "Django has support ... async mode"),
        (RST, "Django has support … async mode"),
        (RST, "[The framework] has support for writing asynchronous"),
        (
            MARKDOWN,
            "Fast: very high performance, on par with NodeJS. Intuitive: great editor support & less debugging.",
        ),
    ],
)
def test_words_of_a_page_are_found_in_its_source(text: str, words: str) -> None:
    assert is_in(words, fold(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RST, "Transactions now work in async mode"),
        (RST, "async mode ... Django has support"),  # the other way round
        (RST, "Django has support ... threads"),
        (RST, "..."),
        (RST, "[added]"),
        (RST, ""),
    ],
)
def test_other_words_are_not(text: str, words: str) -> None:
    assert not is_in(words, fold(text))


def test_code_keeps_the_brackets_that_it_needs() -> None:
    """What stands in brackets in the text may be quoted as an addition; the words around it count."""
    assert is_in('pip install "fastapi[standard]"', fold('$ pip install "fastapi[standard]"'))
    assert not is_in('pip install "flask[standard]"', fold('$ pip install "fastapi[standard]"'))


def test_what_is_left_out_and_added_is_no_part() -> None:
    assert parts_of("[It] is ... a *fast* framework, [...] really") == ("is", "a fast framework", "really")


def test_a_digest_is_of_the_words_as_they_are_compared() -> None:
    assert digest_of("Transactions  do “not” yet") == digest_of('transactions do "not" yet')
    assert digest_of("Transactions do not yet") != digest_of("Transactions do now yet")
    assert digest_of("one ... two") != digest_of("one two")


class TestClosest:
    def test_it_is_the_passage_with_most_of_the_words(self) -> None:
        text = fold(
            "Something else entirely. " * 50 + "Transactions work in async mode since 7.0. " + "More of it. " * 50
        )
        assert "Transactions work in async mode" in closest("Transactions do not yet work in async mode", text)

    def test_there_is_none_where_nothing_is_like_it(self) -> None:
        assert closest("Transactions do not yet work in async mode", fold("Something else entirely. " * 50)) == ""
        assert closest("Transactions", "") == ""

    def test_a_text_that_is_shorter_than_the_words_is_looked_at_whole(self) -> None:
        assert closest("a b c d e f g h", "b a c e") == "b a c e"
        assert closest("a b c d e f g h", "b a c") == ""


WORD = st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=8)
TEXT = st.lists(WORD, min_size=1, max_size=60).map(" ".join)


@given(TEXT, st.data())
@settings(max_examples=500)
def test_any_stretch_of_words_is_found_in_its_text(text: str, data: st.DataObject) -> None:
    words = text.split()
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    quoted = words[start:end]
    assert is_in(" ".join(quoted), fold(text))
    left_out = data.draw(st.integers(0, len(quoted) - 1))
    assert is_in(" ".join([*quoted[:left_out], "...", *quoted[left_out + 1 :], ""]), fold(text)) or len(quoted) == 1


@given(st.text(max_size=400))
@settings(max_examples=500)
def test_folding_twice_changes_nothing_more_about_blanks(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert not re.search(r"[*_`|\\]", folded)


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=300)
def test_any_two_texts_can_be_compared(words: str, text: str) -> None:
    folded = fold(text)
    assert is_in(words, folded) in (True, False)
    assert len(closest(words, folded)) <= len(folded)


@pytest.mark.parametrize("piece", ["`", "[", "<a ", ":x:`a ", "`a <", "*", "](", "-"])
def test_markup_without_an_end_costs_no_time(piece: str) -> None:
    assert isinstance(fold(piece * 20_000), str)

"""Differences of texts: they lead from the one to the other exactly, and people can read them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.word_diff import MOST_WORDS, Piece, words

letters = st.text()
prose = st.lists(st.sampled_from([*"the a Django ORM , . ( ) 2.3 times don’t \n -".split(" "), "  ", ""])).map(" ".join)
texts = letters | prose | st.text(alphabet="ab ,.\n\t’-")


def shown(before: str, after: str) -> str:
    """The difference in one line: [-removed-] and {+added+}."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in words(before, after))


def joined(pieces: tuple[Piece, ...], *kinds: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


class TestLaws:
    @given(texts, texts)
    def test_the_pieces_give_both_texts_back(self, before: str, after: str) -> None:
        pieces = words(before, after)
        assert joined(pieces, "same", "removed") == before
        assert joined(pieces, "same", "added") == after

    @given(texts, texts)
    def test_no_piece_is_empty_and_neighbours_differ_in_kind(self, before: str, after: str) -> None:
        pieces = words(before, after)
        assert all(piece.text for piece in pieces)
        assert all(one.kind != other.kind for one, other in pairwise(pieces))

    @given(texts, texts)
    def test_what_is_removed_stands_before_what_is_added(self, before: str, after: str) -> None:
        kinds = [piece.kind for piece in words(before, after)]
        assert ("added", "removed") not in pairwise(kinds)

    @given(texts)
    def test_of_equal_texts_there_is_none(self, text: str) -> None:
        assert words(text, text) == ((Piece("same", text),) if text else ())

    @given(texts, texts, texts)
    def test_what_both_begin_with_is_the_same(self, start: str, one: str, other: str) -> None:
        start += ". "
        assert joined(words(start + one, start + other), "same").startswith(start.rstrip())


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("", "New.", "{+New.+}"),
        ("Gone.", "", "[-Gone.-]"),
        (
            "It handles twice the load.",
            "It handles 2.3 times the load.",
            "It handles[- twice-]{+ 2.3 times+} the load.",
        ),
        ("A view holds a worker.", "A view holds a worker while waiting.", "A view holds a worker{+ while waiting+}."),
        ("Of Django, on a read", "Of Django on a read", "Of Django[-,-] on a read"),
        ("It doesn’t wait", "It does wait", "It[- doesn’t-]{+ does+} wait"),
        ("one two", "one  two", "one[- two-]{+  two+}"),
        ("**fast** and `safe`", "**quick** and `safe`", "**[-fast-]{+quick+}** and `safe`"),
    ],
)
def test_whole_words_are_marked_and_no_more(before: str, after: str, difference: str) -> None:
    assert shown(before, after) == difference


class TestLongTexts:
    def test_are_compared_where_few_of_their_words_differ(self) -> None:
        before = " ".join(f"word{number}" for number in range(20 * MOST_WORDS))
        after = before.replace("word5000 ", "other ")
        assert [piece.text for piece in words(before, after) if piece.kind != "same"] == [" word5000", " other"]

    def test_that_differ_throughout_are_one_removed_and_one_added(self) -> None:
        before, after = "a b " * MOST_WORDS, "c b a " * MOST_WORDS
        assert [piece.kind for piece in words(before, after)] == ["removed", "added", "same"]

    def test_at_the_limit_are_compared(self) -> None:
        before = "a" + " b" * (MOST_WORDS - 2) + " c"
        after = "d" + " b" * (MOST_WORDS - 2) + " e"
        kinds = [piece.kind for piece in words(before, after)]
        assert kinds == ["removed", "added", "same", "removed", "added"]

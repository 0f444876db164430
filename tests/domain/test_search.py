"""The search: how words are cut and compared, which documents are found and in which order, and what is marked."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.search_excerpt import LENGTH, Piece, excerpt, marked
from fwsite.domain.search_index import Missing, SearchIndex
from fwsite.domain.search_words import Query, fold, folded, tokens


class Note(NamedTuple):
    title: str
    body: str
    kind: str = "Note"


def found(query: str, *notes: Note) -> list[str]:
    return [note.title for note in SearchIndex(notes).find(Query.of(query))]


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_marked else piece.text for piece in pieces)


class TestWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("The ORM, and N+1!", "the orm and n 1"),
            ("C# and C++ (not C)", "c# and c++ not c"),
            ("server-sent url_for django.contrib", "server sent url for django contrib"),
            ("Größe É e\u0301 ﬁne İ", "grosse e e fine i"),
            ("日本語 ½", "日本語 1⁄2"),
            ("?! …", ""),
        ],
    )
    def test_are_cut_and_compared_without_case_and_accents(self, text: str, words: str) -> None:
        assert folded(text) == f" {words} "

    @given(st.text(max_size=60))
    def test_stand_where_their_places_say(self, text: str) -> None:
        for token in tokens(text):
            assert fold(text[token.begin : token.end]) == token.word
        assert folded(text) == f" {' '.join(token.word for token in tokens(text))} "


class TestFinding:
    @pytest.mark.parametrize("query", ["n+1", "N+1", "n 1", "orm", "ORM queri", "Cafe", "queries café", "c#", "c"])
    def test_every_word_and_the_beginning_of_the_last(self, query: str) -> None:
        assert found(query, Note("A", "An ORM and its n+1 queries"), Note("B", "A Café, C# and queries")) != []

    @pytest.mark.parametrize("query", ["queri orm", "orm zebra", "n+2", "queries an zebra", "", "?!"])
    def test_nothing_else(self, query: str) -> None:
        assert found(query, Note("A", "An ORM and its n+1 queries")) == []

    def test_what_a_sign_joins_stands_together(self) -> None:
        notes = [Note("A", "sent by a server"), Note("B", "server-sent"), Note("C", "server sent")]
        assert found("server-sent", *notes) == ["B", "C"]

    def test_no_term_reaches_from_the_title_into_the_body(self) -> None:
        assert found("server-sent", Note("The server", "sent it")) == []

    def test_titles_come_first_then_what_is_as_typed_then_the_shorter(self) -> None:
        notes = [
            Note("long", f"memory {'and so on ' * 20} use"),
            Note("short", "use of memory"),
            Note("as typed", f"{'so on ' * 30} memory use"),
            Note("Memory", f"its use {'and so on ' * 50}"),
            Note("Memory use", f"much else {'and so on ' * 90}"),
        ]
        assert found("memory use", *notes) == ["Memory use", "Memory", "as typed", "short", "long"]

    @given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=200)), min_size=1, max_size=5), st.data())
    def test_each_text_is_found_by_any_of_its_own_words(self, said: list[tuple[str, str]], data: st.DataObject) -> None:
        notes = [Note(*each) for each in said]
        note = data.draw(st.sampled_from(notes))
        words = [word for word in f"{note.title} {note.body}".split() if any(tokens(word))]
        if words:
            some = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=4))
            query = Query.of(" ".join(some))
            assert note in SearchIndex(notes).find(query)
            assert any(piece.is_marked for text in (note.title, note.body) for piece in excerpt(text, query).pieces)

    @pytest.mark.parametrize("query", ["does the site have an orm", "What is an ORM?", "orm of"])
    def test_words_of_a_question_need_not_be_there(self, query: str) -> None:
        assert found(query, Note("A", "ORM, site by site"), Note("B", "the other")) == ["A"]
        assert found("the", Note("A", "ORM"), Note("B", "the other")) == ["B"]

    @given(st.lists(st.text("xy ", max_size=12), max_size=6), st.text("xy ", max_size=5))
    def test_finds_what_has_all_words_and_nothing_more(self, bodies: list[str], query: str) -> None:
        *whole, last = query.split() or [""]
        wanted = [
            body
            for body in bodies
            if last and set(whole) - {last} <= set(body.split()) and any(word.startswith(last) for word in body.split())
        ]
        hits = SearchIndex([Note("", body) for body in bodies]).find(Query.of(query))
        assert sorted(note.body for note in hits) == sorted(wanted)

    def test_says_what_to_leave_out(self) -> None:
        index = SearchIndex([Note("A", "orm and wsgi"), Note("B", "orm alone")])
        assert index.missing(Query.of("ORM zebra wsgi")) == [
            Missing("ORM", True, 0, "zebra wsgi"),
            Missing("zebra", False, 1, "ORM wsgi"),
            Missing("wsgi", True, 0, "ORM zebra"),
        ]


class TestExcerpts:
    def test_are_where_most_words_stand_together(self) -> None:
        far = f"wombat {'else ' * 100}a Wombat and a quokka sit {'other ' * 100}"
        part = excerpt(far, Query.of("quokka wombat"))
        assert "a [Wombat] and a [quokka] sit" in shown(part.pieces)
        assert shown(part.pieces).startswith("…else") and shown(part.pieces).endswith("other…")
        assert far[part.place :].startswith("Wombat and a quokka")
        assert sum(len(piece.text) for piece in part.pieces) <= LENGTH + 2

    @pytest.mark.parametrize(
        ("query", "marks"),
        [
            ("cafe", "In a [Café] or two [cafés]"),
            ("two caf", "In a [Café] or [two] [cafés]"),
            ("n+1 server-sent", "Few [N+1], no [server-sent] events"),
            ("server-se n+1", "Few [N+1], no server-sent events"),
            ("c++ c#", "[C++], [C#] and C"),
            ("grosse", "Die [Größe]"),
        ],
    )
    def test_mark_the_words(self, query: str, marks: str) -> None:
        text = marks.replace("[", "").replace("]", "")
        assert shown(tuple(marked(text, Query.of(query)))) == marks

    @given(st.text(max_size=900), st.text(max_size=12))
    def test_take_nothing_away_and_add_nothing(self, text: str, query: str) -> None:
        asked = Query.of(query)
        assert "".join(piece.text for piece in marked(text, asked)) == text
        part = excerpt(text, asked)
        said = "".join(piece.text for piece in part.pieces)
        assert said.removeprefix("…").removesuffix("…") in text
        assert 0 <= part.place <= len(text)

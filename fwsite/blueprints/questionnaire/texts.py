"""Search texts of the questionnaire, for whoever looks for a word."""

from __future__ import annotations

from collections.abc import Iterator

from fwsite.blueprints.questionnaire import definitions
from fwsite.blueprints.questionnaire.wording import when_words
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import Definition, Question
from fwsite.extend import Text, TextsContext, path_for
from fwsite.markup import plain_line


def texts(context: TextsContext) -> Iterator[Text]:
    """Each question in force, with what it is asked for and its options, and each note."""
    definition = definitions.current_definition()
    if definition is None:
        return
    for question in definition.questions:
        if context.wants(question.key):
            yield _question(question)
    for note in definition.notes:
        if context.wants(f"note.{note.key}"):
            yield _note(definition, note)


def _question(question: Question) -> Text:
    parts = [question.why, *(f"{option.label}: {option.consequence}" for option in question.options)]
    path = f"{path_for('questionnaire.index')}#q-{question.key}"
    return Text(key=question.key, kind="Question", title=question.text, body=" ".join(parts), path=path)


def _note(definition: Definition, note: Note) -> Text:
    path = f"{path_for('questionnaire.how')}#note-{note.key}"
    title = " and ".join(when_words(definition, note))
    return Text(key=f"note.{note.key}", kind="Note", title=title, body=plain_line(note.text), path=path)

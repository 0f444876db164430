"""Search texts of the questionnaire, for whoever looks for a word."""

from __future__ import annotations

from collections.abc import Iterator

from fwsite.blueprints.questionnaire import definitions
from fwsite.extend import Text, TextsContext, path_for


def texts(context: TextsContext) -> Iterator[Text]:
    """Each question in force, with what it is asked for and its options."""
    definition = definitions.current_definition()
    for question in definition.questions if definition else ():
        if context.wants(question.key):
            parts = [question.why, *(f"{option.label}: {option.consequence}" for option in question.options)]
            path = f"{path_for('questionnaire.index')}#q-{question.key}"
            yield Text(key=question.key, kind="Question", title=question.text, body=" ".join(parts), path=path)

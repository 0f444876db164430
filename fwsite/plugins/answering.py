"""Answering contract: how another part of the site has the questionnaire answered, by its own form and rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from fwsite.domain.answers import Answers
from fwsite.domain.faults import Fault
from fwsite.domain.questionnaire import Definition


class CheckedAnswers(NamedTuple):
    """Answers as somebody sent them, checked. ``key`` is the random one of their form, ``canonical`` one text for equal
    answers, ``winners`` who comes first by them.
    """

    key: str
    answers: Answers
    canonical: str
    winners: tuple[str, ...]


class AnswerForm(NamedTuple):
    """The form: ``summary`` goes above the page's heading and says what is wrong, ``fields`` go inside a form."""

    summary: Markup
    fields: Markup


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What the questionnaire offers to a part that has people answer it. Answers are kept with those of all visitors,
    and counted in the statistics once.

    ``in_force``
        f() -> Definition: the questionnaire that is answered now. It is stored with the transaction of its caller, and
        stays.
    ``definition``
        f(version) -> Definition: one that is stored.
    ``form``
        f(definition, answers, errors) -> AnswerForm: its fields, with a token and a random key; filled in with the
        answers, or with what was sent.
    ``check``
        f(definition, sent) -> CheckedAnswers, or the errors that the form has to show; none of these where nothing was
        answered.
    ``seconds_to_wait``
        f() -> int: 0 while the visitor's network has not sent too many answers; counts this one.
    ``store``
        f(definition, CheckedAnswers, owner) -> hash: keeps the answers, once for each ``owner``, a secret of whoever
        gave them, and tells the statistics. No transaction may be open.
    ``page``
        f(owner, canonical, back) -> HTML of the page with their result, for themselves, and a link ``back`` to your own
        page of theirs; none where the answers are gone.
    ``stored``
        f(hashes) -> the answers that are still kept, by hash.
    ``delete``
        f(hashes): deletes them, with their results, and takes them out of the statistics.
    """

    in_force: Callable[[], Definition]
    definition: Callable[[str], Definition]
    form: Callable[[Definition, Answers | None, Sequence[Fault]], AnswerForm]
    check: Callable[[Definition, MultiDict[str, str]], CheckedAnswers | Sequence[Fault]]
    seconds_to_wait: Callable[[], int]
    store: Callable[[Definition, CheckedAnswers, str], str]
    page: Callable[[str, str, str], str | None]
    stored: Callable[[Collection[str]], dict[str, Answers]]
    delete: Callable[[Collection[str]], None]

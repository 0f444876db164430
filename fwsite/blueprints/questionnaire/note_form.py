"""Note form: an expert's note as fields, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.questionnaire import answer_fields, draft_list, grounds
from fwsite.blueprints.questionnaire.answer_fields import CHOOSE, Chosen, Line
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.domain.evidence import Evidence
from fwsite.domain.grounds import in_vain, resting, unfounded
from fwsite.domain.notes import TEXT_MOST, Note
from fwsite.domain.questionnaire import Definition, Fault

PART = "notes"
CLAIMS_MOST = 10
WHEN = "when"
TEXT = Line("The note", TEXT_MOST, "Write what an expert would add.")


class NoteForm(NamedTuple):
    """What the fields say; equal for equal notes."""

    text: str = ""
    when: Chosen = {}  # noqa: RUF012 - nobody writes into it
    alternatives: tuple[str, ...] = ()
    evidence: str = Evidence.OPINION.value
    claims: tuple[str, ...] = ()


def shown(definition: Definition, note: Note) -> NoteForm:
    """The form as it opens."""
    chosen: dict[str, tuple[str, ...]] = {}
    for question, option in note.when:
        chosen[question] = (*chosen.get(question, ()), option)
    alternatives = tuple(key for key in definition.names if key in note.alternatives)
    when = answer_fields.shown(definition, chosen)
    return NoteForm(note.text, when, alternatives, note.evidence.value, note.claims)


def sent(definition: Definition, form: MultiDict[str, str]) -> NoteForm:
    """The form as it came."""
    chosen = dict.fromkeys(form.getlist("for"))
    return NoteForm(
        text=" ".join(form.get("text", "").split()),
        when=answer_fields.sent(definition, form, WHEN),
        alternatives=(*(key for key in definition.names if key in chosen), *(chosen.keys() - definition.names.keys())),
        evidence=form.get("evidence", ""),
        claims=tuple(dict.fromkeys(form.getlist("claims"))),
    )


def read(work: Work, form: NoteForm, key: str) -> tuple[Note | None, list[Fault]]:
    """The note that the fields say, with a new key where it has none yet; or what is wrong with them."""
    faults = list(_wrong(work, form))
    if faults:
        return None, faults
    note = Note(
        key=key or draft_list.key_of(work, PART, form.text),
        when=tuple((question, option) for question, options in form.when.items() for option in options),
        text=form.text,
        alternatives=form.alternatives,
        claims=form.claims,
        evidence=Evidence(form.evidence),
    )
    fault = next(_unfounded(work, note), None)
    return (note, []) if fault is None else (None, [fault])


def _wrong(work: Work, form: NoteForm) -> Iterator[Fault]:
    yield from TEXT.wrong(work, "text", form.text)
    yield from answer_fields.wrong(work.definition, form.when, WHEN, may_be_unsure=False)
    if not form.when:
        first = work.definition.questions[0].key
        yield Fault(f"{WHEN}.{first}", "Choose at least one answer that the note belongs to.")
    if not set(form.alternatives) <= work.nameable.keys():
        yield Fault("for", CHOOSE)
    if form.evidence not in list(Evidence):
        yield Fault("evidence", CHOOSE)
    elif form.evidence != Evidence.OPINION and not form.claims:
        yield Fault("claims", f"What is {form.evidence} names the pros and cons that it rests on; or call it opinion.")
    if len(form.claims) > CLAIMS_MOST:
        yield Fault("claims", f"There are {len(form.claims)} pros and cons; at most {CLAIMS_MOST} fit.")


def _unfounded(work: Work, note: Note) -> Iterator[Fault]:
    """What the note rests on in vain, or names without words for it: the rule of fits."""
    known = grounds.published()
    if known is None:
        return
    usable = grounds.usable_of(work.definition, known)
    yield from (Fault("claims", f"It {in_vain(key, note.evidence)}.") for key in note.claims if key not in known)
    for message in unfounded(resting(note), usable.words, usable.packages, usable.free, measured=usable.measured):
        yield Fault("text", f"It {message}.")

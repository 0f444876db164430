"""Expert notes: what somebody who knows the field would add to a recommendation, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from fwsite.domain.evidence import Evidence
from fwsite.domain.faults import At, Reading

TEXT_MOST = 280
"""Characters of a note."""


class Note(NamedTuple):
    """A remark in every result in which all of ``when`` were chosen.

    ``when`` has (question, option) pairs. With ``alternatives``, it is there only where one of them is named by
    the verdict. ``claims`` are the keys of the pros and cons it rests on, as for a fit.
    """

    key: str
    when: tuple[tuple[str, str], ...]
    text: str
    alternatives: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    evidence: Evidence = Evidence.OPINION

    def applies(self, chosen: Mapping[str, Collection[str]], named: Collection[str]) -> bool:
        """Whether it belongs into the result that names these alternatives; ``chosen`` are the options by question."""
        holds = all(option in chosen.get(question, ()) for question, option in self.when)
        return holds and (not self.alternatives or not set(self.alternatives).isdisjoint(named))

    def without(self, alternatives: Collection[str]) -> Note | None:
        """The note as it is where there are no such alternatives; none where it was about them alone."""
        kept = tuple(key for key in self.alternatives if key not in alternatives)
        return None if self.alternatives and not kept else self._replace(alternatives=kept)


def read_note(reader: Reading, at: At, table: Mapping[str, Any]) -> Note:
    """The note that a table of a file says, checked."""
    reader.known_keys(at, table, {"key", "when", "for", "text", "claims", "evidence"})
    when = []
    for place, condition in enumerate(reader.texts(at, table, "when")):
        question, _, option = condition.partition("=")
        if option not in reader.options.get(question, ()):
            message = f"{condition!r} is not an answer in this questionnaire; write question=option"
            reader.fault(at, message, "when", place)
        when.append((question, option))
    if not when:
        reader.fault(at, 'when is missing: list the answers it belongs to, such as ["work=fixed"]', "when")
    text = reader.text(at, table, "text")
    if len(text) > TEXT_MOST:
        reader.fault(at, f"text has {len(text)} characters; {TEXT_MOST} are the most", "text")
    claims, evidence = reader.grounds(at, table)
    return Note(reader.key(at, table), tuple(when), text, reader.alternatives(at, table, "for"), claims, evidence)


def note_document(note: Note) -> dict[str, Any]:
    """The note as JSON-ready data; what has its default is left out."""
    return {
        "key": note.key,
        "when": [f"{question}={option}" for question, option in note.when],
        **({"for": list(note.alternatives)} if note.alternatives else {}),
        "text": note.text,
        **({"claims": list(note.claims)} if note.claims else {}),
        **({"evidence": note.evidence.value} if note.evidence is not Evidence.OPINION else {}),
    }


def restored_note(table: Mapping[str, Any]) -> Note:
    """What :func:`note_document` wrote, unchecked."""
    conditions = (text.partition("=") for text in table["when"])
    return Note(
        key=table["key"],
        when=tuple((question, option) for question, _, option in conditions),
        text=table["text"],
        alternatives=tuple(table.get("for", ())),
        claims=tuple(table.get("claims", ())),
        evidence=Evidence(table.get("evidence", Evidence.OPINION)),
    )

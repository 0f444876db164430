"""Fits form: a cell of texts for every option and alternative, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.questionnaire.grounds import Usable
from fwsite.domain.evidence import Evidence
from fwsite.domain.grounds import in_vain, unfounded
from fwsite.domain.items import unusable
from fwsite.domain.questionnaire import FIT_ADD_ON, FIT_RUBRIC, PACKAGE, Fault, Fit, Question

REASON_LENGTH = 120
CLAIMS_MOST = 10
PACKAGES_MOST = 10
PACKAGE_LENGTH = 80
PARTS = ("value", "reason", "evidence", "claims")
VALUES = [("", "Unknown"), *((str(value), f"{value}, {meaning}") for value, meaning in FIT_RUBRIC.items())]
"""What a fit may be chosen from."""
EVIDENCE = [(each.value, each.value.capitalize()) for each in Evidence]
_CLAIM = re.compile(r"[a-z][a-z0-9-]{0,59}")
Place = tuple[str, str]
"""Keys of option and alternative; in the form of a framework, of question and option."""


class Cell(NamedTuple):
    """One cell while it is filled in. ``was`` tells the fit that it was opened with, by :func:`digest`."""

    texts: Mapping[str, str]
    was: str
    still: bool = False
    """Whether it was looked at and found still true."""
    chosen: str | None = None
    """Whose fit stays, "mine" or "theirs", where both were shown; none where there was nothing to choose."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the pros and cons, as they are written."""
        return tuple(dict.fromkeys(key for key in re.split(r"[\s,]+", self.texts["claims"]) if key))

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages by their normalised names, each with its extras; blanks and commas are between them."""
        found = re.split(r"[\s,]+(?![^\[\]]*\])", self.texts["via"])
        return tuple(dict.fromkeys(normalised(name) for name in found if name))


class Offer(NamedTuple):
    """What a cell can be given for packages: by their names on an index, with extras or without.

    ``is_needed`` says that the question is about parts of a framework, where a fit of 3 names them.
    """

    is_needed: bool
    known: Collection[str]


def normalised(package: str) -> str:
    """The name of a package as indexes compare it; its extras stay as they are written."""
    name, bracket, extras = package.partition("[")
    return re.sub(r"[-_.]+", "-", name).lower() + bracket + re.sub(r"\s+", "", extras)


def without_extras(package: str) -> str:
    """The name alone."""
    return package.partition("[")[0]


def digest(fit: Fit | None) -> str:
    """Equal for fits that say the same; neither the day of review nor the order of the packages is compared."""
    said = None if fit is None else (fit.value, fit.reason, fit.claims, fit.evidence.value, sorted(fit.via))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def name(part: str, place: Place) -> str:
    """The name of a field."""
    return ".".join((part, *place))


def places(question: Question, alternatives: Mapping[str, Any]) -> Iterator[Place]:
    """Every cell of the question's grid."""
    return ((option, alternative) for option in question.by_key for alternative in alternatives)


def fit_at(question: Question, place: Place) -> Fit | None:
    """The fit of a cell; none where it is unknown."""
    return question.by_key[place[0]].fits.get(place[1])


def cell_of(fit: Fit | None) -> Cell:
    """The cell that shows a fit."""
    if fit is None:
        texts = {"value": "", "reason": "", "evidence": Evidence.OPINION.value, "claims": "", "via": ""}
    else:
        texts = {"value": str(fit.value), "reason": fit.reason, "evidence": fit.evidence.value}
        texts |= {"claims": ", ".join(fit.claims), "via": ", ".join(fit.via)}
    return Cell(texts, digest(fit))


def sent_cell(form: MultiDict[str, str], place: Place) -> Cell | None:
    """The cell as it was sent; none where a part of it did not arrive."""
    texts = {part: form.get(name(part, place)) for part in PARTS}
    if name("picked", place) in form:  # no box that is empty is sent
        texts["claims"] = ""
    was = form.get(name("was", place))
    if was is None or name("also", place) not in form or any(text is None for text in texts.values()):
        return None
    chosen = form.get(name("choose", place), "") if name("both", place) in form else None
    whole = {part: text or "" for part, text in texts.items()}
    whole |= {"claims": _together(form, place, "claims", "add"), "via": _together(form, place, "via", "also")}
    return Cell(whole, was, still=name("still", place) in form, chosen=chosen)


def _together(form: MultiDict[str, str], place: Place, *parts: str) -> str:
    """What was picked, and what was typed beside it."""
    texts = [text.strip(" ,") for part in parts for text in form.getlist(name(part, place))]
    return ", ".join(filter(None, texts))


def read(
    cell: Cell,
    place: Place,
    before: Fit | None,
    today: date,
    usable: Usable | None = None,
    offer: Offer | None = None,
) -> tuple[Fit | None, list[Fault]]:
    """The fit that a cell says. One that says the same as ``before`` is that one, unless it was found still true.

    What says something new rests on what is ``usable`` and names what that quotes, where somebody knows it; its
    packages are among those on ``offer``.
    """
    texts = {part: " ".join(text.split()) for part, text in cell.texts.items()}
    faults = [Fault(name(part, place), message) for part, message in _wrong(texts, cell)]
    if faults:
        return before, faults
    if not texts["value"]:
        return None, []
    fit = Fit(int(texts["value"]), texts["reason"], cell.keys, Evidence(texts["evidence"]), today, cell.packages)
    if before is not None and digest(fit) == digest(before):
        if not cell.still:
            return before, []
        fit = fit._replace(via=before.via)
    refused = next(_wrong_packages(fit, before, offer), None) if offer else None
    if refused:
        return before, [Fault(name("via", place), refused)]
    if usable is None:
        return fit, []
    unknown = [key for key in cell.keys if key not in usable.words]
    if unknown:
        return before, [Fault(name("claims", place), in_vain(unknown[0], fit.evidence))]
    unsupported = next(unfounded(fit, usable.words, usable.packages, usable.free, measured=usable.measured), None)
    return (fit, []) if unsupported is None else (before, [Fault(name("reason", place), f"It {unsupported}.")])


def _wrong_packages(fit: Fit, before: Fit | None, offer: Offer) -> Iterator[str]:
    """What the question and the register of packages say to them; those that stood there may stay."""
    if offer.is_needed and fit.value == FIT_ADD_ON and not fit.via:
        yield f"This question is about parts, so a fit of {FIT_ADD_ON} names the packages that bring it. Tick one."
    for package in fit.via:
        if without_extras(package) not in offer.known and package not in (before.via if before else ()):
            yield (
                f"“{package}” is none of the packages that this site knows. Write its name on the index, "
                "or ask whoever runs the site to add it to packages.toml."
            )


def _wrong(texts: Mapping[str, str], cell: Cell) -> Iterator[tuple[str, str]]:
    value, reason, keys = texts["value"], texts["reason"], cell.keys
    if value not in ("", *map(str, FIT_RUBRIC)):
        yield "value", "Choose a fit from the list, or “unknown”."
    if value and not reason:
        yield "reason", "Say why in a few words."
    if not value and reason:
        yield "value", "Choose a fit, or remove the reason: what is unknown has none."
    if not value and keys:
        yield "value", "Choose a fit, or remove the pros and cons: what is unknown rests on none."
    if len(reason) > REASON_LENGTH:
        yield "reason", f"The reason has {len(reason)} characters; at most {REASON_LENGTH} fit."
    if unusable(reason):
        yield "reason", "The reason has a character that cannot be stored; remove it."
    if texts["evidence"] not in list(Evidence):
        yield "evidence", "Choose from the list."
    elif value and texts["evidence"] != Evidence.OPINION and not keys:
        yield "claims", f"What is {texts['evidence']} names the pros and cons that it rests on; or call it opinion."
    yield from (("claims", message) for message in _wrong_keys(keys))
    yield from (("via", message) for message in _odd_packages(value, cell.packages))


def _wrong_keys(keys: tuple[str, ...]) -> Iterator[str]:
    if len(keys) > CLAIMS_MOST:
        yield f"There are {len(keys)} keys; at most {CLAIMS_MOST} fit."
    for key in keys[:CLAIMS_MOST]:
        if not _CLAIM.fullmatch(key):
            yield "Write keys such as flask-small, separated by commas: lower-case letters, digits and hyphens."
            return


def _odd_packages(value: str, packages: tuple[str, ...]) -> Iterator[str]:
    """What no fit can have."""
    if packages and value != str(FIT_ADD_ON):
        yield f"Only a fit of {FIT_ADD_ON} comes with packages. Remove them, or choose {FIT_ADD_ON}."
    if len(packages) > PACKAGES_MOST:
        yield f"There are {len(packages)} packages; at most {PACKAGES_MOST} fit."
    for package in packages[:PACKAGES_MOST]:
        if len(package) > PACKAGE_LENGTH or not PACKAGE.fullmatch(package):
            yield "Write names such as flask-admin or channels[daphne], separated by commas."
            return


class Meeting(NamedTuple):
    """A form that met somebody else's changes: what to show, and where both changed the same cell."""

    cells: Mapping[Place, Cell]
    both: frozenset[Place]
    theirs: frozenset[Place]
    """Cells that only they changed; these are in the form already."""


def meet(fits: Mapping[Place, Fit | None], cells: Mapping[Place, Cell]) -> Meeting:
    """Bring a form together with the fits as they stand now, cell by cell, and keep every word of both."""
    shown, both, theirs = {}, set(), set()
    for place, cell in cells.items():
        now = cell_of(fits[place])
        mine = _said(cell)
        if cell.was == now.was or mine == now.was:  # they left it, or both say the same
            shown[place] = cell._replace(was=now.was)
        elif mine == cell.was:
            shown[place] = now._replace(still=cell.still)
            theirs.add(place)
        else:
            shown[place] = cell._replace(was=now.was, chosen="")
            both.add(place)
    return Meeting(shown, frozenset(both), frozenset(theirs))


def _said(cell: Cell) -> str:
    """The digest of what the cell says, so that it compares with ``was``; of what is no fit any other text."""
    fit, faults = read(cell._replace(still=True), ("", ""), None, date.min)
    return "" if faults else digest(fit)

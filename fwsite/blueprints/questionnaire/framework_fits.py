"""Fits of one framework: how they stand in its workspace, and their publication with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from fwsite.blueprints.questionnaire import drafts, fits_form, grounds
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.blueprints.questionnaire.fits_form import Offer, Place
from fwsite.blueprints.questionnaire.fits_receiving import Grid
from fwsite.domain.grounds import missing, unfounded
from fwsite.domain.questionnaire import DefinitionError, Fit, Option, Question, parse_definition
from fwsite.domain.versions import fit_of, fits_of
from fwsite.extend import (
    PublicationRefused,
    Task,
    WorkspaceContext,
    WorkspacePart,
    WorkspaceStatus,
    emit,
    known_packages,
)


class Standing(NamedTuple):
    """A cell of the framework: the fit as the draft has it, and as visitors get it."""

    question: Question
    option: Option
    fit: Fit | None
    published: Fit | None

    @property
    def word(self) -> str:
        """How it stands."""
        if self.fit == self.published:
            return "missing" if self.fit is None else "published"
        return "draft" if self.published is None else "changed in draft"

    @property
    def place(self) -> Place:
        """Where it stands in the form."""
        return self.question.key, self.option.key

    def field(self, page: str, part: str = "value") -> str:
        """The path of a field of it."""
        return f"{page}#f-{fits_form.name(part, self.place)}"


def cells(work: Work, framework: str) -> list[Standing]:
    """Every cell of the framework, in the order of the questions."""
    visible = work.published if framework not in work.unpublished else None
    return [
        Standing(
            question,
            option,
            option.fits.get(framework),
            fit_of(visible, question.key, option.key, framework) if visible else None,
        )
        for question in work.definition.questions
        for option in question.options
    ]


def grid(work: Work, framework: str) -> Grid:
    """The form of the framework's cells; they may rest on drafts about it."""
    known = grounds.usable(work.definition, grounds.with_drafts(), framework)
    packages = known_packages().keys()

    def offer(place: Place) -> Offer:
        return Offer(work.definition.by_key[place[0]].parts, packages)

    return Grid({each.place: each.fit for each in cells(work, framework)}, lambda _place: known, offer)


def changes(framework: str, fits: Mapping[Place, Fit | None]) -> dict[tuple[str, str, str], Fit | None]:
    """Cells of the form as the draft takes them."""
    return {(*place, framework): fit for place, fit in fits.items()}


def status(context: WorkspaceContext) -> WorkspaceStatus:
    """How the framework's fits stand."""
    work = drafts.work()
    if work is None or context.framework not in work.definition.names:
        return WorkspaceStatus(one="fit", many="fits", done=0, total=0)
    found = cells(work, context.framework)
    gaps = [each for each in found if each.fit is None]
    return WorkspaceStatus(
        one="fit",
        many="fits",
        done=len(found) - len(gaps),
        total=len(found),
        missing=tuple(
            Task(text=f"{each.question.text} {each.option.label}", path=each.field(context.page)) for each in gaps
        ),
        changes=tuple(
            Task(text=_said(each), path=each.field(context.page)) for each in found if each.fit != each.published
        ),
        obstacles=tuple(_obstacles(work, found, context)),
        state=f"{work.published.version} {fits_of(work.definition, context.framework)}",
    )


def _said(cell: Standing) -> str:
    about = f"{cell.question.text} {cell.option.label}"
    return f"{about}: {cell.fit.value}, {cell.fit.reason}" if cell.fit else f"{about}: unknown"


def _obstacles(work: Work, found: list[Standing], context: WorkspaceContext) -> Iterator[Task]:
    """New fits that rest on what no visitor will be able to read, and what the questionnaire refuses as a whole."""
    published = grounds.published()
    usable = grounds.usable(work.definition, grounds.with_drafts(), context.framework)
    secret = {each.key for each in grounds.of_framework(context.framework) if not each.is_published} - context.coming
    for cell in found if published is not None else ():
        is_new = cell.fit != fit_of(work.published, *cell.place, context.framework)
        lost = missing(cell.fit, {*(published or ()), *context.coming}, secret) if cell.fit and is_new else ()
        if lost:
            text = f"{cell.question.text} {cell.option.label}: it rests on “{lost[0]}”, which visitors will not see."
            yield Task(text=text, path=cell.field(context.page, "claims"))
        elif cell.fit and is_new and usable:
            for message in unfounded(cell.fit, usable.words, usable.packages, usable.free, measured=usable.measured):
                text = f"{cell.question.text} {cell.option.label}: the reason {message}."
                yield Task(text=text, path=cell.field(context.page, "reason"))
    try:
        parse_definition(drafts.of_framework(work, context.framework).document())
    except DefinitionError as error:
        yield from (Task(text=f"{fault.place}: {fault.message}.", path=context.page) for fault in error.faults)


def publish(context: WorkspaceContext) -> None:
    """Put them in force in the transaction of the framework's publication."""
    work = drafts.work()
    if work is None:
        return
    try:
        drafts.publish_framework(work, context.framework, context.who, context.note)
    except DefinitionError as error:
        raise PublicationRefused("; ".join(map(str, error.faults))) from error
    except (StaleDataError, IntegrityError) as error:
        raise PublicationRefused("Somebody else has changed the fits in the meantime; please look again.") from error


def published(_context: WorkspaceContext) -> None:
    """Tell of the new edition."""
    emit("questionnaire.published", texts=None)


PART = WorkspacePart(status=status, publish=publish, published=published)
"""The questionnaire's part of the workspace."""

"""Fits as they were sent: a form of cells met with the draft, and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.questionnaire import fits_form
from fwsite.blueprints.questionnaire.fits_form import Cell, Offer, Place
from fwsite.blueprints.questionnaire.grounds import Usable
from fwsite.domain.questionnaire import Fault, Fit


class Grid(NamedTuple):
    """The cells of a form, be they of a question or of a framework, as the draft has them.

    ``usable`` gives what a cell may rest on and name; none where nobody can say. ``offer`` gives its packages.
    """

    fits: Mapping[Place, Fit | None]
    usable: Callable[[Place], Usable | None]
    offer: Callable[[Place], Offer]

    @property
    def cells(self) -> dict[Place, Cell]:
        """The form as it opens."""
        return {place: fits_form.cell_of(fit) for place, fit in self.fits.items()}


class Received(NamedTuple):
    """What came: the cells as they are to be shown, the fits that are new, and what is wrong.

    With ``has_moved`` somebody else has changed cells meanwhile, of which ``theirs`` are in the form already.
    """

    cells: Mapping[Place, Cell]
    fits: Mapping[Place, Fit | None]
    faults: tuple[Fault, ...]
    has_moved: bool = False
    theirs: int = 0


def receive(grid: Grid, form: MultiDict[str, str], today: date) -> Received:
    """Read the form of a grid."""
    sent = {place: fits_form.sent_cell(form, place) for place in grid.fits}
    missing = sum(cell is None for cell in sent.values())
    cells = {place: cell or fits_form.cell_of(grid.fits[place]) for place, cell in sent.items()}
    meeting = fits_form.meet(grid.fits, cells)
    if meeting.both or meeting.theirs:
        return Received(meeting.cells, {}, (), has_moved=True, theirs=len(meeting.theirs))
    if missing:
        fault = Fault("", f"{missing} of the cells did not arrive; they are shown as they are. Please look and save.")
        return Received(meeting.cells, {}, (fault,))
    fits: dict[Place, Fit | None] = {}
    faults: list[Fault] = []
    for place, cell in meeting.cells.items():
        fit, wrong = _read(grid, place, cell, today)
        faults += wrong
        if not wrong and fit != grid.fits[place]:
            fits[place] = fit
    return Received(meeting.cells, fits, tuple(faults))


def _read(grid: Grid, place: Place, cell: Cell, today: date) -> tuple[Fit | None, list[Fault]]:
    before = grid.fits[place]
    if cell.chosen == "theirs":
        return before, []
    faults = []
    if cell.chosen is not None and cell.chosen != "mine":
        faults.append(Fault(fits_form.name("choose", place), "Choose which of the two stays."))
    fit, wrong = fits_form.read(cell, place, before, today, grid.usable(place), grid.offer(place))
    return fit, [*faults, *wrong]

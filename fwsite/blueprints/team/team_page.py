"""Team page: everything that the result of a team shows, so that its template only has to write it down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from fwsite.blueprints.team import wording
from fwsite.blueprints.team.rounds import Round
from fwsite.domain import english, phrases
from fwsite.domain.must_table import MustRow, must_rows
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.recommendation import Verdict
from fwsite.domain.stacks import Release, Stack, index_name
from fwsite.domain.team import ACCEPTABLE, Divide, Place, Settlement, TeamReport, changes_verdict

DIVIDES_SHOWN = 5
"""So many questions are shown at once; the others are folded away."""
DOTS_MOST = 6
"""A dot for each person where there are so many at most; the number stands there for more."""


class StackRow(NamedTuple):
    """Parts that most want, and the releases that bring them; none where they are built in."""

    labels: tuple[str, ...]
    releases: tuple[Release, ...]


class StackBox(NamedTuple):
    """What one alternative is installed with."""

    alternative: str
    commands: tuple[str, ...]
    rows: tuple[StackRow, ...]


@dataclass(frozen=True)
class TeamPage:
    """A team's result as everybody of the team sees it."""

    definition: Definition
    report: TeamReport
    round: Round
    headline: str
    lead: str
    musts: tuple[MustRow, ...]
    stacks: tuple[StackBox, ...]

    acceptable_from = ACCEPTABLE
    verdict_key = phrases.VERDICT_KEY
    wording = wording
    number = staticmethod(english.number)

    @property
    def named(self) -> tuple[str, ...]:
        """Whom the verdict names."""
        return self.report.recommendation.named

    @property
    def places(self) -> tuple[Place, ...]:
        """In the order of the table."""
        return self.report.places

    @property
    def has_dots(self) -> bool:
        """Whether each person is a dot."""
        return self.report.people <= DOTS_MOST

    @property
    def divided(self) -> list[Divide]:
        """The questions whose answers make the most difference."""
        return [divide for divide in self.report.divides if divide.points][:DIVIDES_SHOWN]

    @property
    def others(self) -> list[Divide]:
        """All others."""
        return list(self.report.divides[len(self.divided) :])

    @property
    def the_others(self) -> str:
        """What they are called, above them."""
        if len(self.others) == 1:
            return "The other question: your answers are alike, or hardly count"
        which = f"{'The other' if self.divided else 'All'} {english.number(len(self.others))} questions"
        return f"{which}: your answers are alike, or hardly count"

    @property
    def settlements(self) -> list[tuple[Question, list[Settlement]]]:
        """What would be, if all gave one answer, by question."""
        return [(self.definition.by_key[key], found) for key, found in self.report.by_question.items()]

    @property
    def withdrawals(self) -> list[str]:
        """What would be without each must that rules somebody out."""
        return [wording.withdrawal(self.definition, self.report, each) for each in self.report.withdrawals]

    @property
    def may_agreeing_change(self) -> bool:
        """Whether an agreement on one question would change the verdict."""
        now = self.report.recommendation
        return any(changes_verdict(now, each.recommendation) for each in self.report.settlements)

    @property
    def is_one_alone_somewhere(self) -> bool:
        """Whether an agreement would leave one alternative that meets all must-haves."""
        return any(each.recommendation.verdict is Verdict.ONLY for each in self.report.settlements)


def team_page(definition: Definition, report: TeamReport, found: Round) -> TeamPage:
    """Prepare the page."""
    return TeamPage(
        definition=definition,
        report=report,
        round=found,
        headline=wording.headline(definition, report),
        lead=wording.lead(definition, report),
        musts=tuple(_must_rows(definition, report)),
        stacks=tuple(_stack(definition, report, each) for each in report.advice.stacks),
    )


def _must_rows(definition: Definition, report: TeamReport) -> Iterator[MustRow]:
    rows = must_rows(definition, report.advice, [place.alternative for place in report.places])
    for row, people in zip(rows, report.must_of, strict=True):
        yield row._replace(people=f"a must-have for {people} of {report.people}")


def _stack(definition: Definition, report: TeamReport, found: Stack) -> StackBox:
    rows: dict[tuple[str, ...], list[str]] = {}
    for part in found.parts:
        rows.setdefault(part.packages, []).append(definition.by_key[part.question].by_key[part.option].label)
    return StackBox(
        alternative=found.alternative,
        commands=tuple(filter(None, (found.install, found.start))),
        rows=tuple(
            StackRow(tuple(labels), tuple(report.advice.releases[index_name(package)] for package in packages))
            for packages, labels in rows.items()
        ),
    )

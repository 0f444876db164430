"""Result page: everything that the page of a result shows, so that its template only has to write it down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from fwsite.blueprints.questionnaire import changes, grounds, wording
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS
from fwsite.blueprints.questionnaire.responses import Response
from fwsite.domain import phrases, robustness, scoring, stacks, working
from fwsite.domain.answers import WEIGHTS, Answers
from fwsite.domain.evidence import Evidence
from fwsite.domain.must_table import MustRow, must_rows
from fwsite.domain.questionnaire import FIT_MAX, FIT_RUBRIC, Definition, Fit, Option
from fwsite.domain.recommendation import Recommendation
from fwsite.domain.report import Advice, Report
from fwsite.domain.scoring import Gain, LeftOut, Ranked, Result
from fwsite.domain.sensitivity import Flip
from fwsite.domain.versions import Differences, differences, summary
from fwsite.extend import Ground

POINTS_AGAINST = 3
"""So many points of the comparison stand among the costs of a winner."""
FLIPS_SHOWN = 5
"""So many of the changes that give another winner are shown at once; the others are folded away."""


@dataclass(frozen=True)
class Arithmetic:
    """How the points were worked out, digit by digit; ``answered`` has the answers in words."""

    names: Mapping[str, str]
    answered: Mapping[str, str]
    result: Result
    sums: tuple[working.Sum, ...]
    costs: tuple[working.Cost, ...]

    fit_max = FIT_MAX
    decimal = staticmethod(wording.decimal)
    number = staticmethod(wording.number)
    ordinal = staticmethod(wording.ordinal)
    signed = staticmethod(wording.signed)


def arithmetic(definition: Definition, answers: Answers, result: Result) -> Arithmetic:
    """The way from these answers to their result."""
    return Arithmetic(
        definition.names,
        {key: wording.answer_text(definition.by_key[key], answer) for key, answer in answers.items()},
        result,
        working.sums(definition, answers),
        working.costs(definition, answers, result),
    )


class News(NamedTuple):
    """What another version of the questionnaire says otherwise."""

    found: Differences
    lines: tuple[str, ...]


def news(then: Definition, now: Definition) -> News | None:
    """What has changed; none where both are the same version."""
    if then.version == now.version:
        return None
    found = differences(then, now)
    return News(found, summary(found))


class RuledOut(NamedTuple):
    """An alternative that misses a must: each option that it misses, with its fit, which says why."""

    alternative: str
    misses: tuple[tuple[str, Fit], ...]


class StackRow(NamedTuple):
    """What brings one or more parts that were asked for; ``releases`` are empty where they are built in."""

    labels: tuple[str, ...]
    releases: tuple[stacks.Release, ...]
    fits: tuple[Fit, ...]


class StackBox(NamedTuple):
    """A stack of one alternative: the commands, the releases it begins with, what is built in, and its packages."""

    alternative: str
    commands: tuple[str, ...]
    own: tuple[stacks.Release, ...]
    built_in: StackRow | None
    rows: tuple[StackRow, ...]


class Given(NamedTuple):
    """An option that an alternative has built in, or for which it fits as it stands."""

    question: str
    label: str
    fit: Fit
    weight: str


class Cost(NamedTuple):
    """What one question costs an alternative, with the fits of the options that do."""

    question: str
    points: int
    fits: tuple[tuple[str, Fit | None], ...]


class Account(NamedTuple):
    """What an alternative gives and what it costs: 100 points less its losses.

    ``alike`` is what every alternative gives, such as "nothing yet": it tells none of them apart.
    """

    entry: Ranked
    gives: tuple[Given, ...]
    alike: tuple[Given, ...]
    costs: tuple[Cost, ...]
    against: tuple[str, ...]
    """Keys of points against it in the comparison."""

    @property
    def lost(self) -> int:
        """Points of 100."""
        return sum(loss.points for loss in self.entry.losses)

    @property
    def rests_of_gains(self) -> tuple[tuple[str, Fit], ...]:
        """What is given, with the fits that rest on points of the comparison."""
        return tuple((given.label, given.fit) for given in (*self.gives, *self.alike) if given.fit.claims)

    @property
    def rests_of_costs(self) -> tuple[tuple[str, Fit], ...]:
        """The same of what costs points."""
        told = (each for cost in self.costs for each in cost.fits)
        return tuple((label, fit) for label, fit in told if fit is not None and fit.claims)


class FlipLine(NamedTuple):
    """A change that gives another winner: its condition, and the change for a link."""

    condition: str
    settings: Sequence[str]


class FlipGroup(NamedTuple):
    """The changes with which the same would come first."""

    first: str
    lines: tuple[FlipLine, ...]


@dataclass(frozen=True)
class ResultPage(Arithmetic):
    """A result as its owner sees it, who has a ``token``, or whoever may read it by the ``view_token``.

    ``back`` is the way to its owner's page in the part of the site that shows it. ``copy`` opens the questions with
    these answers. ``weights`` are by question, ``evidence`` counts the fits that were used, by what they rest on, and
    those unknown; ``grounds`` are the keys of all pros and cons on the page.
    """

    token: str | None
    view_token: str | None
    copy: Mapping[str, str]
    created_on: date
    news: News | None
    definition: Definition
    report: Report
    advice: Advice
    headline: str
    lead: str
    musts: tuple[MustRow, ...]
    outcomes: tuple[tuple[str, str], ...]
    ruled_out: tuple[RuledOut, ...]
    stacks: tuple[StackBox, ...]
    accounts: tuple[Account, ...]
    gains: tuple[Gain, ...]
    weights: Mapping[str, str]
    first_flips: tuple[FlipGroup, ...]
    more_flips: tuple[FlipGroup, ...]
    evidence: tuple[Mapping[Evidence, int], int]
    grounds: Sequence[str]
    back: str

    rubric, draws, step = FIT_RUBRIC, robustness.DRAWS, robustness.STEP
    answers_firm, flips_shown, verdict_key = scoring.ANSWERS_FIRM, FLIPS_SHOWN, phrases.VERDICT_KEY

    @property
    def recommendation(self) -> Recommendation:
        """The verdict and whom it names."""
        return self.advice.recommendation

    @property
    def order(self) -> Sequence[str]:
        """See :func:`in_order`."""
        return in_order(self.result)

    @property
    def compared(self) -> Sequence[str]:
        """Those in front: whom the verdict names, or the first two."""
        named = self.recommendation.named
        return named if len(named) > 1 else self.order[: min(2, len(self.result.ranking))]


def result_page(found: Response, view_token: str, token: str | None, back: str = "") -> ResultPage:
    """Prepare the page. Raises ``ValueError`` for a result of the first model."""
    definition, answers, report = found.definition, found.answers, found.report
    if report.advice is None:
        raise ValueError("a result of the first model has a page of its own")
    about = _About(definition, answers, report, report.advice, grounds.published() or {})
    accounts = tuple(about.account(entry) for entry in report.result.ranking)
    flips = report.flips
    return ResultPage(
        **vars(arithmetic(definition, answers, report.result)),
        token=token,
        view_token=view_token if found.is_shareable else None,
        copy={"from": token} if token else {} if back else {"view": view_token},
        created_on=found.created_on,
        news=news(definition, definition_in_force()),
        definition=definition,
        report=report,
        advice=report.advice,
        headline=wording.headline(definition, report),
        lead=wording.lead(definition, answers, report),
        musts=tuple(must_rows(definition, report.advice, in_order(report.result))),
        outcomes=tuple(about.outcomes()),
        ruled_out=tuple(about.ruled_out()),
        stacks=tuple(map(about.stack, report.advice.stacks)),
        accounts=accounts,
        gains=about.gains(),
        weights={
            key: WEIGHT_LABELS[answer.weight] if answer.counts else "not counted" for key, answer in answers.items()
        },
        first_flips=tuple(about.flips(flips[:FLIPS_SHOWN])),
        more_flips=tuple(about.flips(flips[FLIPS_SHOWN:])),
        evidence=working.evidence_counts(definition, answers),
        grounds=tuple(sorted({*about.keys_of_grounds(), *(key for each in accounts for key in each.against)})),
        back=back,
    )


def in_order(result: Result) -> list[str]:
    """Every alternative: the ranked ones, then those that are ruled out."""
    return [entry.alternative for entry in result.ranking] + [out.alternative for out in result.left_out]


class _About(NamedTuple):
    """A result, and what its page says about it; ``published`` are the pros and cons of the comparison, by key."""

    definition: Definition
    answers: Answers
    report: Report
    advice: Advice
    published: Mapping[str, Ground]

    def ruled_out(self) -> Iterator[RuledOut]:
        for out in self.report.result.left_out:
            failed = [must for must in self.advice.musts if not must.cells[out.alternative].met.passes]
            options = [self.definition.by_key[must.question].by_key[must.option] for must in failed]
            yield RuledOut(out.alternative, tuple((each.label, each.fits[out.alternative]) for each in options))

    def _release(self, package: str) -> stacks.Release:
        return self.advice.releases[stacks.index_name(package)]

    def outcomes(self) -> Iterator[tuple[str, str]]:
        """How each alternative ends, and what it would have been where it is ruled out, in order."""
        for entry in self.report.result.ranking:
            yield f"{wording.ordinal(entry.place)}{', tied' if entry.tied else ''}, {entry.points}", ""
        scores = [entry.score for entry in self.report.result.ranking]
        scores += [out.score for out in self.report.result.left_out]
        for out in self.report.result.left_out:
            place = wording.ordinal(1 + sum(score > out.score for score in scores))
            would_be = f"otherwise {place}, {out.points}" if self.report.result.ranking else ""
            yield "ruled out", would_be or _to_give_up(out)

    def stack(self, found: stacks.Stack) -> StackBox:
        own = self.definition.alternative_by_key[found.alternative].packages
        rows: dict[tuple[str, ...], list[stacks.Part]] = {}
        for part in found.parts:
            rows.setdefault(part.packages, []).append(part)
        built_in = [part for part in rows.pop((), []) if not self._is_alike(self._option(part))]
        return StackBox(
            alternative=found.alternative,
            commands=tuple(filter(None, (found.install, found.start))),
            own=tuple(map(self._release, own)),
            built_in=self._stack_row(found.alternative, (), built_in) if built_in else None,
            rows=tuple(self._stack_row(found.alternative, packages, parts) for packages, parts in rows.items()),
        )

    def _stack_row(self, name: str, packages: Sequence[str], parts: Sequence[stacks.Part]) -> StackRow:
        options = [self._option(part) for part in parts]
        return StackRow(
            tuple(option.label for option in options),
            tuple(map(self._release, packages)),
            tuple(option.fits[name] for option in options),
        )

    def account(self, entry: Ranked) -> Account:
        gives, alike = list(self._gives(entry, alike=False)), list(self._gives(entry, alike=True))
        return Account(entry, tuple(gives), tuple(alike), tuple(self._costs(entry)), self._against(entry))

    def _option(self, part: stacks.Part) -> Option:
        return self.definition.by_key[part.question].by_key[part.option]

    def _is_alike(self, option: Option) -> bool:
        """Whether every alternative has it built in: then it asks for nothing that has to be brought."""
        return all(name in option.fits and option.fits[name].value == FIT_MAX for name in self.definition.names)

    def _gives(self, entry: Ranked, *, alike: bool) -> Iterator[Given]:
        by_weight = sorted(
            (key for key, answer in self.answers.items() if answer.counts),
            key=lambda key: -WEIGHTS[self.answers[key].weight],
        )
        for key in by_weight:
            for option in self._chosen(key):
                fit = option.fits.get(entry.alternative)
                if fit is not None and fit.value == FIT_MAX and self._is_alike(option) is alike:
                    yield Given(key, option.label, fit, WEIGHT_LABELS[self.answers[key].weight])

    def _costs(self, entry: Ranked) -> Iterator[Cost]:
        for loss in entry.losses:
            if loss.exact:
                fits = ((option.label, option.fits.get(entry.alternative)) for option in self._chosen(loss.question))
                told = tuple((label, fit) for label, fit in fits if fit is None or fit.value < FIT_MAX)
                yield Cost(loss.question, loss.points, told)

    def _chosen(self, question: str) -> Iterator[Option]:
        for key in self.answers[question].options:
            yield self.definition.by_key[question].by_key[key]

    def _against(self, entry: Ranked) -> tuple[str, ...]:
        """Published points against it: those that the fits of what was chosen name; where they name none, the first."""
        chosen = (option for key, answer in self.answers.items() if answer.counts for option in self._chosen(key))
        fits = (option.fits[entry.alternative] for option in chosen if entry.alternative in option.fits)
        bearing = [key for fit in fits for key in fit.claims if _is_against(self.published.get(key), entry.alternative)]
        any_of_them = (key for key, ground in self.published.items() if _is_against(ground, entry.alternative))
        found = list(dict.fromkeys(bearing)) or list(any_of_them)[:1]
        return tuple(found[:POINTS_AGAINST])

    def gains(self) -> tuple[Gain, ...]:
        """What each answer adds to the lead over the second, or over the other one that is named."""
        ranked = {entry.alternative: entry for entry in self.report.result.ranking}
        if len(ranked) < 2:
            return ()
        named = self.advice.recommendation.named
        second = ranked[named[1]] if len(named) > 1 else self.report.result.ranking[1]
        return scoring.lead_by_question(ranked[named[0]], second)

    def flips(self, flips: Sequence[Flip]) -> Iterator[FlipGroup]:
        in_order = sorted(flips, key=lambda flip: flip.winners)
        for winners, group in groupby(in_order, key=lambda flip: flip.winners):
            lines = (
                FlipLine(changes.condition(self.definition, self.answers, flip), changes.settings(flip))
                for flip in group
            )
            yield FlipGroup(wording.first_then(self.definition, winners), tuple(lines))

    def keys_of_grounds(self) -> Iterator[str]:
        for fit in working.used_cells(self.definition, self.answers):
            yield from fit.claims if fit is not None else ()
        for note in self.advice.notes:
            yield from note.claims


def _to_give_up(out: LeftOut) -> str:
    return f"misses {wording.number(len(out.needs))}"


def _is_against(ground: Ground | None, alternative: str) -> bool:
    return ground is not None and ground.is_against and ground.about == alternative

"""Comparison directives and slots: the comparison in other pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from flask import g, render_template
from markupsafe import Markup

from fwsite.blueprints.comparison.current import comparison_in_force
from fwsite.blueprints.comparison.ledger import history
from fwsite.blueprints.comparison.ledger.suggestions import how_many_wait
from fwsite.blueprints.comparison.measured import charts, judgements, runs
from fwsite.blueprints.comparison.public.evidence_views import checked_against
from fwsite.blueprints.comparison.queries import framework_keys, published_claims
from fwsite.domain.comparison import BALANCE_LENGTH, Claim, Comparison, Side
from fwsite.domain.items import Kind
from fwsite.domain.measurement import Run
from fwsite.extend import DirectiveContext, DirectiveError, SlotContext, framework_names


def balance(context: DirectiveContext) -> Markup:
    """``::balance[django]`` - the framework's pros and cons, and the one sentence that closes them."""
    comparison = _chosen(context)
    if len(comparison.frameworks) != 1:
        raise DirectiveError("name one framework, as in ::balance[django]")
    framework = comparison.frameworks[0]
    return _render(
        "comparison/_balance.html",
        framework=framework,
        columns=[
            (side, comparison.claims_on(framework.key, side)[:BALANCE_LENGTH], comparison.total(framework.key, side))
            for side in Side
        ],
    )


def comparison(context: DirectiveContext) -> Markup:
    """``::comparison[django,flask]`` - first release, what is for and against, a typical example of each."""
    return _render("comparison/_overview.html", comparison=_chosen(context))


def measured(context: DirectiveContext) -> Markup:
    """``::measured[memory]`` - one measure of the run in force, as ratios. ``[time, json]`` names the workload, too,
    and ``[time, json, django, flask]`` those that are shown.
    """
    kept = runs.in_force()
    measure, workload, *entries = (*context.arguments, "", "")[: max(2, len(context.arguments))]
    return _render(
        "comparison/_measured_table.html",
        kept=kept,
        chart=_chart(kept.run, measure, workload, entries) if kept else None,
        moved=judgements.moved(kept.run) if kept else [],
    )


def _chart(run: Run, measure: str, workload: str, entries: Collection[str]) -> charts.Chart | None:
    """The chart that is named; none where this run has left out what others have."""
    known = [one for one in (run, runs.reference()) if one]
    measures = dict.fromkeys(each for one in known for each in one.charts())
    chosen = [each for each in measures if each[0] == measure and workload in ("", each[1])]
    if not chosen:
        names = ", ".join(f"{one}, {other}" for one, other in measures)
        raise DirectiveError(f"nothing of that name was measured; known are {names}")
    there_are = dict.fromkeys(key for one in known for key in one.entries)
    unknown = [entry for entry in entries if entry not in there_are]
    if unknown:
        raise DirectiveError(f"nothing was measured as {unknown[0]!r}; known are {', '.join(there_are)}")
    chart = charts.chart_of(run, *chosen[0])
    shown = chart.only(entries) if entries else chart
    return shown if shown.bars else None


def article_footer(_context: SlotContext) -> Markup:
    """The way from an article to the comparison."""
    return _render("comparison/_article_footer.html")


def about_evidence(_context: SlotContext) -> Markup:
    """How many claims are measured, sourced or opinions."""
    numbers = Counter(claim.evidence for claim in published_claims())
    return _render("comparison/_about.html", numbers=numbers) if numbers else Markup("")


def site_footer(_context: SlotContext) -> Markup:
    """The releases that this site's claims quote, and the way to what they rest on."""
    releases = checked_against()
    return _render("comparison/_site_footer.html", releases=releases) if releases else Markup("")


def questionnaire_result(context: SlotContext) -> Markup:
    """The way from a result to the comparison of those in front."""
    known = framework_keys()
    keys = [key for key in context.values["alternatives"] if key in known]
    names = context.values["names"]
    return _render("comparison/_result.html", keys=keys, names=[names[key] for key in keys])


class _Grounds(NamedTuple):
    """The pros and cons behind the fits of a page, by key, and the keys of those that only have a history."""

    claims: dict[str, Claim]
    retired: set[str]


def questionnaire_claims(context: SlotContext) -> Markup:
    """The pros and cons behind one fit, ``keys``; ``all`` are those of every fit on the page, to read them once."""
    if "comparison_grounds" not in g:
        g.comparison_grounds = _grounds(set(context.values["all"]))
    grounds: _Grounds = g.comparison_grounds
    keys = dict.fromkeys(context.values["keys"])
    return _render(
        "comparison/_grounds.html",
        claims=[claim for key, claim in grounds.claims.items() if key in keys],
        missing=[key for key in keys if key not in grounds.claims],
        names=framework_names(),
        retired=grounds.retired,
    )


def _grounds(keys: Collection[str]) -> _Grounds:
    claims = {claim.key: claim for claim in published_claims(keys)}
    missing = set(keys) - claims.keys()
    return _Grounds(claims, history.told_of(Kind.CLAIM, missing) if missing else set())


def account_home(_context: SlotContext) -> Markup:
    """For maintainers: how many suggestions wait."""
    return _render("comparison/_account_home.html", waiting=how_many_wait())


def _chosen(context: DirectiveContext) -> Comparison:
    everything = comparison_in_force(BALANCE_LENGTH)
    known = [framework.key for framework in everything.frameworks]
    unknown = [key for key in context.arguments if key not in known]
    if unknown or not context.arguments:
        wrong = f"there is no framework {unknown[0]!r}" if unknown else "name at least one framework"
        raise DirectiveError(f"{wrong}; known are {', '.join(known)}")
    return everything.only(context.arguments)


def _render(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 - Jinja has escaped it

"""Re-evaluation: what has changed since a result was worked out, and both results side by side."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from fwsite.blueprints.questionnaire import responses, wording
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.first_model import wording as first_wording
from fwsite.blueprints.questionnaire.releases import newest
from fwsite.blueprints.questionnaire.result_page import news
from fwsite.blueprints.questionnaire.result_views import owned, shared
from fwsite.domain import scoring
from fwsite.domain.questionnaire import Definition
from fwsite.domain.report import Report, make_report
from fwsite.domain.versions import carry_over


@bp.get("/<token>/re-evaluate")
def re_evaluate(token: str) -> str:
    """The owner's result then and now; nothing is stored by looking."""
    response = owned(token)
    given: dict[str, Any] = {"from": token}
    return _page(response, url_for(".result", token=token), url_for(".index", **given), is_owner=True)


@bp.get("/view/<view_token>/re-evaluate")
def view_re_evaluate(view_token: str) -> str:
    """The same for those it was shared with."""
    response = shared(view_token)
    return _page(response, url_for(".view", view_token=view_token), url_for(".index", view=view_token), is_owner=False)


def _page(response: responses.Response, back: str, again: str, *, is_owner: bool) -> str:
    now = definition_in_force()
    carried, lost = carry_over(response.definition, response.answers, now)
    then_result, now_report = response.report.result, make_report(now, carried, newest())
    now_result = now_report.result
    return render_template(
        "questionnaire/reevaluate.html",
        then=response.definition,
        then_result=then_result,
        then_headline=_headline(response.definition, response.report),
        created_on=response.created_on,
        now=now,
        now_result=now_result,
        now_headline=_headline(now, now_report),
        same_first=_firsts(then_result) == _firsts(now_result),
        news=news(response.definition, now),
        lost=lost,
        needed=scoring.RULES[now.model].answers_needed,
        wording=wording,
        back=back,
        again=again,
        is_owner=is_owner,
    )


def _headline(definition: Definition, report: Report) -> str:
    if report.result.standing in (scoring.Standing.BLANK, scoring.Standing.TOO_FEW):
        return "None of these answers is offered any more"
    if report.advice is None:
        return first_wording.headline(definition, report.result)
    return wording.headline(definition, report)


def _firsts(result: scoring.Result) -> list[str]:
    return [entry.alternative for entry in result.ranking if entry.place == 1]

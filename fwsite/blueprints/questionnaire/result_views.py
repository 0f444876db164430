"""Result views: the owner's, and the one to share, which only reads."""

from __future__ import annotations

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import responses
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.result_page import result_page
from fwsite.domain.report import as_json, result_document
from fwsite.extend import is_shaped, view_token_for, whole_page


def owned(token: str) -> responses.Response:
    """The response of this owner's token, or error 404."""
    return (responses.find(token) if is_shaped(token) else None) or abort(404)


def shared(view_token: str) -> responses.Response:
    """The response that this token may read, or error 404."""
    return (responses.find_for_view(view_token) if is_shaped(view_token) else None) or abort(404)


@bp.get("/<token>")
@whole_page(despite_hooks=True, at_secret_address=True)
def result(token: str) -> str:
    """The owner's page: as it was worked out when it was answered, with what only the owner may do."""
    return _page(owned(token), view_token_for(current_app.config["SECRET_KEY"], token), token)


@bp.get("/view/<view_token>")
@whole_page(despite_hooks=True, at_secret_address=True)
def view(view_token: str) -> str:
    """The page to share: it reads, and does nothing else."""
    return _page(shared(view_token), view_token)


def _page(found: responses.Response, view_token: str, token: str | None = None) -> str:
    if found.report.advice is None:
        from fwsite.blueprints.questionnaire.first_model.result_page import result_page as first_page  # ever fewer

        return render_template("questionnaire/first_model.html", page=first_page(found, view_token, token))
    return render_template("questionnaire/result.html", page=result_page(found, view_token, token))


@bp.get("/<token>/result.json")
def result_json(token: str) -> Response:
    """The same numbers as the page, the same bytes as ``fwsite recommend``."""
    return _json(owned(token))


@bp.get("/view/<view_token>/result.json")
def view_json(view_token: str) -> Response:
    """The same for those it was shared with."""
    return _json(shared(view_token))


def _json(response: responses.Response) -> Response:
    document = result_document(response.definition, response.answers, response.report)
    return Response(as_json(document), mimetype="application/json")


@bp.get("/<token>/decision.md", endpoint="decision")
def own_decision(token: str) -> Response:
    """The result as a record of a decision, for the owner; it names the shared address alone."""
    return _decision(owned(token), view_token_for(current_app.config["SECRET_KEY"], token))


@bp.get("/view/<view_token>/decision.md")
def view_decision(view_token: str) -> Response:
    """The same for those it was shared with."""
    return _decision(shared(view_token), view_token)


def _decision(found: responses.Response, view_token: str) -> Response:
    address = render_template("questionnaire/address.txt", view_token=view_token) if found.is_shareable else ""
    response = Response(_record(found, address), mimetype="text/markdown")
    name = f"decision-{found.created_on.isoformat()}.md"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _record(found: responses.Response, address: str) -> str:
    """The record, with the title that its link may give; nothing of that is stored."""
    from fwsite.blueprints.questionnaire import decision  # few ask for it
    from fwsite.blueprints.questionnaire.first_model import decision as first_decision

    if found.report.advice is None:
        values = found.definition, found.answers, found.report, found.created_on, address
        return first_decision.record(first_decision.Decision(*values))
    title = request.args.get("title", "")
    return decision.record(
        decision.Decision(
            found.definition, found.answers, found.report, found.report.advice, found.created_on, address, title
        )
    )


@bp.get("/<token>/delete")
def ask_to_delete(token: str) -> str:
    """Asks before anything is deleted; the page of the result needs no form for it."""
    owned(token)
    return render_template("questionnaire/delete.html", token=token, form=FlaskForm())


@bp.post("/<token>/delete")
def delete(token: str) -> AnyResponse:
    """Delete the answers behind the address."""
    if not is_shaped(token) or not responses.delete_response(token):
        abort(404)
    return redirect(url_for(".deleted"), code=303)


@bp.get("/deleted")
def deleted() -> str:
    """Says that it is done."""
    return render_template("questionnaire/deleted.html")

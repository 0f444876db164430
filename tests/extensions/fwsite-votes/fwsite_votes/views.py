"""The form for one claim, and the list of claims that readers disagree with."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fwsite.extend import (
    SENT_TWICE,
    Claim,
    Limit,
    SitemapEntry,
    claim_path,
    find_claim,
    limited,
    path_for,
    published_claims,
    sent_twice,
    whole_page,
)

from . import queries
from .queries import Tally, Vote

bp = Blueprint("votes", __name__, template_folder="templates")
_LISTED = 50


@bp.get("/")
@whole_page
def index() -> str:
    """The claims that most readers disagree with."""
    votes = queries.tallies().of_claims
    against = [(claim, votes[claim.key]) for claim in published_claims() if votes.get(claim.key, Tally()).disagree]
    against.sort(key=lambda entry: (-entry[1].disagree, entry[0].key))
    return render_template("votes/index.html", against=against[:_LISTED])


@bp.get("/<key>")
def ask(key: str) -> str:
    """The form."""
    return _page(_claim(key))


@bp.post("/<key>")
@limited(Limit("30 per hour", scope="votes.cast"))
def cast(key: str) -> ResponseReturnValue:
    """Count the vote, and show the claim with it; or say what is missing."""
    claim = _claim(key)
    if sent_twice("vote"):
        return _page(claim, SENT_TWICE), 422
    try:
        vote = Vote(request.form.get("vote", ""))
    except ValueError:
        return _page(claim, "Choose whether you agree or disagree."), 422
    queries.cast(claim, vote)
    return redirect(url_for(".ask", key=key, counted=vote), code=303)


def _claim(key: str) -> Claim:
    return find_claim(key) or abort(404)


def _page(claim: Claim, fault: str = "") -> str:
    return render_template(
        "votes/ask.html",
        claim=claim,
        path=claim_path(claim),
        fault=fault,
        counted=request.args.get("counted", "") in list(Vote) and not fault,
        tally=queries.tallies().of_claims.get(claim.key, Tally()),
    )


def sitemap() -> Iterator[SitemapEntry]:
    """The list."""
    yield SitemapEntry(path=path_for("votes.index"))

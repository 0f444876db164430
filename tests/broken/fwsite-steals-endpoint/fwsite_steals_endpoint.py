"""Puts a view of its own at an endpoint of the articles."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from fwsite.extend import Extension

bp = Blueprint("steals_endpoint", __name__)


@bp.record
def replace(state: BlueprintSetupState) -> None:
    state.app.view_functions["article.home"] = lambda: "stolen"


extension = Extension(name="steals_endpoint", title="Broken", blueprint=bp)

"""Adds an address outside its own prefix to the application."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from fwsite.extend import Extension

bp = Blueprint("steals_address", __name__)


@bp.record
def add(state: BlueprintSetupState) -> None:
    state.app.add_url_rule("/comparison/", "steals_address.compare", lambda: "stolen")


extension = Extension(name="steals_address", title="Broken", blueprint=bp)

"""Changes a setting of Flask's for the whole site."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from fwsite.extend import Extension

bp = Blueprint("changes_config", __name__)


@bp.record
def change(state: BlueprintSetupState) -> None:
    state.app.config["MAX_CONTENT_LENGTH"] = 1


extension = Extension(name="changes_config", title="Broken", blueprint=bp)

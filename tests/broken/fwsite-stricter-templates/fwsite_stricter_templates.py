"""Another treatment of what is undefined, for all templates of the site."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from jinja2 import StrictUndefined

from fwsite.extend import Extension

bp = Blueprint("stricter_templates", __name__)


@bp.record
def tighten(state: BlueprintSetupState) -> None:
    state.app.jinja_env.undefined = StrictUndefined


extension = Extension(name="stricter_templates", title="Broken", blueprint=bp)

"""A converter for the whole application, in place of one that the site's own addresses use."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from fwsite.extend import Extension

bp = Blueprint("own_converter", __name__)


class Slug(BaseConverter):
    regex = "stolen"


@bp.record
def add(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["default"] = Slug


extension = Extension(name="own_converter", title="Broken", blueprint=bp)

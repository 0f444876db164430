"""Makes its tables when it is mounted, as examples on the net have it."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from fwsite.extend import Extension, db

bp = Blueprint("needs_the_application", __name__)


@bp.record
def make(state: BlueprintSetupState) -> None:
    with state.app.app_context():
        db.create_all()


extension = Extension(name="needs_the_application", title="Broken", blueprint=bp)

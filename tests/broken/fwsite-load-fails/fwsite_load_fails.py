"""Content that cannot be loaded; half of it is left in the session."""

from flask import Blueprint

from fwsite.extend import Extension, db
from fwsite.models import Framework

bp = Blueprint("load_fails", __name__)


@bp.get("/")
def index() -> str:
    return "all the same"


def load() -> str:
    db.session.add(Framework(key="half"))
    db.session.flush()
    return "never"


extension = Extension(name="load_fails", title="Broken", blueprint=bp, load_content=load)

"""A page that ends the process."""

import sys

from flask import Blueprint

from fwsite.extend import Extension

bp = Blueprint("view_exits", __name__)


@bp.get("/")
def index() -> str:
    sys.exit("nothing to show")


extension = Extension(name="view_exits", title="Broken", blueprint=bp)

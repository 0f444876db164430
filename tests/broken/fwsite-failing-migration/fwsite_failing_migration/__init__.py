"""A migration that raises half-way."""

from pathlib import Path

from flask import Blueprint

from fwsite.extend import Extension

bp = Blueprint("failing_migration", __name__)


@bp.get("/")
def index() -> str:
    return "never"


extension = Extension(
    name="failing_migration", title="Broken", blueprint=bp, migrations=Path(__file__).parent / "migrations"
)

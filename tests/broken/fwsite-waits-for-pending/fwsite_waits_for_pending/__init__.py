"""Needs an extension whose migration fails."""

from pathlib import Path

from flask import Blueprint

from fwsite.extend import Extension

bp = Blueprint("waits_for_pending", __name__)


@bp.get("/")
def index() -> str:
    return "never"


extension = Extension(
    name="waits_for_pending",
    title="Broken",
    after=("failing_migration",),
    blueprint=bp,
    migrations=Path(__file__).parent / "migrations",
)

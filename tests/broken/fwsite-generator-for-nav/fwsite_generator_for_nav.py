"""A generator where a tuple belongs: it could be read once only."""

from flask import Blueprint

from fwsite.extend import Extension, NavItem

bp = Blueprint("generator_for_nav", __name__)
extension = Extension(
    name="generator_for_nav",
    title="Broken",
    blueprint=bp,
    nav=(NavItem(label=label, endpoint="generator_for_nav.index") for label in "ab"),
)

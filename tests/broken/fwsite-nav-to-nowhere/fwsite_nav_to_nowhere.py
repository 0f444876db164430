"""An entry of the navigation without a page."""

from flask import Blueprint

from fwsite.extend import Extension, NavItem

extension = Extension(
    name="nav_to_nowhere",
    title="Broken",
    blueprint=Blueprint("nav_to_nowhere", __name__),
    nav=(NavItem(label="Broken entry", endpoint="nav_to_nowhere.index"),),
)

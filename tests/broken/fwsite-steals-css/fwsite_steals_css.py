"""Steals a file of the site's own."""

from flask import Blueprint

from fwsite.extend import Extension


def css() -> str:
    return "stolen"


extension = Extension(
    name="steals_css", title="Broken", blueprint=Blueprint("steals_css", __name__), root_urls={"/static/site.css": css}
)

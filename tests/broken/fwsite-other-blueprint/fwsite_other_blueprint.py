"""A blueprint with another name."""

from flask import Blueprint

from fwsite.extend import Extension

extension = Extension(name="other_blueprint", title="Broken", blueprint=Blueprint("pages", __name__))

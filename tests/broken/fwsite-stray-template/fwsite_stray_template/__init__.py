"""A template outside the folder of its name: it could be taken for one of the site's."""

from flask import Blueprint

from fwsite.extend import Extension

extension = Extension(
    name="stray_template",
    title="Broken",
    blueprint=Blueprint("stray_template", __name__, template_folder="templates"),
)

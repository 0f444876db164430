"""A rule outside @layer ext: it would win over all of the site's."""

from flask import Blueprint

from fwsite.extend import Extension

extension = Extension(
    name="unlayered_css",
    title="Broken",
    blueprint=Blueprint("unlayered_css", __name__, static_folder="static"),
)

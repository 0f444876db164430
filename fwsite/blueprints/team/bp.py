"""Blueprint object: what all of the team's pages hang on."""

from flask import Blueprint

bp = Blueprint("team", __name__, template_folder="templates")

"""Blueprint object: what all of the comparison's pages hang on."""

from flask import Blueprint

from fwsite.domain.items import is_address

bp = Blueprint("comparison", __name__, template_folder="templates")
bp.add_app_template_test(is_address, "comparison_address")

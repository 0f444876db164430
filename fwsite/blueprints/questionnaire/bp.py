"""Blueprint object: what all of the questionnaire's pages hang on."""

from flask import Blueprint

bp = Blueprint("questionnaire", __name__, template_folder="templates")

PUBLIC = frozenset(
    f"questionnaire.{name}"
    for name in (
        "definition_json",
        "how",
        "audit",
        "statistics",
        "statistics_csv",
        "statistics_xlsx",
        "statistics_json",
        "privacy",
    )
)
"""Pages about the questionnaire itself, which caches may keep; all others belong to one visitor or maintainer."""

"""Neutrality audit view of the questionnaire in force, for everybody."""

from __future__ import annotations

from flask import render_template

from fwsite.blueprints.questionnaire import changes, definitions
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.extend import whole_page


@bp.get("/audit")
@whole_page(despite_hooks=True)
def audit() -> str:
    """Who would be recommended to people who answer at random, what in the questions is one-sided, and whether people
    in described situations get what they should."""
    definition = definition_in_force()
    return render_template(
        "questionnaire/audit.html",
        definition=definition,
        audit=definitions.audit_of(definition),
        settings=changes.settings_of,
    )

"""Publication slot: what the questionnaire has to say where maintainers publish a framework."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.blueprints.questionnaire import definitions, drafts
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.domain.naming import leaves_out
from fwsite.domain.questionnaire import Definition
from fwsite.domain.versions import without_alternatives
from fwsite.extend import SlotContext


def publication(context: SlotContext) -> Markup:
    """The neutrality audit before, and the questions that may leave the framework out after."""
    work, framework = drafts.work(), context.values["framework"]
    if work is None or framework not in work.definition.names:
        return Markup("")
    page = _to_look_at(work, framework) if context.values["is_done"] else _audit(work, framework)
    return Markup(page)  # noqa: S704 - Jinja has escaped it


def _audit(work: Work, framework: str) -> str:
    definition = _in_force_then(work, framework)
    audit = definitions.audit_of(definition)
    own = next((each for each in audit["alternatives"] if each["alternative"] == framework), None)
    return render_template(
        "questionnaire/_publication_audit.html",
        definition=definition,
        audit=audit,
        own=own,
        name=definition.names.get(framework, ""),
    )


def _in_force_then(work: Work, framework: str) -> Definition:
    """What visitors are asked once the framework is published."""
    offered = definitions.with_everything_offered(drafts.of_framework(work, framework))
    others = [key for key in work.unpublished if key != framework]
    return definitions.with_everything_asked(without_alternatives(offered, others))


def _to_look_at(work: Work, framework: str) -> str:
    names = work.definition.names
    found = [each for each in work.definition.questions if leaves_out(each.why, names[framework], names.values())]
    return render_template("questionnaire/_publication_texts.html", questions=found, name=names[framework])

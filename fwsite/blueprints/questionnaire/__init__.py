"""The questionnaire: questions, stored answers, and a result that shows its arithmetic."""

from pathlib import Path

from fwsite.blueprints.questionnaire import (
    audit_views,
    commands,
    content,
    fits_views,
    how_views,
    models,
    result_views,
    slots,
    statistics_views,
    version_views,
    views,
)
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.extend import Extension, NavItem, Setting

VIEWS = (views, result_views, how_views, statistics_views, version_views, audit_views, fits_views)
"""Imported for their routes: each hangs its own on the blueprint."""

extension = Extension(
    name="questionnaire",
    title="Questionnaire",
    blueprint=bp,
    nav=(
        NavItem(label="Choose", endpoint="questionnaire.index", weight=30),
        NavItem(label="Fits", endpoint="questionnaire.work_fits", weight=25, role="maintainer"),
    ),
    slots={"article.footer": slots.article_footer},
    commands=(commands.recommend, commands.answers),
    settings=(
        Setting(
            name="QUESTIONNAIRE_KEEP_DAYS",
            type=int,
            default=730,
            minimum=1,
            maximum=commands.KEEP_DAYS_MOST,
            help="Days after which “fwsite answers expire” deletes the answers of a visitor.",
        ),
    ),
    model_base=models.QuestionnaireBase,
    migrations=Path(__file__).parent / "migrations",
    load_content=content.load,
    check_content=content.check,
    sitemap=views.sitemap,
)

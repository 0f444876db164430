"""The questionnaire: questions, stored answers, and a result that shows its arithmetic."""

from pathlib import Path

from fwsite.blueprints.questionnaire import commands, content, models, slots, views
from fwsite.extend import Extension, NavItem

extension = Extension(
    name="questionnaire",
    title="Questionnaire",
    blueprint=views.bp,
    nav=(NavItem(label="Choose", endpoint="questionnaire.index", weight=30),),
    slots={"article.footer": slots.article_footer},
    commands=(commands.recommend,),
    model_base=models.QuestionnaireBase,
    migrations=Path(__file__).parent / "migrations",
    load_content=content.load,
    check_content=content.check,
    sitemap=views.sitemap,
)

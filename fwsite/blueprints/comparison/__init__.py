"""The comparison: frameworks by criterion, ratings, pros and cons, each with its evidence."""

from pathlib import Path

from fwsite.blueprints.comparison import content, directives, models, views
from fwsite.extend import Extension, NavItem

extension = Extension(
    name="comparison",
    title="Comparison",
    blueprint=views.bp,
    nav=(NavItem(label="Compare", endpoint="comparison.index", weight=20),),
    slots={
        "article.footer": directives.article_footer,
        "questionnaire.result": directives.questionnaire_result,
    },
    directives={"balance": directives.balance, "comparison": directives.comparison},
    model_base=models.ComparisonBase,
    migrations=Path(__file__).parent / "migrations",
    load_content=content.load,
    check_content=content.check,
    sitemap=views.sitemap,
)

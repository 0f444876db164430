"""A team decides: several people answer the questionnaire, each alone, and read what their answers say together."""

from pathlib import Path

from fwsite.blueprints.team import member_views, models, slots, views
from fwsite.blueprints.team.bp import bp
from fwsite.extend import Extension, Setting

VIEWS = (views, member_views)
"""Imported for their routes: each hangs its own on the blueprint."""

extension = Extension(
    name="team",
    title="A team decides",
    blueprint=bp,
    slots={
        "questionnaire.begin": slots.begin,
        "questionnaire.result": slots.result,
        "questionnaire.privacy": slots.privacy,
    },
    events={"questionnaire.answers_expired": slots.expire},
    settings=(
        Setting(
            name="TEAM_KEEP_DAYS",
            type=int,
            default=90,
            minimum=1,
            maximum=3650,
            help="Days after which a team’s round is gone with its answers, from its closing on, or from its beginning "
            "while it is open.",
        ),
    ),
    model_base=models.TeamBase,
    migrations=Path(__file__).parent / "migrations",
    sitemap=views.sitemap,
    texts=views.texts,
)

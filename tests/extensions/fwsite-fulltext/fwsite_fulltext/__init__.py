"""Full-text search by the database: one box for everything that the site and its extensions have to read."""

from pathlib import Path

from fwsite.extend import Extension, Setting

from . import commands, models, slots, upkeep, views

extension = Extension(
    name="fulltext",
    title="Full text",
    blueprint=views.bp,
    slots={"site.head": slots.head, "site.header": slots.header},
    # Told of by extensions that offer these events; what others have is taken in at the next start.
    events={
        "article.changed": upkeep.changed,
        "comparison.changed": upkeep.changed,
        "glossary.changed": upkeep.changed,
        "questionnaire.published": upkeep.changed,
    },
    commands=(commands.group,),
    settings=(
        Setting(
            name="FULLTEXT_PAGE_LENGTH",
            type=int,
            default=20,
            minimum=5,
            maximum=100,
            help="How many results stand on a page.",
        ),
    ),
    model_base=models.Base,
    migrations=Path(__file__).parent / "migrations",
    load_content=upkeep.load,
)

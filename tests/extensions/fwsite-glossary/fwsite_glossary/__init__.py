"""Glossary: what the site's terms mean, and marks on them in articles."""

from pathlib import Path

from fwsite.extend import Extension, NavItem, Point, PointKind, Setting

from . import commands, content, models, places, views, work_views

VIEWS = (views, work_views)
"""Imported for their routes: each hangs its own on the blueprint."""

extension = Extension(
    name="glossary",
    title="Glossary",
    api=1,
    blueprint=views.bp,
    nav=(
        NavItem(label="Glossary", endpoint="glossary.index", weight=25, place="foot"),
        NavItem(label="Glossary", endpoint="glossary.work_list", weight=50, role="maintainer"),
    ),
    offers=(
        Point(
            kind=PointKind.EVENT,
            name="glossary.changed",
            help="Terms were added, changed or deleted.",
            values={"texts": "the keys of the terms’ texts, of deleted ones too"},
        ),
    ),
    slots={
        "article.header": places.article_header,
        "comparison.criterion": places.comparison_criterion,
        "site.head": places.site_head,
    },
    transforms={"article.text": places.article_text},
    directives={"glossary": places.directive},
    commands=(commands.group,),
    settings=(
        Setting(
            name="GLOSSARY_MARK",
            type=bool,
            default=True,
            help="Whether terms are marked in articles, each where it comes first.",
        ),
    ),
    model_base=models.Base,
    migrations=Path(__file__).parent / "migrations",
    load_content=content.load,
    sitemap=views.sitemap,
    texts=views.texts,
)

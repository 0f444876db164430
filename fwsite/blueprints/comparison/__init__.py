"""The comparison: frameworks by criterion, ratings, pros and cons, each with its evidence."""

from pathlib import Path

from fwsite.blueprints.comparison import directives, exports, front, loading, models, queries, texts
from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.editing import (
    act_views,
    edit_views,
    framework_publish_views,
    queue_views,
    work_views,
    workspace_views,
)
from fwsite.blueprints.comparison.files import content, content_files
from fwsite.blueprints.comparison.measured import runs
from fwsite.blueprints.comparison.public import (
    evidence_views,
    history_views,
    matrix_views,
    measured_views,
    suggest_views,
    views,
)
from fwsite.blueprints.comparison.verification import commands as evidence_commands
from fwsite.blueprints.comparison.verification import release_facts
from fwsite.extend import XLSX_MIMETYPE, Export, Extension, NavItem, Point, PointKind, Setting

VIEWS = (
    matrix_views,
    views,
    evidence_views,
    measured_views,
    history_views,
    suggest_views,
    workspace_views,
    framework_publish_views,
    work_views,
    edit_views,
    act_views,
    queue_views,
)
"""Imported for their routes: each hangs its own on the blueprint."""

extension = Extension(
    name="comparison",
    title="Comparison",
    blueprint=bp,
    nav=(
        NavItem(label="Compare", endpoint="comparison.index", weight=20),
        NavItem(label="Suggestions", endpoint="comparison.work_suggestions", weight=10, role="maintainer"),
        NavItem(label="Content", endpoint="comparison.work_home", weight=20, role="maintainer"),
        NavItem(label="To review", endpoint="comparison.work_review", weight=30, role="maintainer"),
        NavItem(label="Log", endpoint="comparison.work_log", weight=40, role="maintainer"),
        NavItem(label="Changes", endpoint="comparison.changes", weight=40, place="foot"),
    ),
    offers=(
        Point(
            kind=PointKind.SLOT,
            name="comparison.criterion",
            help="Under the finding on a criterion, in the comparison: what the name of its row opens.",
            values={
                "criterion": "the criterion’s key",
                "text": "its name, question and finding, as plain text",
                "frameworks": "the keys of the frameworks that are shown",
            },
        ),
        Point(
            kind=PointKind.SLOT,
            name="comparison.pair",
            help="On the page of two frameworks, beside the rows in which they differ: a section with a heading.",
            values={"first": "the first framework’s key", "second": "the second’s"},
        ),
        Point(
            kind=PointKind.SLOT,
            name="comparison.framework",
            help="At the top of a framework’s page.",
            values={"framework": "the framework’s key", "name": "its name"},
        ),
        Point(
            kind=PointKind.SLOT,
            name="comparison.framework_footer",
            help="At the foot of a framework’s page, under its latest changes.",
            values={"framework": "the framework’s key", "name": "its name"},
        ),
        Point(
            kind=PointKind.SLOT,
            name="comparison.claim",
            help="After a pro or a con wherever visitors read it: in the comparison, on the page of its framework, "
            "of its cell, and of its own, in an article’s balance, and behind a fit. It is filled once for each, "
            "and may be twice on one page: give nothing an id, and read what you need for all of them at once.",
            values={"claim": "the pro or con, a Claim"},
        ),
        Point(
            kind=PointKind.SLOT,
            name="comparison.rating",
            help="After a rating: in the table of the comparison, where a phone has little room, and on the page of "
            "its framework, of its cell, and of its own. It is filled once for each.",
            values={"rating": "the rating, a Rating"},
        ),
        Point(
            kind=PointKind.SLOT,
            name="comparison.workspace",
            help="At the end of the page where maintainers work on one framework: a section with a form of its own.",
            values={"framework": "the framework’s key", "page": "the path of the page, to come back to"},
        ),
        Point(
            kind=PointKind.SLOT,
            name="comparison.publication",
            help="On the page where maintainers publish a framework, and in its workspace once they have: what to look "
            "at, a section of its own.",
            values={
                "framework": "the framework’s key",
                "is_done": "whether it was published just now, rather than to be published",
            },
        ),
        Point(
            kind=PointKind.EVENT,
            name="comparison.changed",
            help="Something in the comparison was published, changed, moved or removed.",
            values={
                "items": 'kind and key of each, such as ("claim", "django-admin")',
                "texts": "the keys of the texts that may have changed, or None for all",
            },
        ),
        Point(
            kind=PointKind.EVENT,
            name="comparison.suggested",
            help="A visitor’s suggestion was stored and waits for a maintainer, once however often it is sent. What it "
            "says is for maintainers, and is not passed on.",
            values={
                "framework": "the framework’s key",
                "criterion": "the criterion’s key",
                "claim": "the key of the point that is said to be wrong, or an empty text for a new one",
            },
        ),
    ),
    slots={
        "about.evidence": directives.about_evidence,
        "account.home": directives.account_home,
        "article.footer": directives.article_footer,
        "article.front_buttons": front.buttons,
        "article.front_links": front.links,
        "article.front_figure": front.figure,
        "questionnaire.claims": directives.questionnaire_claims,
        "questionnaire.result": directives.questionnaire_result,
        "site.footer": directives.site_footer,
    },
    events={"measure.done": runs.take_in},
    directives={
        "balance": directives.balance,
        "comparison": directives.comparison,
        "measured": directives.measured,
    },
    commands=(evidence_commands.group,),
    settings=(
        Setting(
            name="COMPARISON_STALE_DAYS",
            type=int,
            default=365,
            minimum=1,
            maximum=3650,
            help="Days after which a claim or rating that nobody has reviewed is listed as stale.",
        ),
    ),
    model_base=models.ComparisonBase,
    migrations=Path(__file__).parent / "migrations",
    load_content=loading.load,
    check_content=content.check,
    content_files=content_files.files,
    sitemap=views.sitemap,
    texts=texts.texts,
    grounds=texts.grounds,
    releases=release_facts.here,
    claims=queries.selected_claims,
    ratings=queries.selected_ratings,
    exports=(
        Export(format="json", label="JSON", mimetype="application/json", write=exports.write_json),
        Export(format="csv", label="CSV", mimetype="text/csv", write=exports.write_csv),
        Export(format="xlsx", label="XLSX", mimetype=XLSX_MIMETYPE, write=exports.write_xlsx),
    ),
)

"""The questionnaire: questions, stored answers, and a result that shows its arithmetic."""

from pathlib import Path

from fwsite.blueprints.questionnaire import (
    answering,
    audit_views,
    commands,
    content,
    content_files,
    fits_views,
    framework_fits,
    framework_views,
    how_views,
    models,
    notes_views,
    publication_slot,
    result_views,
    scenario_views,
    slots,
    statistics_views,
    texts,
    version_views,
    views,
)
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.extend import Extension, NavItem, Point, PointKind, Setting

VIEWS = (
    *(views, result_views, how_views, statistics_views, version_views, audit_views),
    *(fits_views, framework_views, notes_views, scenario_views),
)
"""Imported for their routes: each hangs its own on the blueprint."""

extension = Extension(
    name="questionnaire",
    title="Questionnaire",
    blueprint=bp,
    nav=(
        NavItem(label="Choose", endpoint="questionnaire.index", weight=30),
        NavItem(label="Privacy", endpoint="questionnaire.privacy", weight=10, place="foot"),
        NavItem(label="Fits", endpoint="questionnaire.work_fits", weight=25, role="maintainer"),
    ),
    offers=(
        Point(
            kind=PointKind.SLOT,
            name="questionnaire.result",
            help="Among the buttons at the end of a result.",
            values={
                "alternatives": "the keys of those in front, best first",
                "names": "what each alternative is called, by its key",
            },
        ),
        Point(
            kind=PointKind.SLOT,
            name="questionnaire.begin",
            help="Among the links above the questions: other ways to answer them.",
        ),
        Point(
            kind=PointKind.SLOT,
            name="questionnaire.privacy",
            help="On the page that says what is stored of answers: what an extension stores of those who answer.",
        ),
        Point(
            kind=PointKind.SLOT,
            name="questionnaire.claims",
            help="Under the reason for a fit: the pros and cons that it rests on.",
            values={"keys": "the keys of these pros and cons", "all": "the keys of those of every fit on the page"},
        ),
        Point(
            kind=PointKind.EVENT,
            name="questionnaire.answer_stored",
            help="A visitor’s answers were stored, once for each response however often it is sent.",
            values={"version": "the version of the questionnaire", "recommended": "the key of the first, or None"},
        ),
        Point(
            kind=PointKind.EVENT,
            name="questionnaire.answers_expired",
            help="The host has cleared answers that are too old, as is meant to be done daily: what else is kept of "
            "those who answer may go as well.",
        ),
        Point(
            kind=PointKind.EVENT,
            name="questionnaire.published",
            help="Another version of the questionnaire is current.",
            values={"texts": "None: any of its texts may have changed"},
        ),
    ),
    slots={
        "article.footer": slots.article_footer,
        "article.front": slots.article_front,
        "article.front_button": slots.article_front_button,
        "comparison.pair": slots.comparison_pair,
        "comparison.workspace": framework_views.workspace,
        "comparison.publication": publication_slot.publication,
    },
    workspace=framework_fits.PART,
    answering=answering.PART,
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
        Setting(
            name="QUESTIONNAIRE_ANSWERS_PER_ADDRESS",
            type=int,
            default=1000,
            minimum=0,
            maximum=1_000_000,
            help="How many answers one network may send within ten minutes to one process: a whole lecture hall may, a "
            "script may not. 0 sets no limit.",
        ),
    ),
    model_base=models.QuestionnaireBase,
    migrations=Path(__file__).parent / "migrations",
    load_content=content.load,
    check_content=content.check,
    content_files=content_files.files,
    sitemap=views.sitemap,
    texts=texts.texts,
)

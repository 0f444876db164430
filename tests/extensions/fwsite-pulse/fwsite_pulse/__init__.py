"""Pulse: what happens on the site, in numbers, for maintainers. It listens to events, and stores nothing."""

from fwsite.extend import Extension, NavItem, Setting

from . import listeners, views

extension = Extension(
    name="pulse",
    title="Pulse",
    api=1,
    blueprint=views.bp,
    nav=(NavItem(label="Pulse", endpoint="pulse.index", weight=60, role="maintainer"),),
    slots={"account.home": views.account_home},
    events={
        "article.shown": listeners.article_shown,
        "comparison.changed": listeners.comparison_changed,
        "comparison.suggested": listeners.suggested,
        "questionnaire.answer_stored": listeners.answer_stored,
    },
    settings=(
        Setting(
            name="PULSE_TOP",
            type=int,
            default=10,
            minimum=1,
            maximum=1000,
            help="How many articles the page of counts lists, those shown most often.",
        ),
    ),
)

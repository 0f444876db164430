"""A slot, and an event, that tidy up too much: the session belongs to the page."""

from markupsafe import Markup

from fwsite.extend import EventContext, Extension, SlotContext, db


def tidy(_context: SlotContext | EventContext) -> Markup:
    db.session.remove()
    return Markup("")


extension = Extension(
    name="slot_closes_session",
    title="Broken",
    slots={"site.head": tidy, "comparison.criterion": tidy, "article.header": tidy, "account.home": tidy},
    events={"questionnaire.answer_stored": tidy, "comparison.changed": tidy, "article.shown": tidy},
)

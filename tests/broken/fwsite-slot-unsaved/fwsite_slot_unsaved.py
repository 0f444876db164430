"""A slot that leaves a row in the session that can never be stored: the next query would try to."""

from markupsafe import Markup

from fwsite.extend import Extension, SlotContext, db
from fwsite.models import Framework


def criterion(_context: SlotContext) -> Markup:
    db.session.add(Framework(key="unsaved"))
    return Markup("")


extension = Extension(name="slot_unsaved", title="Broken", slots={"comparison.criterion": criterion})

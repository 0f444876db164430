"""A slot that forgets to return what it has made."""

from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def header(_context: SlotContext) -> Markup:
    Markup("<p>forgotten</p>")


extension = Extension(name="slot_without_return", title="Broken", slots={"site.header": header})

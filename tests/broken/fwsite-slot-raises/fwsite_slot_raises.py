"""A slot on every page that raises."""

from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def header(_context: SlotContext) -> Markup:
    raise RuntimeError("the slot")


extension = Extension(name="slot_raises", title="Broken", slots={"site.header": header, "article.footer": header})

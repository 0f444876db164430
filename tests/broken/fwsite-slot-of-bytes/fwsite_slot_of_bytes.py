"""A slot with the name of a file that is no UTF-8: no page with it could be sent."""

from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def header(_context: SlotContext) -> Markup:
    return Markup("<p>{}</p>").format(b"caf\xe9".decode("utf-8", "surrogateescape"))


extension = Extension(name="slot_of_bytes", title="Broken", slots={"site.header": header})

"""A slot whose task was cancelled: that is no Exception, and would end the thread."""

import asyncio

from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def header(_context: SlotContext) -> Markup:
    raise asyncio.CancelledError


extension = Extension(name="slot_cancelled", title="Broken", slots={"site.header": header})

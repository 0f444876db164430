"""A slot on every page that ends the process."""

import sys

from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def head(_context: SlotContext) -> Markup:
    sys.exit("nothing to show")


extension = Extension(name="slot_exits", title="Broken", slots={"site.head": head})

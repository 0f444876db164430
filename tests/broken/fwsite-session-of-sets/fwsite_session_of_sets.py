"""A slot that keeps something in the visitor's session that no cookie can hold."""

from flask import session
from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def footer(context: SlotContext) -> Markup:
    session["seen"] = {context.values["slug"]}
    return Markup("")


extension = Extension(name="session_of_sets", title="Broken", slots={"article.footer": footer})

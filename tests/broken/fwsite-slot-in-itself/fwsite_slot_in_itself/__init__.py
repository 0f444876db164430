"""A slot whose template is a whole page, which has the slot again."""

from flask import Blueprint, render_template
from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def footer(_context: SlotContext) -> Markup:
    return Markup(render_template("slot_in_itself/footer.html"))


extension = Extension(
    name="slot_in_itself",
    title="Broken",
    blueprint=Blueprint("slot_in_itself", __name__, template_folder="templates"),
    slots={"site.header": footer},
)

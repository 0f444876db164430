"""A slot that wants to change the response, and forgets to return it."""

from flask import Response, after_this_request
from markupsafe import Markup

from fwsite.extend import Extension, SlotContext


def header(_context: SlotContext) -> Markup:
    @after_this_request
    def forget(response: Response) -> Response:
        response.headers["X-Seen"] = "1"

    return Markup("")


extension = Extension(name="slot_changes_response", title="Broken", slots={"site.header": header})

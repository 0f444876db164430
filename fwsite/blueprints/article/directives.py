"""Article directives: those that need nothing but the article itself."""

from __future__ import annotations

from markupsafe import Markup

from fwsite.extend import DirectiveContext, DirectiveError
from fwsite.markup import inline


def note(context: DirectiveContext) -> Markup:
    """``::note[One short aside.]`` - stands in the margin where there is room."""
    if not context.text.strip():
        raise DirectiveError("write the note between the brackets")
    return Markup('<div class="note" role="note">{}</div>').format(inline(context.text))

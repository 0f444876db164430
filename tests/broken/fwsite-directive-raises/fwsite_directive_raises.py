"""A directive that raises."""

from markupsafe import Markup

from fwsite.extend import DirectiveContext, Extension


def show(context: DirectiveContext) -> Markup:
    return Markup(context.arguments[99])


extension = Extension(name="directive_raises", title="Broken", directives={"show": show})

"""A directive that forgets to return what it has made."""

from markupsafe import Markup

from fwsite.extend import DirectiveContext, Extension


def forget(context: DirectiveContext) -> Markup:
    Markup("<p>{}</p>").format(context.text)


extension = Extension(name="directive_without_return", title="Broken", directives={"forget": forget})

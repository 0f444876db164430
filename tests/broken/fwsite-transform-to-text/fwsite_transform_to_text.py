"""A transform that gives plain text: shown as such, an article would be its own source."""

from markupsafe import Markup

from fwsite.extend import Extension, TransformContext


def text(context: TransformContext) -> Markup:
    return str(context.html)


extension = Extension(name="transform_to_text", title="Broken", transforms={"article.text": text})

"""A transform that forgets to return what it has made."""

from markupsafe import Markup

from fwsite.extend import Extension, TransformContext


def text(context: TransformContext) -> Markup:
    context.html.replace("a", "b")


extension = Extension(name="transform_without_return", title="Broken", transforms={"article.text": text})

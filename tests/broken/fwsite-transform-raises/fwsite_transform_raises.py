"""A transform that raises."""

from markupsafe import Markup

from fwsite.extend import Extension, TransformContext


def text(_context: TransformContext) -> Markup:
    raise RuntimeError("the transform")


extension = Extension(name="transform_raises", title="Broken", transforms={"article.text": text})

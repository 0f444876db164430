"""Texts for a search with parts of the wrong type."""

from fwsite.extend import Extension, Text

extension = Extension(
    name="texts_of_nonsense",
    title="Broken",
    texts=lambda context: [Text(key="a", kind="Page", title="A", body=None, path="/a")],
)

"""Texts for a search that raise."""

from fwsite.extend import Extension, Text, TextsContext


def texts(_context: TextsContext) -> list[Text]:
    raise RuntimeError("the texts")


extension = Extension(name="texts_raise", title="Broken", texts=texts)

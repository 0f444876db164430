"""A number where the name of a column belongs."""

from fwsite.extend import Column, Extension

extension = Extension(
    name="number_for_label",
    title="Broken",
    columns=(Column(key="number_for_label_x", label=7, cells=lambda context: {}),),
)

"""A column whose cells have the wrong types."""

from fwsite.extend import Cell, Column, ColumnContext, Extension


def cells(context: ColumnContext) -> dict:
    return dict.fromkeys(context.frameworks, Cell(text=7, evidence=["opinion"], source=None))


extension = Extension(
    name="column_of_nonsense",
    title="Broken",
    columns=(Column(key="column_of_nonsense_x", label="Broken column", cells=cells),),
)

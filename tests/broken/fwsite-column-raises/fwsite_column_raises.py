"""A column that raises."""

from fwsite.extend import Column, ColumnContext, Extension


def cells(context: ColumnContext) -> dict:
    return {context.frameworks[99]: None}


extension = Extension(
    name="column_raises",
    title="Broken",
    columns=(Column(key="column_raises_x", label="Broken column", cells=cells),),
)

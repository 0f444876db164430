"""Measure: runs the frameworks side by side on the host's machine, and writes down what was found."""

from fwsite.blueprints.measure import commands
from fwsite.extend import Extension, Point, PointKind

extension = Extension(
    name="measure",
    title="Measure",
    offers=(
        Point(
            kind=PointKind.EVENT,
            name="measure.done",
            help="A run of “fwsite measure” was written, even a partial one.",
            values={"path": "the run file"},
        ),
    ),
    commands=(commands.measure,),
)

"""The base of another extension as its own: what is done about its models must not be done to the other's."""

from pathlib import Path

from fwsite_neighbour import Base

from fwsite.extend import Extension

extension = Extension(
    name="reuses_base", title="Broken", after=("neighbour",), model_base=Base, migrations=Path(__file__).parent
)

"""Listens to a signal that Flask sends on every page of the site."""

from typing import Any

from flask import request_started

from fwsite.extend import Extension


@request_started.connect
def fail(_app: object, **_values: Any) -> None:
    raise RuntimeError("for every page")


extension = Extension(name="listens_to_flask", title="Broken")

"""Numbers for Prometheus, at an address that is not there until a host sets a token for it."""

import re
from importlib.util import find_spec

from fwsite.blueprints.metrics import views
from fwsite.extend import Extension, Setting

LEAST = 16
"""Characters of a token."""


def _token(value: str) -> str | None:
    if value and not re.fullmatch(rf"[!-~]{{{LEAST},}}", value):
        return f"must have at least {LEAST} letters, digits and symbols, and no spaces"
    if value and not find_spec("prometheus_client"):
        return "needs the Python package prometheus-client; install fwsite[metrics], or leave this empty"
    return None


extension = Extension(
    name="metrics",
    title="Metrics",
    blueprint=views.bp,
    settings=(
        Setting(
            name="METRICS_TOKEN",
            type=str,
            default="",
            help="The token that Prometheus sends (Authorization: Bearer) to read /metrics; needs fwsite[metrics]. "
            "Empty: nothing is counted, and there is no such page.",
            check=_token,
        ),
    ),
)

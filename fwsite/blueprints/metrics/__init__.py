"""Numbers for Prometheus, at an address that is not there until a host sets a token for it."""

from fwsite.blueprints.metrics import views
from fwsite.extend import Extension, Setting

LEAST = 16
"""Characters of a token."""


def _token(value: str) -> str | None:
    if not value or (len(value) >= LEAST and value.isascii() and value.isprintable() and " " not in value):
        return None
    return f"must have at least {LEAST} letters, digits and signs, and no blanks"


extension = Extension(
    name="metrics",
    title="Metrics",
    blueprint=views.bp,
    settings=(
        Setting(
            name="METRICS_TOKEN",
            type=str,
            default="",
            help="What Prometheus has to show (Authorization: Bearer) to read /metrics. Empty: nothing is counted, and "
            "there is no such page.",
            check=_token,
        ),
    ),
)

"""Names of form fields as people read them."""

from __future__ import annotations

import pytest

from fwsite.domain.field_labels import field_label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("text", "Text"),
        ("why", "Why"),
        ("point.side", "For or against (point)"),
        ("rating.memory.score", "Rating (rating, memory)"),
        ("summary.on_balance", "On balance (summary)"),
        ("reason.work.pages", "Reason (work, pages)"),
        ("value.work.pages", "Fit (work, pages)"),
        ("source-0-url", "Source 1: Address"),
        ("point.source-1-words", "Source 2: The words it rests on (point)"),
        ("point.source-1-read_on", "Source 2: Read on (point)"),
        ("q-work", "Q work"),
        ("reason-12", "Reason 12"),
    ],
)
def test_names_are_read_as_the_form_calls_them(name: str, label: str) -> None:
    assert field_label(name) == label

"""A small questionnaire with everything that the second model knows, for tests of its parts."""

from __future__ import annotations

from typing import Any

from fwsite.domain.questionnaire import Definition, parse_definition
from tests.support.strategies import definition_document


def woods() -> dict[str, Any]:
    """Three alternatives with packages; a question about parts that takes several, and one that takes one option."""
    document = definition_document(
        [{"shade": (4, 3, 2), "nuts": (0, 3, None)}, {"fast": (1, 4, 2), "slow": (4, 2, 3), "even": (2, 2, 2)}]
    )
    document["alternatives"][0] |= {"packages": ["ash"], "start": "ash plant here", "when": "For shade."}
    document["alternatives"][1] |= {"packages": ["birch[bark]"]}
    parts, growth = document["questions"]
    parts |= {"key": "parts", "parts": True, "multiple": True}
    growth["key"] = "growth"
    shade, nuts = parts["options"]
    shade["fits"]["birch"]["via"] = ["birch-shade[wide]"]
    nuts["fits"]["birch"]["via"] = ["birch-nuts", "birch-shade[wide]"]
    document["notes"] = [{"key": "wide", "when": ["parts=shade", "growth=fast"], "for": ["birch"], "text": "Prune it."}]
    document["scenarios"] = [scenario()]
    return document


def scenario() -> dict[str, Any]:
    """One whose twin differs in an answer and a weight."""
    return {
        "key": "yard",
        "name": "A yard",
        "story": "Somebody sits there in summer.",
        "answers": {"parts": ["shade"], "growth": "slow"},
        "weights": {"parts": "lot"},
        "accepts": ["ash"],
        "why": "Shade is what it is for.",
        "twin": {
            "name": "A bare yard",
            "answers": {"growth": "fast"},
            "weights": {"growth": "must"},
            "accepts": ["birch"],
            "why": "It is to be shady next year.",
        },
    }


def planted(**changes: Any) -> Definition:
    """The questionnaire, with other lists where they are given."""
    return parse_definition(woods() | changes)

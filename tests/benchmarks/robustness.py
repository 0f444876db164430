"""What working out a result costs, for ten questions and five alternatives: ``python -m tests.benchmarks.robustness``.

Processor time of one process; exits with 1 where the median of the robustness is over the limit.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

from fwsite.domain.answers import Answers, parse_answers
from fwsite.domain.questionnaire import Definition, parse_definition
from fwsite.domain.robustness import robustness
from fwsite.domain.scoring import evaluate
from fwsite.domain.sensitivity import flips

QUESTIONS, OPTIONS, ALTERNATIVES = 10, 5, 5
ROUNDS = 100
LIMIT = 100
"""Milliseconds."""
_WEIGHTS = ("little", "normal", "lot")


def _case(chance: random.Random) -> tuple[Definition, Answers]:
    """Fits, choices and weights drawn evenly; no musts, so that nobody is left out."""
    names = [f"a{number}" for number in range(ALTERNATIVES)]
    questions = [
        {
            "key": f"q{number}",
            "text": "?",
            "why": "!",
            "options": [
                {
                    "key": f"o{option}",
                    "label": "o",
                    "consequence": "c",
                    "fits": {name: {"fit": chance.randrange(5), "reason": "r"} for name in names},
                }
                for option in range(OPTIONS)
            ],
        }
        for number in range(QUESTIONS)
    ]
    alternatives = [{"key": name, "name": name} for name in names]
    document = {"reviewed_on": "2026-11-22", "alternatives": alternatives, "questions": questions}
    definition = parse_definition(document)
    given = {
        f"q{number}": {"options": [f"o{chance.randrange(OPTIONS)}"], "weight": chance.choice(_WEIGHTS)}
        for number in range(QUESTIONS)
    }
    return definition, parse_answers(definition, given)


def _spent(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


def main() -> int:
    chance = random.Random(2026)
    times: dict[str, list[float]] = {"score": [], "robustness": [], "flips": []}
    for number in range(1, ROUNDS + 1):
        definition, answers = _case(chance)
        result = evaluate(definition, answers)
        times["score"].append(_spent(lambda d=definition, a=answers: evaluate(d, a)))
        times["robustness"].append(_spent(lambda d=definition, a=answers, r=result: robustness(d, a, r)))
        times["flips"].append(_spent(lambda d=definition, a=answers: flips(d, a)))
        if number % 25 == 0:
            print(f"{number} of {ROUNDS} cases", file=sys.stderr)
    print("| part | median ms | least to most |\n|---|---|---|")
    for name, found in times.items():
        print(f"| {name} | {statistics.median(found):.1f} | {min(found):.1f} to {max(found):.1f} |")
    return int(statistics.median(times["robustness"]) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())

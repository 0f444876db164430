"""What ``fwsite content check`` prints."""

from __future__ import annotations

from pathlib import Path

from fwsite.cli.content_report import report
from fwsite.plugins.content import ContentProblem


def problem(name: str, message: str, *, note: bool = False, key: str = "") -> ContentProblem:
    return ContentProblem(path=Path(name), message=message, line=2, key=key, is_note=note)


def test_faults_come_first_and_a_note_that_many_share_is_told_once() -> None:
    many = [problem(f"{number}.md", "unknown key", note=True, key="tags") for number in range(5)]
    few = [problem(name, "unknown key", note=True, key="layout") for name in ("a.md", "b.md")]
    assert list(report([*many, problem("a.md", "is missing", key="title"), *few])) == [
        "a.md:2: title: is missing",
        "0.md:2: tags: unknown key (and the same 4 times more)",
        "a.md:2: layout: unknown key",
        "b.md:2: layout: unknown key",
        "1 error, 7 notes.",
    ]


def test_nothing_is_said_of_nothing() -> None:
    assert list(report([])) == []

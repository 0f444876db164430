"""What makes thousands of tests quick without testing less.

``pytest -p tests.support.quick`` has it in another environment.
"""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

HEAVIEST = (
    "test_every_action test_maintaining test_team_laws test_laws test_xss test_browser test_runs test_quarantine"
    " test_workspace test_purge test_pages test_workspace_in_browser test_security test_search"
    " test_export_and_import test_result test_tutorial test_example_fulltext test_conformance test_account"
    " test_example_votes test_restore_target test_example_glossary test_older_schemas test_commands test_restart"
    " test_taken_back test_would_change test_fits test_page_cache test_nginx test_one_verdict"
    " test_drafts_stay_inside test_questions_page test_examples test_cache_tags test_evidence test_main"
    " test_wording test_small_examples test_journal test_content test_public test_frontmatter"
).split()
"""The files that take longest, from most to least: ``--junitxml`` has how long each takes."""

_SLOW_TOO = (
    "test_many_writers test_on_postgres test_retry test_backup test_supervisor test_drain test_connections"
    " test_two_machines test_statistics test_instance test_backup_postgres test_suggestions test_scoring"
    " test_changes test_editing test_memos test_new_field test_wheel test_unavailable test_unavailable_postgres"
    " test_metrics test_advisory_lock test_robustness test_personas test_edition test_migrations"
).split()
"""Other files whose tests take long though they need no application of the fixtures."""


def mark_slow(items: list[pytest.Item]) -> None:
    """``-m "not slow"`` is an answer in under a minute: what needs no application, server, browser or long search."""
    files = {*HEAVIEST, *_SLOW_TOO}
    for item in items:
        needs = getattr(item, "fixturenames", ())
        if "filled_instance" in needs or "postgres" in needs or Path(item.path).stem in files:
            item.add_marker(pytest.mark.slow)


gc.set_threshold(50_000)
"""Applications come and go by the thousand; to look for them as often as Python does takes a fifth of the time."""


def pytest_collection_finish() -> None:
    """What is there by now stays, and need not be looked through again and again."""
    gc.collect()
    gc.freeze()


def heaviest_first(items: list[pytest.Item]) -> None:
    """Order files so that no worker begins with a long one when the others are done."""
    places = {name: place for place, name in enumerate(HEAVIEST)}

    def place(item: pytest.Item) -> int:
        return places.get(Path(item.path).stem, len(places))

    items.sort(key=place)

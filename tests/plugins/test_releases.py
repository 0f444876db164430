"""The hook ``releases``: whoever knows newer facts of a package says so, and nobody else is believed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from fwsite.blueprints.questionnaire.releases import newest
from fwsite.domain.stacks import Release
from fwsite.extend import Extension, ExtensionError, Facts, Package, known_packages, packages
from fwsite.plugins import registry as registries
from fwsite.plugins.registry import Registry
from fwsite.plugins.validation import check


def facts(version: str, read_on: date) -> Facts:
    return Facts(version, date(2026, 1, 2), ">=3.11", (), "MIT", 1, True, read_on)


def knowing(*found: Any) -> Extension:
    return extension(lambda: found)


def extension(releases: Callable[[], Iterable[Any]], name: str = "shelf") -> Extension:
    return Extension(name=name, title="Shelf", releases=releases)


@pytest.fixture
def django(app: Flask) -> Package:
    """As the file has it, with its facts."""
    with app.app_context():
        [found] = [package for package in packages() if package.key == "django"]
    assert found.facts is not None
    return found


def known(app: Flask, monkeypatch: pytest.MonkeyPatch, *extensions: Extension) -> dict[str, Package]:
    with app.app_context():
        monkeypatch.setattr(registries, "registry_of", lambda _app: Registry(extensions))
        return known_packages()


@pytest.mark.parametrize(("days", "wins"), [(-1, False), (0, True), (1, True)])
def test_facts_win_that_were_read_later_or_on_the_same_day(
    app: Flask, monkeypatch: pytest.MonkeyPatch, django: Package, days: int, wins: bool
) -> None:
    assert django.facts is not None
    other = facts("99.1", date.fromordinal(django.facts.read_on.toordinal() + days))

    found = known(app, monkeypatch, knowing(Package("django", "Called otherwise", "nothing", other)))

    assert found["django"].facts == (other if wins else django.facts)
    assert (found["django"].name, found["django"].project) == (django.name, django.project)


def test_the_newest_of_several_wins_whoever_says_it_first(
    app: Flask, monkeypatch: pytest.MonkeyPatch, django: Package
) -> None:
    older, newer = facts("98.0", date(2030, 1, 1)), facts("99.0", date(2030, 1, 2))
    shelves = [
        extension(lambda each=each: [Package("django", "Django", "", each)], f"shelf{number}")  # type: ignore[misc]
        for number, each in enumerate((older, newer))
    ]

    for order in (shelves, shelves[::-1]):
        assert known(app, monkeypatch, *order)["django"].facts == newer


def test_what_texts_may_not_name_and_what_has_no_facts_is_left_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch, django: Package
) -> None:
    unheard = Package("unheard-of", "Unheard-Of", "", facts("1.0", date(2030, 1, 1)))

    found = known(app, monkeypatch, knowing(unheard, Package("django", "Django")))

    assert found["django"] == django
    assert "unheard-of" not in found
    assert found.keys() == known(app, monkeypatch).keys()


@pytest.mark.parametrize("broken", [7, ["django"], [None], "raise", "late"])
def test_a_broken_one_is_left_out_and_the_others_are_heard(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, django: Package, broken: Any
) -> None:
    newer = facts("99.0", date(2030, 1, 1))

    def fails() -> Iterable[Any]:
        if broken == "raise":
            raise RuntimeError("no shelf")
        return _failing_late() if broken == "late" else broken

    found = known(
        app,
        monkeypatch,
        extension(fails, "broken"),
        knowing(Package("django", "Django", "", newer)),
    )

    assert found["django"].facts == newer
    assert "flask" in found
    [line] = [record.getMessage() for record in caplog.records if "broken" in record.getMessage()]
    assert "releases" in line


def _failing_late() -> Iterable[Package]:
    yield Package("flask", "Flask", "", facts("99.0", date(2030, 1, 1)))
    raise RuntimeError("the shelf fell")


def test_it_is_a_plain_function() -> None:
    with pytest.raises(ExtensionError, match=r"^extension 'shelf': releases: "):
        check(Extension(name="shelf", title="Shelf", releases=7))  # type: ignore[arg-type]


def test_stacks_are_made_of_the_newest_that_are_known(app: Flask, django: Package) -> None:
    with app.app_context():
        found = newest()
    assert found["django"] == Release.of("django", "Django", django.facts)
    assert found.keys() >= {"django", "flask", "fastapi"}

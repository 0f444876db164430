"""Stacks: the line that installs a recommendation, what brings which part, and what is known of its packages."""

from __future__ import annotations

import json
from datetime import date

import pytest

from fwsite.domain.packages import Facts
from fwsite.domain.stacks import (
    Part,
    Release,
    index_name,
    release_document,
    requirement,
    restored_release,
    restored_stack,
    stack,
    stack_document,
)
from tests.support.strategies import answer
from tests.support.woods import planted

WOODS = planted()
RELEASES = {
    "ash": Release("ash", "Ash", "6.1.3"),
    "birch": Release("birch", "Birch", "5"),
    "birch-shade": Release("birch-shade", "Birch-Shade", "0.9"),
    "birch-nuts": Release("birch-nuts", "Birch-Nuts"),
}


@pytest.mark.parametrize(
    ("package", "version", "wanted"),
    [
        ("ash", "6.1.3", "ash~=6.1.3"),
        ("ash", "6.1", "ash~=6.1"),
        # "~=" needs two numbers at least.
        ("ash", "6", "ash>=6"),
        ("ash[wide]", "6.1", "ash[wide]~=6.1"),
        ("ash[wide,tall]", "6", "ash[wide,tall]>=6"),
        ("ash[wide]", "", "ash[wide]"),
    ],
)
def test_a_requirement_is_the_newest_release_or_a_compatible_later_one(package: str, version: str, wanted: str) -> None:
    assert requirement(package, {"ash": Release("ash", "Ash", version)}) == wanted


def test_a_requirement_of_what_nobody_knows_is_its_name() -> None:
    assert requirement("oak[wide]", RELEASES) == "oak[wide]"
    assert (index_name("oak[wide]"), index_name("oak")) == ("oak", "oak")


def test_its_own_packages_come_first_then_those_of_the_parts_each_once_and_in_order() -> None:
    answers = answer(WOODS, parts=["nuts", "shade"], growth="fast")

    found = stack(WOODS, answers, "birch", RELEASES)

    assert found.packages == ("birch[bark]", "birch-shade[wide]", "birch-nuts")
    assert found.parts == (
        Part("parts", "shade", ("birch-shade[wide]",)),
        Part("parts", "nuts", ("birch-nuts", "birch-shade[wide]")),
    )
    assert found.install == 'python -m pip install "birch[bark]>=5" "birch-shade[wide]~=0.9" "birch-nuts"'
    assert found.start == ""


def test_a_part_that_is_built_in_needs_no_package_and_what_is_no_part_is_none() -> None:
    """Growth is answered with what the first has built in; it is no question about parts."""
    answers = answer(WOODS, parts=["shade", "nuts"], growth="slow")

    found = stack(WOODS, answers, "ash", RELEASES)

    assert found.parts == (Part("parts", "shade", ()),)
    assert (found.install, found.start) == ('python -m pip install "ash~=6.1.3"', "ash plant here")


def test_what_is_not_asked_for_or_written_by_hand_or_unknown_brings_nothing() -> None:
    for chosen in ("not-sure", ["shade", "nuts"]):
        found = stack(WOODS, answer(WOODS, parts=chosen), "cedar", RELEASES)
        assert (found.packages, found.parts, found.install) == ((), (), "")
    assert stack(WOODS, answer(WOODS, parts="not-sure"), "birch", RELEASES).packages == ("birch[bark]",)


@pytest.mark.parametrize(
    ("released_on", "read_on", "is_stale"),
    [
        (date(2024, 11, 30), date(2026, 11, 29), False),
        (date(2024, 11, 30), date(2026, 11, 30), True),
        (date(2024, 11, 30), date(2027, 1, 1), True),
        (date(2024, 2, 29), date(2026, 2, 28), False),
        (date(2024, 2, 29), date(2026, 3, 1), True),
        (None, date(2026, 11, 30), False),
        (date(2024, 11, 30), None, False),
    ],
)
def test_a_package_is_stale_after_two_years_to_the_day(
    released_on: date | None, read_on: date | None, is_stale: bool
) -> None:
    assert Release("ash", "Ash", "1.0", released_on, read_on=read_on).is_stale is is_stale


def test_a_release_is_what_is_known_of_a_package() -> None:
    facts = Facts("6.1", date(2026, 8, 1), ">=3.11", ("bark",), "BSD", 1234, True, date(2026, 11, 30))

    found = Release.of("ash", "Ash", facts)

    assert found == Release("ash", "Ash", "6.1", date(2026, 8, 1), ">=3.11", "BSD", date(2026, 11, 30))
    assert Release.of("ash", "Ash", None) == Release("ash", "Ash")


@pytest.mark.parametrize(
    "release", [RELEASES["ash"], Release("a", "A", "1", date(2024, 1, 1), "3", "M", date(2026, 1, 1))]
)
def test_a_release_is_read_back(release: Release) -> None:
    assert restored_release(json.loads(json.dumps(release_document(release)))) == release
    assert release_document(release)["is_stale"] is release.is_stale


@pytest.mark.parametrize("alternative", ["ash", "birch", "cedar"])
def test_a_stack_is_read_back(alternative: str) -> None:
    found = stack(WOODS, answer(WOODS, parts=["shade", "nuts"]), alternative, RELEASES)
    assert restored_stack(json.loads(json.dumps(stack_document(found)))) == found

"""Releases for stacks: the newest one of every package that fits and alternatives may name."""

from __future__ import annotations

from collections.abc import Mapping

from fwsite.domain.stacks import Release
from fwsite.extend import known_packages, per_content_version


@per_content_version
def newest() -> Mapping[str, Release]:
    """By name on an index."""
    return {key: Release.of(key, package.name, package.facts) for key, package in known_packages().items()}

"""Maintainers at work on the questionnaire: who they are, and the draft that they share."""

from __future__ import annotations

from flask import abort

from fwsite.blueprints.questionnaire import drafts
from fwsite.extend import Role, current_person, role_required

maintainer = role_required(Role.MAINTAINER)
Page = tuple[str, int]


def own_name() -> str:
    """The name of the person who is signed in."""
    person = current_person()
    assert person is not None  # noqa: S101 - role_required has seen to it
    return person.name


def work_at_hand() -> drafts.Work:
    """The draft and the edition; the page that says so where nothing is published yet."""
    found = drafts.work()
    if found is None:
        abort(503)
    return found

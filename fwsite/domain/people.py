"""Roles and names: people who may sign in, and what names and passwords have to be."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

NAME_LENGTH = (2, 40)
PASSWORD_LENGTH = (12, 1000)
_NAME = re.compile(r"[^\W_][\w .-]*")


class Role(StrEnum):
    """What a person may do; each role may do what those before it may."""

    MAINTAINER = "maintainer"
    ADMIN = "admin"

    def covers(self, other: Role) -> bool:
        """Whether this role may do what ``other`` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


class Person(NamedTuple):
    """Somebody who is signed in."""

    id: int
    name: str
    role: Role


def shown_name(text: str) -> str:
    """A name as it is stored and shown: compatible forms made one, single blanks, none at the ends."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def name_key(text: str) -> str:
    """What two names must not have in common: the name without regard to case."""
    return unicodedata.normalize("NFKC", shown_name(text).casefold())


def name_fault(name: str) -> str | None:
    """What is wrong with a name, given as ``shown_name`` makes it; ``None`` where nothing is."""
    shortest, longest = NAME_LENGTH
    if not shortest <= len(name) <= longest:
        return f"A name has {shortest} to {longest} characters."
    if not _NAME.fullmatch(name):
        return "A name begins with a letter or a digit, and has only letters, digits, spaces and . _ -"
    return None


def password_fault(password: str, name: str) -> str | None:
    """What is wrong with a new password of the person called ``name``; ``None`` where nothing is."""
    shortest, longest = PASSWORD_LENGTH
    if len(password) < shortest:
        return f"A password has at least {shortest} characters; a few words that only you would combine are good."
    if len(password) > longest:
        return f"A password has at most {longest:,} characters."
    if name_key(password) == name_key(name):
        return "A password cannot be the name."
    if len(set(password)) == 1:
        return "A password cannot be one character repeated."
    return None

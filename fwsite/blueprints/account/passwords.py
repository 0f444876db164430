"""Password hashing by argon2id, checked in equal time whether there is a hash or not."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from fwsite.domain.people import PASSWORD_LENGTH

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_MEMORY = 32 * 1024
"""KiB; OWASP's least is 19 MiB with two passes."""
_PASSES = 2
_LANES = 1
_NOBODYS = f"$argon2id$v=19$m={_MEMORY},t={_PASSES},p={_LANES}${'A' * 22}${'A' * 43}"
"""A hash of the same cost that no password has."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # most processes never see a password

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY, parallelism=_LANES)


def hashed(password: str) -> str:
    """What is stored of a password."""
    return _hasher().hash(_bytes(password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether ``password`` has the hash ``stored``. Without one, and for one that cannot be, it takes as long."""
    from argon2.exceptions import InvalidHashError, VerificationError

    fits = len(password) <= PASSWORD_LENGTH[1]
    try:
        _hasher().verify(stored if stored and fits else _NOBODYS, _bytes(password if fits else ""))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None and fits


def rehashed(password: str, stored: str) -> str | None:
    """A right password hashed anew, where ``stored`` is weaker than what is made today."""
    return hashed(password) if _hasher().check_needs_rehash(stored) else None


def _bytes(password: str) -> bytes:
    """The same for every keyboard: what looks alike and means the same is one."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")

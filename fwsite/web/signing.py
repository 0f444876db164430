"""Secret addresses: what a visitor stored can be found again by whoever was given its address, and by nobody else."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from fwsite.web.randomness import random_key

_BYTES = 16
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")


def new_submission() -> str:
    """A fresh key for one filled-in form: 128 random bits."""
    return random_key()


def is_shaped(text: str) -> bool:
    """Whether ``text`` can be a submission key or a token at all."""
    return _SHAPE.fullmatch(text) is not None


def token_for(secret: str, submission: str, content: str) -> str:
    """The token of what a form stores: 128 bits of HMAC-SHA-256 over the form's random key and its content.

    The same form sent twice gives the same token, so a double click or a retry finds what is stored
    already; the same form with other content gives another. Nobody can guess it without the secret.
    """
    digest = hmac.new(secret.encode(), f"{submission}\n{content}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:_BYTES]).decode().rstrip("=")


def view_token_for(secret: str, token: str) -> str:
    """The token that only reads what ``token`` owns; nobody can tell the one from the other without the secret."""
    return token_for(secret, "view", token)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

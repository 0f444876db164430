"""Signing: secret links, keyed hashes and random keys, all of them in one place.

What a visitor stored is found again by whoever has its link, and by nobody else: the link holds an HMAC, and the
database only a hash of it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode

from flask import current_app

_BYTES = 16
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")


def new_submission() -> str:
    """A random key for one filled-in form: 128 bits, as 22 characters that a URL may contain."""
    return secrets.token_urlsafe(_BYTES)


def is_shaped(text: str) -> bool:
    """Whether ``text`` can be a submission key or a token at all."""
    return _SHAPE.fullmatch(text) is not None


def token_for(secret: str, submission: str, content: str) -> str:
    """The token of what a form stores: 128 bits of HMAC-SHA-256 over the form's random key and its content.

    The same form sent twice gives the same token, so a double click or a retry finds what is stored
    already; the same form with other content gives another. Nobody can guess it without the secret.
    """
    digest = hmac.digest(secret.encode(), f"{submission}\n{content}".encode(), "sha256")
    return urlsafe_b64encode(digest[:_BYTES]).decode().rstrip("=")


def view_token_for(secret: str, token: str) -> str:
    """The token that only reads what ``token`` owns; nobody can tell the one from the other without the secret."""
    return token_for(secret, "view", token)


def token_hash(token: str) -> str:
    """SHA-256 of a token, in hexadecimal: what the database keeps of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def hidden_key(text: str) -> str:
    """A keyed hash of ``text``, to count by: nobody without the site's secret can tell what it stands for."""
    return signature(current_app.config["SECRET_KEY"], text)


def signature(secret: str, text: str) -> str:
    """HMAC-SHA-256 of ``text``, in hexadecimal. ``text`` begins with what it is for, so that no two uses collide."""
    return hmac.digest(secret.encode(), text.encode(errors="replace"), "sha256").hex()

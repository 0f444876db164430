"""The same settings without middleware."""

from settings import *  # noqa: F403

MIDDLEWARE = []

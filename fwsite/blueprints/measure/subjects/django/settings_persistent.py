"""The same settings with a connection that stays open from one request to the next."""

from settings import *  # noqa: F403
from settings import DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = None

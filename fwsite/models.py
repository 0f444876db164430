"""Earlier name of what :mod:`fwsite.extend` has of core tables; extensions that import it here run on."""

from fwsite.extend import KEY_LENGTH, ContentVersionRow, Criterion, Framework, User, UserSession

__all__ = ["KEY_LENGTH", "ContentVersionRow", "Criterion", "Framework", "User", "UserSession"]

"""Earlier name of what :mod:`fwsite.extend` has of people and sessions; extensions that import it here run on."""

from fwsite.extend import (
    Person,
    Role,
    current_person,
    end_session,
    end_sessions,
    login_manager,
    new_token,
    other_sessions,
    role_required,
    start_session,
    utc_now,
)

__all__ = [
    "Person",
    "Role",
    "current_person",
    "end_session",
    "end_sessions",
    "login_manager",
    "new_token",
    "other_sessions",
    "role_required",
    "start_session",
    "utc_now",
]

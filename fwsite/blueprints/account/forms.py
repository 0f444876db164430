"""Sign-in and account forms. Nothing is stripped: a password may begin with a blank."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from fwsite.domain.people import Role

ROLES = ((Role.MAINTAINER.value, "Maintainer"), (Role.ADMIN.value, "Administrator"))


class SignInForm(FlaskForm):
    """Name and password."""

    name = StringField()
    password = PasswordField()


class ChangePasswordForm(FlaskForm):
    """The password there is and the one there shall be."""

    current_password = PasswordField()
    new_password = PasswordField()


class NewPasswordForm(FlaskForm):
    """The first password, or the one after a reset."""

    new_password = PasswordField()


class PersonForm(FlaskForm):
    """A person to add."""

    name = StringField()
    role = StringField()


class RoleForm(FlaskForm):
    """Another role for a person."""

    role = StringField()


def role_of(text: str | None) -> Role | None:
    """The role that was chosen, where there is one of that name."""
    return Role(text) if text in set(Role) else None

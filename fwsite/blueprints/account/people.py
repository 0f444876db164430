"""User administration in the browser: who may sign in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.account import limits, queries
from fwsite.blueprints.account.forms import ROLES, PersonForm, RoleForm, role_of
from fwsite.blueprints.account.views import Page, bp
from fwsite.domain.people import Person, name_fault, shown_name
from fwsite.domain.questionnaire import Fault
from fwsite.extend import Role, role_required

_LAST = "Then nobody could sign in as an administrator. Make somebody else one first."
_PERSON = "/people/<int(max=2147483647):person_id>"


@bp.get("/people")
@role_required(Role.ADMIN)
def people() -> Page:
    """Everybody, and what can be done about each."""
    return _people_page(PersonForm(), 200)


def _people_page(form: PersonForm, status: int, faults: Sequence[Fault] = ()) -> Page:
    page = render_template(
        "account/people.html",
        form=form,
        roles=ROLES,
        role_names=dict(ROLES),
        faults=faults,
        accounts=queries.everybody(),
    )
    return page, status


@bp.post("/people")
@role_required(Role.ADMIN)
def add_person() -> Page:
    """Add a person, and show the one-time link, once."""
    form = PersonForm()
    name, role = shown_name(form.name.data or ""), role_of(form.role.data)
    faults = []
    wrong = name_fault(name)
    if wrong:
        faults.append(Fault("name", wrong))
    if role is None:
        faults.append(Fault("role", "Choose a role."))
    if faults or role is None:
        return _people_page(form, 422, faults)
    try:
        token = queries.add(name, role)
    except queries.NameTaken:
        return _people_page(form, 422, [Fault("name", "Somebody has this name already; choose another.")])
    return _link_page(name, token)


def _link_page(name: str, token: str) -> Page:
    hours = round(queries.LINK_LIFETIME.total_seconds() / 3600)
    return render_template("account/link.html", name=name, link=token, hours=hours), 200


def _person(person_id: int) -> Person:
    account = queries.find_by_id(person_id)
    return account.person if account else abort(404)


def _done(sentence: str) -> AnyResponse:
    flash(sentence, "done")
    return redirect(url_for(".people"), code=303)


def _refused() -> Page:
    return _people_page(PersonForm(formdata=None), 409, [Fault("", _LAST)])


@bp.post(f"{_PERSON}/disable")
@role_required(Role.ADMIN)
def disable(person_id: int) -> Page | AnyResponse:
    """Switch a person off."""
    person = _person(person_id)
    try:
        queries.disable(person_id)
    except queries.LastAdmin:
        return _refused()
    return _done(f"{person.name} cannot sign in any more, and is signed out everywhere.")


@bp.post(f"{_PERSON}/enable")
@role_required(Role.ADMIN)
def enable(person_id: int) -> AnyResponse:
    """Switch a person on again."""
    person = _person(person_id)
    queries.enable(person_id)
    return _done(f"{person.name} can sign in again, with the previous password or a new link.")


@bp.post(f"{_PERSON}/role")
@role_required(Role.ADMIN)
def change_role(person_id: int) -> Page | AnyResponse:
    """Give a person another role."""
    person, role = _person(person_id), role_of(RoleForm().role.data)
    if role is None:
        return _people_page(PersonForm(formdata=None), 422, [Fault("", "Choose a role.")])
    try:
        queries.set_role(person_id, role)
    except queries.LastAdmin:
        return _refused()
    return _done(f"{person.name} is {'an administrator' if role is Role.ADMIN else 'a maintainer'} from now on.")


@bp.post(f"{_PERSON}/reset")
@role_required(Role.ADMIN)
def reset(person_id: int) -> Page:
    """Take the password away, and show a new one-time link, once."""
    person = _person(person_id)
    try:
        token = queries.reset(person_id)
    except queries.LastAdmin:
        return _refused()
    limits.forget(person.name)
    return _link_page(person.name, token)

"""Login views: signing in and out, and a person's own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.account import form_replay, limits, passwords, queries
from fwsite.blueprints.account.forms import ChangePasswordForm, NewPasswordForm, SignInForm
from fwsite.domain.people import Person, password_fault
from fwsite.domain.questionnaire import Fault
from fwsite.extend import (
    SENT_TWICE,
    Role,
    current_person,
    db,
    end_session,
    end_sessions,
    login_manager,
    other_sessions,
    reading,
    role_required,
    sent_twice,
)

bp = Blueprint("account", __name__, template_folder="templates")
Page = tuple[str, int]


@bp.after_request
def keep_private(response: Response) -> Response:
    """For one person alone: not stored, not listed, and a link's token is not passed on by address."""
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _lifetime() -> timedelta:
    return timedelta(hours=current_app.config["ACCOUNT_SESSION_HOURS"])


def _signed_in() -> Person:
    person = current_person()
    assert person is not None  # noqa: S101 - for the type checker: the view is under role_required
    return person


@login_manager.unauthorized_handler
def ask_to_sign_in() -> Page | AnyResponse:
    """What an anonymous visitor gets from a page of people: the way in, and nothing typed is lost on it."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return redirect(url_for("account.sign_in", next=form_replay.requested_path()), code=302)
    return _sign_in_page(SignInForm(formdata=None), 403, form_to_send=form_replay.refused())


def _sign_in_page(
    form: SignInForm, status: int, fault: str | None = None, form_to_send: form_replay.Again | None = None
) -> Page:
    with reading():
        nobody = queries.nobody()
    page = render_template(
        "account/sign_in.html",
        form=form,
        faults=[Fault("name", fault)] if fault else [],
        again=form_to_send,
        next=form_replay.own_path(request.values.get("next")) if form_to_send is None else None,
        nobody=nobody,
    )
    return page, status


@bp.get("/sign-in")
def sign_in() -> Page | AnyResponse:
    """The way in; ``?next=`` says where to go then."""
    if current_person():
        return redirect(form_replay.own_path(request.args.get("next")) or url_for(".index"), code=302)
    return _sign_in_page(SignInForm(), 200)


def _too_often(seconds: int) -> Response:
    minutes = -(-seconds // 60)
    fault = f"There were too many attempts. Try again in {minutes} minute{'s' if minutes != 1 else ''}."
    response = make_response(_sign_in_page(SignInForm(), 429, fault, form_replay.carried()))
    response.headers["Retry-After"] = str(seconds)
    return response


@bp.post("/sign-in")
@limits.per_name(_too_often)
@limits.per_address(_too_often)
def sign_in_submit() -> Page | AnyResponse:
    """Check the password; an unknown, a disabled and a known name take equally long."""
    form = SignInForm()
    if sent_twice("name", "password"):
        return _sign_in_page(form, 422, SENT_TWICE, form_replay.carried())
    name, password = form.name.data or "", form.password.data or ""
    with reading():
        account = queries.find(name)
    stored = account.password_hash if account and account.active else None
    right = passwords.is_right(password, stored)
    form_to_send = form_replay.carried()
    if not (right and account and queries.sign_in(account, passwords.rehashed(password, stored or ""), _lifetime())):
        return _sign_in_page(form, 422, "Name or password is wrong.", form_to_send)
    limits.forget(name)
    if form_to_send:
        return render_template("account/again.html", again=form_to_send), 200
    return redirect(form_replay.own_path(request.form.get("next")) or url_for(".index"), code=303)


@bp.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this session, on the server too. Whoever is signed out already stays so."""
    end_session()
    db.session.commit()
    flash("You are signed out.", "done")
    return redirect(url_for(".sign_in"), code=303)


@bp.get("/")
@role_required(Role.MAINTAINER)
def index() -> Page:
    """Who I am here, my password, my sessions; below it, what extensions put there."""
    return _own_page(200)


def _own_page(status: int, faults: Sequence[Fault] = ()) -> Page:
    person = _signed_in()
    others = other_sessions(person.id)
    page = render_template("account/index.html", person=person, others=others, faults=faults)
    return page, status


@bp.post("/password")
@role_required(Role.MAINTAINER)
@limits.per_person()
def change_password() -> Page | AnyResponse:
    """A new password: every other browser is signed out."""
    form = ChangePasswordForm()
    person = _signed_in()
    current, new = form.current_password.data or "", form.new_password.data or ""
    with reading():
        account = queries.find_by_id(person.id)
    stored = account.password_hash if account else None
    faults = []
    if not passwords.is_right(current, stored):
        faults.append(Fault("current_password", "The current password is wrong."))
    wrong = SENT_TWICE if sent_twice("new_password", "current_password") else password_fault(new, person.name)
    if wrong:
        faults.append(Fault("new_password", wrong))
    if faults:
        return _own_page(422, faults)
    if not queries.change_password(person, stored, passwords.hashed(new), _lifetime()):
        return _own_page(409, [Fault("current_password", "The password was just changed elsewhere.")])
    limits.forget(person.name)
    flash("Your password is changed. You are signed out everywhere else.", "done")
    return redirect(url_for(".index"), code=303)


@bp.post("/sign-out-others")
@role_required(Role.MAINTAINER)
def sign_out_others() -> AnyResponse:
    """End a person's other sessions."""
    end_sessions(_signed_in().id, but_this=True)
    db.session.commit()
    flash("You are signed out everywhere else.", "done")
    return redirect(url_for(".index"), code=303)


@bp.get("/password/<token>")
def new_password(token: str) -> Page:
    """The page of a one-time link; opening it does not use it up."""
    account = queries.find_by_link(token)
    return _link_page(token, account.person if account else None)


@bp.post("/password/<token>")
def new_password_submit(token: str) -> Page | AnyResponse:
    """Set the password, once, and sign in with it."""
    with reading():
        account = queries.find_by_link(token)
    if account is None:
        return _link_page(token, None)
    new = NewPasswordForm().new_password.data or ""
    wrong = SENT_TWICE if sent_twice("new_password") else password_fault(new, account.person.name)
    if wrong:
        return _link_page(token, account.person, wrong)
    if not queries.use_link(token, account.person, passwords.hashed(new), _lifetime()):
        return _link_page(token, None)
    limits.forget(account.person.name)
    flash("Your password is set, and you are signed in.", "done")
    return redirect(url_for(".index"), code=303)


def _link_page(token: str, person: Person | None, wrong: str | None = None) -> Page:
    """The page for a link that works, or the one for all that do not."""
    if person is None:
        return render_template("account/no_link.html"), 404
    faults = [Fault("new_password", wrong)] if wrong else []
    return render_template("account/password.html", link=token, person=person, faults=faults), 422 if wrong else 200


def change_password_address() -> AnyResponse:
    """Where password managers look for the page to change a password."""
    return redirect(url_for("account.index"), code=302)

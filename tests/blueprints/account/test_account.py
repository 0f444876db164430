"""Signing in, one-time links, and the administrators' page."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask, flash, render_template_string
from flask.testing import FlaskClient, FlaskCliRunner
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from fwsite.blueprints.account import passwords, queries
from fwsite.blueprints.account.form_replay import own_path
from fwsite.cli.main import main
from fwsite.db.models import Throttle, User, UserSession
from fwsite.extend import SlotContext, db
from fwsite.plugins.registry import registry_of
from fwsite.web.auth import Role, role_required, utc_now
from tests.support import hands
from tests.support.barriers import barriers
from tests.support.forms import inputs
from tests.support.people import PASSWORD, add_person, send, sign_in
from tests.support.people import signed_in_by_form as signed_in
from tests.support.served import Site

Apps = Callable[..., Flask]
WRONG = "Name or password is wrong."

ELEVEN = """
import re, sys
from tests.support.site import create_app

client = create_app(sys.argv[1]).test_client()
page = client.get("/account/sign-in").text
token = re.search('name="csrf_token" value="([^"]+)"', page)[1]
for name, password in (("mara", sys.argv[2]), ("jo", sys.argv[2])):
    print(client.post("/account/sign-in", data={"csrf_token": token, "name": name, "password": password}).status_code)
"""


def user(app: Flask, name: str = "mara") -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.name == name)).one()


def count(app: Flask, model: type[User] | type[UserSession] | type[Throttle]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def link_in(text: str) -> str:
    """The path of the one-time link in a page or in what a command printed."""
    found = re.search(r"https?://[^\s\"<]+/account/password/[\w-]+", text)
    assert found
    return urlsplit(found[0]).path


def use_link(client: FlaskClient, path: str, password: str = PASSWORD) -> TestResponse:
    """Open the link, fill in a password, send it; as a stranger who has the link would."""
    page = client.get(path)
    form = inputs(page.text) if page.status_code == 200 else inputs(client.get("/account/sign-in").text)
    return client.post(path, data={**form, "new_password": password})


class TestSigningIn:
    def test_leads_to_ones_own_page(self, app: Flask, client: FlaskClient) -> None:
        add_person(app, "Mara")
        response = sign_in(client, " mara ")
        assert (response.status_code, response.location) == (303, "/account/")
        page = client.get("/account/").text
        assert "<h1>Mara</h1>" in page and "Maintainer of this site" in page and "Signed in as Mara" in page

    @pytest.mark.parametrize("name", ["mara", "jo", "a\0b", "", "x" * 5000, "../..", "\u202emara"])
    def test_with_a_wrong_name_or_password_keeps_the_name_and_never_the_password(
        self, app: Flask, client: FlaskClient, name: str
    ) -> None:
        add_person(app, "mara")
        response = sign_in(client, name, "not the password")
        assert response.status_code == 422
        assert f'<a href="#f-name">{WRONG}</a>' in response.text
        assert inputs(response.text)["name"] == [name]
        assert "not the password" not in response.text
        assert count(app, UserSession) == 0

    @pytest.mark.parametrize(
        "password", ["  blanks around, and inside  ", "пароль из слов ☃", "“quotes” & <signs>", "x y" * 333, "á" * 500]
    )
    def test_takes_passphrases_as_they_are(self, app: Flask, client: FlaskClient, password: str) -> None:
        add_person(app, "mara", password=password)
        assert sign_in(client, "mara", password.strip() + "x").status_code == 422
        assert sign_in(client, "mara", password).status_code == 303

    def test_takes_the_same_password_from_another_keyboard(self, app: Flask, client: FlaskClient) -> None:
        add_person(app, "mara", password="caf\u00e9 caf\u00e9 caf\u00e9")
        assert sign_in(client, "mara", "cafe\u0301 cafe\u0301 cafe\u0301").status_code == 303

    def test_with_more_than_a_thousand_characters_is_refused(self, app: Flask, client: FlaskClient) -> None:
        add_person(app, "mara", password="x" * 1001)
        assert sign_in(client, "mara", "x" * 1001).status_code == 422

    @pytest.mark.parametrize("state", ["disabled", "without password", "unknown", "known"])
    @pytest.mark.parametrize("password", [PASSWORD, "x" * 1001], ids=["right", "too long"])
    def test_takes_one_check_of_equal_cost_whoever_it_is(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, state: str, password: str
    ) -> None:
        if state != "unknown":
            add_person(app, "mara", password=None if state == "without password" else PASSWORD)
        if state == "disabled":
            with app.app_context():
                db.session.execute(update(User).values(active=False))
                db.session.commit()
        checked: list[str] = []
        verify = PasswordHasher.verify

        def counted(self: PasswordHasher, stored: str, given: bytes) -> bool:
            checked.append(stored)
            return verify(self, stored, given)

        monkeypatch.setattr(PasswordHasher, "verify", counted)
        right = state == "known" and password == PASSWORD
        assert sign_in(client, "mara", password).status_code == (303 if right else 422)
        assert [extract_parameters(stored) for stored in checked] == [extract_parameters(passwords.hashed("x"))]

    def test_ends_with_nobody_signed_in_where_the_person_is_disabled(self, app: Flask, client: FlaskClient) -> None:
        number = add_person(app, "mara")
        with app.app_context():
            account = queries.find("mara")
            assert account
            queries.disable(number)
            with app.test_request_context():
                assert not queries.sign_in(account, None, timedelta(hours=1))
        assert count(app, UserSession) == 0

    def test_says_where_to_begin_while_there_is_nobody(self, app: Flask, client: FlaskClient) -> None:
        assert "fwsite user add NAME --role admin" in client.get("/account/sign-in").text
        add_person(app, "mara")
        assert "fwsite user add" not in client.get("/account/sign-in").text

    def test_has_fields_that_password_managers_know(self, client: FlaskClient) -> None:
        page = client.get("/account/sign-in").text
        assert re.search(r'<label for="f-name">Name</label>\s*<input type="text"[^>]* autocomplete="username"', page)
        assert re.search(r'<input type="password"[^>]* autocomplete="current-password"', page)
        assert "onpaste" not in page and "maxlength" not in page

    def test_again_while_signed_in_leads_on(self, app: Flask) -> None:
        client = signed_in(app)
        assert client.get("/account/sign-in").location == "/account/"
        assert client.get("/account/sign-in?next=/comparison/").location == "/comparison/"


class TestNext:
    STRAYING = (
        "//e",
        "///e",
        "/\\e",
        "\\\\e",
        "https:e",
        "https://e",
        "http:/e",
        "javascript:alert(1)",
        "\t//e",
        "/\t/e",
        "/\n/e",
        " /e",
        "/e e",
        "e",
        "",
        "/\u3000e",
        "/ä",
        "/\u2028",
        "@e",
        "?e",
        "#e",
        "/e\0",
        "data:text/html,e",
    )

    @pytest.mark.parametrize("target", STRAYING)
    def test_that_strays_is_ignored(self, app: Flask, client: FlaskClient, target: str) -> None:
        assert own_path(target) is None
        add_person(app, "mara")
        assert sign_in(client, "mara", next=target).location == "/account/"

    @pytest.mark.parametrize(
        "written", ["//e", "/\\e", "https:e", "%09//e", "javascript:alert(1)", "/%09/e", "%2F%2Fe"]
    )
    def test_that_strays_is_not_in_the_form_and_is_ignored_in_the_address(
        self, app: Flask, client: FlaskClient, written: str
    ) -> None:
        assert "next" not in inputs(client.get(f"/account/sign-in?next={written}").text)
        assert signed_in(app).get(f"/account/sign-in?next={written}").location == "/account/"

    @pytest.mark.parametrize("target", ["/", "/comparison/?f=django&f=flask", "/a%20b", "/%09//e", "/x#y", "/e:80@x"])
    def test_that_stays_is_followed(self, app: Flask, client: FlaskClient, target: str) -> None:
        add_person(app, "mara")
        assert sign_in(client, "mara", next=target).location == target


class TestGuessing:
    def guess(self, client: FlaskClient, name: str, times: int, address: str = "192.0.2.1") -> list[int]:
        form = inputs(client.get("/account/sign-in").text)
        data = {**form, "name": name, "password": "a wrong guess"}
        environ = {"REMOTE_ADDR": address}
        return [client.post("/account/sign-in", data=data, environ_base=environ).status_code for _ in range(times)]

    def test_the_eleventh_time_is_refused_also_after_a_restart_and_in_another_process(
        self, app: Flask, client: FlaskClient, make_app: Apps, instance: Path
    ) -> None:
        add_person(app, "mara")
        add_person(app, "jo")
        assert self.guess(client, "mara", 11, "127.0.0.1") == [422] * 10 + [429]
        response = sign_in(client, "MARA")
        assert response.status_code == 429
        assert "There were too many attempts. Try again in 15 minutes." in response.text
        assert "<h1>Sign in</h1>" in response.text
        assert inputs(response.text)["name"] == ["MARA"]
        assert 840 < int(response.headers["Retry-After"]) <= 900
        assert count(app, UserSession) == 0

        assert sign_in(make_app().test_client(), "mara").status_code == 429
        other = subprocess.run(
            [sys.executable, "-c", ELEVEN, str(instance), PASSWORD], capture_output=True, text=True, timeout=60
        )
        assert other.stdout.split() == ["429", "303"]
        assert sign_in(client, "jo").status_code == 303

    def test_unknown_names_are_counted_the_same(self, client: FlaskClient) -> None:
        assert self.guess(client, "nobody", 11) == [422] * 10 + [429]

    def test_a_success_clears_the_count_of_the_name(self, app: Flask, client: FlaskClient) -> None:
        add_person(app, "mara")
        assert self.guess(client, "mara", 9) == [422] * 9
        assert sign_in(client, "mara").status_code == 303
        assert self.guess(app.test_client(), "mara", 10) == [422] * 10

    def test_an_address_has_fifty_tries_and_another_address_its_own(self, app: Flask, client: FlaskClient) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        found = [
            status
            for name in ("n1", "n2", "n3", "n4", "n5", "n6")
            for status in self.guess(client, name, 9, "192.0.2.9")
        ]
        assert found == [422] * 50 + [429] * 4
        assert self.guess(client, "n7", 1, "192.0.2.10") == [422]

    def test_the_current_password_counts_as_well(self, app: Flask) -> None:
        client = signed_in(app)
        fields = {"current_password": "a wrong guess", "new_password": "another horse battery"}
        assert [send(client, "/account/password", **fields).status_code for _ in range(11)] == [422] * 10 + [429]
        assert sign_in(app.test_client(), "mara").status_code == 429


class TestSigningOut:
    def test_ends_the_session_and_says_so_once(self, app: Flask) -> None:
        client = signed_in(app)
        response = send(client, "/account/sign-out")
        assert (response.status_code, response.location) == (303, "/account/sign-in")
        assert count(app, UserSession) == 0
        with client.session_transaction() as session:
            assert "_user_id" not in session
        page = client.get("/account/sign-in").text
        assert '<div class="panel f" role="status"><p>You are signed out.</p></div>' in page
        assert "You are signed out." not in client.get("/account/sign-in").text

    def test_twice_is_no_fault(self, client: FlaskClient) -> None:
        assert send(client, "/account/sign-out", "/account/sign-in").status_code == 303

    def test_is_not_done_by_a_visit(self, app: Flask) -> None:
        client = signed_in(app)
        assert client.get("/account/sign-out").status_code == 405
        assert client.get("/account/").status_code == 200


class TestHashes:
    def test_are_argon2id_of_todays_cost(self) -> None:
        parameters = extract_parameters(passwords.hashed("x"))
        assert parameters.type.name == "ID"
        assert parameters.memory_cost >= 19 * 1024
        assert parameters.time_cost >= 2

    def test_that_are_weaker_are_made_anew_at_signing_in(self, app: Flask, client: FlaskClient) -> None:
        add_person(app, "mara")
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        with app.app_context():
            db.session.execute(update(User).values(password_hash=weak))
            db.session.commit()
        assert sign_in(client, "mara").status_code == 303
        stored = user(app).password_hash
        assert stored and extract_parameters(stored) == extract_parameters(passwords.hashed("x"))
        assert sign_in(app.test_client(), "mara").status_code == 303
        assert user(app).password_hash == stored

    def test_that_cannot_be_read_are_nobodys(self) -> None:
        assert not passwords.is_right("x", "not a hash")


class TestOnesOwnPage:
    def test_changes_the_password(self, app: Flask) -> None:
        client = signed_in(app)
        fields = {"current_password": PASSWORD, "new_password": "  another horse  "}
        response = send(client, "/account/password", **fields)
        assert (response.status_code, response.location) == (303, "/account/")
        assert "Your password is changed." in client.get("/account/").text
        assert sign_in(app.test_client(), "mara", PASSWORD).status_code == 422
        assert sign_in(app.test_client(), "mara", "  another horse  ").status_code == 303

    @pytest.mark.parametrize(
        ("current", "new", "places"),
        [
            ("wrong", "another horse battery", ["current_password"]),
            (PASSWORD, "short", ["new_password"]),
            (PASSWORD, "", ["new_password"]),
            (PASSWORD, "z" * 12, ["new_password"]),
            (PASSWORD, "xy" * 501, ["new_password"]),
            (PASSWORD, "MARA the first", ["new_password"]),
            ("", "short", ["current_password", "new_password"]),
        ],
    )
    def test_says_what_is_wrong_and_changes_nothing(
        self, app: Flask, current: str, new: str, places: list[str]
    ) -> None:
        client = signed_in(app, "Mara the first")
        before = user(app, "Mara the first").password_hash
        response = send(client, "/account/password", current_password=current, new_password=new)
        assert response.status_code == 422
        assert re.findall(r'<li><a href="#f-(\w+)">', response.text) == places
        assert "<title>Error: Account" in response.text
        assert inputs(response.text)["new_password"] == [""]
        assert user(app, "Mara the first").password_hash == before

    def test_names_the_person_to_password_managers(self, app: Flask) -> None:
        page = signed_in(app).get("/account/").text
        assert re.search(r'autocomplete="username" value="mara" readonly', page)
        assert page.count('autocomplete="new-password"') == 1

    def test_has_a_place_for_extensions(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[SlotContext] = []
        registry = registry_of(app)
        monkeypatch.setattr(type(registry), "slot", lambda _self, context: asked.append(context) or "what waits here")
        assert "what waits here" in signed_in(app).get("/account/").text
        [home] = [context for context in asked if context.name == "account.home"]
        assert home.values["person"].name == "mara"

    def test_is_where_password_managers_look(self, client: FlaskClient) -> None:
        response = client.get("/.well-known/change-password")
        assert (response.status_code, response.location) == (302, "/account/")
        assert "Set-Cookie" not in response.headers


def test_pages_are_for_one_person_alone(app: Flask) -> None:
    admin, visitor = signed_in(app, "ada", Role.ADMIN), app.test_client()
    for address in ("/account/", "/account/people", "/account/sign-in", f"/account/password/{'x' * 43}"):
        for client in (admin, visitor):
            headers = client.get(address).headers
            assert headers["Cache-Control"] == "no-store"
            assert headers["X-Robots-Tag"] == "noindex"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "ETag" not in headers


@pytest.mark.new_app
def test_notices_are_said_as_what_they_are_and_escaped(app: Flask) -> None:
    @app.get("/notices")
    @role_required(Role.MAINTAINER)
    def notices() -> str:
        flash("It <b>worked</b>.", "done")
        flash("It did not.", "problem")
        return render_template_string('{% extends "work.html" %}{% block work %}<h1>Here</h1>{% endblock %}')

    page = signed_in(app).get("/notices").text
    assert '<div class="panel f" role="status"><p>It &lt;b&gt;worked&lt;/b&gt;.</p></div>' in page
    assert '<div class="panel a" role="alert"><p>It did not.</p></div>' in page


class TestALink:
    @pytest.fixture
    def link(self, app: Flask) -> str:
        with app.app_context():
            return f"/account/password/{queries.add('mara', Role.MAINTAINER)}"

    def test_sets_the_password_once_and_signs_in(self, app: Flask, client: FlaskClient, link: str) -> None:
        for _ in range(2):
            page = client.get(link)
            assert page.status_code == 200
            assert "For mara." in page.text and 'autocomplete="new-password"' in page.text
        assert use_link(client, link).location == "/account/"
        assert "<h1>mara</h1>" in client.get("/account/").text
        again = use_link(app.test_client(), link, "another horse battery")
        assert again.status_code == 404
        assert "Ask an administrator of this site for a new one" in again.text
        assert sign_in(app.test_client(), "mara").status_code == 303

    def test_is_not_used_up_by_a_password_that_is_refused(self, client: FlaskClient, link: str) -> None:
        response = use_link(client, link, "short")
        assert response.status_code == 422
        assert 'href="#f-new_password"' in response.text
        assert use_link(client, link).status_code == 303

    def test_is_over_after_three_days(self, app: Flask, client: FlaskClient, link: str) -> None:
        row = user(app)
        assert row.link_expires_at and row.link_expires_at - row.created_at == timedelta(hours=72)
        with app.app_context():
            db.session.execute(update(User).values(link_expires_at=utc_now()))
            db.session.commit()
        assert client.get(link).status_code == 404
        assert use_link(client, link).status_code == 404

    def test_of_somebody_disabled_does_not_work(self, app: Flask, client: FlaskClient, link: str) -> None:
        with app.app_context():
            queries.disable(user(app).id)
            queries.enable(user(app).id)
        assert use_link(client, link).status_code == 404

    @pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "a" * 5000])
    def test_that_is_unknown_does_not_work(self, client: FlaskClient, token: str) -> None:
        response = client.get(f"/account/password/{token}")
        assert response.status_code == 404

    def test_is_stored_as_a_hash(self, app: Flask, link: str) -> None:
        assert link.rpartition("/")[2] not in str(vars(user(app)))

    def test_used_by_two_at_once_sets_one_password(self, app: Flask, link: str) -> None:
        token = link.rpartition("/")[2]
        with app.app_context():
            account = queries.find_by_link(token)
            assert account
            db.session.rollback()
            used = []
            for password in ("first horse battery", "second horse battery"):
                with app.test_request_context():
                    stored = passwords.hashed(password)
                    used.append(queries.use_link(token, account.person, stored, timedelta(hours=1)))
        assert used == [True, False]
        assert sign_in(app.test_client(), "mara", "first horse battery").status_code == 303


class TestPeople:
    @pytest.fixture
    def admin(self, app: Flask) -> FlaskClient:
        """An administrator who is signed in."""
        return signed_in(app, "Ada", Role.ADMIN)

    def act(self, admin: FlaskClient, number: int, action: str, **fields: str) -> TestResponse:
        return send(admin, f"/account/people/{number}/{action}", **fields)

    def test_are_for_administrators_alone(self, app: Flask) -> None:
        client = signed_in(app)
        assert client.get("/account/people").status_code == 403
        before = user(app).role
        number = str(user(app).id)
        for action in ("disable", "enable", "role", "reset"):
            response = send(client, f"/account/people/{number}/{action}", role="admin")
            assert response.status_code == 403
        assert send(client, "/account/people", name="eve", role="admin").status_code == 403
        assert (count(app, User), user(app).role, user(app).active) == (1, before, True)
        assert ">People</a>" not in client.get("/account/").text

    def test_are_added_with_a_link_that_is_shown_once(self, app: Flask, admin: FlaskClient) -> None:
        response = send(admin, "/account/people", name="  Jo   Q. ", role="maintainer")
        assert response.status_code == 200
        link = link_in(response.text)
        assert "<h1>Link for Jo Q.</h1>" in response.text
        listed = admin.get("/account/people").text
        assert "/account/password/" not in listed
        assert "<h2>Jo Q.</h2>" in listed and "no password yet; the link works until" in listed
        jo = app.test_client()
        assert use_link(jo, link).status_code == 303
        assert "Maintainer of this site" in jo.get("/account/").text

    @pytest.mark.parametrize(
        ("name", "role", "place"),
        [
            ("ADA", "maintainer", "name"),
            ("", "maintainer", "name"),
            ("a/b", "maintainer", "name"),
            ("jo", "owner", "role"),
            ("jo", "", "role"),
        ],
    )
    def test_that_cannot_be_added_stay_in_the_form(
        self, app: Flask, admin: FlaskClient, name: str, role: str, place: str
    ) -> None:
        response = send(admin, "/account/people", name=name, role=role)
        assert response.status_code == 422
        assert f'href="#f-{place}"' in response.text
        assert f'value="{name}"' in response.text
        assert count(app, User) == 1

    def test_are_disabled_and_enabled(self, app: Flask, admin: FlaskClient) -> None:
        number = add_person(app, "mara")
        client = app.test_client()
        sign_in(client, "mara")
        assert self.act(admin, number, "disable").status_code == 303
        assert client.get("/account/").status_code == 302
        assert sign_in(app.test_client(), "mara").status_code == 422
        page = admin.get("/account/people").text
        assert "mara cannot sign in any more" in page and "Maintainer, disabled" in page
        assert self.act(admin, number, "enable").status_code == 303
        assert sign_in(app.test_client(), "mara").status_code == 303

    def test_get_another_role(self, app: Flask, admin: FlaskClient) -> None:
        number = add_person(app, "mara")
        assert self.act(admin, number, "role", role="admin").status_code == 303
        assert user(app).role == "admin"
        assert self.act(admin, number, "role", role="owner").status_code == 422
        assert user(app).role == "admin"

    def test_get_a_new_link_and_a_fresh_start(self, app: Flask, admin: FlaskClient) -> None:
        number = add_person(app, "mara")
        guesser = app.test_client()
        assert [sign_in(guesser, "mara", "wrong").status_code for _ in range(11)][-1] == 429
        response = self.act(admin, number, "reset")
        assert response.status_code == 200
        assert sign_in(app.test_client(), "mara").status_code == 422
        new = app.test_client()
        assert use_link(new, link_in(response.text), "another horse battery").status_code == 303
        assert sign_in(app.test_client(), "mara", "another horse battery").status_code == 303

    @pytest.mark.parametrize(("action", "fields"), [("disable", {}), ("role", {"role": "maintainer"}), ("reset", {})])
    def test_keep_one_administrator_who_can_sign_in(
        self, app: Flask, admin: FlaskClient, action: str, fields: dict[str, str]
    ) -> None:
        own = user(app, "Ada").id
        add_person(app, "waits", Role.ADMIN, password=None)
        add_person(app, "mara")
        response = self.act(admin, own, action, **fields)
        assert response.status_code == 409
        assert "Then nobody could sign in as an administrator." in response.text
        assert (user(app, "Ada").role, user(app, "Ada").active) == ("admin", True)
        assert admin.get("/account/people").status_code == 200

        add_person(app, "second", Role.ADMIN)
        assert self.act(admin, own, action, **fields).status_code in (200, 303)
        assert admin.get("/account/people").status_code == 302

    @pytest.mark.parametrize("number", [99, 2**31 - 1, 2**31, 10**30])
    def test_that_are_unknown_are_not_found(self, admin: FlaskClient, number: int) -> None:
        for action in ("disable", "enable", "role", "reset"):
            assert self.act(admin, number, action, role="admin").status_code == 404

    def test_show_in_a_link_the_sites_public_address(self, make_app: Apps) -> None:
        app = make_app(SITE_URL="http://ledger.example.org")
        admin = signed_in(app, "ada", Role.ADMIN)
        assert "http://ledger.example.org/account/password/" in unescape(
            send(admin, "/account/people", name="jo", role="admin").text
        )


class TestCommands:
    def run(self, runner: FlaskCliRunner, instance: Path, *arguments: str, code: int = 0) -> str:
        result = runner.invoke(main, ["--instance", str(instance), "user", *arguments])
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    def test_add_list_disable_enable_reset(
        self, app: Flask, runner: FlaskCliRunner, client: FlaskClient, instance: Path
    ) -> None:
        assert f"Add the first maintainer: fwsite --instance {instance} user add" in self.run(runner, instance, "list")
        added = self.run(runner, instance, "add", " Mara  Q. ", "--role", "admin")
        assert "http://127.0.0.1:8000/account/password/" in added
        assert "with --host or --port, put the address that it printed in place of" in added
        assert "Mara Q.\tadmin\tno password yet; the link works until" in self.run(runner, instance, "list")
        assert use_link(client, link_in(added)).status_code == 303
        assert "Mara Q.\tadmin\tactive\n" in self.run(runner, instance, "list")

        self.run(runner, instance, "disable", "mara q.")
        assert client.get("/account/").status_code == 302
        assert "disabled" in self.run(runner, instance, "list")
        self.run(runner, instance, "enable", "Mara Q.")
        assert sign_in(client, "Mara Q.").status_code == 303

        new = self.run(runner, instance, "reset", "Mara Q.")
        assert client.get("/account/").status_code == 302
        assert sign_in(client, "Mara Q.").status_code == 422
        assert use_link(app.test_client(), link_in(new)).status_code == 303

    @pytest.mark.parametrize(
        ("settings", "root"),
        [
            ({"SITE_URL": "https://ledger.example.org/"}, "https://ledger.example.org"),
            ({"HOST": "0.0.0.0", "PORT": "81"}, "http://localhost:81"),
            ({"HOST": "::1"}, "http://[::1]:8000"),
            ({"HOST": "unix:/run/fwsite.sock"}, ""),
            ({"HOST": "unix:/run/fwsite.sock", "SITE_URL": "https://a.example"}, "https://a.example"),
        ],
    )
    def test_print_a_link_that_a_browser_can_open(
        self,
        runner: FlaskCliRunner,
        instance: Path,
        monkeypatch: pytest.MonkeyPatch,
        settings: dict[str, str],
        root: str,
    ) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"FWSITE_{name}", value)
        printed = self.run(runner, instance, "add", "mara", "--role", "admin")
        assert f"\n{root}/account/password/" in printed
        assert ("put its public URL in front. SITE_URL is not set" in printed) is not bool(root)

    def test_refuse_a_name_that_is_taken_or_cannot_be(self, app: Flask, runner: FlaskCliRunner, instance: Path) -> None:
        add_person(app, "mara")
        taken = self.run(runner, instance, "add", "MARA", "--role", "admin", code=1)
        assert (
            "There is already somebody called 'MARA'" in taken
            and f"fwsite --instance {instance} user reset MARA" in taken
        )
        assert "2 to 40 characters" in self.run(runner, instance, "add", "x", "--role", "admin", code=2)
        self.run(runner, instance, "add", "jo", code=2)
        self.run(runner, instance, "add", "jo", "--role", "owner", code=2)
        assert count(app, User) == 1

    @pytest.mark.parametrize("command", ["disable", "enable", "reset"])
    def test_name_those_that_are_close(self, app: Flask, runner: FlaskCliRunner, instance: Path, command: str) -> None:
        add_person(app, "mara")
        assert "Did you mean mara?" in self.run(runner, instance, command, "marra", code=1)
        assert f"See: fwsite --instance {instance} user list" in self.run(runner, instance, command, "nobody", code=1)

    def test_let_the_host_disable_the_last_administrator(
        self, app: Flask, runner: FlaskCliRunner, instance: Path
    ) -> None:
        add_person(app, "ada", Role.ADMIN)
        self.run(runner, instance, "disable", "ada")
        assert not user(app, "ada").active

    @pytest.mark.parametrize("arguments", [["list"], ["add", "mara", "--role", "admin"], ["reset", "mara"]])
    def test_say_what_to_run_where_there_is_no_schema(
        self, runner: FlaskCliRunner, tmp_path: Path, arguments: list[str]
    ) -> None:
        (tmp_path / "new").mkdir()
        upgrade = f"fwsite --instance {tmp_path / 'new'} db upgrade"
        assert f"Run: {upgrade}" in self.run(runner, tmp_path / "new", *arguments, code=1)

    @pytest.mark.parametrize("arguments", [["list"], ["add", "mara", "--role", "admin"], ["reset", "mara"]])
    def test_say_where_there_is_no_instance_and_make_none(
        self, runner: FlaskCliRunner, tmp_path: Path, arguments: list[str]
    ) -> None:
        said = self.run(runner, tmp_path / "none", *arguments, code=1)
        assert f"There is no instance folder {tmp_path / 'none'}: name the site's own with --instance PATH" in said
        assert not (tmp_path / "none").exists()


def test_an_upgrade_says_how_to_make_the_first_maintainer_until_there_is_one(
    app: Flask, runner: FlaskCliRunner, instance: Path
) -> None:
    add = f"fwsite --instance {instance} user add NAME --role admin"
    line = f"Nobody can sign in yet. Add the first maintainer: {add}\n"
    command = ["--instance", str(instance), "db", "upgrade"]
    assert runner.invoke(main, command).output.endswith(line)
    add_person(app, "ada", Role.ADMIN)
    assert "Nobody can sign in" not in runner.invoke(main, command).output


@pytest.mark.browser
class TestInABrowser:
    def test_by_keyboard_alone(self, site: Site, page: Page) -> None:
        page.goto(urlsplit(hands.add_person(site, "Keys", "admin")).path)
        page.get_by_label("New password").focus()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("Your password is set, and you are signed in.")
        page.get_by_role("button", name="Sign out").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_label("Name").focus()
        page.keyboard.type("keys")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Keys")).to_be_visible()
        bar = page.get_by_role("navigation", name="Maintainers")
        bar.get_by_role("link", name="People").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()

    @pytest.mark.parametrize("width", [320, 1280])
    def test_nothing_is_cut_off_and_axe_finds_nothing(self, site: Site, page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        name = f"Wide {width}"
        link = urlsplit(hands.add_person(site, name, "admin")).path

        def look() -> None:
            assert barriers(page) == ""
            assert page.evaluate("document.documentElement.scrollWidth") <= width

        page.goto("/account/sign-in")
        look()
        page.goto(link)
        look()
        page.get_by_label("New password").fill("short")
        page.get_by_role("button", name="Set the password").click()
        expect(page.locator("#errors")).to_be_focused()
        look()
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Set the password").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        look()
        page.goto("/account/people")
        look()

"""Who is signed in: by a token that the server can end, and nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from fwsite.db.models import User, UserSession
from fwsite.domain.people import NAME_LENGTH, name_fault, name_key, password_fault, shown_name
from fwsite.extend import Extension, NavItem, db
from fwsite.plugins.loader import ExtensionError, check
from fwsite.plugins.registry import registry_of
from fwsite.web.auth import Person, Role, current_person, role_required, utc_now
from fwsite.web.signing import token_hash
from tests.support.forms import inputs
from tests.support.people import PASSWORD, add_person, send, sign_in
from tests.support.people import signed_in_by_form as signed_in

Apps = Callable[..., Flask]
TYPED = [("text", 'Two "lines"\r\n& <b>more</b>'), ("name", "a name"), ("tag", "one"), ("tag", "two")]


@pytest.fixture
def written(app: Flask) -> list[list[tuple[str, str]]]:
    """What reached a view for maintainers; it, its page, and a page for administrators are added here."""
    from flask import request

    stored: list[list[tuple[str, str]]] = []

    @app.get("/try/<name>")
    @role_required(Role.MAINTAINER)
    def page(name: str) -> str:
        person = current_person()
        assert person
        return render_template_string("<p>for {{ name }}</p>{{ csrf_token() }}", name=person.name)

    @app.post("/try/<name>")
    @role_required(Role.MAINTAINER)
    def write(name: str) -> str:
        stored.append([pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"])
        return "stored"

    @app.route("/only-admins", methods=["GET", "POST"])
    @role_required(Role.ADMIN)
    def only_admins() -> str:
        return "the secret of admins"

    return stored


class TestRoles:
    def test_cover_themselves_and_those_below(self) -> None:
        covered = {(one, other) for one in Role for other in Role if one.covers(other)}
        assert covered == {(role, role) for role in Role} | {(Role.ADMIN, Role.MAINTAINER)}

    def test_get_the_entries_of_their_bar_and_readers_get_none(self, app: Flask) -> None:
        registry = registry_of(app)
        for role in Role:
            items = registry.work_nav(role)
            assert items and all(item.role and role.covers(Role(item.role)) for item in items)
        own = [item.label for item in registry.work_nav(Role.ADMIN)]
        assert {"Account", "People"} <= set(own)
        assert "People" not in [item.label for item in registry.work_nav(Role.MAINTAINER)]
        assert all(item.role is None for item in registry.nav)

    def test_that_are_unknown_are_refused_with_the_extension(self) -> None:
        nav = (NavItem(label="Notes", endpoint="notes.index", role="editor"),)
        with pytest.raises(ExtensionError, match="no role 'editor'; known are maintainer, admin"):
            check(Extension(name="notes", title="Notes", nav=nav))


class TestNames:
    @given(st.text(max_size=60))
    def test_are_shown_once_and_for_all(self, text: str) -> None:
        assert shown_name(shown_name(text)) == shown_name(text)
        assert name_key(shown_name(text)) == name_key(text)

    @given(st.text(max_size=60))
    def test_that_pass_have_visible_signs_only(self, text: str) -> None:
        name = shown_name(text)
        if name_fault(name) is None:
            assert NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]
            assert all(sign.isalnum() or sign in " ._-" for sign in name)
            assert name.isprintable()

    @pytest.mark.parametrize("name", ["jo", "Mara Q.", "a_b-c", "Zoë", "x" * 40, "3rd one", "李明"])
    def test_that_people_have_pass(self, name: str) -> None:
        assert name_fault(shown_name(name)) is None

    @pytest.mark.parametrize("name", ["", "x", "x" * 41, ".jo", "-jo", " ", "a/b", "a\0b", "a@b", "<b>", "a\u202eb"])
    def test_that_cannot_be_are_refused(self, name: str) -> None:
        assert name_fault(shown_name(name))

    def test_are_told_apart_without_regard_to_case_and_form(self) -> None:
        assert name_key("MARA") == name_key("  mara ") == name_key("Ｍａｒａ")
        assert name_key("Straße") == name_key("STRASSE")


class TestPasswords:
    @pytest.mark.parametrize("password", [PASSWORD, "x" * 11 + "y", "пароль из слов", "            .", "ab" * 500])
    def test_that_are_long_enough_pass(self, password: str) -> None:
        assert password_fault(password, "mara") is None

    @pytest.mark.parametrize("password", ["", "short", "x" * 12, "ab" * 501, "mara the first", "MARA  the First"])
    def test_that_are_easy_to_guess_or_too_long_are_refused(self, password: str) -> None:
        assert password_fault(password, "Mara the first")


class TestACopiedCookie:
    def copy(self, app: Flask, client: FlaskClient) -> FlaskClient:
        cookie = client.get_cookie("session")
        assert cookie
        thief = app.test_client()
        thief.set_cookie("session", cookie.value)
        assert thief.get("/account/").status_code == 200
        thief.set_cookie("session", cookie.value)
        return thief

    def test_is_refused_after_signing_out(self, app: Flask) -> None:
        client = signed_in(app)
        thief = self.copy(app, client)
        assert send(client, "/account/sign-out").status_code == 303
        assert thief.get("/account/").status_code == 302
        assert client.get("/account/").status_code == 302

    def test_is_refused_after_the_password_is_changed(self, app: Flask) -> None:
        client = signed_in(app)
        thief = self.copy(app, client)
        new = {"current_password": PASSWORD, "new_password": "another horse battery"}
        assert send(client, "/account/password", **new).status_code == 303
        assert thief.get("/account/").status_code == 302
        assert client.get("/account/").status_code == 200

    @pytest.mark.parametrize(("action", "fields"), [("disable", {}), ("role", {"role": "admin"}), ("reset", {})])
    def test_is_refused_after_an_administrator_changes_the_person(
        self, app: Flask, action: str, fields: dict[str, str]
    ) -> None:
        thief = self.copy(app, signed_in(app))
        admin = signed_in(app, "ada", Role.ADMIN)
        with app.app_context():
            number = db.session.scalar(select(User.id).where(User.name == "mara"))
        assert send(admin, f"/account/people/{number}/{action}", **fields).status_code in (200, 303)
        assert thief.get("/account/").status_code == 302
        assert admin.get("/account/people").status_code == 200

    def test_is_refused_after_signing_out_elsewhere(self, app: Flask) -> None:
        client = signed_in(app)
        other = app.test_client()
        sign_in(other, "mara")
        assert "in 1 other browser." in client.get("/account/").text
        assert send(client, "/account/sign-out-others").status_code == 303
        assert other.get("/account/").status_code == 302
        assert "here only" in client.get("/account/").text

    def test_is_refused_once_its_time_is_over(self, app: Flask) -> None:
        client = signed_in(app)
        with app.app_context():
            row = db.session.scalars(select(UserSession)).one()
            assert row.expires_at - row.created_at == timedelta(hours=168)
            db.session.execute(update(UserSession).values(expires_at=utc_now()))
            db.session.commit()
        assert client.get("/account/").status_code == 302

    def test_of_another_secret_is_nothing(self, app: Flask, make_app: Apps) -> None:
        cookie = signed_in(app).get_cookie("session")
        assert cookie
        other = make_app(SECRET_KEY="x" * 32).test_client()
        other.set_cookie("session", cookie.value)
        assert other.get("/account/").status_code == 302


class TestASession:
    def test_is_known_to_the_database_by_a_hash_alone(self, app: Flask) -> None:
        client = signed_in(app)
        with client.session_transaction() as session:
            token = session["_user_id"]
            assert set(session) == {"_user_id", "_fresh"}
        assert len(token) == 43
        with app.app_context():
            assert db.session.scalars(select(UserSession.token_hash)).all() == [token_hash(token)]

    def test_is_renewed_by_signing_in(self, app: Flask) -> None:
        add_person(app, "mara")
        client = app.test_client()
        client.get("/account/sign-in")
        with client.session_transaction() as session:
            session["planted"] = "by somebody else"
            before = session["csrf_token"]
        assert sign_in(client, "mara").status_code == 303
        client.get("/account/")
        with client.session_transaction() as session:
            assert "planted" not in session
            assert session["csrf_token"] != before

    def test_before_ends_when_another_begins_in_the_same_browser(self, app: Flask) -> None:
        client = signed_in(app)
        with client.session_transaction() as session:
            token = session["csrf_token"] = "x"
            first = session["_user_id"]
        form = inputs(app.test_client().get("/account/sign-in").text)
        del form["csrf_token"]
        app.config["WTF_CSRF_ENABLED"] = False
        client.post("/account/sign-in", data={**form, "name": "mara", "password": PASSWORD})
        with app.app_context():
            rows = db.session.scalars(select(UserSession.token_hash)).all()
        assert len(rows) == 1 and rows != [token_hash(first)] and token

    def test_lasts_as_long_as_the_host_says(self, make_app: Apps) -> None:
        app = make_app(ACCOUNT_SESSION_HOURS=2)
        signed_in(app)
        with app.app_context():
            row = db.session.scalars(select(UserSession)).one()
            assert row.expires_at - row.created_at == timedelta(hours=2)

    def test_outlives_a_restart(self, app: Flask, make_app: Apps, instance: Path) -> None:
        cookie = signed_in(app).get_cookie("session")
        assert cookie
        restarted = make_app().test_client()
        restarted.set_cookie("session", cookie.value)
        assert restarted.get("/account/").status_code == 200

    def test_that_is_over_is_forgotten_when_another_begins(self, app: Flask) -> None:
        signed_in(app)
        with app.app_context():
            db.session.execute(update(UserSession).values(expires_at=utc_now()))
            db.session.commit()
        signed_in(app, "jo")
        with app.app_context():
            assert len(db.session.scalars(select(UserSession)).all()) == 1

    def test_that_nobody_has_is_nobodys(self, app: Flask, client: FlaskClient) -> None:
        with client.session_transaction() as session:
            session["_user_id"] = "made up"
        assert client.get("/account/").status_code == 302

    def test_does_not_change_what_a_reader_gets(self, app: Flask) -> None:
        reader, maintainer = app.test_client(), signed_in(app)
        for address in ("/", "/comparison/", "/article/"):
            public, own = reader.get(address), maintainer.get(address)
            assert (own.data, own.headers["ETag"]) == (public.data, public.headers["ETag"])
            assert "Set-Cookie" not in own.headers
            assert "Cookie" not in own.headers["Vary"]
            assert '<a href="/account/">Maintainers</a>' in public.text


@pytest.mark.new_app
class TestAViewForMaintainers:
    def test_sends_a_visitor_to_the_sign_in_page_and_back(
        self, app: Flask, client: FlaskClient, written: object
    ) -> None:
        add_person(app, "mara")
        response = client.get("/try/a b?x=1&y=%2F&z=ä")
        assert response.status_code == 302
        target = urlsplit(response.location)
        assert target.path == "/account/sign-in"
        assert parse_qs(target.query) == {"next": ["/try/a%20b?x=1&y=%2F&z=%C3%A4"]}
        form = inputs(client.get(response.location).text)
        back = client.post("/account/sign-in", data={**form, "name": "mara", "password": PASSWORD})
        assert (back.status_code, back.location) == (303, "/try/a%20b?x=1&y=%2F&z=%C3%A4")
        assert "for mara" in client.get(back.location).text

    def test_is_stored_by_nobody(self, app: Flask, client: FlaskClient, written: object) -> None:
        for response in (client.get("/try/it"), signed_in(app).get("/try/it")):
            assert response.headers["Cache-Control"] == "no-store"
            assert "ETag" not in response.headers

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_that_needs_another_role_says_so_and_shows_nothing(self, app: Flask, written: object, method: str) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        response = signed_in(app).open("/only-admins", method=method)
        assert response.status_code == 403
        assert "This page is for admins" in response.text
        assert "secret" not in response.text
        assert response.headers["Cache-Control"] == "no-store"
        assert signed_in(app, "ada", Role.ADMIN).open("/only-admins", method=method).text == "the secret of admins"

    def test_gives_everything_typed_back_to_who_was_signed_out_and_sends_it_after_signing_in(
        self, app: Flask, written: list[list[tuple[str, str]]]
    ) -> None:
        client = signed_in(app)
        token = client.get("/try/it").text.partition("</p>")[2]
        with app.app_context():
            db.session.execute(update(UserSession).values(expires_at=utc_now()))
            db.session.commit()
        data = {"csrf_token": token, "text": TYPED[0][1], "name": "a name", "tag": ["one", "two"]}
        refused = client.post("/try/it?x=1", data=data)
        assert refused.status_code == 403
        assert written == []
        assert "You are signed out" in refused.text
        assert "&amp; &lt;b&gt;more&lt;/b&gt;</dd>" in refused.text

        wrong = client.post(
            "/account/sign-in", data={**inputs(refused.text), "name": "mara", "password": "not this one"}
        )
        assert wrong.status_code == 422
        assert "&amp; &lt;b&gt;more&lt;/b&gt;</dd>" in wrong.text

        again = client.post("/account/sign-in", data={**inputs(wrong.text), "name": "mara", "password": PASSWORD})
        assert again.status_code == 200
        assert "<h1>Signed in again</h1>" in again.text
        assert "&amp; &lt;b&gt;more&lt;/b&gt;</dd>" in again.text
        assert 'action="/try/it?x=1"' in again.text
        assert PASSWORD not in again.text
        assert written == []

        form = again.text.partition('action="/try/it?x=1"')[2]
        assert client.post("/try/it?x=1", data=inputs(form)).text == "stored"
        assert written == [TYPED]

    def test_sends_nothing_typed_to_another_site(self, app: Flask) -> None:
        add_person(app, "mara")
        response = sign_in(app.test_client(), "mara", **{"again": "//evil.example/", "kept.text": "mine"})
        assert (response.status_code, response.location) == (303, "/account/")

    def test_asks_the_database_once(self, app: Flask, written: object) -> None:
        from sqlalchemy import event

        client = signed_in(app)
        client.get("/try/it")
        seen: list[str] = []
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_: seen.append(statement))
        client.get("/try/it")
        assert len([statement for statement in seen if "user_session" in statement]) == 1


def test_a_person_is_what_a_view_gets() -> None:
    assert Person(1, "mara", Role.ADMIN) == Person(1, "mara", Role("admin"))

"""What has to hold on every route of the site, extensions' too: the routes are found by walking the url_map."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import BuildError, Rule
from werkzeug.test import TestResponse

from fwsite.blueprints.account import queries
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.comparison.models import Change, Suggestion
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.db.models import UserSession
from fwsite.domain.items import Kind, State
from fwsite.extend import db
from fwsite.web.auth import Role, utc_now
from fwsite.web.signing import new_submission, view_token_for
from tests.support import draft_lists, runs
from tests.support.forms import first_options, inputs, open_form, submit
from tests.support.people import PASSWORD, add_person, sign_in
from tests.support.site import Visitor, create_app
from tests.support.snapshots import OfFile, Snapshot, snapshot_of
from tests.support.teams import Team, wants

READING = frozenset({"GET", "HEAD", "OPTIONS"})
TEAM = (
    *("index", "begin", "organise", "ask_to_close", "close", "open_again", "ask_to_delete", "delete", "deleted"),
    *("show", "decision"),
    *("answer", "send", "mine", "own_result", "change", "change_submit", "ask_to_leave", "leave", "left"),
)
"""All pages of a team: whoever has its link may open them."""
ORGANISERS = ("organise", "ask_to_close", "close", "open_again", "ask_to_delete", "delete")
PUBLIC = frozenset(
    {
        "static",
        *(f"site.{name}" for name in ("favicon", "robots", "sitemap", "healthz", "readyz")),
        "metrics.index",  # not there without a token, which test_metrics tries
        "own.static",  # the host's files, of which there are none; test_own_look has some
        *(f"article.{name}" for name in ("feed", "home", "index", "media", "show")),
        "about.index",
        *(f"docs.{name}" for name in ("index", "picture", "show")),
        *(f"comparison.{name}" for name in ("index", "framework", "cell", "pair", "history", "data", "evidence")),
        *(f"comparison.{name}" for name in ("measured", "measured_run", "measured_data")),
        *(f"comparison.{name}" for name in ("changes", "change", "changes_feed", "suggest", "suggest_submit")),
        *(f"comparison.{name}" for name in ("suggestion", "withdraw", "withdrawn")),
        *(f"questionnaire.{name}" for name in ("index", "submit", "result", "result_json", "definition_json")),
        *(f"questionnaire.{name}" for name in ("how", "view", "view_json", "decision", "view_decision")),
        *(f"questionnaire.{name}" for name in ("delete", "deleted", "audit", "re_evaluate", "view_re_evaluate")),
        *(f"questionnaire.{name}" for name in ("statistics", "statistics_csv", "statistics_xlsx", "statistics_json")),
        *("questionnaire.privacy", "questionnaire.ask_to_delete"),
        *("search.index", "search.opensearch"),
        *(f"team.{name}" for name in TEAM),
        *(f"account.{name}" for name in ("sign_in", "sign_in_submit", "sign_out", "new_password")),
        *(f"account.{name}" for name in ("new_password_submit", "change_password_address")),
    }
)
"""Endpoints for everybody. Whatever is not named here has to be closed to visitors: a new route, too."""
PRIVATE = frozenset(
    {
        *(f"site.{name}" for name in ("healthz", "readyz")),
        *(f"account.{name}" for name in ("sign_in", "sign_in_submit", "sign_out", "new_password")),
        *(f"account.{name}" for name in ("new_password_submit", "change_password_address")),
        *(f"comparison.{name}" for name in ("suggest", "suggest_submit", "suggestion", "withdraw", "withdrawn")),
        *(f"questionnaire.{name}" for name in ("index", "submit", "result", "result_json", "delete", "deleted")),
        *(f"questionnaire.{name}" for name in ("view", "view_json", "decision", "view_decision")),
        *(f"questionnaire.{name}" for name in ("re_evaluate", "view_re_evaluate", "ask_to_delete")),
        *(f"team.{name}" for name in TEAM),
    }
)
"""Those of them whose pages are one visitor's alone: no cache may keep them."""
ADMINS_ONLY = "/account/people"
FORMS = frozenset({"comparison.work_add", "comparison.work_edit"})
"""The pages that run a script of the site."""
NOT_THERE = frozenset({"article.media", "metrics.index", "own.static"})
"""Routes to what a fresh site does not have."""
NAMES = {role: f"zq {role}" for role in ("admin", "maintainer", "disabled", "signed out", "expired", "invited")}
SECRET = "zq-secret"
"""Stands in everything that no visitor may read."""


@dataclass
class World:
    """A site with something of everything in it, and people in every state."""

    app: Flask
    rows: Snapshot
    values: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """What the arguments of routes may be: by name, or by ``endpoint:name`` where the name alone says too little."""
    cookies: dict[str, str] = field(default_factory=dict)
    """The session cookie of each browser, as it was copied."""
    tokens: dict[str, str] = field(default_factory=dict)
    """A valid token for forms of each browser's session."""

    def client(self, who: str) -> FlaskClient:
        """A browser with the copied cookie."""
        client = self.app.test_client()
        client.set_cookie("session", self.cookies[who])
        return client

    def keep(self, who: str, client: FlaskClient, page: str) -> None:
        self.tokens[who] = inputs(client.get(page).text)["csrf_token"][0]
        cookie = client.get_cookie("session")
        assert cookie
        self.cookies[who] = cookie.value

    @contextmanager
    def unchanged(self, what: str, failures: list[str]) -> Iterator[None]:
        """Note a failure where any row of any table is another one afterwards."""
        before = self.rows.dump()
        yield
        after = self.rows.dump()
        failures += [f"{what} changed {table}" for table in before if before[table] != after.get(table)]

    def rules(self, endpoint: Callable[[str], bool] = lambda _name: True) -> list[Rule]:
        return [rule for rule in self.app.url_map.iter_rules() if endpoint(rule.endpoint)]

    def addresses(self, rule: Rule) -> list[str]:
        """Addresses that the rule answers, one for each value that is known for its arguments."""
        missing = [name for name in rule.arguments if self._known(rule, name) is None]
        assert not missing, f"{rule.rule} takes {missing}: say in World.values what exists there"
        names = sorted(rule.arguments)
        adapter = self.app.url_map.bind("localhost")
        try:
            return [
                adapter.build(rule.endpoint, dict(zip(names, given, strict=True)), method=next(iter(methods(rule))))
                for given in product(*(self._known(rule, name) or () for name in names))
            ]
        except BuildError as error:
            raise AssertionError(f"no address for {rule.rule}: {error}") from error

    def _known(self, rule: Rule, name: str) -> tuple[Any, ...] | None:
        return self.values.get(f"{rule.endpoint}:{name}", self.values.get(name))

    def reading(self) -> Iterator[tuple[str, str]]:
        """Endpoint and address of everything that can be read."""
        for rule in self.rules():
            if "GET" in methods(rule):
                yield from ((rule.endpoint, address) for address in self.addresses(rule))
        for kind in Kind:
            key = self.values["history:keys"][0][kind]
            yield "comparison.history", f"/comparison/history/{kind}/{key}?from=1&to=2"
            yield "comparison.work_edit", f"/comparison/work/{kind}/{key}"
            yield "comparison.work_list", f"/comparison/work/{kind}?q=a&state=draft"
            yield "comparison.work_add", f"/comparison/work/{kind}/add?suggestion={self.values['waiting'][0]}"
        claim = self.values["key"][0]
        yield "comparison.suggest", f"/comparison/suggest?claim={claim}"
        yield "comparison.work_suggestions", "/comparison/work/suggestions?show=decided&done=1"
        yield "comparison.work_log", "/comparison/work/log?change=1"
        yield "comparison.work_review", "/comparison/work/review?concern=unsourced&of=rating"
        yield "account.sign_in", "/account/sign-in?next=/account/"
        yield from (("search.index", f"/search/?q={query}") for query in ("django", "zq"))

    def sending(self) -> Iterator[tuple[str, str, str]]:
        """Endpoint, method and address of everything that may change something."""
        for rule in self.rules():
            for method in sorted((rule.methods or set()) - READING):
                yield from ((rule.endpoint, method, address) for address in self.addresses(rule))


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def built(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Built once; :func:`world` puts it back for each test."""
    folder = tmp_path_factory.mktemp("security")
    app = create_app(Path(copytree(filled_instance, folder / "instance")))
    app.test_client_class = Visitor
    with app.app_context():
        world = World(app, snapshot_of(db.engine, folder))
    _fill(world)
    _people(world)
    world.rows.save()
    yield world
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def world(built: World) -> World:
    built.rows.restore()
    return built


def _fill(world: World) -> None:
    """Items in every state, suggestions, a stored result, a link: one value at least for every argument."""
    app = world.app
    (Path(app.instance_path) / "measured_run.json").write_text(json.dumps(runs.document()))
    draft_lists.put_in_force(app)
    with app.app_context():
        known = {kind: next(key for of, key in document_mapper.everything() if of is kind) for kind in Kind}
        claim = document_mapper.find(Kind.CLAIM, known[Kind.CLAIM])
        assert claim
        published = journal.save(claim, {**claim.document, "text": "Another text of it."}, By("somebody", "a note"))
        draft = {**claim.document, "key": "zq-draft", "text": f"A draft {SECRET}.", "state": State.DRAFT}
        drafted = journal.add(Kind.CLAIM, draft, By(NAMES["maintainer"]))
        assert published
        db.session.commit()
        numbers, invited = (published.id, drafted.id), queries.add(NAMES["invited"], Role.MAINTAINER)
    visitor = app.test_client()
    suggestions = [_suggest(visitor, f"A point {number} {SECRET}.", number) for number in (1, 2)]
    result = submit(visitor, first_options(visitor, 5)).location.rpartition("/")[2]
    assert visitor.get(f"/questionnaire/{result}").status_code == 200  # what follows from the answers is kept now
    team = Team(app)
    own, _ = (team.person(wants("django")) for _ in range(2))
    team.close()
    assert {visitor.get(address).status_code for address in (team.path, f"{own}/result")} == {200}  # likewise
    with app.app_context():
        waiting, decided = db.session.query(Suggestion.id).order_by(Suggestion.id).all()
        row = db.session.get_one(Suggestion, decided.id)
        row.state, row.reason, row.decided_by, row.decided_at = "rejected", f"No {SECRET}", NAMES["admin"], utc_now()
        db.session.commit()
    world.values = {
        "first": ("django",),
        "second": ("flask",),
        "framework": (claim.document["framework"],),
        "criterion": (claim.document["criterion"],),
        "kind": (Kind.CLAIM,),
        "run": ("reference",),
        "key": (claim.key, "zq-draft"),
        "history:keys": (known,),
        "comparison.history:key": (claim.key,),
        "comparison.work_act:action": ("retire", "restore", "publish", "up", "down", "reviewed"),
        "comparison.work_decide:action": ("publish", "reject", "undo"),
        "comparison.work_decide:number": (waiting.id, decided.id),
        "comparison.work_undo:number": numbers,
        "comparison.change:number": numbers[:1],
        "waiting": (waiting.id,),
        "account.new_password:token": (invited,),
        "account.new_password_submit:token": (invited,),
        "comparison.suggestion:token": tuple(suggestions),
        "comparison.withdraw:token": tuple(suggestions),
        "questionnaire.result:token": (result,),
        "questionnaire.result_json:token": (result,),
        "questionnaire.decision:token": (result,),
        "questionnaire.delete:token": (result,),
        "questionnaire.ask_to_delete:token": (result,),
        "questionnaire.re_evaluate:token": (result,),
        "view_token": (view_token_for(app.config["SECRET_KEY"], result),),
        "questionnaire.work_fits_question:question": ("priority",),
        **{f"team.{name}:token": (team.organiser.rpartition("/")[2],) for name in ORGANISERS},
        **{f"team.{name}:token": (team.path.rpartition("/")[2],) for name in TEAM if name not in ORGANISERS},
        "own_token": (own.rpartition("/")[2],),
        "note": ("first-note",),
        "scenario": ("paper",),
        "format": ("json", "csv", "xlsx"),
        "slug": ("django-pros-and-cons",),
        "guide": ("host",),
        "picture": ("article.png",),
        "article.media:name": ("none.png",),
        "filename": ("site.css",),
    }


def _suggest(visitor: FlaskClient, text: str, number: int) -> str:
    form = inputs(visitor.get("/comparison/suggest").text)
    about = {"framework": "django", "criterion": "performance", "side": "con", "text": text, "remark": ""}
    sent = visitor.post("/comparison/suggest", data={**form, **about, "submission": new_submission()})
    assert sent.status_code == 303, f"suggestion {number}"
    return str(sent.location.rpartition("/")[2])


def _people(world: World) -> None:
    app = world.app
    numbers = {}
    for state in ("admin", "maintainer", "disabled", "signed out", "expired"):
        numbers[state] = add_person(app, NAMES[state], Role.ADMIN if state == "admin" else Role.MAINTAINER)
        client = app.test_client()
        assert sign_in(client, NAMES[state]).status_code == 303
        world.keep(state, client, "/account/")
    world.keep("anonymous", app.test_client(), "/comparison/suggest")
    world.client("signed out").post("/account/sign-out", data={"csrf_token": world.tokens["signed out"]})
    with app.app_context():
        queries.disable(numbers["disabled"])
        over = update(UserSession).where(UserSession.user_id == numbers["expired"])
        db.session.execute(over.values(expires_at=utc_now()))
        db.session.commit()
    world.values["person_id"] = (numbers["maintainer"], numbers["disabled"])


def _token(client: FlaskClient, page: str) -> str:
    return inputs(client.get(page).text)["csrf_token"][0]


class TestTokens:
    def test_no_form_without_a_token_of_its_own_session_changes_anything(self, world: World) -> None:
        failures: list[str] = []
        tried = 0
        for who in ("admin", "anonymous"):
            wrong = {
                "a missing": {},
                "a made-up": {"csrf_token": "IjAxMjM0NTY3ODlhYmNkZWYi.aSI.x" * 2},
                "another session’s": {"csrf_token": world.tokens["anonymous" if who == "admin" else "maintainer"]},
            }
            for endpoint, method, address in world.sending():
                for kind, data in wrong.items():
                    what = f"{who}: {method} {address} with {kind} token"
                    with world.unchanged(what, failures):
                        status = world.client(who).open(address, method=method, data=data).status_code
                    if status != 400:
                        failures.append(f"{what}: {status} ({endpoint})")
                    tried += 1
        assert failures == []
        assert tried > 100

    def test_the_same_forms_with_their_own_token_are_answered(self, world: World) -> None:
        """Otherwise the test above would be content with addresses that lead nowhere."""
        refused = []
        for endpoint, method, address in world.sending():
            world.rows.restore()
            data = {"csrf_token": world.tokens["admin"]}
            status = world.client("admin").open(address, method=method, data=data).status_code
            if status not in (200, 303, 409, 422):
                refused.append(f"{method} {address}: {status} ({endpoint})")
        assert refused == []

    def test_many_of_them_change_something_then(self, world: World) -> None:
        """The dump sees what forms do."""
        seen: list[str] = []
        for endpoint, method, address in world.sending():
            if endpoint in ("comparison.work_act", "comparison.withdraw", "account.disable", "questionnaire.delete"):
                world.rows.restore()
                with world.unchanged(endpoint, seen):
                    data = {"csrf_token": world.tokens["admin"]}
                    world.client("admin").open(address, method=method, data=data)
        assert {line.partition(" ")[0] for line in seen} == {
            "comparison.work_act",
            "comparison.withdraw",
            "account.disable",
            "questionnaire.delete",
        }


def _parts(fields: dict[str, str], *, broken: str) -> bytes:
    """A multipart body with these fields, and after them what makes it none."""
    parts = [
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()
    ]
    return ("".join(parts) + broken).encode()


class TestForms:
    @pytest.mark.parametrize(
        "broken",
        [
            '--cut\r\nContent-Disposition: form-data; name="note"\r\n\r\nit ends he',
            "--cut\r\nContent-Disposition: nonsense\r\n\r\nx\r\n--cut--\r\n",
            "--another--\r\n",
        ],
        ids=["cut off", "a part without a name", "another boundary"],
    )
    def test_that_are_no_proper_multipart_change_nothing(self, world: World, broken: str) -> None:
        """Werkzeug makes an empty form of them; the token before the broken part must not count."""
        failures: list[str] = []
        for endpoint, method, address in world.sending():
            who = "anonymous" if endpoint in PUBLIC else "admin"
            body = _parts({"csrf_token": world.tokens[who]}, broken=broken)
            with world.unchanged(f"{method} {address}", failures):
                response = world.client(who).open(
                    address, method=method, data=body, content_type="multipart/form-data; boundary=cut"
                )
            if response.status_code != 400:
                failures.append(f"{method} {address}: {response.status_code}")
        assert failures == []

    def test_of_visitors_with_a_field_sent_twice_change_nothing(self, world: World) -> None:
        questions = world.client("anonymous").get("/questionnaire/definition.json").get_json()["questions"]
        several = {f"q-{question['key']}" for question in questions if question["multiple"]}
        failures: list[str] = []
        for address, fields in self.filled(world).items():
            for name in fields.keys() - several:
                world.rows.restore()
                body = urlencode([*fields.items(), (name, fields[name])])
                with world.unchanged(f"{address} with {name} twice", failures):
                    response = self.send(world, address, body)
                if not 400 <= response.status_code < 500:
                    failures.append(f"{address} with {name} twice: {response.status_code}")
        failures = [line for line in failures if not line.endswith("changed throttle")]  # a try is a try
        assert failures == []

    def test_of_visitors_with_each_field_once_change_something(self, world: World) -> None:
        """Otherwise the test above would be content with forms that nobody takes."""
        for address, fields in self.filled(world).items():
            world.rows.restore()
            before = world.rows.dump()
            assert self.send(world, address, urlencode(fields)).status_code == 303, address
            assert world.rows.dump() != before, address

    @staticmethod
    def send(world: World, address: str, body: str) -> TestResponse:
        return world.client("anonymous").post(address, data=body, content_type="application/x-www-form-urlencoded")

    @staticmethod
    def filled(world: World) -> dict[str, dict[str, str]]:
        """The forms of visitors, each as it would be taken."""
        own = {"csrf_token": world.tokens["anonymous"]}
        visitor = world.client("anonymous")
        point = {"framework": "django", "criterion": "performance", "side": "con", "text": "A point.", "remark": ""}
        answers = first_options(visitor, 5)
        link = f"/account/password/{world.values['account.new_password:token'][0]}"
        return {
            "/comparison/suggest": {**own, **point, "submission": new_submission()},
            "/questionnaire/": {**own, **answers, "submission": new_submission()},
            "/account/sign-in": {**own, "name": NAMES["maintainer"], "password": PASSWORD},
            link: {**own, "new_password": "a long enough new one"},
        }


class TestAClockThatIsWrong:
    """By a day, from one request to the next: as on a machine whose clock is set while somebody fills in a form."""

    @pytest.fixture(params=[86_400, -86_400], ids=["a day on", "a day back"])
    def turn(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
        shift: int = request.param
        now, today = time.time, utc_now

        def turn() -> None:
            monkeypatch.setattr(time, "time", lambda: now() + shift)
            for module in list(sys.modules.values()):
                if getattr(module, "utc_now", None) is utc_now and module.__name__.startswith("fwsite"):
                    monkeypatch.setattr(module, "utc_now", lambda: today() + timedelta(seconds=shift))

        return turn

    def test_costs_no_visitor_an_answer(self, app: Flask, client: FlaskClient, turn: Callable[[], None]) -> None:
        answers = first_options(client, 5)
        opened = open_form(client)
        turn()
        sent = client.post("/questionnaire/", data={**opened, **answers})
        if sent.status_code != 303:  # the session is from the future: the page comes back as it was sent
            assert sent.status_code == 400
            again = inputs(sent.text)
            assert {name: again[name] for name in answers} == {name: [text] for name, text in answers.items()}
            assert again["submission"] == opened["submission"]
            sent = client.post("/questionnaire/", data=again)
        assert sent.status_code == 303
        assert client.get(sent.location).status_code == 200
        with app.app_context():
            assert db.session.query(StoredResponse).count() == 1

    def test_costs_nobody_what_they_suggested(self, client: FlaskClient, turn: Callable[[], None]) -> None:
        point = {"framework": "django", "criterion": "performance", "side": "con", "text": "A point. With care."}
        opened = inputs(client.get("/comparison/suggest").text)
        turn()
        sent = client.post("/comparison/suggest", data={**opened, **point})
        if sent.status_code != 303:
            assert sent.status_code == 400
            again = inputs(sent.text)
            assert point.items() <= {name: texts[0] for name, texts in again.items()}.items()
            sent = client.post("/comparison/suggest", data=again)
        assert sent.status_code == 303
        assert "A point. With care." in client.get(sent.location).text

    def test_costs_no_maintainer_what_they_wrote(
        self, app: Flask, turn: Callable[[], None], client: FlaskClient
    ) -> None:
        add_person(app, "mara")
        sign_in(client, "mara")
        opened = inputs(client.get("/comparison/work/claim/add").text)
        turn()
        sent = client.post("/comparison/work/claim/add", data={**opened, "text": "Worked on for an hour."})
        assert sent.status_code in (400, 422)
        assert "Worked on for an hour." in sent.text


class TestClosedPages:
    STRANGERS = ("anonymous", "disabled", "signed out", "expired")

    @staticmethod
    def leaks(response: TestResponse, own_name: str = "") -> list[str]:
        secrets = {SECRET, *NAMES.values(), "Another text of it"} - {own_name}
        return [secret for secret in secrets if secret in response.text]

    def test_are_all_but_those_for_everybody(self, world: World) -> None:
        routes = {rule.endpoint for rule in world.rules()}
        assert routes >= PUBLIC, "remove from PUBLIC what is gone"
        closed = routes - PUBLIC
        assert len([name for name in closed if name.startswith("comparison.work_")]) >= 10
        assert not [name for name in PUBLIC if name.startswith("comparison.work_")]

    @classmethod
    def open_to(cls, world: World, who: str) -> list[str]:
        """What is wrong with how pages that are not for everybody answer a stranger."""
        faults: list[str] = []
        for endpoint, address in world.reading():
            if endpoint not in PUBLIC:
                response = world.client(who).get(address)
                asked = response.headers.get("Location", "").startswith("/account/sign-in?next=/")
                if response.status_code != 302 or not asked:
                    faults.append(f"GET {address}: {response.status_code} {response.headers.get('Location')}")
                faults += [f"GET {address} says {secret}" for secret in cls.leaks(response)]
        return faults

    @pytest.mark.parametrize("who", STRANGERS)
    def test_ask_strangers_to_sign_in_and_say_nothing(self, world: World, who: str) -> None:
        assert self.open_to(world, who) == []

    @pytest.mark.parametrize("who", STRANGERS)
    def test_take_no_form_of_strangers(self, world: World, who: str) -> None:
        failures: list[str] = []
        for endpoint, method, address in world.sending():
            if endpoint not in PUBLIC:
                with world.unchanged(f"{method} {address}", failures):
                    response = world.client(who).open(
                        address, method=method, data={"csrf_token": world.tokens[who], "text": "mine"}
                    )
                if response.status_code != 403:
                    failures.append(f"{method} {address}: {response.status_code}")
                failures += [f"{method} {address} says {secret}" for secret in self.leaks(response)]
        assert failures == []

    def test_of_administrators_are_closed_to_maintainers(self, world: World) -> None:
        failures: list[str] = []
        tried = 0
        client, token = world.client("maintainer"), world.tokens["maintainer"]
        requests = [("GET", address) for _, address in world.reading()]
        requests += [(method, address) for _, method, address in world.sending()]
        for method, address in requests:
            if address.startswith(ADMINS_ONLY):
                tried += 1
                with world.unchanged(f"{method} {address}", failures):
                    data = {"csrf_token": token, "name": "Intruder", "role": "admin"} if method != "GET" else None
                    response = client.open(address, method=method, data=data)
                if response.status_code != 403:
                    failures.append(f"{method} {address}: {response.status_code}")
                failures += [f"{address} says {secret}" for secret in self.leaks(response, NAMES["maintainer"])]
        assert failures == []
        assert tried >= 6

    def test_of_maintainers_are_open_to_them(self, world: World) -> None:
        """Otherwise the tests above would be content with a site that shows nothing to anybody."""
        client = world.client("maintainer")
        shown = [
            client.get(address)
            for endpoint, address in world.reading()
            if endpoint not in PUBLIC and not address.startswith(ADMINS_ONLY)
        ]
        assert {response.status_code for response in shown} <= {200, 303}
        assert any(SECRET in response.text for response in shown)
        assert NAMES["disabled"] in world.client("admin").get("/account/people").text


class TestReading:
    @pytest.mark.parametrize("who", ["anonymous", "maintainer", "admin"])
    def test_changes_nothing(self, world: World, who: str) -> None:
        failures: list[str] = []
        for endpoint, address in world.reading():
            with world.unchanged(f"{who}: {address}", failures):
                for method in ("GET", "HEAD", "OPTIONS"):
                    status = world.client(who).open(address, method=method).status_code
                    fine = {200, 302, 303, 308} | ({404} if endpoint in NOT_THERE else set())
                    if status not in fine | ({403} if who == "maintainer" else set()):
                        failures.append(f"{who}: {method} {address}: {status}")
        assert failures == []

    def test_odd_arguments_are_no_fault_of_the_site(self, world: World) -> None:
        odd = ("9" * 30, "-1", "0", "%00", "%ff", "..%2f..", "%F0%9F%92%A9", "a" * 3000, "%ED%A0%80", "%27%22--", "٣")
        failures: list[str] = []
        for rule in world.rules(lambda name: name != "static"):
            if "GET" not in methods(rule):
                continue
            who = "anonymous" if rule.endpoint in PUBLIC else "admin"
            address = world.addresses(rule)[0]
            parts = address.split("/")
            places = [place for place, part in enumerate(parts) if part and rule.arguments]
            targets = ["/".join([*parts[:place], text, *parts[place + 1 :]]) for place in places for text in odd]
            names = ("page", "change", "done", "suggestion", "from", "to", "claim", "framework", "q", "next", "f", "of")
            targets += [f"{address}?{'&'.join(f'{name}={text}' for name in names)}" for text in odd]
            for target in targets:
                status = world.client(who).get(target).status_code
                if status >= 500:
                    failures.append(f"{target}: {status}")
        assert failures == []

    def test_no_address_has_a_nul_in_it(self, world: World) -> None:
        """PostgreSQL would refuse to look for it."""
        rules = [rule for rule in world.rules() if rule.arguments and "GET" in methods(rule)]
        tried = [f"{world.addresses(rule)[0].rstrip('/')}%00" for rule in rules]
        assert {address: world.client("admin").get(address).status_code for address in tried} == dict.fromkeys(
            tried, 404
        )
        assert len(tried) > 20


class TestHeaders:
    @staticmethod
    def faults(what: str, response: TestResponse, *, script: bool = False, https: bool = False) -> list[str]:
        policy = response.headers.get("Content-Security-Policy", "")
        rules = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        wanted = {"default-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'", "form-action": "'self'"}
        faults = [f"{what}: {name} {rules.get(name)}" for name, value in wanted.items() if rules.get(name) != value]
        if "unsafe" in policy or "*" in policy or "http" in policy or "data:" in policy:
            faults.append(f"{what}: {policy}")
        if rules.get("script-src") != ("'self'" if script else None):
            faults.append(f"{what}: script-src {rules.get('script-src')}")
        if response.headers.get("X-Content-Type-Options") != "nosniff":
            faults.append(f"{what}: may be sniffed")
        if response.headers.get("Referrer-Policy") not in ("no-referrer", "strict-origin-when-cross-origin"):
            faults.append(f"{what}: Referrer-Policy {response.headers.get('Referrer-Policy')}")
        if response.headers.get("Strict-Transport-Security") != ("max-age=31536000" if https else None):
            faults.append(f"{what}: Strict-Transport-Security {response.headers.get('Strict-Transport-Security')}")
        for cookie in response.headers.getlist("Set-Cookie"):
            flags = {flag.strip() for flag in cookie.split(";")[1:]} - {"Secure"}
            if not {"HttpOnly", "Path=/", "SameSite=Lax"} <= flags or "Domain=" in cookie:
                faults.append(f"{what}: {cookie}")
        return faults

    @pytest.mark.parametrize("who", ["anonymous", "maintainer", "admin"])
    def test_stand_on_every_page(self, world: World, who: str) -> None:
        failures: list[str] = []
        https = who != "maintainer"
        for endpoint, address in world.reading():
            response = world.client(who).get(address, base_url=f"http{'s' if https else ''}://localhost")
            script = endpoint in FORMS and response.status_code == 200
            failures += self.faults(f"{who}: {address}", response, script=script, https=https)
            private = endpoint not in PUBLIC or endpoint in PRIVATE
            if private != response.cache_control.no_store:
                failures.append(f"{who}: {address}: {response.headers.get('Cache-Control')}")
            if not private and "Set-Cookie" in response.headers:
                failures.append(f"{who}: {address} sets a cookie for everybody")
        assert failures == []

    @pytest.mark.parametrize("who", ["anonymous", "maintainer", "admin"])
    def test_stand_on_what_every_form_gets(self, world: World, who: str) -> None:
        failures: list[str] = []
        for endpoint, method, address in world.sending():
            for token in (world.tokens[who], "wrong"):
                world.rows.restore()
                response = world.client(who).open(address, method=method, data={"csrf_token": token})
                scripts = "preview.js" in response.text
                failures += self.faults(f"{who}: {method} {address}", response, script=scripts)
                if scripts and endpoint not in FORMS | {"comparison.work_undo"}:
                    failures.append(f"{endpoint} runs a script")
                if not response.cache_control.no_store:
                    failures.append(f"{who}: {method} {address}: {response.headers.get('Cache-Control')}")
        assert failures == []

    def test_of_cookies_over_https_let_no_other_host_and_no_script_near(self, make_app: Callable[..., Flask]) -> None:
        client = make_app(SITE_URL="https://localhost").test_client()
        for address in ("/questionnaire/", "/comparison/suggest", "/account/sign-in"):
            client.delete_cookie("__Host-session")
            [cookie] = client.get(address).headers.getlist("Set-Cookie")
            assert cookie.startswith("__Host-session=")
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")[1:])
            assert "Domain" not in cookie

    def test_stand_on_every_error(self, make_app: Callable[..., Flask]) -> None:
        app = make_app(MAX_BODY_BYTES=100_000, TRUSTED_HOSTS=["localhost"], SITE_URL="https://localhost")
        app.add_url_rule("/broken", "broken", lambda: 1 // 0)
        app.add_url_rule("/bad", "bad", lambda: abort(400))
        add_person(app, "ada", Role.ADMIN)
        add_person(app, "mara")
        admin, maintainer, visitor = (app.test_client() for _ in range(3))
        sign_in(admin, "ada")
        sign_in(maintainer, "mara")
        own = {"csrf_token": _token(admin, "/account/")}
        theirs = {"csrf_token": _token(visitor, "/account/sign-in")}
        first = {"csrf_token": own["csrf_token"], "role": "maintainer"}
        large = {"csrf_token": theirs["csrf_token"], "text": "x" * 200_000}
        upload = {**theirs, "file": (io.BytesIO(b"x" * 200_000), "x")}
        wrong = {**theirs, "name": "nobody", "password": "x"}
        found = {
            "400 by a view": visitor.get("/bad"),
            "400 for a token": visitor.post("/comparison/suggest"),
            "400 for a host": visitor.get("/", headers={"Host": "elsewhere"}),
            "403": maintainer.get("/account/people"),
            "404": visitor.get("/none/such"),
            "404 by a view": admin.get("/comparison/work/claim/none"),
            "405": visitor.put("/comparison/"),
            "409": admin.post("/account/people/1/role", data=first),
            "413": visitor.post("/comparison/suggest", data=large),
            "413 for a file": visitor.post("/comparison/suggest", data=upload),
            "422": visitor.post("/account/sign-in", data=wrong),
            "500": visitor.get("/broken"),
        }
        for _ in range(10):
            found["429"] = visitor.post("/account/sign-in", data=wrong)
        failures: list[str] = []
        for name, response in found.items():
            if response.status_code != int(name[:3]):
                failures.append(f"{name}: {response.status_code}")
            failures += self.faults(name, response, https=True)
            if response.cache_control.public:
                failures.append(f"{name} may be kept by a cache")
        assert failures == []


class TestTheWalk:
    """That it can fail at all."""

    @pytest.mark.new_app
    def test_says_so_where_it_knows_no_value_for_a_new_argument(self, app: Flask) -> None:
        app.add_url_rule("/notes/<note>", "notes.show", lambda note: note)
        [rule] = [rule for rule in app.url_map.iter_rules() if rule.endpoint == "notes.show"]
        with pytest.raises(AssertionError, match=r"/notes/<note> takes \['note'\]"):
            World(app, OfFile(Path(), Path())).addresses(rule)

    def test_finds_a_page_that_is_not_closed(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(world.app.view_functions, "comparison.work_log", lambda: f"open, with a {SECRET}")
        assert TestClosedPages.open_to(world, "anonymous") == [
            "GET /comparison/work/log: 200 None",
            f"GET /comparison/work/log says {SECRET}",
            "GET /comparison/work/log?change=1: 200 None",
            f"GET /comparison/work/log?change=1 says {SECRET}",
        ]

    @pytest.mark.new_app
    def test_finds_a_page_that_nobody_has_classed(self, app: Flask) -> None:
        app.add_url_rule("/comparison/work/new", "comparison.work_new", lambda: "open to everybody")
        assert "comparison.work_new" in {rule.endpoint for rule in app.url_map.iter_rules()} - PUBLIC

    def test_sees_a_page_that_writes(self, world: World) -> None:
        seen: list[str] = []
        with world.unchanged("a page", seen), world.app.app_context():
            db.session.execute(update(Change).values(note="other"))
            db.session.commit()
        assert sorted(seen) == ["a page changed comparison_change", "a page changed content_version"]

    def test_signs_people_in_with_the_password_they_have(self, world: World) -> None:
        assert sign_in(world.app.test_client(), NAMES["maintainer"], PASSWORD).status_code == 303

"""Visits every page of the site's own that takes no arguments, and some others; prints what they answer, as JSON.

``python -m tests.support.visiting INSTANCE ADDRESS...`` runs in whatever environment it is started in. Nothing is
migrated.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fwsite.db.models import User, UserSession
from fwsite.extend import db
from fwsite.plugins.discovery import BUILTIN
from fwsite.web.auth import Role, new_token, utc_now
from fwsite.web.signing import token_hash
from tests.support.site import create_app

OTHERS = (
    "/article/mine",
    "/comparison/data.csv",
    "/comparison/data.json",
    "/comparison/django",
    "/docs/extend",
    "/nowhere",
    "/static/site.css",
)


def own_addresses(app: Flask) -> list[str]:
    """Those that can be read, without those of other packages."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in (*BUILTIN, "site")]
    return sorted({rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments} | {*OTHERS})


def admin(app: Flask) -> FlaskClient:
    """Somebody who may see everything, in a browser that is signed in."""
    token, now = new_token(), utc_now()
    with app.app_context():
        person = db.session.scalar(select(User).where(User.name_key == "ada"))
        if person is None:
            person = User(name="Ada", name_key="ada", role=Role.ADMIN, active=True, created_at=now)
            db.session.add(person)
            db.session.flush()
        later = now + timedelta(hours=1)
        db.session.add(UserSession(token_hash=token_hash(token), user_id=person.id, created_at=now, expires_at=later))
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def visits(app: Flask, addresses: list[str]) -> dict[str, tuple[int, str]]:
    """Status and text by address; those that are closed to visitors as an admin sees them."""
    visitor, maintainer = app.test_client(), admin(app)
    found = {}
    for address in addresses:
        response = visitor.get(address)
        if response.status_code in (302, 403):
            response = maintainer.get(address)
        found[address] = response.status_code, response.data.decode(errors="replace")
        response.close()
    return found


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    built = create_app(sys.argv[1])
    cookie = admin(built).get_cookie("session")
    print(
        json.dumps(
            {
                "pages": visits(built, own_addresses(built)),
                "others": visits(built, sys.argv[2:]),
                "cookie": cookie.value if cookie else "",
                "imported": sorted(name for name in sys.modules if name.startswith("fwsite_")),
            }
        )
    )

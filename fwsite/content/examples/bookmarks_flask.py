"""Bookmarks in Flask: sign in, list and add, with Werkzeug's password hashes and signed tokens of ItsDangerous."""

import os
import re
import sqlite3
from functools import wraps

import click
from flask import Flask, abort, current_app, g, jsonify, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.security import check_password_hash, generate_password_hash

SCHEMA = """
CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, name TEXT UNIQUE, hash TEXT);
CREATE TABLE IF NOT EXISTS bookmark (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user, url TEXT, title TEXT);
"""
SESSION_SECONDS = 8 * 60 * 60
NO_CONTROLS = r"[^\x00-\x1f\x7f\ud800-\udfff]"
RULES = {
    "name": (re.compile(NO_CONTROLS + "{1,150}"), "Enter your name."),
    "password": (re.compile(NO_CONTROLS + "{1,1000}"), "Enter your password."),
    "url": (re.compile(r"https?://[!-~]{1,1000}"), "Enter a link that begins with http:// or https://."),
    "title": (re.compile(r"(?! )" + NO_CONTROLS + "{1,100}"), "Enter a title of 1 to 100 characters."),
}
NO_SUCH_USER = {"id": 0, "hash": generate_password_hash("")}

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["BOOKMARKS_SECRET"]
app.config["DATABASE"] = os.environ.get("BOOKMARKS_DATABASE", "bookmarks.sqlite3")
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


@app.teardown_appcontext
def close_db(exception):
    db = g.pop("db", None)
    if db is not None:
        db.close()


@app.cli.command("add-user")
@click.argument("name")
@click.password_option()
def add_user_command(name, password):
    """Make the tables and add somebody who can sign in."""
    add_user(name, password)


def add_user(name, password):
    db = get_db()
    db.executescript(SCHEMA)
    db.execute("INSERT INTO user (name, hash) VALUES (?, ?)", (name, generate_password_hash(password)))
    db.commit()


def tokens():
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="session")


def failure(status, **document):
    response = jsonify(document)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    abort(response)


def fields(*names):
    """The named fields of the JSON document that was sent, each after its rule."""
    document = request.get_json(silent=True)
    if not isinstance(document, dict):
        failure(422, errors={"body": "Send a JSON object."})
    errors = {}
    for name in names:
        pattern, message = RULES[name]
        if not isinstance(document.get(name), str) or not pattern.fullmatch(document[name]):
            errors[name] = message
    if errors:
        failure(422, errors=errors)
    return [document[name] for name in names]


def login_required(view):
    @wraps(view)
    def wrapped(**values):
        try:
            token = request.authorization.token if request.authorization else None
            g.user_id = tokens().loads(token or "", max_age=SESSION_SECONDS)
        except BadSignature:
            failure(401, detail="Sign in first.")
        return view(**values)

    return wrapped


@app.post("/session")
def sign_in():
    name, password = fields("name", "password")
    user = get_db().execute("SELECT * FROM user WHERE name = ?", (name,)).fetchone()
    # Hash for an unknown name, too: the time it takes must not tell which names exist.
    if not check_password_hash((user or NO_SUCH_USER)["hash"], password) or user is None:
        failure(401, detail="Wrong name or password.")
    return {"token": tokens().dumps(user["id"])}


@app.get("/bookmarks")
@login_required
def list_bookmarks():
    query = "SELECT id, url, title FROM bookmark WHERE user_id = ? ORDER BY id"
    return {"bookmarks": [dict(row) for row in get_db().execute(query, (g.user_id,))]}


@app.post("/bookmarks")
@login_required
def add_bookmark():
    url, title = fields("url", "title")
    db = get_db()
    query = "INSERT INTO bookmark (user_id, url, title) VALUES (?, ?, ?)"
    number = db.execute(query, (g.user_id, url, title)).lastrowid
    db.commit()
    return {"id": number, "url": url, "title": title}, 201

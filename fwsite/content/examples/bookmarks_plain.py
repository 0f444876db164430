"""Bookmarks without a framework: sign in, list and add, by WSGI, sqlite3 and hashlib of the standard library."""

import hashlib
import json
import os
import re
import secrets
import sqlite3
import time
from contextlib import closing
from http import HTTPStatus

DATABASE = os.environ.get("BOOKMARKS_DATABASE", "bookmarks.sqlite3")
LARGEST_BODY = 64 * 1024
SESSION_SECONDS = 8 * 60 * 60
SCHEMA = """
CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, name TEXT UNIQUE, salt BLOB, hash BLOB);
CREATE TABLE IF NOT EXISTS session (token_hash BLOB PRIMARY KEY, user_id INTEGER REFERENCES user, expires REAL);
CREATE TABLE IF NOT EXISTS bookmark (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user, url TEXT, title TEXT);
"""
NO_CONTROLS = r"[^\x00-\x1f\x7f\ud800-\udfff]"
RULES = {
    "name": (re.compile(NO_CONTROLS + "{1,150}"), "Enter your name."),
    "password": (re.compile(NO_CONTROLS + "{1,1000}"), "Enter your password."),
    "url": (re.compile(r"https?://[!-~]{1,1000}"), "Enter a link that begins with http:// or https://."),
    "title": (re.compile(r"(?! )" + NO_CONTROLS + "{1,100}"), "Enter a title of 1 to 100 characters."),
}


class Failure(Exception):
    """Anything but success: the status and the document to answer with."""

    def __init__(self, status, document):
        self.status, self.document = status, document


def connect():
    connection = sqlite3.connect(DATABASE)
    connection.row_factory = sqlite3.Row
    return closing(connection)


def password_hash(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=5)


def token_hash(token):
    return hashlib.sha256(token.encode()).digest()


def add_user(name, password):
    salt = secrets.token_bytes(16)
    with connect() as db, db:
        db.executescript(SCHEMA)
        row = (name, salt, password_hash(password, salt))
        db.execute("INSERT INTO user (name, salt, hash) VALUES (?, ?, ?)", row)


def fields(environ, *names):
    """The named fields of the JSON document that was sent, each after its rule."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if not 0 <= length <= LARGEST_BODY:
            raise Failure(413, {"detail": "That is too much."})
        document = json.loads(environ["wsgi.input"].read(length))
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Failure(422, {"errors": {"body": "Send a JSON object."}})
    errors = {}
    for name in names:
        pattern, message = RULES[name]
        if not isinstance(document.get(name), str) or not pattern.fullmatch(document[name]):
            errors[name] = message
    if errors:
        raise Failure(422, {"errors": errors})
    return [document[name] for name in names]


def current_user(db, environ):
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    query = "SELECT user_id FROM session WHERE token_hash = ? AND expires > ?"
    row = db.execute(query, (token_hash(token), time.time())).fetchone()
    if scheme.lower() != "bearer" or row is None:
        raise Failure(401, {"detail": "Sign in first."})
    return row["user_id"]


def sign_in(db, environ):
    name, password = fields(environ, "name", "password")
    user = db.execute("SELECT * FROM user WHERE name = ?", (name,)).fetchone()
    # Hash for an unknown name, too: the time it takes must not tell which names exist.
    given = password_hash(password, user["salt"] if user else bytes(16))
    if user is None or not secrets.compare_digest(given, user["hash"]):
        raise Failure(401, {"detail": "Wrong name or password."})
    token = secrets.token_urlsafe(32)
    expires = time.time() + SESSION_SECONDS
    db.execute("INSERT INTO session VALUES (?, ?, ?)", (token_hash(token), user["id"], expires))
    return 200, {"token": token}


def list_bookmarks(db, environ):
    query = "SELECT id, url, title FROM bookmark WHERE user_id = ? ORDER BY id"
    return 200, {"bookmarks": [dict(row) for row in db.execute(query, (current_user(db, environ),))]}


def add_bookmark(db, environ):
    user = current_user(db, environ)
    url, title = fields(environ, "url", "title")
    query = "INSERT INTO bookmark (user_id, url, title) VALUES (?, ?, ?)"
    number = db.execute(query, (user, url, title)).lastrowid
    return 201, {"id": number, "url": url, "title": title}


ROUTES = {
    ("POST", "/session"): sign_in,
    ("GET", "/bookmarks"): list_bookmarks,
    ("POST", "/bookmarks"): add_bookmark,
}


def application(environ, start_response):
    handler = ROUTES.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
    try:
        if handler is None:
            raise Failure(404, {"detail": "There is nothing here."})
        with connect() as db, db:
            status, document = handler(db, environ)
    except Failure as failure:
        status, document = failure.status, failure.document
    body = json.dumps(document).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]

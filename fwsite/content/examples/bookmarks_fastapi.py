"""Bookmarks in FastAPI: sign in, list and add, checked from types; users and sessions are our own."""

import hashlib
import os
import secrets
import sqlite3
import time
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

DATABASE = os.environ.get("BOOKMARKS_DATABASE", "bookmarks.sqlite3")
SESSION_SECONDS = 8 * 60 * 60
SCHEMA = """
CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, name TEXT UNIQUE, salt BLOB, hash BLOB);
CREATE TABLE IF NOT EXISTS session (token_hash BLOB PRIMARY KEY, user_id INTEGER REFERENCES user, expires REAL);
CREATE TABLE IF NOT EXISTS bookmark (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user, url TEXT, title TEXT);
"""
MESSAGES = {
    "name": "Enter your name.",
    "password": "Enter your password.",
    "url": "Enter a link that begins with http:// or https://.",
    "title": "Enter a title of 1 to 100 characters.",
}

app = FastAPI(title="Bookmarks")


class Credentials(BaseModel):
    name: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,150}$")]
    password: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,1000}$")]


class Session(BaseModel):
    token: str


class NewBookmark(BaseModel):
    url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,1000}$")]
    title: Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]{0,99}$")]


class Bookmark(NewBookmark):
    id: int


class Bookmarks(BaseModel):
    bookmarks: list[Bookmark]


@app.exception_handler(RequestValidationError)
def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Our own words instead of Pydantic's."""
    names = [each["loc"][1] for each in error.errors() if len(each["loc"]) > 1 and each["loc"][1] in MESSAGES]
    errors = {name: MESSAGES[name] for name in names} or {"body": "Send a JSON object."}
    return JSONResponse({"errors": errors}, status_code=422)


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(DATABASE, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def get_db():
    db = connect()
    try:
        yield db
    finally:
        db.close()


Database = Annotated[sqlite3.Connection, Depends(get_db)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def unauthorized(detail: str) -> HTTPException:
    return HTTPException(401, detail, headers={"WWW-Authenticate": "Bearer"})


def current_user(db: Database, bearer: Bearer) -> int:
    query = "SELECT user_id FROM session WHERE token_hash = ? AND expires > ?"
    row = db.execute(query, (token_hash(bearer.credentials if bearer else ""), time.time())).fetchone()
    if row is None:
        raise unauthorized("Sign in first.")
    return row["user_id"]


SignedIn = Annotated[int, Depends(current_user)]


def password_hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=5)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def add_user(name: str, password: str) -> None:
    salt = secrets.token_bytes(16)
    db = connect()
    db.executescript(SCHEMA)
    row = (name, salt, password_hash(password, salt))
    db.execute("INSERT INTO user (name, salt, hash) VALUES (?, ?, ?)", row)
    db.commit()
    db.close()


@app.post("/session")
def sign_in(given: Credentials, db: Database) -> Session:
    user = db.execute("SELECT * FROM user WHERE name = ?", (given.name,)).fetchone()
    # Hash for an unknown name, too: the time it takes must not tell which names exist.
    found = password_hash(given.password, user["salt"] if user else bytes(16))
    if user is None or not secrets.compare_digest(found, user["hash"]):
        raise unauthorized("Wrong name or password.")
    token = secrets.token_urlsafe(32)
    row = (token_hash(token), user["id"], time.time() + SESSION_SECONDS)
    db.execute("INSERT INTO session VALUES (?, ?, ?)", row)
    db.commit()
    return Session(token=token)


@app.get("/bookmarks")
def list_bookmarks(user: SignedIn, db: Database) -> Bookmarks:
    query = "SELECT id, url, title FROM bookmark WHERE user_id = ? ORDER BY id"
    return Bookmarks(bookmarks=[Bookmark(**row) for row in db.execute(query, (user,))])


@app.post("/bookmarks", status_code=201)
def add_bookmark(new: NewBookmark, user: SignedIn, db: Database) -> Bookmark:
    query = "INSERT INTO bookmark (user_id, url, title) VALUES (?, ?, ?)"
    number = db.execute(query, (user, new.url, new.title)).lastrowid
    db.commit()
    return Bookmark(id=number, url=new.url, title=new.title)

"""A WSGI application and sqlite3, both of the standard library."""

import json
import os
import sqlite3
from contextlib import closing
from html import escape

RECORDS = [{"id": n, "title": f"Record {n}", "pages": 100 + n} for n in range(1, 101)]


def connect():
    connection = sqlite3.connect(os.environ["MEASURE_DATABASE"])
    connection.row_factory = sqlite3.Row
    return closing(connection)


def hello():
    return "application/json", json.dumps({"message": "Hello, world"})


def row(number):
    with connect() as connection:
        book = connection.execute("SELECT * FROM book WHERE id = ?", (number,)).fetchone()
    return "application/json", json.dumps(dict(book))


def page():
    with connect() as connection:
        books = connection.execute("SELECT * FROM book ORDER BY id LIMIT 20").fetchall()
    rows = "".join(
        f"<tr><td>{book['id']}</td><td>{escape(book['title'])}</td><td>{book['pages']}</td></tr>\n" for book in books
    )
    return "text/html", f"<!doctype html>\n<title>Books</title>\n<table>\n{rows}</table>\n"


def records():
    return "application/json", json.dumps(RECORDS)


def authors():
    lines = []
    with connect() as connection:
        for book in connection.execute("SELECT * FROM book ORDER BY id LIMIT 20").fetchall():
            author = connection.execute("SELECT * FROM author WHERE id = ?", (book["author_id"],)).fetchone()
            lines.append(f"<li>{escape(book['title'])} by {escape(author['name'])}</li>\n")
    return "text/html", f"<!doctype html>\n<title>Authors</title>\n<ul>\n{''.join(lines)}</ul>\n"


ROUTES = {"json": hello, "page": page, "list": records, "nplus1": authors}


def application(environ, start_response):
    name, _, number = environ["PATH_INFO"].strip("/").partition("/")
    if name == "row" and number.isdecimal():
        media_type, text = row(int(number))
    elif name in ROUTES and not number:
        media_type, text = ROUTES[name]()
    else:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"Not found\n"]
    body = text.encode()
    start_response("200 OK", [("Content-Type", f"{media_type}; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]

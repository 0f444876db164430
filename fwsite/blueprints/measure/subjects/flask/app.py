"""Flask and sqlite3, as “Using SQLite 3 with Flask” in its documentation has it."""

import os
import sqlite3
import time

from flask import Flask, g, render_template

app = Flask(__name__)

RECORDS = [{"id": n, "title": f"Record {n}", "pages": 100 + n} for n in range(1, 101)]


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(os.environ["MEASURE_DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


@app.teardown_appcontext
def close_db(exception):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def query_db(query, args=()):
    return get_db().execute(query, args).fetchall()


@app.get("/json")
def hello():
    return {"message": "Hello, world"}


@app.get("/row/<int:number>")
def row(number):
    [book] = query_db("SELECT * FROM book WHERE id = ?", (number,))
    return dict(book)


@app.get("/page")
def page():
    return render_template("page.html", books=query_db("SELECT * FROM book ORDER BY id LIMIT 20"))


@app.get("/list")
def records():
    return RECORDS


@app.get("/nplus1")
def authors():
    books = []
    for book in query_db("SELECT * FROM book ORDER BY id LIMIT 20"):
        [author] = query_db("SELECT * FROM author WHERE id = ?", (book["author_id"],))
        books.append({"title": book["title"], "author": author})
    return render_template("nplus1.html", books=books)


@app.get("/waiting")
def waiting():
    time.sleep(0.05)
    return {"waited": True}

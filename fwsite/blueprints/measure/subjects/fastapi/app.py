"""FastAPI and sqlite3: return types, a dependency with yield, templates, as the tutorial in its documentation has them.

What waits for the database is `def`, as sqlite3 blocks; the rest is `async def`.
"""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel

app = FastAPI()
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


class Hello(BaseModel):
    message: str


class Book(BaseModel):
    id: int
    title: str
    pages: int
    author_id: int


class Record(BaseModel):
    id: int
    title: str
    pages: int


class Waited(BaseModel):
    waited: bool


RECORDS = [{"id": n, "title": f"Record {n}", "pages": 100 + n} for n in range(1, 101)]


def get_db():
    db = sqlite3.connect(os.environ["MEASURE_DATABASE"], check_same_thread=False)
    db.row_factory = sqlite3.Row
    try:
        yield db
    finally:
        db.close()


Database = Annotated[sqlite3.Connection, Depends(get_db)]


@app.get("/json")
async def hello() -> Hello:
    return Hello(message="Hello, world")


@app.get("/row/{number}")
def row(number: int, db: Database) -> Book:
    return Book(**db.execute("SELECT * FROM book WHERE id = ?", (number,)).fetchone())


@app.get("/page", response_class=HTMLResponse)
def page(request: Request, db: Database):
    books = db.execute("SELECT * FROM book ORDER BY id LIMIT 20").fetchall()
    return templates.TemplateResponse(request=request, name="page.html", context={"books": books})


@app.get("/list")
async def records() -> list[Record]:
    return RECORDS


@app.get("/nplus1", response_class=HTMLResponse)
def authors(request: Request, db: Database):
    books = []
    for book in db.execute("SELECT * FROM book ORDER BY id LIMIT 20").fetchall():
        author = db.execute("SELECT * FROM author WHERE id = ?", (book["author_id"],)).fetchone()
        books.append({"title": book["title"], "author": author})
    return templates.TemplateResponse(request=request, name="nplus1.html", context={"books": books})


@app.get("/waiting")
async def waiting() -> Waited:
    await asyncio.sleep(0.05)
    return Waited(waited=True)

"""The same application in other ways: `def` for what does not wait, no return type, blocking calls in `async def`."""

import sqlite3
import time
from typing import Annotated

from app import RECORDS, Book, Hello, Waited, app, get_db
from fastapi import Depends


@app.get("/json/def")
def hello_def() -> Hello:
    return Hello(message="Hello, world")


@app.get("/row/untyped/{number}")
def row_untyped(number: int, db: Annotated[sqlite3.Connection, Depends(get_db)]):
    return dict(db.execute("SELECT * FROM book WHERE id = ?", (number,)).fetchone())


@app.get("/list/untyped")
async def records_untyped():
    return RECORDS


async def get_db_async():
    for db in get_db():
        yield db


@app.get("/row/async/{number}")
async def row_async(number: int, db: Annotated[sqlite3.Connection, Depends(get_db_async)]) -> Book:
    return Book(**db.execute("SELECT * FROM book WHERE id = ?", (number,)).fetchone())


@app.get("/waiting/def")
def waiting_def() -> Waited:
    time.sleep(0.05)
    return Waited(waited=True)

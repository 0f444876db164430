#!/usr/bin/env bash
# Expected: a plain "def" in FastAPI goes to the thread pool once, for the function. A declared return type saves time:
#   it did for a list of 100 in an "async def", several times over.
# Happens: in a "def", a declared return type sends the answer to the pool once more, to be checked there, however small it
#   is. So does each end of a "yield" dependency that is a "def", the documented way to open a database session: one row
#   out of the database crosses to a thread and back four times. An "async def" with the same dependency crosses twice,
#   and without it not at all.
# At: fastapi 0.165.0 with starlette 1.10.0, pydantic 2.14.4 and anyio 4.16.0.
# Matters: all of them take from one pool of 40 threads, and each crossing costs more than a small view does. A short
#   view that calls nothing that blocks is cheaper as "async def", its dependencies too.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    fastapi==0.165.0 starlette==1.10.0 pydantic==2.14.4 anyio==4.16.0

cat >"$folder/crossings.py" <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version
from typing import Annotated

import anyio.to_thread
from fastapi import Depends, FastAPI
from pydantic import BaseModel

crossings = 0
to_thread = anyio.to_thread.run_sync


async def counted(*args, **kwargs):
    global crossings
    crossings += 1
    return await to_thread(*args, **kwargs)


anyio.to_thread.run_sync = counted
app = FastAPI()


class Book(BaseModel):
    id: int


def session():
    yield "a session"


Session = Annotated[str, Depends(session)]


@app.get("/def")
def plain():
    return {"id": 1}


@app.get("/def-type")
def typed() -> Book:
    return Book(id=1)


@app.get("/def-type-session")
def typed_with_session(db: Session) -> Book:
    return Book(id=1)


@app.get("/async-type-session")
async def asynchronous_with_session(db: Session) -> Book:
    return Book(id=1)


@app.get("/async-type")
async def asynchronous() -> Book:
    return Book(id=1)


async def ask(path):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope |= {"path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": []}
    await app({**scope, "server": ("localhost", 80), "client": ("127.0.0.1", 1)}, receive, send)
    if sent[0]["status"] != 200 or sent[1]["body"] != b'{"id":1}':
        sys.exit(f"{path}: another answer")


print(f"fastapi {version('fastapi')}, starlette {version('starlette')}, anyio {version('anyio')}")
expected = {"/def": 1, "/def-type": 2, "/def-type-session": 4, "/async-type-session": 2, "/async-type": 0}
found = {}
for path in expected:
    crossings = 0
    asyncio.run(ask(path))
    found[path] = crossings
    print(f"{path}: {crossings} times to a thread")
if found != expected:
    sys.exit("changed: another number of crossings")
PYTHON
"$folder/venv/bin/python" "$folder/crossings.py"

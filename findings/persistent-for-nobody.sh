#!/usr/bin/env bash
# Expected: CONN_MAX_AGE = None keeps a database connection for ever, so requests one after the other share one; moving
#   a site from WSGI to ASGI costs some time, and changes nothing about that.
# Happens: under WSGI twenty requests in a row open one connection. Under ASGI the same setting opens twenty, and the
#   twenty stay open after their requests until Python's garbage collector comes by: Django's handler gives each request a
#   thread of its own, connections belong to threads, and the next request cannot find those of threads that have ended.
#   "Persistent" then means that nobody uses it again and nobody closes it. With the default of 0 none is left open.
# At: Django 5.2.19 with asgiref 3.11.0; the same with 6.1.3 and 3.13.0. The documentation advises against persistent
#   connections under ASGI, and names no number.
# Matters: the setting that makes a page cheaper under WSGI exhausts the connections of a database under ASGI. Set it
#   back to 0 when you move, and use a pool: "pool" among the OPTIONS for PostgreSQL, or one outside.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19 asgiref==3.11.0

cat >"$folder/connections.py" <<'PYTHON'
import asyncio
import gc
import io
import os
import sys

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.urls import path

REQUESTS = 20
interface, kept, file = sys.argv[1], sys.argv[2] == "kept", os.path.realpath(sys.argv[3])
settings.configure(
    SECRET_KEY="not a secret, only long enough to be taken for one",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "CONN_MAX_AGE": None if kept else 0},
    },
)
django.setup()
opened = []
connection_created.connect(lambda **_: opened.append(1), weak=False)


def view(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok")


urlpatterns = [path("", view)]


def ask_wsgi():
    application = get_wsgi_application()
    for _ in range(REQUESTS):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "localhost", "wsgi.input": io.BytesIO()}
        environ |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
        answer = application(environ, lambda status, headers: None)
        list(answer)
        answer.close()


async def ask_asgi():
    application = get_asgi_application()
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope |= {"path": "/", "raw_path": b"/", "query_string": b"", "headers": [(b"host", b"localhost")]}
    for _ in range(REQUESTS):
        sent, messages = [], asyncio.Queue()
        await messages.put({"type": "http.request", "body": b"", "more_body": False})

        async def send(message, sent=sent):
            sent.append(message)

        await application({**scope, "server": ("localhost", 80), "client": ("127.0.0.1", 1)}, messages.get, send)
        if sent[0]["status"] != 200:
            sys.exit("the view failed")


def still_open():
    links = (f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd"))
    return sum(os.path.realpath(link) == file for link in links)


gc.disable()
ask_wsgi() if interface == "wsgi" else asyncio.run(ask_asgi())
left = still_open()
setting = "CONN_MAX_AGE = None" if kept else "CONN_MAX_AGE = 0"
print(f"Django {django.__version__}, {interface}, {setting}: {len(opened)} opened, {left} left open by {REQUESTS} requests")
expected = {("wsgi", True): (1, 1), ("asgi", True): (20, 20), ("asgi", False): (20, 0)}[interface, kept]
if (len(opened), left) != expected:
    sys.exit(f"changed: {expected[0]} opened and {expected[1]} left open were expected")
PYTHON
"$folder/venv/bin/python" "$folder/connections.py" wsgi kept "$folder/one.sqlite3"
"$folder/venv/bin/python" "$folder/connections.py" asgi kept "$folder/two.sqlite3"
"$folder/venv/bin/python" "$folder/connections.py" asgi closed "$folder/three.sqlite3"

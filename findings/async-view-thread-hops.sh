#!/usr/bin/env bash
# Expected: the documentation says that "Django's bundled middleware supports both sync and async", so an async view
#   behind it, under ASGI, has nothing to wait for in a thread.
# Happens: middleware written as two hooks (MiddlewareMixin) is async-capable because __acall__ hands each hook to
#   sync_to_async, whether the hook does anything or not. Behind the seven of a new project, an async view that returns at
#   once crosses to a thread and back fifteen times; with an empty MIDDLEWARE twice. The words are true and the cost is
#   not in them: "async-capable" says that it does not block the loop, not that it runs on it.
# At: Django 5.2.19, asgiref 3.11.0; the same lines stand in django/utils/deprecation.py of 6.1.3.
# Matters: whoever moves a site from WSGI to ASGI for its async views pays for the hops in every request. Leave out the
#   middleware that the async part does not need, or write its hooks as one function that is marked for both.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19 asgiref==3.11.0

cat >"$folder/hops.py" <<'PYTHON'
import asyncio
import sys

import asgiref.sync
import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

BUNDLED = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
settings.configure(
    SECRET_KEY="not a secret, only long enough to be taken for one",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    INSTALLED_APPS=[f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages")],
    MIDDLEWARE=BUNDLED if sys.argv[1] == "bundled" else [],
)
hops = 0
to_thread = asgiref.sync.SyncToAsync.__call__


async def counted(self, *args, **kwargs):
    global hops
    hops += 1
    return await to_thread(self, *args, **kwargs)


asgiref.sync.SyncToAsync.__call__ = counted


async def view(request):
    return HttpResponse("ok")


urlpatterns = [path("", view)]


async def ask():
    application, sent = get_asgi_application(), []
    messages = asyncio.Queue()
    await messages.put({"type": "http.request", "body": b"", "more_body": False})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope |= {"path": "/", "raw_path": b"/", "query_string": b"", "headers": [(b"host", b"localhost")]}
    await application({**scope, "server": ("localhost", 80), "client": ("127.0.0.1", 1)}, messages.get, send)
    return sent[0]["status"]


status = asyncio.run(ask())
print(f"Django {django.__version__}, {sys.argv[1]} middleware: {status}, {hops} hops to a thread")
if (status, hops) != (200, 15 if sys.argv[1] == "bundled" else 2):
    sys.exit("changed: another number of hops")
PYTHON
"$folder/venv/bin/python" "$folder/hops.py" bundled
"$folder/venv/bin/python" "$folder/hops.py" no

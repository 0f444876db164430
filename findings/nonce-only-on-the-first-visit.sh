#!/usr/bin/env bash
# Expected: with Django's Content-Security-Policy and a cached page, the documentation warns that a kept page "may result
#   in reuse" of its nonce: careless, but the page works.
# Happens: with cache_page() on the view, or with the two cache middlewares listed below the one for the policy, the
#   first visitor gets page and header with the same nonce. Everybody after gets the kept page with its nonce, and a
#   header without any: the nonce gets into the header only where a template asked for it in this request. A browser then
#   refuses every inline script of the page, from the second visit on, until the cache expires. Only where
#   UpdateCacheMiddleware comes before the policy's middleware is the header kept too, and the nonce reused.
# At: Django 6.1.3; the middleware came with 6.0.
# Matters: whoever loads the page once after a change sees it work, tests with one request pass, and a cache that is
#   switched off in development hides it altogether. Leave pages with {{ csp_nonce }} out of the cache, or move their
#   scripts into files.
# Needs: Python 3.12 or newer, for Django 6.1; PYTHON names one.
set -euo pipefail

for python in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 ~/.pyenv/versions/3.1[2-9]*/bin/python3; do
    "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && break
    python=
done
[[ $python ]] || { echo "needs Python 3.12 or newer: PYTHON=/path/to/python $0" >&2; exit 2; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==6.1.3

cat >"$folder/nonce.py" <<'PYTHON'
import re
import sys

import django
from django.conf import settings
from django.utils.csp import CSP

POLICY = "django.middleware.csp.ContentSecurityPolicyMiddleware"
UPDATE, FETCH = (f"django.middleware.cache.{name}CacheMiddleware" for name in ("Update", "FetchFrom"))
CASES = {
    "view": ("cache_page() on the view", [POLICY], [True, False, False]),
    "below": ("cache below the policy", [POLICY, UPDATE, FETCH], [True, False, False]),
    "around": ("cache around the policy", [UPDATE, POLICY, FETCH], [True, True, True]),
    "none": ("no cache", [POLICY], [True, True, True]),
}
case = sys.argv[1]
name, middleware, expected = CASES[case]
settings.configure(
    SECRET_KEY="not a secret, only long enough to be taken for one",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=middleware,
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    SECURE_CSP={"script-src": [CSP.SELF, CSP.NONCE]},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"context_processors": ["django.template.context_processors.csp"]},
        }
    ],
)
django.setup()

from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path
from django.views.decorators.cache import cache_page


def view(request):
    template = engines["django"].from_string('<script nonce="{{ csp_nonce }}">counter()</script>')
    return HttpResponse(template.render({}, request))


urlpatterns = [path("", cache_page(60)(view) if case == "view" else view)]
works, nonces = [], set()
for _ in range(3):
    response = Client().get("/")
    page = re.search('nonce="([^"]+)"', response.text)[1]
    header = re.search("'nonce-([^']+)'", response["Content-Security-Policy"])
    works.append(header is not None and header[1] == page)
    nonces.add(page)
said = ", ".join("runs" if each else "is refused" for each in works)
print(f"Django {django.__version__}, {name}: in three visits the script {said}; {len(nonces)} nonce(s) in the pages")
if works != expected or len(nonces) != (3 if case == "none" else 1):
    sys.exit(f"changed: {expected} was expected")
PYTHON
for case in none view below around; do
    "$folder/venv/bin/python" "$folder/nonce.py" "$case"
done

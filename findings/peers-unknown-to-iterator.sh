#!/usr/bin/env bash
# Expected: FETCH_PEERS, new in Django 6.1, fetches what is missing for all instances "that came from the same initial
#   QuerySet", and so "can reduce most cases of the N+1 queries problem to two queries". With iterator(chunk_size=10),
#   fifty books would take one query, and one more for the authors of each ten, as prefetch_related() does.
# Happens: the peers are weak references to instances that exist. iterator() makes each instance when the loop asks for
#   it, and the loop has let go of the last one: no book ever has a peer. Fifty books take fifty-one queries, exactly as
#   with FETCH_ONE, with foreign keys and with deferred fields alike. prefetch_related() takes six in the same loop.
# At: Django 6.1.3. The guide to fetch modes mentions the weak references, and not iterator().
# Matters: loops that are long enough to need iterator() are those where N+1 queries cost most, and a fetch mode that a
#   manager sets for a whole model looks as if it covered them. Keep prefetch_related() there; FETCH_RAISE finds them.
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

cat >"$folder/peers.py" <<'PYTHON'
import sys

import django
from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()

from django.db import connection, models
from django.test.utils import CaptureQueriesContext


class Author(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        app_label = "shop"


class Book(models.Model):
    title = models.CharField(max_length=50)
    notes = models.TextField(default="none")
    author = models.ForeignKey(Author, models.CASCADE)

    class Meta:
        app_label = "shop"


with connection.schema_editor() as editor:
    editor.create_model(Author)
    editor.create_model(Book)
for number in range(50):
    Book.objects.create(title=f"Book {number}", author=Author.objects.create(name=f"Author {number}"))


def fresh():
    return Book.objects.fetch_mode(models.FETCH_PEERS)


CASES = {
    "the plain loop": (lambda: [book.author.name for book in fresh()], 2),
    "iterator()": (lambda: [book.author.name for book in fresh().iterator()], 51),
    "iterator(chunk_size=10)": (lambda: [book.author.name for book in fresh().iterator(chunk_size=10)], 51),
    "a deferred field, iterator()": (lambda: [book.notes for book in fresh().defer("notes").iterator()], 51),
    "list(iterator())": (lambda: [book.author.name for book in list(fresh().iterator())], 2),
    "prefetch_related(), iterator(chunk_size=10)": (
        lambda: [book.author.name for book in Book.objects.prefetch_related("author").iterator(chunk_size=10)],
        6,
    ),
}
changed = False
for name, (loop, expected) in CASES.items():
    with CaptureQueriesContext(connection) as queries:
        loop()
    print(f"Django {django.__version__}, {name}: {len(queries)} queries for 50 books")
    changed |= len(queries) != expected
if changed:
    sys.exit("changed: " + ", ".join(f"{name} {expected}" for name, (_, expected) in CASES.items()) + " were expected")
PYTHON
"$folder/venv/bin/python" "$folder/peers.py"

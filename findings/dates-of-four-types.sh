#!/usr/bin/env bash
# Expected: what a blog has as "date:" comes out of YAML as a date or a time, so that posts can be put in order.
# Happens: common spellings of one day come as four types: date, datetime without a zone, datetime with one, and str. The
#   form that "jekyll new" writes, "2026-01-31 10:30:00 -0800", is text, though "-8" and "-08:00" make times; so is
#   a time without seconds, and a day without its zeros. No two of the four types compare: one such post, and the list
#   is a TypeError.
# At: PyYAML 6.0.4 and ruamel.yaml 0.19.1 alike, after the pattern that YAML gives for timestamps; "jekyll new" of 4.3.1.
#   The blog of Material for MkDocs 9.8.2 does not build with such a date.
# Matters: no reader of front matter can go by the type. Take the characters and read the day yourself, or turn all four
#   into one before they are compared, and test with a post that comes from Jekyll.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyyaml==6.0.4 ruamel.yaml==0.19.1

"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys
from importlib.metadata import version

import yaml
from ruamel.yaml import YAML

print(f"PyYAML {version('pyyaml')}, ruamel.yaml {version('ruamel.yaml')}")
expected = {
    "2026-01-31": "date",
    "2026-01-31 10:30:00": "datetime",
    "2026-01-31 10:30:00 -08:00": "datetime with zone",
    "2026-01-31 10:30:00 -8": "datetime with zone",
    "2026-01-31 10:30:00 -0800": "str",
    "2026-01-31 10:30": "str",
    "2026-1-31": "str",
}


def kind(value: object) -> str:
    zone = " with zone" if getattr(value, "tzinfo", None) else ""
    return type(value).__name__ + zone


values = {}
for text, wanted in expected.items():
    found = yaml.safe_load(f"date: {text}")["date"]
    other = YAML(typ="safe", pure=True).load(f"date: {text}")["date"]
    print(f"{text:28} {kind(found):20} {found!r}")
    values.setdefault(wanted, found)
    if kind(found) != wanted or kind(other) != wanted:
        sys.exit("changed: a date is read as another type than it was")
for one in values:
    for other in values:
        if one < other:
            try:
                values[one] < values[other]
            except TypeError as error:
                print(f"{one} < {other}: TypeError: {error}")
            else:
                sys.exit(f"changed: {one} and {other} can be compared")
PYTHON

#!/usr/bin/env bash
# A sanitiser that "removes the tag and keeps its text" removes the text, too, where the tag happens to be a name of SVG or MathML.
#
# Expected: nh3 (ammonia) drops a tag that is not allowed and keeps what it holds, as with "Use <word> here.".
# Seen with nh3 0.3.8: a placeholder such as <path>, <set>, <filter>, <text> or <min> takes the rest of its block away with it,
# as the elements of SVG and MathML are removed with all that is in them; bleach 6.4.0 keeps the words.
# It matters to sites that show what people write about programs: "Run it with <path> and wait." ends in the middle.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q nh3==0.3.8 bleach==6.4.0
"$folder/v/bin/python" - <<'PYTHON'
import sys

import bleach
import nh3

WORDS = "word file name path set filter text min list switch image view use max mode".split()
gone = [word for word in WORDS if "wait" not in nh3.clean(f"<p>Run it with <{word}> and wait.</p>")]
kept = [word for word in WORDS if "wait" in bleach.clean(f"<p>Run it with <{word}> and wait.</p>", tags={"p"}, strip=True)]
print("nh3 0.3.8, words that take the rest of the block away:", gone)
print("bleach 6.4.0, words that do not:", kept)
print(repr(nh3.clean("<p>Run it with <path> and wait.</p>")), "beside", repr(nh3.clean("<p>Run it with <word> and wait.</p>")))
expected = "path set filter text min list switch view use max mode".split()
if gone != expected or kept != WORDS:
    sys.exit(f"changed: {gone}")
PYTHON

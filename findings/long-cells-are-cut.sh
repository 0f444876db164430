#!/usr/bin/env bash
# Expected: a library that writes spreadsheets stores the text that it is given, or raises; a str makes a cell of text.
# Happens: openpyxl cuts a str after 32,767 characters, Excel's limit, as soon as the cell is set, with neither an error
#   nor a warning. A str that is one of Excel's error names ("#N/A", "#REF!") makes a cell of type error, not text. Both
#   pass a save and a load unnoticed, while a control character raises.
# At: openpyxl 3.1.5. The limit is Excel's and documented there; that the rest is dropped without a word, nowhere we found.
# Matters: an export of "everything" loses the end of each long article, and an import takes the short one for an edit.
#   Measure before writing and refuse or split, set data_type = "s", and compare with what is read back.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5

"$folder/venv/bin/python" -W error - "$folder/book.xlsx" <<'PYTHON'
import sys
from importlib.metadata import version

import openpyxl
from openpyxl.utils.exceptions import IllegalCharacterError

article = "word " * 8000 + "The end."
book = openpyxl.Workbook()
book.active.append([article, "#N/A", "n/a"])
book.save(sys.argv[1])
long, error, text = next(openpyxl.load_workbook(sys.argv[1]).active.iter_rows())
try:
    book.active.append(["\x0b"])
    raised = "nothing"
except IllegalCharacterError as problem:
    raised = type(problem).__name__
print(f"openpyxl {version('openpyxl')}: {len(article)} characters in, {len(long.value)} out, to {long.value[-12:]!r}")
print(f"'#N/A' is of type {error.data_type!r}, 'n/a' of {text.data_type!r}; a control character raises {raised}")
if (len(long.value), error.data_type, text.data_type, raised) != (32767, "e", "s", "IllegalCharacterError"):
    sys.exit("changed: cells are written in another way than they were")
PYTHON

#!/usr/bin/env bash
# Expected: a tab in front of "=1+2" makes the cell text in a CSV, as is often advised; and a writer of CSV quotes what could
#   be taken for a separator.
# Happens: Python's csv module does not quote a tab (QUOTE_MINIMAL looks at its own separator alone). LibreOffice, told to
#   read by commas and tabs, takes that tab for a separator and runs the cell behind it: the mark does the harm. Quoted, it
#   is text there. Split at semicolons or tabs alone no quote in the middle of a line counts, so that a line end inside a
#   text begins a row, and "=..." behind it is a formula.
# At: LibreOffice Calc 7.4.7 headless, Python 3.11. Not by default: its dialog has a box for each separator, and keeps them.
# Matters: quote every text, and mark behind line ends and semicolons, too. Split at tabs alone nothing helps but to say so.
set -euo pipefail

command -v soffice >/dev/null || { echo "needs LibreOffice Calc: apt-get install --no-install-recommends libreoffice-calc"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 - "$folder" <<'PYTHON'
import csv
import sys
from pathlib import Path

for name, quoting in (("minimal", csv.QUOTE_MINIMAL), ("quoted", csv.QUOTE_ALL)):
    with Path(sys.argv[1], f"{name}.csv").open("w", newline="") as file:
        csv.writer(file, quoting=quoting).writerow(["first", "\t=1+2", "x\n=3+4", "last"])
PYTHON

formulas() { # file, separators as numbers: how many cells LibreOffice works out
    soffice "-env:UserInstallation=file://$folder/profile" --headless --convert-to fods --infilter="CSV:$2,34,76" \
        --outdir "$folder" "$folder/$1.csv" >/dev/null 2>&1
    { grep -o 'table:formula="[^"]*"' "$folder/$1.fods" || true; } | wc -l
}

soffice --version
result="$(formulas minimal 44) $(formulas minimal 44/9) $(formulas quoted 44) $(formulas quoted 44/9) $(formulas quoted 59) $(formulas quoted 9)"
echo "formulas: minimal by commas, by commas and tabs; quoted by commas, by commas and tabs, by semicolons, by tabs"
echo "$result"
[ "$result" = "0 1 0 0 1 2" ] || { echo "changed: cells are read in another way than they were"; exit 1; }

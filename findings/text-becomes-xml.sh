#!/usr/bin/env bash
# Expected: write_string() of a library that writes spreadsheets escapes the text that it is given, whatever it looks like.
# Happens: XlsxWriter takes a text that begins with <r> and ends with </r> for its own XML of a text in several fonts, and
#   writes it into xl/sharedStrings.xml as it is. "<r>a & b</r>" makes a file that is no XML and that programs refuse or
#   "repair"; "<r><t>x</t></r>" is shown as "x". No exception, no warning, and the call returns 0. strings_to_formulas,
#   strings_to_urls and write_string() itself, which one uses for texts of strangers, make no difference.
# At: XlsxWriter 3.3.1 (and 3.2.0). We found neither documentation nor a report of it.
# Matters: one visitor who types that ends the download for everybody. In two halves, by write_rich_string(), it is escaped.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsxwriter==3.3.1

"$folder/venv/bin/python" -W error - <<'PYTHON'
import io
import sys
import zipfile
from xml.etree import ElementTree

import xlsxwriter


def strings(write):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        returned = write(book, book.add_worksheet())
    xml = zipfile.ZipFile(out).read("xl/sharedStrings.xml")
    try:
        return returned, "".join(ElementTree.fromstring(xml).itertext())
    except ElementTree.ParseError as problem:
        return returned, f"no XML: {problem}"


found = {
    "<b>a & b</b>": strings(lambda book, sheet: sheet.write_string(0, 0, "<b>a & b</b>")),
    "<r>a & b</r>": strings(lambda book, sheet: sheet.write_string(0, 0, "<r>a & b</r>")),
    "<r><t>x</t></r>": strings(lambda book, sheet: sheet.write_string(0, 0, "<r><t>x</t></r>")),
    "in two halves": strings(lambda book, sheet: sheet.write_rich_string(0, 0, "<", book.add_format(), "r>a & b</r>")),
}
print(f"XlsxWriter {xlsxwriter.__version__}")
for text, (returned, read) in found.items():
    print(f"{text:16} returns {returned}, is read as {read!r}")
expected = [(0, "<b>a & b</b>"), (0, "x"), (0, "<r>a & b</r>")]
if [found[name] for name in ("<b>a & b</b>", "<r><t>x</t></r>", "in two halves")] != expected or "no XML" not in found["<r>a & b</r>"][1]:
    sys.exit("changed: texts are written in another way than they were")
PYTHON

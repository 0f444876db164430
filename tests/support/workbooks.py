"""Reads .xlsx files as a spreadsheet does, by the standard library alone."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPED = re.compile("_x([0-9A-F]{4})_")


class Workbook:
    """The first sheet: what its cells hold, and what a program would do with them."""

    def __init__(self, body: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            self.parts = {name: file.read(name) for name in file.namelist()}
        self.sheet = ElementTree.fromstring(self.parts["xl/worksheets/sheet1.xml"])
        self._styles = ElementTree.fromstring(self.parts["xl/styles.xml"])
        self._texts: list[str] = []
        if strings := self.parts.get("xl/sharedStrings.xml"):
            self._texts = [_text(item) for item in ElementTree.fromstring(strings)]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What stands below the headings, by heading: texts, whole numbers and days; empty cells are left out."""
        first, *rest = [self._cells(row) for row in self.sheet.iter(f"{_MAIN}row")]
        return [{first[column]: value for column, value in row.items()} for row in rest]

    @property
    def headings(self) -> list[str]:
        return list(self._cells(next(self.sheet.iter(f"{_MAIN}row"))).values())

    @property
    def frozen(self) -> str | None:
        """The first cell that moves, where some do not."""
        pane = self.sheet.find(f".//{_MAIN}pane")
        return pane.get("topLeftCell") if pane is not None and pane.get("state") == "frozen" else None

    @property
    def does_something(self) -> list[str]:
        """Formulas and links, and parts of the file that only such things need."""
        tags = ("f", "hyperlink", "oleObject", "ddeLink")
        found = [element.tag for tag in tags for element in self.sheet.iter(_MAIN + tag)]
        return found + [
            name for name in self.parts if re.search("external|connection|calcChain|vba|sheet1.xml.rels", name)
        ]

    def stays_text(self, text: str) -> bool:
        """Whether the cell with that text says that it is one, whoever edits it."""
        for cell in self.sheet.iter(f"{_MAIN}c"):
            if self._value(cell) == text:
                return self._look(cell).get("quotePrefix") == "1"
        raise LookupError(text)

    def _cells(self, row: ElementTree.Element) -> dict[str, Any]:
        return {(cell.get("r") or "").rstrip("0123456789"): self._value(cell) for cell in row if len(cell)}

    def _value(self, cell: ElementTree.Element) -> Any:
        value = cell.findtext(f"{_MAIN}v") or ""
        if cell.get("t") == "s":
            return self._texts[int(value)]
        assert cell.get("t") is None, cell.attrib
        is_day = int(self._look(cell).get("numFmtId") or 0) >= 164
        return date(1899, 12, 30) + timedelta(int(value)) if is_day else int(value)

    def _look(self, cell: ElementTree.Element) -> ElementTree.Element:
        looks = self._styles.find(f"{_MAIN}cellXfs")
        assert looks is not None
        return looks[int(cell.get("s") or 0)]


def _text(item: ElementTree.Element) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(t.text or "" for t in item.iter(f"{_MAIN}t")))

"""What foreign code gave, looked at before the site uses it: one wrong part would break a page that is not its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from markupsafe import Markup, escape

from fwsite.domain.columns import Cell
from fwsite.domain.comparison import Claim, Rating
from fwsite.domain.evidence import Evidence
from fwsite.domain.packages import Package
from fwsite.plugins.columns import Column, ColumnContext, Export, ExportContext
from fwsite.plugins.content import ContentProblem, Ground, Selection, SitemapEntry, Text, TextsContext
from fwsite.plugins.discovery import one_line
from fwsite.plugins.hooks import DirectiveContext, SlotContext, TransformContext
from fwsite.plugins.workspace import Task, WorkspaceContext, WorkspacePart, WorkspaceStatus

_S = TypeVar("_S", bound=str)
_T = TypeVar("_T")


def html(call: Callable[..., object], context: SlotContext | DirectiveContext) -> Markup:
    """HTML; plain text is escaped."""
    value = call(context)
    return _sendable(escape(_text(value, "Markup")))


def markup(call: Callable[..., object], context: TransformContext) -> Markup:
    """HTML that says that it is HTML: plain text would be a page that shows its own source."""
    value = call(context)
    if not isinstance(value, Markup):
        raise _instead(value, "Markup")
    return _sendable(value)


def entries(call: Callable[[], Iterable[SitemapEntry]]) -> list[SitemapEntry]:
    """Addresses for the sitemap."""
    found = list(call())
    for entry in found:
        if not isinstance(entry, SitemapEntry):
            raise _instead(entry, "a SitemapEntry")
        if not _text(entry.path, "a path").startswith("/") or not entry.path.isprintable():
            raise _instead(entry.path, "a path from the root")
        if entry.changed is not None and not isinstance(entry.changed, date):
            raise _instead(entry.changed, "a date")
    return found


def texts(call: Callable[[TextsContext], Iterable[Text]], context: TextsContext) -> list[Text]:
    """Texts that readers may look for."""
    found = list(call(context))
    for text in found:
        if not isinstance(text, Text):
            raise _instead(text, "a Text")
        for part in (text.key, text.kind, text.title, text.body, text.path):
            _sendable(_text(part, "text"))
        for offset, anchor in text.anchors:
            _sendable(_text(anchor, "text"))
            if not isinstance(offset, int):
                raise _instead(offset, "a number")
    return found


def grounds(call: Callable[[], Iterable[Ground]]) -> list[Ground]:
    """What fits may rest on."""
    found = list(call())
    for ground in found:
        if not isinstance(ground, Ground):
            raise _instead(ground, "a Ground")
        for part in (ground.key, ground.about, ground.text):
            _sendable(_text(part, "text"))
    return found


def releases(call: Callable[[], Iterable[Package]]) -> list[Package]:
    """Packages whose newest releases are known."""
    return _each_a(Package, call())


def workspace_status(part: WorkspacePart, context: WorkspaceContext) -> WorkspaceStatus:
    """How a part of a framework stands."""
    found = part.status(context)
    if not isinstance(found, WorkspaceStatus):
        raise _instead(found, "a WorkspaceStatus")
    _sendable("".join(_text(each, "text") for each in (found.one, found.many, found.state)))
    for task in (*found.missing, *found.changes, *found.obstacles):
        if not isinstance(task, Task):
            raise _instead(task, "a Task")
        _sendable(_text(task.text, "text") + _text(task.path, "a path"))
    return found


def claims(call: Callable[[Selection], Iterable[Claim]], selection: Selection) -> list[Claim]:
    """Pros and cons."""
    return _each_a(Claim, call(selection))


def ratings(call: Callable[[Selection], Iterable[Rating]], selection: Selection) -> list[Rating]:
    """Ratings."""
    return _each_a(Rating, call(selection))


def cells(column: Column, context: ColumnContext) -> dict[str, Cell]:
    """The cells of a column."""
    found = _mapping(column.cells(context))
    for cell in found.values():
        if not isinstance(cell, Cell):
            raise _instead(cell, "a Cell")
        if not isinstance(cell.evidence, Evidence):
            raise _instead(cell.evidence, "an Evidence")
        _sendable(_text(cell.text, "text") + _text(cell.source, "an address"))
    return found


def problems(call: Callable[[], Iterable[ContentProblem]]) -> list[ContentProblem]:
    """Faults in content."""
    found = list(call())
    for problem in found:
        if not isinstance(problem, ContentProblem):
            raise _instead(problem, "a ContentProblem")
    return found


def document(export: Export, context: ExportContext) -> str | bytes:
    """A comparison in a format."""
    found = export.write(context)
    return found if isinstance(found, bytes) else _sendable(_text(found, "text"))


def _each_a(kind: type[_T], values: Iterable[_T]) -> list[_T]:
    found = list(values)
    for value in found:
        if not isinstance(value, kind):
            raise _instead(value, f"a {kind.__name__}")
    return found


def _mapping(value: Mapping[str, Cell]) -> dict[str, Cell]:
    if not isinstance(value, Mapping):
        raise _instead(value, "a mapping")
    return dict(value)


def _text(value: object, wanted: str) -> str:
    if not isinstance(value, str):
        raise _instead(value, wanted)
    return value


def _sendable(text: _S) -> _S:
    text.encode()  # an unpaired surrogate cannot be: the whole page would fail
    return text


def _instead(value: object, wanted: str) -> TypeError:
    return TypeError(f"gives {one_line(repr(value))} instead of {wanted}")

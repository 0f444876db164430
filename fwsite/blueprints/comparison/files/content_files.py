"""Content files: the comparison in ``fwsite content export`` and ``import``, as one file or a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.files.edition import FOLDER, LISTS, ORDER_FILE, read_edition, write_file, write_folder
from fwsite.blueprints.comparison.ledger import journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.domain.changes import Key, changed_fields, import_plan
from fwsite.domain.items import Document, title_of
from fwsite.extend import ContentFiles, ContentImport, package_names


def _write() -> Mapping[str, str]:
    edition = content.whole_edition()
    return write_folder(edition) if any(edition) else {}


def _write_file() -> str:
    edition = content.whole_edition()
    return write_file(edition) if any(edition) else ""


def _read(place: Path) -> ContentImport:
    edition = read_edition(place, package_names())

    def changes() -> Iterator[str]:
        return _what_changes(content.documents(), content.by_key(edition))

    def take_in(who: str, note: str) -> str:
        batch = content.take_in(edition, By(who, note))
        return f"Imported as change {batch.id}. Maintainers can undo it as one at /comparison/work/undo/{batch.id}"

    return ContentImport(changes=changes, take_in=take_in, tell=journal.tell)


def _what_changes(mine: Mapping[Key, Document], theirs: Mapping[Key, Document]) -> Iterator[str]:
    """A line for each item that an import would change; none where nothing would."""
    plan = import_plan(mine, theirs)
    for kind, key in plan.added:
        yield f"+ {kind} {key}: {title_of(kind, theirs[kind, key])}"
    for kind, key in plan.changed:
        yield f"~ {kind} {key}: {', '.join(changed_fields(mine[kind, key], theirs[kind, key]))}"
    for kind, key in plan.retired:
        yield f"- {kind} {key}: {title_of(kind, mine[kind, key])} (retired)"
    for kind in content.reordered(mine, theirs):
        yield f"~ order of {LISTS[kind]}"


files = ContentFiles(
    names=(ORDER_FILE, f"{FOLDER}/*.toml"),
    keys=("order", *LISTS.values()),
    write=_write,
    read=_read,
    write_file=_write_file,
)

"""The extensions in force, and what they bring together. Every call out of the site is guarded here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from flask import Flask, current_app
from markupsafe import Markup

from fwsite.db.cache_tags import carry_tag
from fwsite.db.engine import db, session_apart
from fwsite.domain.columns import Cell, FilledColumn
from fwsite.domain.comparison import Claim, Rating
from fwsite.domain.packages import Facts, Package
from fwsite.domain.people import Role
from fwsite.domain.questionnaire import Question
from fwsite.plugins import result_checks
from fwsite.plugins.answering import Answering
from fwsite.plugins.columns import ColumnContext, Export, ExportContext
from fwsite.plugins.content import ContentFiles, ContentProblem, Ground, Selection, SitemapEntry, Text, TextsContext
from fwsite.plugins.contract import Extension, NavItem
from fwsite.plugins.discovery import said
from fwsite.plugins.hooks import (
    DirectiveContext,
    DirectiveError,
    EventContext,
    Point,
    PointKind,
    SlotContext,
    TransformContext,
)
from fwsite.plugins.packages import packages
from fwsite.plugins.sandbox import guarded, is_running, report
from fwsite.plugins.state import FAULTS, Record, State
from fwsite.plugins.workspace import PublicationRefused, Task, WorkspaceContext, WorkspaceStatus

_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class QuestionSet:
    """Further questions that an extension brings; each is itself alone, so that results can be remembered by it."""

    extension: str
    questions: tuple[Question, ...]


@dataclass
class Registry:
    """Plugin registry: what is mounted, in load order.

    ``pending`` says of those whose tables are not up to date why, and what to do; ``has_core_tables`` whether the
    site's own are. ``on_event`` is called with the name of each event that is emitted.
    """

    extensions: tuple[Extension, ...]
    records: tuple[Record, ...] = ()
    points: tuple[Point, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    question_sets: tuple[QuestionSet, ...] = ()
    pending: dict[str, str] = field(default_factory=dict)
    has_core_tables: bool = False
    on_event: Callable[[str], None] = field(default=lambda _name: None)

    def __post_init__(self) -> None:
        self._listening = {name for extension in self.extensions for name in extension.events}
        self.third_parties = frozenset(
            record.name for record in self.records if record.package and record.state is State.ACTIVE
        )

    @property
    def in_force(self) -> tuple[Extension, ...]:
        """Those that may be called."""
        return tuple(extension for extension in self.extensions if extension.name not in self.pending)

    def listed(self) -> list[Record]:
        """Every installed extension with its state, what is built in first."""
        records = [
            replace(record, state=State.PENDING, reason=self.pending[record.name])
            if record.name in self.pending and record.state is State.ACTIVE
            else record
            for record in self.records
        ]
        return sorted(records, key=lambda record: (bool(record.package), record.name, record.package))

    @property
    def nav(self) -> list[NavItem]:
        """The main navigation in its order."""
        return self._nav(lambda item: item.role is None and item.place == "main")

    @property
    def foot(self) -> list[NavItem]:
        """The links at the foot of each page in their order."""
        return self._nav(lambda item: item.role is None and item.place == "foot")

    def work_nav(self, role: Role) -> list[NavItem]:
        """The bar of people with ``role``, in its order."""
        return self._nav(lambda item: item.role is not None and role.covers(Role(item.role)))

    def _nav(self, wanted: Callable[[NavItem], bool]) -> list[NavItem]:
        items = [item for extension in self.in_force for item in extension.nav if wanted(item)]
        return sorted(items, key=lambda item: (item.weight, item.label))

    def directive(self, context: DirectiveContext) -> Markup:
        """Call the named directive. Raises :class:`DirectiveError` where there is none or where it fails."""
        for extension in self.in_force:
            if context.name in extension.directives:
                carry_tag(extension.name)
                try:
                    return result_checks.html(extension.directives[context.name], context)
                except DirectiveError:
                    raise
                except FAULTS as error:
                    report(extension, f"directive {context.name}", error)
                    raise DirectiveError(f"failed in extension {extension.name}: {said(error)}") from error
        known = ", ".join(sorted(name for extension in self.in_force for name in extension.directives))
        raise DirectiveError(f"unknown directive; known are {known}")

    def fills(self, slot: str) -> bool:
        """Whether any extension may have something for the slot."""
        return any(slot in extension.slots for extension in self.extensions)

    def slot(self, context: SlotContext) -> Markup:
        """What the extensions put into a slot; one that fails is logged and adds nothing."""
        parts = []
        for extension in self.in_force:
            call = extension.slots.get(context.name)
            if call is not None:
                parts.append(_asked(extension, f"slot {context.name}", Markup(""), result_checks.html, call, context))
        return Markup("\n").join(part for part in parts if part)

    def transform(self, context: TransformContext) -> Markup:
        """What the extensions make of a text; one that fails is logged and changes nothing."""
        html = context.html
        for extension in self.in_force:
            call = extension.transforms.get(context.name)
            if call is not None:
                now = replace(context, html=html)
                html = _asked(extension, f"transform {context.name}", html, result_checks.markup, call, now)
        return html

    def emit(self, context: EventContext) -> None:
        """Tell everybody who listens; one that fails is logged and keeps nobody else from it."""
        if context.name not in self._listening:
            return
        for extension in self.in_force:
            call, what = extension.events.get(context.name), f"event {context.name}"
            if call is not None and not is_running(extension, what):  # it knows what it has done itself
                db.session.rollback()  # the page holds up nobody meanwhile
                with session_apart():
                    guarded(extension, what, None, call, context)

    def sitemap(self) -> list[SitemapEntry]:
        """Every public address that extensions name; half a list would tell search engines that the rest is gone."""
        return self._all("sitemap", result_checks.entries)

    def claims(self, selection: Selection) -> list[Claim]:
        """Every published pro and con that is asked for."""
        return self._all("claims", result_checks.claims, selection)

    def ratings(self, selection: Selection) -> list[Rating]:
        """Every published rating that is asked for."""
        return self._all("ratings", result_checks.ratings, selection)

    def _all(self, what: str, check: Callable[..., list[_T]], *context: object) -> list[_T]:
        """What the field ``what`` of all extensions gives. Raises what a part of the site itself raises."""
        found: list[_T] = []
        for extension in self.in_force:
            if (call := getattr(extension, what)) is None:
                continue
            if extension.name in self.third_parties:
                found += _asked(extension, what, [], check, call, *context)
            else:
                carry_tag(extension.name)
                found += call(*context)
        return found

    def content_problems(self, of: str | None = None) -> list[ContentProblem]:
        """Every fault in content, as the extensions find it; one that cannot look is a fault, too.

        With ``of``, only what that extension finds.
        """
        found: list[ContentProblem] = []
        for extension in self.in_force:
            if of in (None, extension.name) and (call := extension.check_content) is not None:
                failed = ContentProblem(
                    path=Path(f"extension {extension.name}"), message="its check failed; see the log"
                )
                found += guarded(extension, "check_content", [failed], result_checks.problems, call)
        return found

    def content_files(self) -> list[tuple[Extension, ContentFiles]]:
        """What there is to export and import, each with its extension, in load order."""
        return [(extension, extension.content_files) for extension in self.in_force if extension.content_files]

    def texts(self, context: TextsContext, of: str | None = None) -> dict[str, list[Text] | None]:
        """Everything public by the name of its extension; ``None`` for one that fails. With ``of``, that one's."""
        return {
            extension.name: _asked(extension, "texts", None, result_checks.texts, extension.texts, context)
            for extension in self.in_force
            if extension.texts is not None and of in (None, extension.name)
        }

    def grounds(self) -> list[Ground] | None:
        """Everything that fits may rest on; ``None`` where nobody says, or somebody fails, which is logged.

        Half a list would call well-founded fits unfounded.
        """
        asked = [extension for extension in self.in_force if extension.grounds is not None]
        found = [_asked(extension, "grounds", None, result_checks.grounds, extension.grounds) for extension in asked]
        if not found or None in found:
            return None
        return [ground for each in found for ground in each or ()]

    def releases(self) -> list[Package]:
        """The packages whose newest releases somebody knows; whoever fails to say is left out, which is logged."""
        asked = [extension for extension in self.in_force if extension.releases is not None]
        found = [_asked(extension, "releases", None, result_checks.releases, extension.releases) for extension in asked]
        return [package for each in found for package in each or ()]

    def workspace(self, context: WorkspaceContext) -> list[WorkspaceStatus]:
        """How the parts of a framework stand; one that cannot say is in the way of its publication."""
        found = []
        for extension in self.in_force:
            if (part := extension.workspace) is not None:
                said = f"{extension.title} cannot report its status; the log says why."
                failed = WorkspaceStatus(
                    one=extension.title,
                    many=extension.title,
                    done=0,
                    total=0,
                    obstacles=(Task(text=said, path=context.page),),
                )
                found.append(guarded(extension, "workspace", failed, result_checks.workspace_status, part, context))
        return found

    def answering(self) -> Answering | None:
        """How the questionnaire is answered; ``None`` where no extension in force has one. The page carries its tag."""
        for extension in self.in_force:
            if extension.answering is not None:
                carry_tag(extension.name)
                return extension.answering
        return None

    def publish_parts(self, context: WorkspaceContext) -> None:
        """Have each part publish what it has on a framework, in this transaction.

        Raises :class:`PublicationRefused` where one fails; nothing must be committed then.
        """
        for extension in self.in_force:
            if extension.workspace is not None:
                try:
                    extension.workspace.publish(context)
                except PublicationRefused:
                    raise
                except FAULTS as error:
                    report(extension, "workspace", error)
                    raise PublicationRefused(f"{extension.title} failed; the log says why.") from error

    def parts_published(self, context: WorkspaceContext) -> None:
        """Tell each part that it was committed."""
        for extension in self.in_force:
            if extension.workspace is not None:
                guarded(extension, "workspace", None, extension.workspace.published, context)

    def columns(self, frameworks: tuple[str, ...]) -> tuple[FilledColumn, ...]:
        """Every column of every extension, filled in; one that fails is logged and left out."""
        context = ColumnContext(frameworks=frameworks)
        found = []
        for extension in self.in_force:
            for column in extension.columns:
                none: dict[str, Cell] | None = None
                cells = _asked(extension, f"column {column.key}", none, result_checks.cells, column, context)
                if cells is not None:
                    known = {key: cell for key, cell in cells.items() if key in frameworks}
                    found.append(FilledColumn(column.key, column.label, known))
        return tuple(found)

    def exports(self) -> list[Export]:
        """Every format that a comparison can be taken away in."""
        return [export for extension in self.in_force for export in extension.exports]

    def document(self, format: str, context: ExportContext) -> str | bytes | None:
        """The comparison in that format; ``None`` where there is none, or it fails, which is logged."""
        none: str | bytes | None = None
        for extension in self.in_force:
            for export in extension.exports:
                if export.format == format:
                    return _asked(extension, f"export {format}", none, result_checks.document, export, context)
        return None


def _asked(extension: Extension, what: str, otherwise: _T, call: Callable[..., _T], *context: object) -> _T:
    """What the extension gives to the page that is being made, which carries its cache tag from then on."""
    carry_tag(extension.name)
    return guarded(extension, what, otherwise, call, *context)


def registry_of(app: Flask) -> Registry:
    """The extensions in force in ``app``."""
    registry = app.extensions["fwsite"]
    assert isinstance(registry, Registry)  # noqa: S101 - for the type checker
    return registry


def run_directive(context: DirectiveContext) -> Markup:
    """What the directive gives in the running application. Raises :class:`DirectiveError`."""
    return registry_of(current_app).directive(context)


def run_transform(name: str, html: Markup, /, **values: object) -> Markup:
    """The text as the extensions leave it."""
    return registry_of(current_app).transform(TransformContext(name=name, html=html, values=values))


def is_slot_filled(name: str) -> bool:
    """Whether any extension may have something for the slot: ask before reading what nothing else on the page needs."""
    return registry_of(current_app).fills(name)


def emit(name: str, /, **values: object) -> None:
    """Tell the extensions of something that has happened. Call it after the commit."""
    registry = registry_of(current_app)
    registry.on_event(name)
    registry.emit(EventContext(name=name, values=values))


def texts_by_extension(context: TextsContext, of: str | None = None) -> dict[str, list[Text] | None]:
    """Everything public that readers may look for, by the extension it belongs to; ``None`` where asking one failed.

    With ``of``, what that extension has.
    """
    return registry_of(current_app).texts(context, of)


def grounds(*, unpublished: bool = False) -> list[Ground] | None:
    """Everything published that fits of the questionnaire may rest on; ``None`` where nobody can say.

    With ``unpublished``, also what visitors cannot read.
    """
    found = registry_of(current_app).grounds()
    return None if found is None else [ground for ground in found if unpublished or ground.is_published]


def known_packages() -> dict[str, Package]:
    """Every package that texts may name, by its name on an index, each with the facts that were read last."""
    found = {package.key: package for package in packages()}
    for package in registry_of(current_app).releases():
        named = found.get(package.key)
        if named is not None and package.facts is not None and _is_newer(package.facts, named.facts):
            found[package.key] = replace(named, facts=package.facts)
    return found


def _is_newer(facts: Facts, known: Facts | None) -> bool:
    return known is None or facts.read_on >= known.read_on


def workspace_parts(context: WorkspaceContext) -> list[WorkspaceStatus]:
    """The state of each part that extensions have of a framework."""
    return registry_of(current_app).workspace(context)


def answering() -> Answering | None:
    """How the questionnaire is answered by its own form and rules; ``None`` where there is none at the moment."""
    return registry_of(current_app).answering()


def publish_parts(context: WorkspaceContext) -> None:
    """Have the extensions publish what they have on a framework, without a commit.

    Raises :class:`PublicationRefused` where one cannot; roll back then.
    """
    registry_of(current_app).publish_parts(context)


def parts_published(context: WorkspaceContext) -> None:
    """Tell the extensions that a framework was published. Call it after the commit."""
    registry_of(current_app).parts_published(context)


def path_for(endpoint: str, **values: object) -> str:
    """The path of a page from the site's root; unlike ``url_for`` also where no request is answered."""
    return str(current_app.url_map.bind("localhost").build(endpoint, values))


def filled_columns(frameworks: tuple[str, ...]) -> tuple[FilledColumn, ...]:
    """Every column of every extension, for these frameworks."""
    return registry_of(current_app).columns(frameworks)


def exports() -> list[Export]:
    """Every format in which a comparison can be downloaded."""
    return registry_of(current_app).exports()


def write_export(format: str, context: ExportContext) -> str | bytes | None:
    """The comparison in one of these formats; ``None`` where it fails, which is logged."""
    return registry_of(current_app).document(format, context)


def question_sets() -> tuple[QuestionSet, ...]:
    """The further questions that extensions in force bring."""
    registry = registry_of(current_app)
    return tuple(each for each in registry.question_sets if each.extension not in registry.pending)


def listed_extensions() -> list[Record]:
    """Every installed extension with its state and the reason for it."""
    return registry_of(current_app).listed()


KINDS = {"slots": PointKind.SLOT, "transforms": PointKind.TRANSFORM, "events": PointKind.EVENT}
"""The fields by which an extension uses points of others, and the kind of point."""

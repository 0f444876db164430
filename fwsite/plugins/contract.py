"""Plugin contract, version :data:`API`: a field may be added, none taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from flask import Blueprint
from markupsafe import Markup
from sqlalchemy.orm import DeclarativeBase

from fwsite.domain.comparison import Claim, Rating
from fwsite.domain.packages import Package
from fwsite.plugins.answering import Answering
from fwsite.plugins.columns import Column, Export
from fwsite.plugins.content import ContentFiles, ContentProblem, Ground, Selection, SitemapEntry, Text, TextsContext
from fwsite.plugins.hooks import DirectiveContext, EventContext, Point, SlotContext, TransformContext
from fwsite.plugins.setting import Setting
from fwsite.plugins.workspace import WorkspacePart

API = 1
"""The version of this contract."""
PLACES = ("main", "foot")


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """An entry of a navigation. Lower ``weight`` comes first; equal weights go by label.

    ``place`` is ``"main"``, the navigation at the top, or ``"foot"``, the links at the foot of every page. With
    ``role``, ``"maintainer"`` or ``"admin"``, it is in the bar that people of this role, or one that covers it, see
    while they are signed in. ``endpoint`` is a page of the extension's own that takes no arguments.
    """

    label: str
    endpoint: str
    weight: int = 100
    role: str | None = None
    place: str = "main"


@dataclass(frozen=True, kw_only=True)
class Extension:
    """Everything that an extension brings. Its ``name`` is the prefix of its addresses, tables and settings.

    ``title``
        What people call it.
    ``api``
        The version of the contract it was written for.
    ``after``
        Names of extensions that it needs: they are loaded before it, and it is left out where one of them is.
    ``blueprint``
        Its pages, mounted at ``/<name>`` unless the host moves them; the blueprint has the extension's name, and its
        templates are in a folder of that name. Style sheets in its static folder put every rule into ``@layer ext``.
    ``root_urls``
        Fixed addresses outside that prefix, such as ``/feed.xml``, each with its view; the endpoint is
        ``<name>.<function name>``.
    ``nav``
        Entries of the main navigation, of the foot of every page, and of the maintainers' bar.
    ``offers``
        Slots, transforms and events of its own, for others to use.
    ``slots``
        Places in other pages that it fills: slot name -> f(SlotContext) -> Markup.
    ``transforms``
        Texts of other pages that it changes: transform name -> f(TransformContext) -> Markup.
    ``events``
        What it wants to be told of: event name -> f(EventContext).
    ``directives``
        What articles may call as ``::name[text]``: f(DirectiveContext) -> Markup.
    ``commands``
        Commands of ``fwsite``; they run inside the application's context. A group of the name that another group has,
        such as ``content``, adds its commands to that one.
    ``settings``
        Its settings; each name begins with the extension's name in capitals.
    ``model_base``
        Its declarative base: a registry of its own on the shared ``metadata``. Table names begin with
        ``<name>_``.
    ``migrations``
        The folder of its Alembic revisions; they are counted in the table ``alembic_version_<name>``. Until they have
        run, the extension is pending: its pages answer 503, and nothing else of it is called.
    ``load_content``
        Called after migrations: brings shipped content into the database; returns one line saying what it did. Raises
        :class:`~fwsite.extend.ContentError`, and changes nothing, if the content has an error.
    ``check_content``
        Yields what is wrong with content that people wrote; used by ``fwsite content check``, inside a
        request context, so that URLs can be built.
    ``content_files``
        What people edit in the browser, as files for ``fwsite content export`` and ``fwsite content import``.
    ``sitemap``
        Yields its public addresses.
    ``texts``
        Yields what its readers may search for, for extensions that offer a search: f(TextsContext) -> Text, ...
    ``grounds``
        Yields what fits of the questionnaire may rest on: f() -> Ground, ...
    ``releases``
        Yields the packages whose newest releases it knows, for callers of :func:`~fwsite.extend.known_packages`:
        f() -> Package, ...
    ``workspace``
        Its part of the page where maintainers work on one framework, and of that framework's publication: a
        :class:`~fwsite.extend.WorkspacePart`.
    ``answering``
        How another part has the questionnaire answered, by its form and its rules: an
        :class:`~fwsite.extend.Answering`, for whoever calls :func:`~fwsite.extend.answering`.
    ``claims``
        Yields the published pros and cons that are asked for, for callers of
        :func:`~fwsite.extend.published_claims`: f(Selection) -> Claim, ...
    ``ratings``
        Yields the published ratings likewise, for :func:`~fwsite.extend.published_ratings`: f(Selection) -> Rating, ...
    ``columns``
        Further facts on each framework, in the comparison and in its exports.
    ``exports``
        Formats in which the comparison can be downloaded.
    ``question_sets``
        TOML files with further ``[[questions]]`` for the questionnaire, written like its own, with ``reviewed_on`` at
        the top; the key of each question begins with the extension's name and a hyphen.
    """

    name: str
    title: str
    api: int = API
    after: tuple[str, ...] = ()
    blueprint: Blueprint | None = None
    root_urls: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    nav: tuple[NavItem, ...] = ()
    offers: tuple[Point, ...] = ()
    slots: Mapping[str, Callable[[SlotContext], Markup]] = field(default_factory=dict)
    transforms: Mapping[str, Callable[[TransformContext], Markup]] = field(default_factory=dict)
    events: Mapping[str, Callable[[EventContext], None]] = field(default_factory=dict)
    directives: Mapping[str, Callable[[DirectiveContext], Markup]] = field(default_factory=dict)
    commands: tuple[click.Command, ...] = ()
    settings: tuple[Setting, ...] = ()
    model_base: type[DeclarativeBase] | None = None
    migrations: Path | None = None
    load_content: Callable[[], str] | None = None
    check_content: Callable[[], Iterable[ContentProblem]] | None = None
    content_files: ContentFiles | None = None
    sitemap: Callable[[], Iterable[SitemapEntry]] | None = None
    texts: Callable[[TextsContext], Iterable[Text]] | None = None
    grounds: Callable[[], Iterable[Ground]] | None = None
    releases: Callable[[], Iterable[Package]] | None = None
    workspace: WorkspacePart | None = None
    answering: Answering | None = None
    claims: Callable[[Selection], Iterable[Claim]] | None = None
    ratings: Callable[[Selection], Iterable[Rating]] | None = None
    columns: tuple[Column, ...] = ()
    exports: tuple[Export, ...] = ()
    question_sets: tuple[Path, ...] = ()

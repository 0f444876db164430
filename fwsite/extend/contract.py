"""The contract between the site and an extension. Version :data:`API`; a field may be added, none taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Blueprint
from markupsafe import Markup
from sqlalchemy.orm import DeclarativeBase

from fwsite.extend.setting import Setting

API = 1
"""The version of this contract."""


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """An entry of a navigation. Lower ``weight`` comes first; equal weights go by label.

    Without ``role`` it is in the main navigation, for everybody. With ``role``, ``"maintainer"`` or ``"admin"``, it
    is in the bar that people of this role, or one that covers it, see while they are signed in.
    """

    label: str
    endpoint: str
    weight: int = 100
    role: str | None = None


@dataclass(frozen=True, kw_only=True)
class SitemapEntry:
    """One address for ``/sitemap.xml``: a path from the root, and the day it last changed where known."""

    path: str
    changed: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContentProblem:
    """One fault in content that a person wrote: ``path`` and ``line`` say where, ``key`` names the part."""

    path: Path
    message: str
    line: int | None = None
    key: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ContentError(ValueError):
    """Raised by ``load_content`` for content that cannot be loaded; the message has a line for each fault."""


@dataclass(frozen=True, kw_only=True)
class DirectiveContext:
    """What a directive gets: the text between the brackets of ``::name[text]``."""

    name: str
    text: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """The text cut at its commas, without surrounding blanks and empty parts."""
        return tuple(part.strip() for part in self.text.split(",") if part.strip())


class DirectiveError(ValueError):
    """Raised by a directive whose text it cannot use; the message says what to write instead."""


@dataclass(frozen=True, kw_only=True)
class SlotContext:
    """What a slot gets: the slot's name and the values that the page hands over."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Extension:
    """Everything that an extension brings. Its ``name`` is the prefix of its addresses, tables and settings.

    ``api``
        The version of the contract it was written for.
    ``after``
        Names of extensions to load before it.
    ``blueprint``
        Its pages, mounted at ``/<name>``; the blueprint carries the extension's name.
    ``root_urls``
        Addresses outside that prefix, such as ``/feed.xml``, each with its view; the endpoint is
        ``<name>.<function name>``.
    ``nav``
        Entries of the main navigation, and of the maintainers' bar.
    ``slots``
        Places in other pages that it fills: slot name -> f(SlotContext) -> Markup.
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
        The folder of its Alembic revisions; they are counted in the table ``alembic_version_<name>``.
    ``load_content``
        Called after migrations: brings shipped content into the database; returns one line saying what it did. Raises
        :class:`ContentError`, and changes nothing, where the content has a fault.
    ``check_content``
        Yields what is wrong with content that people wrote; used by ``fwsite content check``, inside a request
        context, so that addresses can be built.
    ``sitemap``
        Yields its public addresses.
    """

    name: str
    title: str
    api: int = API
    after: tuple[str, ...] = ()
    blueprint: Blueprint | None = None
    root_urls: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    nav: tuple[NavItem, ...] = ()
    slots: Mapping[str, Callable[[SlotContext], Markup]] = field(default_factory=dict)
    directives: Mapping[str, Callable[[DirectiveContext], Markup]] = field(default_factory=dict)
    commands: tuple[click.Command, ...] = ()
    settings: tuple[Setting, ...] = ()
    model_base: type[DeclarativeBase] | None = None
    migrations: Path | None = None
    load_content: Callable[[], str] | None = None
    check_content: Callable[[], Iterable[ContentProblem]] | None = None
    sitemap: Callable[[], Iterable[SitemapEntry]] | None = None

"""Workspace contract: what a part of the site knows of one framework, what that lacks, and its publication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do on a framework: what it is, and the path of the very field where it is done."""

    text: str
    path: str


@dataclass(frozen=True, kw_only=True)
class WorkspaceContext:
    """Which framework is worked on. ``page`` is the path of its workspace, where fields of the part stand.

    ``coming`` has the keys of the points on it that visitors can read once it is published. ``who`` and ``note`` say
    who publishes it and why; they are empty while somebody only looks.
    """

    framework: str
    page: str
    coming: frozenset[str] = frozenset()
    who: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkspaceStatus:
    """How a part of a framework stands. ``one`` and ``many`` say what is counted, such as "fit" and "fits".

    ``done`` of ``total`` are there, drafts too; ``missing`` leads to those that are not. ``changes`` are what its
    publication would bring, ``obstacles`` what stands in its way. ``state`` is another text whenever any of it may have
    changed, so that nobody publishes what they have not seen.
    """

    one: str
    many: str
    done: int
    total: int
    missing: tuple[Task, ...] = ()
    changes: tuple[Task, ...] = ()
    obstacles: tuple[Task, ...] = ()
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkspacePart:
    """What an extension adds to the workspace of a framework; its form stands in the slot ``comparison.workspace``.

    ``status``
        f(WorkspaceContext) -> WorkspaceStatus.
    ``publish``
        f(WorkspaceContext): publishes what it has on the framework, in the transaction of its caller, without a commit.
        Whatever it raises takes the whole publication back.
    ``published``
        f(WorkspaceContext): called after the commit, to tell others.
    """

    status: Callable[[WorkspaceContext], WorkspaceStatus]
    publish: Callable[[WorkspaceContext], None]
    published: Callable[[WorkspaceContext], None]


class PublicationRefused(Exception):
    """Raised where a part cannot publish a framework; the message says why."""

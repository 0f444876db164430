"""Workspace contract: what a part of the site knows of one framework, what that lacks, and its publication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do on a framework: what it is, and the path of the field where it is done."""

    text: str
    path: str


@dataclass(frozen=True, kw_only=True)
class WorkspaceContext:
    """Which framework is worked on. ``page`` is the path of its workspace, where the part's fields are.

    ``coming`` has the keys of the points on it that visitors can read once it is published. ``who`` and ``note`` say
    who publishes it and why; they are empty while somebody is only looking.
    """

    framework: str
    page: str
    coming: frozenset[str] = frozenset()
    who: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkspaceStatus:
    """The state of a part of a framework. ``one`` and ``many`` say what is counted, such as "fit" and "fits".

    ``done`` of ``total`` are there, drafts too; ``missing`` leads to those that are not. ``changes`` are what its
    publication would bring, ``obstacles`` what prevents it. ``state`` is a different text whenever any of it may
    have changed, so that nobody publishes what they have not seen.
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
    """What an extension adds to the workspace of a framework; its form goes into the slot ``comparison.workspace``.

    ``status``
        f(WorkspaceContext) -> WorkspaceStatus.
    ``publish``
        f(WorkspaceContext): publishes what it has on the framework, in the transaction of its caller, without a commit.
        If it raises, the whole publication is rolled back.
    ``published``
        f(WorkspaceContext): called after the commit, to tell others.
    """

    status: Callable[[WorkspaceContext], WorkspaceStatus]
    publish: Callable[[WorkspaceContext], None]
    published: Callable[[WorkspaceContext], None]


class PublicationRefused(Exception):
    """Raised where a part cannot publish a framework; the message says why."""

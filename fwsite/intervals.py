"""Polling intervals: how long what a process knows may be out of date before it looks again."""

from __future__ import annotations

from typing import NamedTuple


class Intervals(NamedTuple):
    """Seconds between two looks at what others may have changed; the guide for hosts promises what follows."""

    content_on_sqlite: float = 0.1
    """At the content version in an SQLite file: so late may a page show what a process of another machine, or a program
    beside the site, has changed. What any process on this instance folder changes shows at once."""
    content_on_postgresql: float = 0.5
    """The same on PostgreSQL."""
    shared_clock: float = 0.0005
    """At the file in which processes on one instance folder tell each other of a change. It is written before the
    commit, which takes longer than this, so that a change shows at once."""
    host_files: float = 0.2
    """At the host's articles and pictures: nobody saves a file and loads its page sooner."""
    host_files_share: int = 20
    """With very many files, one part in so many of the time may go into looking at them."""
    host_file_settling: float = 0.5
    """After the last change to an article's file: until then the one before it is shown, as it may be half saved."""
    pending: float = 2.0
    """At the schema, while a part of the site waits for a migration."""


AT_ONCE = Intervals(0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0)
"""Nothing is ever out of date: for tests, which are faster than any interval."""

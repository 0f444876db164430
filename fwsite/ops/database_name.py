"""Database name for people: the file, or the name and host on a server, and never a password."""

from __future__ import annotations

from sqlalchemy import URL


def named(url: URL) -> str:
    """Which database an address leads to."""
    if url.get_backend_name() == "sqlite":
        return _printable(f"the SQLite file {url.database}")
    hosts = url.host or url.query.get("host") or "this machine"
    host = hosts if isinstance(hosts, str) else ", ".join(hosts)
    port = f":{url.port}" if url.port else ""
    return _printable(f"the PostgreSQL database {url.database or '(of the name of its user)'} on {host}{port}")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)

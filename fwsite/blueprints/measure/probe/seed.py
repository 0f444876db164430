"""Seed data: the SQLite file that every subject reads."""

from __future__ import annotations

import sqlite3
from contextlib import closing

SCHEMA = """
CREATE TABLE author (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL);
CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    title VARCHAR(100) NOT NULL,
    pages INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES author (id)
);
"""
AUTHORS, BOOKS = 20, 100


def books() -> list[tuple[int, str, int, int]]:
    """Id, title, pages, author. The first twenty have twenty authors: no identity map saves a query of the N+1 page."""
    return [(n, f"Book {n} <&>", 100 + n * 37 % 400, n * 7 % AUTHORS + 1) for n in range(1, BOOKS + 1)]


def seed(path: str) -> None:
    """Write the file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO author VALUES (?, ?)", [(n, f"Author {n}") for n in range(1, AUTHORS + 1)])
        connection.executemany("INSERT INTO book VALUES (?, ?, ?, ?)", books())

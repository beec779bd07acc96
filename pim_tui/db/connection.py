"""Opening the clinic's book, and the only way to write in it.

Connections belong to threads and are kept; nothing connects by itself, so a query on the wrong
thread fails at once instead of blocking the screen. All writes of all processes stand in one
queue (:mod:`.queue`). A program that a newer one has overtaken writes nothing any more: it would not
know the newer one's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote, unquote, urlsplit

from peewee import Database, SqliteDatabase

from ..errors import Gate, StoreAway, StoreBusy, StoreCollided, StoreError, StoreUnfit
from ..models import database as proxy
from ..paths import places, private_folder
from .dialects import APPLICATION_ID, Dialect, dialect_of
from .faults import explained
from .fitness import require_fit_file, require_fit_library, sqlite3
from .hearing import Ear, Listening, Looking
from .queue import in_turn

P = ParamSpec("P")
R = TypeVar("R")

AGAIN = 3
"""How often a transaction that collided with another one is begun anew."""

SERVERS = ("postgresql", "postgres")
"""How the URL of a book on a PostgreSQL server begins."""

SCHEMA = 9
"""The newest migration this program knows."""

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "busy_timeout": 10_000,
    "journal_size_limit": 64 << 20,
    "cache_size": -250,
    "cache_spill": 1_000,
    "temp_store": "memory",
}
"""FULL survives power cuts where NORMAL loses; recursive triggers close the hole of INSERT OR REPLACE.

What is read is at hand in the system's memory, once for everybody, and each session would hold it once more:
a quarter of a megabyte (KiB) is as quick as eight. What is written stays together up to four (pages); a
batch of an import touches more, each page once, and may as well write them on the way."""

_DECRYPTED = {"cache_size": -8_000}
"""What an encrypted book has read is worth more: it would be decrypted anew."""

_ALONE = {
    "busy_timeout": 1_000,
    "locking_mode": "exclusive",
    **{name: value for name, value in PRAGMAS.items() if name not in ("journal_mode", "busy_timeout")},
}
"""Long enough for a command that is about to end, short enough to be told that others work here."""


class Book:
    """An open database: its Peewee handle, its dialect, and the file behind it if there is one.

    ``place`` is that file, or what it would be called: photos, documents and locks lie beside it.
    ``name`` is what a person knows the book by. ``key`` opens an encrypted one; empty: it is not.
    """

    def __init__(self, db: Database, file: Path | None, place: Path, name: str, key: str = "") -> None:
        self.db = db
        self.file = file
        self.place = place
        self.name = name
        self.key = key
        self.dialect: Dialect = dialect_of(db)
        proxy.initialize(db)

    def connect(self) -> None:
        """Give the calling thread its connection, which it keeps; a new one when the server went away."""
        if not self.db.is_closed() and self.dialect.lost(self.db):
            self.db.close()
        if self.db.is_closed():
            with explained(self.file):
                self.db.connect()

    def select(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a hand-written select, fetched at once; parameters are ``?`` on every engine."""
        with explained(self.file):
            rows: list[tuple[Any, ...]] = self.db.execute_sql(sql, params).fetchall()
        return rows

    def changes_seen(self) -> int:
        """A number that differs after another session has committed; asking reads no table."""
        with explained(self.file):
            return self.dialect.changes_seen(self.db)

    def changes_made(self) -> int:
        """A number that differs after the calling thread's own connection has written."""
        with explained(self.file):
            return self.dialect.changes_made(self.db)

    def close(self) -> None:
        """Close the calling thread's connection."""
        self.db.close()

    def hand_over(self) -> Any:
        """The calling thread's connection, for another thread to go on with: each takes a megabyte and reads
        the whole schema. None where it stays.
        """
        if self.file is None or self.key or self.db.is_closed():
            return None
        found = self.db.connection()
        self.db._state.reset()  # type: ignore[attr-defined]  # no type tells of it
        return found

    def take_over(self, connection: Any) -> None:
        """Go on with what another thread has handed over, unless the calling thread has its own by now."""
        if connection is not None and self.db.is_closed():
            self.db._state.set_connection(connection)  # type: ignore[attr-defined]  # nor here
        elif connection is not None:
            connection.close()

    def connected_to(self, file: Path) -> Any:
        """A connection to another file that is kept as this one is: encrypted by its key, or plain."""
        if self.key:
            from .cipher import connect

            return connect(file, self.key)
        return sqlite3.connect(str(file))

    @contextmanager
    def write_tx(self) -> Iterator[None]:
        """One write transaction: outermost only, alone from its first statement on.

        Nothing slow belongs inside. Raises the :class:`StoreError` family for what the database
        cannot do; a refusal by one of the book's own rules passes as ``IntegrityError``.
        """
        self.connect()
        if self.db.in_transaction():
            raise AssertionError("write_tx() is the outermost transaction or none")
        with in_turn(self.file), explained(self.file, self._in_the_way), self.db.atomic(*self._as_writer):
            self.dialect.serialise_writers(self.db)
            self.require_not_newer()
            made = self.dialect.changes_made(self.db)
            yield
            if self.dialect.changes_made(self.db) != made:
                self.dialect.tell_others(self.db)

    @property
    def _as_writer(self) -> tuple[str, ...]:
        return (self.dialect.begin_mode,) if self.dialect.begin_mode else ()

    def _in_the_way(self) -> str:
        """Who is writing so long that others gave up waiting; empty where nobody can tell."""
        return self.dialect.in_the_way(self.db)

    def ear(self, every: float) -> Ear:
        """What waits for commits of other sessions; where one has to look, ``every`` so many seconds."""
        if self.file is None:
            return Listening(self, every)
        return Looking(_database(self.file, "rw", {}, self.key), every)

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Every select inside sees the same moment, whatever is committed meanwhile."""
        with self.db.atomic(*filter(None, [self.dialect.still])):
            yield

    def require_not_newer(self) -> None:
        """Raise :class:`StoreUnfit` when a newer program has changed the tables since this one began."""
        if self.dialect.schema_number(self.db) > SCHEMA:
            raise StoreUnfit(
                "A newer version of pim-tui has taken over this book; nothing was saved.",
                "Leave and start again: what you typed is kept.",
            )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else has the book open until the end. :class:`StoreBusy` when somebody has.

        A server keeps its own order: there the transaction of a migration is alone by itself.
        """
        if self.file is None:
            yield
            return
        normal, self.db = self.db, _database(self.file, "rw", _ALONE, self.key)
        normal.close()
        proxy.initialize(self.db)
        try:
            self._take_alone()
            yield
        finally:
            self.db.close()
            self.db = normal
            proxy.initialize(normal)
            self.connect()

    def _take_alone(self) -> None:
        """Only who has a book alone may take it out of WAL, and back: from then on the lock is kept."""
        try:
            self.connect()
            with explained(self.file):
                for mode in ("delete", "wal"):
                    self.db.execute_sql(f"pragma journal_mode = {mode}").fetchall()
        except StoreBusy:
            raise StoreBusy(
                f"Somebody has {self.name} open.",
                "End the other sessions and workers, then try again.",
            ) from None

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done inside is taken back at the end, before anybody else has seen it."""
        with self.db.atomic() as tried:
            try:
                yield
            finally:
                tried.rollback()


_current: Book | None = None


def is_on_server(url: str) -> bool:
    """Whether ``url`` names a database on a PostgreSQL server."""
    return url.partition("://")[0] in SERVERS


def current() -> Book:
    """The book this process has open."""
    if _current is None:
        raise StoreError("No database is open.", "This is a fault in the program; please report it.")
    return _current


@contextmanager
def write_tx() -> Iterator[None]:
    """:meth:`Book.write_tx` of the open book."""
    with current().write_tx():
        yield


def begun_again(act: Callable[P, R]) -> Callable[P, R]:
    """``act``, begun again up to :data:`AGAIN` times where it collided with another writer on a server.

    For what is one write transaction and nothing besides: it reads anew what it then writes.
    """

    @wraps(act)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(AGAIN):
            with suppress(StoreCollided):
                return act(*args, **kwargs)
        return act(*args, **kwargs)

    return whole


def select(sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """:meth:`Book.select` of the open book."""
    return current().select(sql, params)


def open_book(url: str, *, create: bool = False, beside: Path | None = None, key: str = "") -> Book:
    """Open the book at ``url`` and make it the process's current one.

    ``url`` is a path, ``sqlite:///path`` or ``postgresql://``; with the last, ``beside`` is the folder
    for what is no row, the platform's data folder by default. Only ``create`` makes a new file; one with a
    ``key`` is encrypted. Raises :class:`StoreUnfit` with what to do when the file is missing, empty, foreign,
    damaged, of another version, or on a file system that cannot be trusted, when the key does not open it, or
    when the server has no book of ours.
    """
    global _current
    if is_on_server(url):
        _current = _on_server(url, beside or places().data, create=create)
        return _current
    file = file_of(url)
    require_fit_library(_version(key))
    require_fit_file(file, create=create)
    if not create:
        _require_ours(file, key)
    book = Book(_database(file, "rwc" if create else "rw", PRAGMAS, key), file, file, str(file), key)
    book.connect()
    _current = book
    return book


@contextmanager
def opened_beside(file: Path, key: str | None = None) -> Iterator[Book]:
    """The book at ``file`` is the process's current one for a while, then the one before is again.

    For commands that look into copies; nothing else may be reading meanwhile. A copy is encrypted by the
    ``key`` of the book before, unless another is said.
    """
    before = _current
    book = open_book(str(file), key=(before.key if before else "") if key is None else key)
    try:
        yield book
    finally:
        book.close()
        if before is not None:
            go_back_to(before)


def go_back_to(book: Book) -> None:
    """Make a book the process's current one again, after another was."""
    global _current
    _current = book
    proxy.initialize(book.db)


def _on_server(url: str, beside: Path, *, create: bool) -> Book:
    """The book on a server; unless it is to be made, there must be one that this program knows."""
    from .reaching import without_password
    from .server import database_at

    name = without_password(url)
    private_folder(beside)
    book = Book(database_at(url), None, beside / "clinic.db", name)
    try:
        book.connect()
    except StoreAway as error:
        raise StoreAway(f"{name} cannot be reached: {error.__cause__}", error.hint) from error
    number = book.dialect.schema_number(book.db)
    if number == 0 and not create:
        book.close()
        raise StoreUnfit(f"There is no clinic's book in {name}.", "Run pim-tui init to make one.")
    _require_known(name, number)
    return book


def _version(key: str) -> tuple[int, ...]:
    """Which SQLite it is that opens the book."""
    version: tuple[int, ...] = sqlite3.sqlite_version_info
    if key:
        from .cipher import driver

        version = driver().sqlite_version_info
    return version


def _database(file: Path, mode: str, pragmas: Mapping[str, object], key: str) -> SqliteDatabase:
    uri = f"file:{quote(str(file))}?mode={mode}"
    if key:
        from .cipher import database

        return database(uri, {**pragmas, **_DECRYPTED}, key)
    # SQLite itself keeps threads apart; one connection goes from thread to thread, see hand_over().
    return SqliteDatabase(uri, pragmas=pragmas, uri=True, autoconnect=False, check_same_thread=False)


def file_of(url: str) -> Path:
    """The file that ``url`` names."""
    parts = urlsplit(url)
    if parts.scheme in ("", "sqlite", "file"):
        path = unquote(parts.path if parts.scheme else url)
        if parts.scheme and path.startswith("//"):
            path = path[1:]
        return Path(path).expanduser().absolute()
    raise StoreUnfit(
        f"{parts.scheme} databases are not supported by this version.",
        "Name a file, PIM_DATABASE=/path/to/clinic.db, or a server, PIM_DATABASE=postgresql://host/name.",
    )


def _require_ours(file: Path, key: str) -> None:
    """The file must carry our mark and a schema this program knows; looked at without changing it, unless
    whoever turned its log on or off was killed: what was begun then has to be taken back first.
    """
    try:
        mark, number = _marks(file, key)
    except StoreUnfit as unfit:
        if why := _wrong_key(file, key):
            raise why from unfit
        raise
    if mark != APPLICATION_ID:
        raise StoreUnfit(
            f"{file} is not a clinic's book.", "Name another file, or run pim-tui init.", gate=Gate.FOREIGN
        )
    _require_known(str(file), number)


def _marks(file: Path, key: str) -> tuple[int, int]:
    """Whose file it is, and the number of its schema."""
    db = _database(file, "rw" if file.with_name(f"{file.name}-journal").exists() else "ro", {}, key)
    with explained(file), db.connection_context():
        return db.execute_sql("pragma application_id").fetchone()[0], dialect_of(db).schema_number(db)


def _wrong_key(file: Path, key: str) -> StoreUnfit | None:
    """Whether a file that cannot be read lacks its key, has another one, or needs none."""
    from .cipher import looks_encrypted

    if looks_encrypted(file):
        if key:
            return StoreUnfit(
                f"The key does not open {file}.",
                "database_key must name the key it was made with.",
                gate=Gate.KEY,
            )
        return StoreUnfit(
            f"{file} is encrypted, as it seems, and there is no key.",
            "Say where its key is kept: database_key.",
            gate=Gate.KEY,
        )
    if not key:
        return None
    try:
        _marks(file, "")
    except StoreError:
        return None
    return StoreUnfit(
        f"{file} is not encrypted, though database_key names a key.",
        "Run pim-tui encrypt, or take the setting away.",
        gate=Gate.KEY,
    )


def _require_known(name: str, number: int) -> None:
    if number > SCHEMA:
        raise StoreUnfit(
            f"{name} was written by a newer version of pim-tui (schema {number}, this one knows {SCHEMA}).",
            "Update pim-tui on this machine.",
            gate=Gate.NEWER,
        )


def require_current_schema(book: Book) -> None:
    """Raise :class:`StoreUnfit` when the book still has to be migrated."""
    number = book.dialect.schema_number(book.db)
    if number < SCHEMA:
        raise StoreUnfit(
            f"{book.name} is from an older version (schema {number} of {SCHEMA}).",
            "Run pim-tui migrate; it makes a backup first.",
            gate=Gate.OLDER,
        )

"""What is being typed, kept in a file of its own so that a lost terminal costs at most a second of it.

The store is apart from the clinic's book: a writer stuck in the book cannot hold up a draft, and a
damaged draft file cannot touch the book. One thread owns the connection. Everything else reaches it
through a ``SimpleQueue``, which may be used anywhere, even in a signal handler that interrupted the
same call: there is no lock to be caught with.

The file holds patients' text: it is readable by its owner only (0600), deleted rows are overwritten
(``secure_delete``), drafts are dropped after `KEEP` seconds, and it is in no backup. Beside an encrypted
book it is encrypted with the same key.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

from .fitness import sqlite3 as sqlite

DELAY: Final = 0.5
"""Seconds from the first unsaved key to the file, however fast the typing goes on."""

KEEP: Final = 7 * 24 * 3600
"""Seconds a draft is kept."""

OVER: Final = "over"
"""The field in which a draft keeps what its form was opened over, where no version of a record tells it."""

APPLICATION_ID: Final = 0x50494D44  # "PIMD"
_USER_VERSION: Final = 1
_RETRY: Final = 2.0

_SCHEMA: Final = f"""
create table if not exists draft(
    person integer not null, form text not null, record text not null, version integer not null,
    owner text not null, fields text not null, saved_at integer not null,
    primary key(person, form, record, version, owner)) strict;
pragma application_id = {APPLICATION_ID};
pragma user_version = {_USER_VERSION};
"""

_REFUSED: Final = ("readonly", "read-only", "unable to open", "not a directory", "is a directory")

_ONE: Final = "person = ? and form = ? and record = ? and owner = ?"
_PUT: Final = """
insert into draft(person, form, record, version, owner, fields, saved_at) values(?, ?, ?, ?, ?, ?, ?)
on conflict do update set fields = excluded.fields, saved_at = excluded.saved_at
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsaved form as it was last seen."""

    person: int
    """Id of the staff member who typed it."""
    form: str
    """Which form, by the name its screen gave."""
    record: str
    """What it edits; for something new, whatever tells it from other new ones."""
    version: int
    """The version of the record the form had read (0 for something new)."""
    fields: Mapping[str, str]
    """The text of each field, by name."""
    saved_at: int
    """UTC seconds of the last change."""
    owner: str = ""
    """The process it was typed in."""


class _Key(NamedTuple):
    person: int
    form: str
    record: str
    version: int


class _Put(NamedTuple):
    key: _Key
    fields: dict[str, str]
    saved_at: int


class _Ask(NamedTuple):
    """Work for the thread; ``answered`` belongs to this one question, so nobody else can hold it."""

    act: Callable[[Any], Any]
    answer: list[Any]
    answered: threading.Event


class NotDrafts(Exception):
    """The file belongs to something else, or to a newer version of this program."""


class DraftStore:
    """The drafts of everybody who works with this file; safe with several processes on it.

    ``clock`` gives UTC seconds; ``key`` is the book's, where it is encrypted. No trouble with the file ever
    raises: `listen` and `notice` tell of it.
    """

    def __init__(self, path: Path, *, clock: Callable[[], int], key: str = "") -> None:
        self._path = path
        self._key = key
        self._clock = clock
        self._told: Callable[[str], object] | None = None
        self._untold: SimpleQueue[str] = SimpleQueue()
        self._owner = _this_process()
        self._queue: SimpleQueue[_Put | _Ask | None] = SimpleQueue()
        self._notice = ""
        self._thread: threading.Thread | None = None

    @property
    def notice(self) -> str:
        """Why drafts are not kept at the moment, for the person; empty while they are."""
        return self._notice

    def listen(self, told: Callable[[str], object]) -> None:
        """Have ``told`` called with a sentence for the person when drafts cannot be kept or a damaged
        file was set aside, beginning with what nobody has heard yet. It is called from any thread."""
        self._told = told
        with suppress(Empty):
            while True:
                told(self._untold.get_nowait())

    def put(self, person: int, form: str, record: str, version: int, fields: Mapping[str, str]) -> None:
        """Remember the whole form; on disk within `DELAY` seconds. Never waits."""
        self._running()
        self._queue.put(_Put(_Key(person, form, record, version), dict(fields), self._clock()))

    def save_now(self, timeout: float = 1.0) -> str:
        """Write what is pending, waiting at most ``timeout`` seconds; answers `notice`.

        May be called from any thread and from a signal handler.
        """
        if self._thread is not None:
            self._ask(lambda connection: None, timeout)
        return self._notice

    def latest(self, person: int, timeout: float = 5.0) -> list[Draft]:
        """The drafts this person left behind, newest first, one for each form, record and session.

        A draft still being typed in another living session of the same person is not left behind.
        """
        found: list[tuple[Any, ...]] = self._ask(lambda c: _read(c, person), timeout) or []
        drafts: dict[tuple[str, str, str], Draft] = {}
        for form, record, version, owner, fields, saved_at in found:
            if owner == self._owner or not _is_alive(owner):
                draft = Draft(person, form, record, version, json.loads(fields), saved_at, owner)
                drafts.setdefault((form, record, owner), draft)
        return list(drafts.values())

    def discard(self, person: int, form: str, record: str, timeout: float = 5.0) -> None:
        """Forget a form that was saved or given up here; what earlier sessions left of it stays."""
        self._ask(
            lambda c: c.execute(f"delete from draft where {_ONE}", (person, form, record, self._owner)),
            timeout,
        )

    def take_up(self, draft: Draft, timeout: float = 5.0) -> None:
        """Make a draft of an earlier session one of this session, which goes on with it."""
        named = (draft.person, draft.form, draft.record, draft.owner)
        if draft.owner != self._owner:
            take = f"update or replace draft set owner = ? where {_ONE}"
            self._ask(lambda c: c.execute(take, (self._owner, *named)), timeout)

    def give_up(self, draft: Draft, timeout: float = 5.0) -> None:
        """Forget a draft that was left behind."""
        named = (draft.person, draft.form, draft.record, draft.owner)
        self._ask(lambda c: c.execute(f"delete from draft where {_ONE}", named), timeout)

    def purge(self, now: int, timeout: float = 5.0) -> None:
        """Forget everything older than `KEEP` seconds at ``now`` (UTC seconds)."""
        self._ask(lambda c: c.execute("delete from draft where saved_at < ?", (now - KEEP,)), timeout)

    def close(self, timeout: float = 2.0) -> None:
        """Write what is pending and end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join(timeout)

    def _running(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="drafts", daemon=True)
            self._thread.start()

    def _ask(self, act: Callable[[Any], Any], timeout: float) -> Any:
        """Have the thread do ``act`` after everything put before; None when it cannot or is late."""
        self._running()
        question = _Ask(act, [], threading.Event())
        self._queue.put(question)
        question.answered.wait(timeout)
        return question.answer[0] if question.answer else None

    def _work(self) -> None:
        """The thread: gather changes, write them when the oldest is `DELAY` old, answer questions."""
        file = _File(self._path, self._key)
        pending: dict[_Key, _Put] = {}
        due: float | None = None
        while True:
            try:
                item = self._queue.get(timeout=None if due is None else max(0.0, due - time.monotonic()))
            except Empty:
                written = self._write(file, pending)
                due = None if written else time.monotonic() + _RETRY
                self._notice = "" if written else self._notice
                continue
            if isinstance(item, _Put):
                pending[item.key] = item
                due = due if due is not None else time.monotonic() + DELAY
                continue
            written = self._write(file, pending)
            due = None if written else due
            if item is None:
                file.close()
                return
            if self._answer(file, item) and written:
                self._notice = ""
            item.answered.set()

    def _write(self, file: _File, pending: dict[_Key, _Put]) -> bool:
        """Put the pending drafts into the file; on trouble they stay pending."""

        def rows(connection: Any) -> None:
            connection.executemany(
                _PUT, [(*p.key, self._owner, json.dumps(p.fields), p.saved_at) for p in pending.values()]
            )

        if pending and not self._attempt(file, rows):
            return False
        pending.clear()
        return True

    def _answer(self, file: _File, question: _Ask) -> bool:
        def act(connection: Any) -> None:
            question.answer[:] = [question.act(connection)]

        return self._attempt(file, act)

    def _attempt(self, file: _File, act: Callable[[Any], None]) -> bool:
        """One transaction; a damaged file is replaced by a fresh one and the work tried again."""
        try:
            if file.do(act):
                self._say(f"The drafts file was damaged: it is kept as {file.aside}, a new one is used.")
        except (file.sqlite.Error, OSError, NotDrafts) as error:
            reason = f"What you type is not kept as a draft: {_plain(error, self._path)}"
            if reason != self._notice:
                self._notice = reason
                self._say(reason)
            return False
        return True

    def _say(self, sentence: str) -> None:
        (self._told or self._untold.put)(sentence)


class _File:
    """The connection; opened when first needed and again after trouble. One thread only."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key
        self.sqlite = _driver(key)
        self._connection: Any = None
        self.aside = ""

    def do(self, act: Callable[[Any], None]) -> bool:
        """Run ``act`` in a transaction. True when the file was damaged and had to be set aside."""
        try:
            self._transact(act)
            return False
        except self.sqlite.DatabaseError as error:
            self.close()
            if not _is_damage(error):
                raise
        self._set_aside()
        self._transact(act)
        return True

    def close(self) -> None:
        """Let go of the file, whatever state it is in."""
        if self._connection is not None:
            with suppress(self.sqlite.Error):
                self._connection.close()
            self._connection = None

    def _transact(self, act: Callable[[Any], None]) -> None:
        if self._connection is None or not self._path.exists():
            self.close()
            self._connection = _open(self._path, self._key)
        connection = self._connection
        connection.execute("begin immediate")
        try:
            act(connection)
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise

    def _set_aside(self) -> None:
        for number in range(1, 1000):
            aside = self._path.with_name(f"{self._path.name}.damaged-{number}")
            if not aside.exists():
                self._path.rename(aside)
                self.aside = aside.name
                return
        raise NotDrafts("too many damaged drafts files lie beside it")


def _open(path: Path, key: str) -> Any:
    """A connection to the drafts file, made (0600, folder 0700) when there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):  # never open a living one: closing it would drop SQLite's locks
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    connection = _connected(path, key)
    try:
        new = _check_kind(connection)
        for pragma in ("journal_mode = truncate", "synchronous = normal", "secure_delete = on"):
            connection.execute(f"pragma {pragma}").fetchall()
        if new:
            connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _driver(key: str) -> Any:
    """The DB-API module that opens the file."""
    if not key:
        return sqlite
    from .cipher import driver

    return driver()


def _connected(path: Path, key: str) -> Any:
    if not key:
        return sqlite.connect(str(path), timeout=1.0, isolation_level=None, check_same_thread=True)
    from .cipher import connect

    return connect(path, key, timeout=1.0, isolation_level=None, check_same_thread=True)


def _check_kind(connection: Any) -> bool:
    """Whether the file is empty. Raises NotDrafts for another program's file and a newer format."""
    (application,) = connection.execute("pragma application_id").fetchone()
    (version,) = connection.execute("pragma user_version").fetchone()
    (tables,) = connection.execute("select count(*) from sqlite_schema").fetchone()
    if application != APPLICATION_ID and tables:
        raise NotDrafts("the file is something else")
    if version > _USER_VERSION:
        raise NotDrafts("the file was written by a newer pim-tui")
    return not tables


def _read(connection: Any, person: int) -> Iterable[Any]:
    rows: Iterable[Any] = connection.execute(
        "select form, record, version, owner, fields, saved_at from draft where person = ? "
        "order by saved_at desc, version desc",
        (person,),
    ).fetchall()
    return rows


def _is_damage(error: Exception) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or any(
        words in str(error) for words in ("malformed", "not a database")
    )


def _plain(error: Exception, path: Path) -> str:
    """The trouble in words, with what to do."""
    words = str(error).lower()
    if "full" in words or "no space" in words:
        return f"the disk is full. Free some space on the disk of {path}."
    if isinstance(error, PermissionError) or any(w in words for w in _REFUSED):
        return f"{path} cannot be written. Check who may write there."
    if "locked" in words:
        return f"{path} is held by another program."
    if isinstance(error, NotDrafts):
        return f"{error}. Move {path} away."
    return f"{path} cannot be used ({type(error).__name__})."


def _this_process() -> str:
    return f"{os.getpid()}:{_started(os.getpid())}"


def _is_alive(owner: str) -> bool:
    """Whether the process that wrote a draft still runs. Where that cannot be known, it does not:
    a draft offered once too often is better than one never offered."""
    pid, _, started = owner.partition(":")
    return bool(started) and pid.isdecimal() and _started(int(pid)) == started


def _started(pid: int) -> str:
    """When a process started, in the kernel's own count: with the id it is unique since boot."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]

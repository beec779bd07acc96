"""Making an encrypted book of a plain one: nobody else has it open, and what takes its place was checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..errors import Gate, Refused, StoreError, StoreUnfit
from ..paths import private_folder
from . import cipher
from .connection import open_book
from .disk import to_disk
from .faults import explained
from .fitness import require_fit_file
from .privacy import COMPANIONS

FOLDER = "backups"
_MARKS = ("application_id", "user_version")
_TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
_LOST = """
select (select count(*) from main."{0}") - (select count(*) from sealed."{0}"),
  exists (select * from main."{0}" except select * from sealed."{0}")"""


def encrypted(file: Path, key: str, stamp: str) -> Path:
    """Encrypt the book at ``file`` with ``key``; where it is kept as it was, under a name with ``stamp``.

    Raises :class:`Refused` while somebody has it open, and the :class:`StoreError` family: untouched then.
    """
    driver = cipher.driver()
    require_fit_file(file, create=False)
    if cipher.looks_encrypted(file):
        raise StoreUnfit(f"{file} is encrypted already.", "Run pim-tui to open it.", gate=Gate.KEY)
    made = file.with_name(f".{file.name}.{os.getpid()}.encrypted")
    kept = file.with_name(FOLDER) / f"{file.stem}-{stamp}-not-encrypted{file.suffix}"
    with explained(file):
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        plain = driver.connect(str(file), isolation_level=None, timeout=0.5)
        try:
            _have_alone(plain, driver, file)
            _copy(plain, made, key)
            _put_in_place(file, made, kept)
        finally:
            plain.close()
    except driver.Error as error:
        raise StoreError(
            f"The book was not encrypted: {error}", "Run pim-tui check, then try again."
        ) from error
    finally:
        for end in COMPANIONS:
            made.with_name(made.name + end).unlink(missing_ok=True)
    _back_to_usual(file, key)
    return kept


def _have_alone(plain: Any, driver: Any, file: Path) -> None:
    """Only who has it alone may leave write-ahead logging; from then on nobody else comes in."""
    for name, value in cipher.QUIET.items():
        plain.execute(f"pragma {name} = {value}")
    try:
        mode = plain.execute("pragma journal_mode = delete").fetchone()[0]
        plain.execute("pragma locking_mode = exclusive").fetchall()
        plain.execute("begin exclusive")
        plain.execute("commit")
    except driver.OperationalError as error:
        if "locked" not in str(error):
            raise
        mode = "wal"
    if mode != "delete":
        raise Refused(f"Somebody has {file} open.", "Have everybody leave the program, then try again.")


def _copy(plain: Any, made: Path, key: str) -> None:
    """All of it into the encrypted file, and the same in it."""
    plain.execute("attach ? as sealed key ?", [str(made), f"x'{key}'"])
    plain.execute("select sqlcipher_export('sealed')").fetchall()
    for mark in _MARKS:
        number = plain.execute(f"pragma main.{mark}").fetchone()[0]
        plain.execute(f"pragma sealed.{mark} = {number}")
    for (table,) in plain.execute(_TABLES).fetchall():
        if plain.execute(_LOST.format(table)).fetchone() != (0, 0):
            raise StoreError(f"The table {table} did not arrive whole.", "Run pim-tui check, then try again.")
    verdict = plain.execute("pragma sealed.integrity_check").fetchone()[0]
    if verdict != "ok":
        raise StoreError(f"The encrypted book would not be whole: {verdict}", "Run pim-tui check.")
    plain.execute("detach sealed")


def _put_in_place(file: Path, made: Path, kept: Path) -> None:
    """There is a whole book under the name at every moment."""
    with explained(file):
        private_folder(kept.parent)
        to_disk(made)
        os.link(file, kept)
        os.replace(made, file)
        to_disk(file.parent)
        to_disk(kept.parent)


def _back_to_usual(file: Path, key: str) -> None:
    """Open it by its key, which also turns write-ahead logging on again."""
    open_book(str(file), key=key).close()

"""An encrypted book: SQLCipher below the same tables, by Peewee's own extension. Loaded for nothing else.

The key is 32 random bytes, written in hex and kept where the setting ``database_key`` says. It is no password
that somebody thought of, so it needs no stretching, which would cost every connection a tenth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from ..errors import Gate, StoreUnfit

KEY = re.compile(r"[0-9a-fA-F]{64}")
QUIET = {"cipher_log_level": "none"}
"""SQLCipher would write its troubles onto the terminal, past the screen."""

_PAGE = 4096
_MANY = 200


def require_key(text: str) -> str:
    """``text`` as a key. Raises :class:`StoreUnfit`, which does not show it."""
    if not KEY.fullmatch(text):
        raise StoreUnfit(
            "The key of the book must be 64 digits and letters a to f.",
            "Make one, once, and keep a copy apart from the backups: openssl rand -hex 32",
            gate=Gate.KEY,
        )
    return text.lower()


def driver() -> Any:
    """The DB-API module with SQLCipher in it. Raises :class:`StoreUnfit` where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise StoreUnfit(
            "This book is encrypted, and what opens it is not installed.",
            "Install it: pip install 'pim-tui[encrypted]'",
            gate=Gate.KEY,
        ) from None
    return dbapi2


def database(uri: str, pragmas: Mapping[str, object], key: str) -> SqliteDatabase:
    """The Peewee database of an encrypted file."""
    driver()
    from playhouse.sqlcipher_ext import SqlCipherDatabase

    made: SqliteDatabase = SqlCipherDatabase(
        uri, passphrase=_raw(key), pragmas={**QUIET, **pragmas}, uri=True, autoconnect=False
    )
    return made


def connect(file: Path, key: str, **options: Any) -> Any:
    """A connection to an encrypted file beside the book, without Peewee."""
    connection = driver().connect(str(file), **options)
    for name, value in QUIET.items():
        connection.execute(f"pragma {name} = {value}")
    connection.execute(f'pragma key = "{_raw(key)}"')
    return connection


def looks_encrypted(file: Path) -> bool:
    """Whether a file that is no plain database is one that lacks its key: whole pages, nothing but noise.

    Only for a file that this process could not open as a book: of one that it has open, the locks would go.
    """
    try:
        with file.open("rb") as opened:
            start = opened.read(_PAGE)
        whole = file.stat().st_size % _PAGE == 0
    except OSError:
        return False
    return whole and len(start) == _PAGE and len(set(start)) > _MANY


def _raw(key: str) -> str:
    """As SQLCipher is told that this is the key itself and no password to make one of."""
    return f"x'{require_key(key)}'"

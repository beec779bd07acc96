"""The way to a server: private and with its password kept elsewhere, or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import StoreUnfit
from ..settingchecks import HERE

PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""A line that was cut is noticed within half a minute, whoever does not say so."""

_ROOTS = Path("~/.postgresql/root.crt")
"""Where libpq looks for trusted certificates by itself."""


def without_password(url: str) -> str:
    """``url`` as it may be shown."""
    parts = urlsplit(url)
    netloc = re.sub(r":[^@]*@", "@", parts.netloc)
    return parts._replace(netloc=netloc, query=re.sub(r"password=[^&]*", "password=", parts.query)).geturl()


def way_to(url: str) -> str:
    """The connection string for ``url``, with what it leaves open.

    Over the network only with TLS and a certificate that was verified, ``sslmode=verify-full``; of several
    hosts the one that takes writes. Raises :class:`StoreUnfit` for less, for a password in the URL, which
    anybody could read who sees the environment of the process, and for what is no such URL.
    """
    told = _read(url)
    if told.get("password"):
        raise StoreUnfit(
            "The URL of the database has a password in it.",
            "Keep it in ~/.pgpass, or in the file that passfile= names.",
        )
    hosts = _hosts(told)
    if far := [host for host in hosts if host and not host.startswith("/") and host not in HERE]:
        _require_private(told, far[0])
    if len(hosts) > 1:
        told.setdefault("target_session_attrs", "read-write")
    return _written({**PATIENCE, "application_name": our_name(), **told})


def our_name() -> str:
    """How the server knows this process: its number and machine, as in ``desk_session``."""
    return f"pim-tui {os.getpid()}@{os.uname().nodename}"[:63]


def _hosts(told: dict[str, str]) -> list[str]:
    """The machines that are tried; a folder is where a socket lies."""
    named = told.get("hostaddr") or told.get("host") or os.environ.get("PGHOST", "")
    return named.split(",")


def _require_private(told: dict[str, str], host: str) -> None:
    mode = told.setdefault("sslmode", os.environ.get("PGSSLMODE") or "verify-full")
    if mode != "verify-full":
        raise StoreUnfit(
            f"The way to {host} would not be private, or could lead elsewhere: sslmode={mode}.",
            "Leave sslmode away, or write sslmode=verify-full.",
        )
    if not os.environ.get("PGSSLROOTCERT") and not _ROOTS.expanduser().is_file():
        told.setdefault("sslrootcert", "system")


def _read(url: str) -> dict[str, str]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        raise StoreUnfit(
            f"The URL of the database cannot be read: {without_password(url)}.",
            "Write postgresql://host/name, as the README says.",
        ) from error


def _written(told: dict[str, str]) -> str:
    from psycopg.conninfo import make_conninfo

    return make_conninfo(**told)

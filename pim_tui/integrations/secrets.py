"""Secrets, read at the moment they are needed from where a setting says: ``env:``, ``file:``,
``credential:`` or ``cmd:``.

What is read is handed over and kept nowhere. No sentence here ever says a part of it.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from pathlib import Path

from ..domain.text import visible
from ..errors import SettingsError
from ..settingchecks import read_reference
from .surroundings import lent

LIMIT = 4096
"""Bytes: a secret is short."""
TIMEOUT_SECONDS = 10.0
_KEEPERS = (
    "CREDENTIALS_DIRECTORY", "DBUS_SESSION_BUS_ADDRESS", "GNUPGHOME", "GPG_AGENT_INFO", "PASSWORD_STORE_DIR",
    "SSH_AUTH_SOCK", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
)  # fmt: skip
"""What programs that keep passwords find theirs by; none of these is one."""


def secret(reference: str, timeout: float = TIMEOUT_SECONDS, *, comments: bool = False) -> str:
    """What ``reference`` names: an environment variable, the first line of a file, of a credential that
    systemd hands to this service, or of what a program says. With ``comments`` lines that begin with ``#``
    do not count, as in the files of age.

    Raises :class:`SettingsError` for one that is missing or empty, and for a file that others can read.
    """
    parts = read_reference(reference)
    if parts is None:
        raise SettingsError(
            "A secret is written down in the settings.",
            "Name where it is kept: env:NAME, file:/path, credential:NAME or cmd:program.",
        )
    kind, named = parts
    readers = {"env": _variable, "file": _line, "credential": _credential}
    found = readers[kind](named) if kind in readers else _answer(named, timeout)
    lines = [line for line in found.split("\n") if not (comments and line.startswith("#"))]
    text = "".join(lines[:1]).rstrip("\r")
    if not text:
        raise SettingsError(f"The secret {kind}:{_shown(kind, named)} is empty.", "Put the secret there.")
    return text


def _shown(kind: str, named: str) -> str:
    """A command may carry an argument that is nobody's business: only its program is named."""
    return visible(named.split()[0] if kind == "cmd" else named)[:80]


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise SettingsError(f"The variable {visible(name)[:80]} is not set.", "Set it for this account.")
    return value


def _credential(name: str) -> str:
    """systemd lends the file to the service by an access list, whose mask shows as rights of the group."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder or "/" in name or name in (".", ".."):
        raise SettingsError(
            f"There is no credential {visible(name)[:80]} here.",
            "systemd lends it to a service with LoadCredential=, and to nobody else.",
        )
    return _line(f"{folder}/{name}", seen_by=0o037)


def _line(name: str, seen_by: int = 0o077) -> str:
    shown = visible(name)[:200]
    path = Path(name).expanduser()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no such name"
        raise SettingsError(f"The secret in {shown} cannot be read: {why}.", "Check the setting.") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise SettingsError(f"{shown} is no ordinary file.", "Put the secret into a file.")
        if found.st_uid not in (0, os.geteuid()):
            raise SettingsError(f"{shown} is somebody else's.", "Keep the secret in a file of your own.")
        if found.st_mode & seen_by:
            raise SettingsError(f"Others can read {shown}.", f"Make it yours alone: chmod 600 {shown}")
        return os.read(descriptor, LIMIT).decode("utf-8", "replace")
    finally:
        os.close(descriptor)


def _answer(command: str, timeout: float) -> str:
    program = _shown("cmd", command)
    try:
        ended = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
            cwd="/",
            env=lent(_KEEPERS),
        )
    except subprocess.TimeoutExpired:
        raise SettingsError(
            f"{program} did not answer within {timeout:g} seconds.", "Try it by hand, without a terminal."
        ) from None
    except (OSError, ValueError):
        raise SettingsError(f"{program} does not start.", "Check the command in the settings.") from None
    if ended.returncode:
        raise SettingsError(f"{program} ended with code {ended.returncode}.", "Try it by hand.")
    return ended.stdout[:LIMIT].decode("utf-8", "replace")

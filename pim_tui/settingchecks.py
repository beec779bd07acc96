"""How the values of settings are written, and what is wrong with one that is not.

A check answers with the words that follow the setting's name, None where nothing is wrong; ``read_...`` gives
what a value means.
"""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any


def one_of(*allowed: str) -> Callable[[Any], str | None]:
    """A check: one of these words."""
    return lambda value: None if value in allowed else f"must be one of {', '.join(filter(None, allowed))}"


def between(low: int, high: int) -> Callable[[Any], str | None]:
    """A check: a number from ``low`` to ``high``."""
    return lambda value: None if low <= value <= high else f"must be from {low} to {high}"


def clock(value: Any) -> str | None:
    """A time of day, up to 24:00."""
    found = re.fullmatch(_CLOCK, str(value))
    if found and int(found[1]) * 60 + int(found[2]) <= 1440 and int(found[2]) < 60:
        return None
    return "must be a time such as 08:30"


_CLOCK = r"([0-9]{1,2}):([0-9]{1,2})"


def read_windows(text: str) -> tuple[int, ...] | None:
    """``7d, 48h, 90m`` as minutes, longest first; None where it is no such list, () where it is empty."""
    found = []
    for part in text.replace(",", " ").split():
        number, unit = part[:-1], part[-1:]
        known = number.isascii() and number.isdigit() and len(number) < 10 and unit in _UNITS
        if not known or not 0 < int(number) < 10_000:
            return None
        found.append(int(number) * _UNITS[unit])
    return tuple(sorted(set(found), reverse=True))


_UNITS = {"d": 1440, "h": 60, "m": 1}


def windows(value: Any) -> str | None:
    """What :func:`read_windows` reads."""
    return "must be lengths such as 48h or 7d, 2h" if read_windows(value) is None else None


_KEPT = r"([0-9]{1,4})([hdm])"


def read_keep(text: str) -> dict[str, int] | None:
    """``24h 14d 12m`` as numbers by unit; None where it is no such list, or keeps nothing."""
    found = dict[str, int]()
    for part in text.replace(",", " ").split():
        read = re.fullmatch(_KEPT, part)
        if read is None or read[2] in found:
            return None
        found[read[2]] = int(read[1])
    return found if any(found.values()) else None


def keep(value: Any) -> str | None:
    """What :func:`read_keep` reads."""
    return None if read_keep(value) else "must be how many hours, days and months: 24h 14d 12m"


def read_recipients(text: str) -> tuple[str, ...]:
    """Public keys, ``age1...``, one behind the other."""
    return tuple(text.replace(",", " ").split())


def recipients(value: Any) -> str | None:
    """Public keys of age; none is as good."""
    good = all(one.startswith("age1") and one.isascii() for one in read_recipients(value))
    return None if good else "must be public keys of age, such as age1..."


def currency(value: Any) -> str | None:
    """ISO 4217 by its form; which of them exist is nobody's business here."""
    return (
        None if len(value) == 3 and value.isascii() and value.isupper() else "must be three capital letters"
    )


HERE = ("localhost", "127.0.0.1", "::1")
"""How this machine itself is called."""


def read_reference(text: str) -> tuple[str, str] | None:
    """``env:NAME``, ``file:/path``, ``credential:NAME`` or ``cmd:program``: the kind, and what it names; None
    where it is none.
    """
    kind, colon, named = text.partition(":")
    known = kind in ("env", "file", "credential", "cmd")
    return (kind, named.strip()) if known and colon and named.strip() else None


def reference(value: Any) -> str | None:
    """Where a secret is kept; the secret itself has no place in the settings, nor in a complaint."""
    known = value == "" or read_reference(value)
    return None if known else "must be env:NAME, file:/path, credential:NAME or cmd:program"


def service(value: Any) -> str | None:
    """The address of a service: over TLS, or on this machine itself."""
    from urllib.parse import urlsplit

    try:
        whole = urlsplit(value)
    except ValueError:
        return _NO_SERVICE
    safe = whole.scheme == "https" or (whole.scheme == "http" and whole.hostname in HERE)
    return None if value == "" or (safe and whole.hostname) else _NO_SERVICE


_NO_SERVICE = "must be an address such as https://..."


SMS_NAMES = ("to", "text", "ref", "from", "secret")
"""What may stand in braces in the fields and headers that an SMS gateway is sent."""
_BRACES = r"\{(\w*)\}"


def read_success(text: str) -> tuple[int, str] | None:
    """``200 /messages/0/id``: the status that means yes, and the JSON pointer (RFC 6901) to the key that the
    gateway gives; without one it gives none. None: not understood.
    """
    status, _, pointer = text.strip().partition(" ")
    pointer = pointer.strip()
    good = re.fullmatch(r"2[0-9]{2}", status) is not None
    return (int(status), pointer) if good and (not pointer or pointer.startswith("/")) else None


def success(value: Any) -> str | None:
    """What :func:`read_success` reads."""
    return None if read_success(value) else "must be such as 200 /messages/0/id"


def braces(value: Any) -> str | None:
    """A table of which each text has only those :data:`SMS_NAMES` in braces."""
    strange = [name for text in value.values() for name in re.findall(_BRACES, text) if name not in SMS_NAMES]
    named = ", ".join(f"{{{name}}}" for name in SMS_NAMES)
    return f"has {{{strange[0][:40]}}} in it, and may have {named}" if strange else None


def https(value: Any) -> str | None:
    """An address that nothing but a name has to be added to."""
    host, _, path = value.removeprefix("https://").partition("/")
    odd = not value.isascii() or not value.isprintable() or any(char in value for char in " \"'<>\\?#@")
    good = value.startswith("https://") and host.strip(".-") and not odd and "//" not in path
    return None if good else "must be an address such as https://meet.example.org/"


def read_address(text: str) -> tuple[str, int] | None:
    """``127.0.0.1:8443``: the interface and the port to listen on; None where it is none."""
    host, _, port = text.rpartition(":")
    good = port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65_536
    return (host.strip("[]"), int(port)) if host and good and " " not in host else None


def address(value: Any) -> str | None:
    """What :func:`read_address` reads, or nothing."""
    return None if value == "" or read_address(value) else "must be an interface and a port: 127.0.0.1:8443"


def command(value: Any) -> str | None:
    """A program and its arguments, with the file to write among them."""
    import shlex

    try:
        parts = shlex.split(value)
    except ValueError:
        return "has a quote without its other half"
    return None if not parts or any("{file}" in part for part in parts[1:]) else "must have {file} in it"


def terminal(value: Any) -> str | None:
    """What may be a name in ``TERM``."""
    return None if re.fullmatch(_TERMINAL, value) else "must be the name of a terminal such as xterm-256color"


_TERMINAL = r"[A-Za-z0-9][A-Za-z0-9.+-]{0,40}"


def printer(value: Any) -> str | None:
    """A name of ``printers``, a queue, or a destination written out."""
    from .destinations import wrong_destination

    return wrong_destination(str(value))


def printers(value: Any) -> str | None:
    """A table of destinations by their names."""
    from .destinations import wrong_destinations

    return wrong_destinations(value)


LONGEST_NAME = 50
"""Characters of a staff name that stands for a service outside."""


def read_calendar(text: str) -> tuple[str, str, str] | None:
    """``https://user@host/path/`` as user, origin and path; None where it is no such address.

    A password has no place in it, and in clear it may only be of this machine itself.
    """
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(text.strip())
        place, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    plain = parts.scheme == "http" and place in HERE
    odd = not text.isprintable() or parts.password is not None or parts.query or parts.fragment
    if not (parts.scheme == "https" or plain) or not place or odd:
        return None
    host = f"[{place}]" if ":" in place else place
    origin = f"{parts.scheme}://{host}{'' if port is None else f':{port}'}"
    return unquote(parts.username or ""), origin, f"{parts.path.rstrip('/')}/"


def calendars(value: Any) -> str | None:
    """Addresses by staff name, each of somebody else."""
    if any(len(name) > LONGEST_NAME or not name.strip() for name in value):
        return f"must be staff names, of {LONGEST_NAME} characters at most, with an address each"
    if not all(map(read_calendar, value.values())):
        return "must be addresses such as https://user@host/path/, without a password"
    places = {found[1:] for found in map(read_calendar, value.values()) if found}
    return None if len(places) == len(value) else "must be a calendar of their own for each of the staff"


def references(value: Any) -> str | None:
    """A table of what :func:`reference` takes."""
    return next(filter(None, map(reference, value.values())), None)


def zone(value: Any) -> str | None:
    """An IANA time zone that this machine knows, or nothing."""
    if value == "":
        return None
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "must be a time zone such as Europe/Berlin"
    return None


@cache
def machine_zone() -> str:
    """The IANA zone of this machine: ``TZ``, then the system's link, then its file, then UTC."""
    candidates = [os.environ.get("TZ", "")]
    link = Path("/etc/localtime")
    if link.is_symlink():
        candidates.append(str(link.resolve()).partition("zoneinfo/")[2])
    timezone = Path("/etc/timezone")
    if timezone.is_file():
        candidates.append(timezone.read_text("utf-8", "replace").strip())
    return next((name for name in candidates if name and zone(name) is None), "UTC")

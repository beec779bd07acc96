"""Where papers go: destinations as the settings write them, such as ``socket:192.168.1.5:9100 drawer``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

Kind = Literal["cups", "socket", "file", "terminal"]
KINDS: Final[tuple[Kind, ...]] = ("cups", "socket", "file", "terminal")
QUEUE: Final = re.compile(r"[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]{0,126}")
"""What CUPS takes as the name of a queue."""
PAGES: Final = (437, 850, 852, 858, 866, 1252)
"""Code pages of receipt printers that are known here."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_WORDS: Final[dict[Kind, tuple[str, ...]]] = {
    "cups": ("copies", "raw", "drawer", "nocut", "columns", "pages"),
    "socket": ("drawer", "nocut", "columns", "pages"),
    "file": ("text",),
    "terminal": ("ascii",),
}


@dataclass(frozen=True, slots=True)
class Destination:
    """One place where papers go. ``target`` is a queue (empty: the system's default), a host or a folder
    (empty: the person's own).

    A receipt printer (``receipts``) is sent ESC/POS of ``columns`` letters a line, in the code ``pages`` it
    has; it cuts the paper with ``cut`` and opens the cash ``drawer``. ``text`` is text instead of PDF,
    ``ascii`` text without accents; ``copies`` is how often a queue prints each paper.
    """

    name: str
    kind: Kind = "cups"
    target: str = ""
    port: int = 0
    copies: int = 1
    receipts: bool = False
    columns: int = 48
    pages: tuple[int, ...] = (858,)
    drawer: bool = False
    cut: bool = True
    text: bool = False
    ascii: bool = False

    @property
    def where(self) -> str:
        """How a person calls it."""
        if self.name:
            return self.name
        return {"cups": self.target or "the default printer", "terminal": "this terminal's printer"}.get(
            self.kind, self.address
        )

    @property
    def address(self) -> str:
        """What the settings say of it, without options."""
        return f"{self.kind}:{self.target}{f':{self.port}' if self.port else ''}"


def read_destination(name: str, text: str) -> Destination:
    """``kind:target options`` as a destination. Raises :class:`ValueError` with what is wrong with it."""
    kind, colon, rest = text.partition(":")
    found = next((one for one in KINDS if one == kind.strip()), None)
    if found is None or not colon:
        raise ValueError(f"must begin with one of {', '.join(f'{one}:' for one in KINDS)}")
    target, options = _parted(found, rest.split())
    made = Destination(name, found, target, receipts=found == "socket", text=found == "terminal")
    return _with_options(_placed(made), options)


def _parted(kind: Kind, words: list[str]) -> tuple[str, list[str]]:
    """The target and the options behind it; a folder's name may have spaces."""
    at = len(words)
    while at and words[at - 1].partition("=")[0] in _WORDS[kind]:
        at -= 1
    return " ".join(words[:at]), words[at:]


def _placed(made: Destination) -> Destination:
    """With its target looked at."""
    if made.kind == "cups" and made.target and not QUEUE.fullmatch(made.target):
        raise ValueError("must name a queue as lpstat -e shows it, then words such as raw")
    if made.kind == "terminal" and made.target:
        raise ValueError("terminal: takes no address, and no other word than ascii")
    if made.kind != "socket":
        return made
    host, _, port = made.target.partition(":")
    number = int(port or 9100) if (port.isascii() and port.isdigit()) or not port else 0
    if not _HOST.fullmatch(host) or not 0 < number < 65_536:
        raise ValueError("must be socket:HOST:PORT, then words such as drawer")
    return replace(made, target=host, port=number)


def _with_options(made: Destination, options: Iterable[str]) -> Destination:
    for word in options:
        name, _, value = word.partition("=")
        if name == "columns":
            made = replace(made, columns=_number(name, value, 24, 80))
        elif name == "copies":
            made = replace(made, copies=_number(name, value, 1, 20))
        elif name == "pages":
            made = replace(made, pages=_pages(value))
        elif value:
            raise ValueError(f"{name} takes no value")
        else:
            made = replace(made, **_SWITCHED[name])
    return made


_SWITCHED: Final[dict[str, dict[str, Any]]] = {
    "raw": {"receipts": True}, "drawer": {"drawer": True}, "nocut": {"cut": False}, "text": {"text": True},
    "ascii": {"ascii": True},
}  # fmt: skip


def _number(name: str, value: str, low: int, high: int) -> int:
    if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
        raise ValueError(f"{name} must be from {low} to {high}")
    return int(value)


def _pages(value: str) -> tuple[int, ...]:
    pages = tuple(int(one) if one.isascii() and one.isdigit() else 0 for one in value.split(","))
    if not set(pages) <= set(PAGES):
        raise ValueError(f"pages must be some of {','.join(map(str, PAGES))}")
    return pages


def wrong_destination(text: str) -> str | None:
    """What is wrong with a destination or the bare name of a queue; None where nothing is."""
    if ":" not in text:
        return None
    try:
        read_destination("", text)
    except ValueError as error:
        return str(error)
    return None


def wrong_destinations(table: Mapping[str, str]) -> str | None:
    """What is wrong with a table of destinations by their names; None where nothing is."""
    for name, text in table.items():
        if not _NAME.fullmatch(name):
            return f"names must be of a-z, 0-9, - and _: {name[:40]!r}"
        try:
            read_destination(name, text)
        except ValueError as error:
            return f"{name} {error}"
    return None


def read_destinations(table: Mapping[str, str]) -> tuple[Destination, ...]:
    """The table of the settings, in its order."""
    return tuple(read_destination(name, text) for name, text in table.items())


def meant(said: str, known: Iterable[Destination]) -> Destination:
    """The destination of that name, one written out, or the CUPS queue so called; empty: the default queue.

    Raises :class:`ValueError` for one that is written out wrongly.
    """
    for one in known:
        if one.name == said:
            return one
    return read_destination("", said) if ":" in said else Destination("", "cups", said)

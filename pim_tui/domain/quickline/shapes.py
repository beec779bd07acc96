"""What goes into the quick line's reader and what comes out of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ..dates import Order

SpanKind = Literal["customer", "day", "time", "minutes", "staff", "room", "type", "mode", "reason", "unknown"]
Field = Literal["customer", "day", "time", "minutes", "staff", "room", "type", "line"]
Why = Literal["missing", "ambiguous", "unknown"]


@dataclass(frozen=True, slots=True)
class Named:
    """A staff member or a room. ``aliases`` are what the clinic says for it ("drl", "lab")."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeNamed:
    """An appointment type; ``minutes`` 0 and ``mode`` "" mean that it does not say."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    minutes: int = 0
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What the clinic knows when a line is read.

    ``today`` and ``now`` are wall time in ``zone``; ``customer`` is the id of a customer chosen
    already, with ``customer_name`` for the echo; ``open_from`` and ``open_to`` are minutes since
    midnight, half-open. ``starts`` is when it begins where the line says nothing of it, for the echo.
    """

    zone: str
    today: dt.date
    now: dt.datetime
    slot_minutes: int = 15
    staff: tuple[Named, ...] = ()
    rooms: tuple[Named, ...] = ()
    types: tuple[TypeNamed, ...] = ()
    customer: int | None = None
    order: Order = "dmy"
    default_minutes: int = 30
    open_from: int = 7 * 60
    open_to: int = 20 * 60
    customer_name: str = ""
    starts: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of the line, half-open, that were read as ``kind``."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to an :class:`Ask`: ``value`` is the id, day, time or minutes it stands for."""

    label: str
    value: int | dt.date | dt.time


@dataclass(frozen=True, slots=True)
class Ask:
    """What is still to be settled before booking: one field, a sentence, and answers if known."""

    field: Field
    message: str
    choices: tuple[Choice, ...] = ()
    why: Why = "missing"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one quick line was understood to say.

    ``staff``, ``room`` and ``type`` hold ids: none when not said, one when clear, several when the
    line fits several (there is an ask then). ``times`` and ``days`` hold every reading; ``time`` and
    ``day`` the one that counts, or None. ``minutes`` is what was typed, else the type's, else the
    clinic's default. ``mode`` is None when neither the line nor the type says. ``notices`` tell what
    was decided between two readings.
    """

    customer: int | None = None
    customer_words: str = ""
    day: dt.date | None = None
    days: tuple[dt.date, ...] = ()
    time: dt.time | None = None
    times: tuple[dt.time, ...] = ()
    minutes: int = 0
    minutes_typed: bool = False
    staff: tuple[int, ...] = ()
    room: tuple[int, ...] = ()
    type: tuple[int, ...] = ()
    mode: str | None = None
    reason: str = ""
    spans: tuple[Span, ...] = ()
    asks: tuple[Ask, ...] = ()
    notices: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def complete(self) -> bool:
        """Nothing is missing or unclear: the line can be booked as it stands."""
        return not self.asks

    @property
    def starts(self) -> dt.datetime | None:
        """The naive wall time of the start, once day and time are both known."""
        return dt.datetime.combine(self.day, self.time) if self.day and self.time else None

    @property
    def nobody(self) -> str:
        """What is said where nobody has the customer's name."""
        return f"Nobody is called {self.customer_words!r}."

    def echo(self) -> str:
        """One line that says what was understood, for the live line under the field."""
        return self.sentence

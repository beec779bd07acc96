"""What can be printed: each paper by the few facts that ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from ..documents.document import Document
from ..lists.spec import Chosen
from ..queries.calendar import EVERYTHING, Filter


@dataclass(frozen=True, slots=True)
class DayPaper:
    """The day sheet; ``each`` begins everybody on a page of their own."""

    day: date
    staff_id: int | None = None
    each: bool = False

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"day{_of(self.staff_id)}-{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class WeekPaper:
    """The week in which ``day`` lies, of what the calendar shows."""

    day: date
    staff_id: int | None = None
    shown: Filter = EVERYTHING
    landscape: bool = True

    @property
    def monday(self) -> date:
        """Its first day."""
        return self.day - timedelta(days=self.day.weekday())

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"week{_of(self.staff_id)}-{self.monday.isoformat()}"


@dataclass(frozen=True, slots=True)
class MonthPaper:
    """The month in which ``day`` lies."""

    day: date
    staff_id: int | None = None
    shown: Filter = EVERYTHING

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"month{_of(self.staff_id)}-{self.day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class SchedulePaper:
    """Appointments from ``first`` to ``last``, both included; everybody's without ``staff_id``."""

    first: date
    last: date
    staff_id: int | None = None
    shown: Filter = EVERYTHING

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"schedule{_of(self.staff_id)}-{self.first.isoformat()}-{self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class CardPaper:
    """The appointment card of a customer."""

    customer_id: int

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"card-{self.customer_id}"


@dataclass(frozen=True, slots=True)
class ListPaper:
    """A list narrowed as ``chosen`` says: of a customer, or (``customer_id`` None) of the whole clinic."""

    key: str
    customer_id: int | None
    chosen: Chosen = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"{self.key}{_of(self.customer_id)}"


def _of(id_: int | None) -> str:
    """Sets the file of one person apart from everybody's."""
    return f"-{id_}" if id_ is not None else ""


Wanted = DayPaper | WeekPaper | MonthPaper | SchedulePaper | CardPaper | ListPaper


@dataclass(frozen=True, slots=True)
class Made:
    """A paper put together. ``name`` begins a sentence about it; the rest is for the journal."""

    document: Document
    name: str
    kind: str
    row_id: int | None
    days: tuple[str, ...] = ()

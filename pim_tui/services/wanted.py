"""What can be printed: each paper by the few facts that ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

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
class DowntimePaper:
    """What a day is worked from while the program cannot be: sheets with phones, dues and alerts."""

    day: date

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"downtime-{self.day.isoformat()}"


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


@dataclass(frozen=True, slots=True)
class RegisterPaper:
    """Everything that was moved of one product, narrowed as ``chosen`` says (K5)."""

    product_id: int
    chosen: Chosen = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"register-{self.product_id}"


@dataclass(frozen=True, slots=True)
class PostingPaper:
    """The paper of a bill, receipt, note, payment or refund.

    ``again`` asks for a reprint that says COPY n (M10); without it, it is the paper as it was issued.
    ``copy`` is that n, and ``as_of`` the moment whose facts it tells: both are set when it is made.
    """

    posting_id: int
    again: bool = False
    copy: int = 0
    as_of: int | None = None

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"bill-{self.posting_id}"


@dataclass(frozen=True, slots=True)
class DraftPaper:
    """A bill that is parked; it says that it is no receipt (M3)."""

    draft_id: int

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"draft-{self.draft_id}"


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """The label of a dispensed line (K4); ``again`` and ``copy`` as in :class:`PostingPaper`."""

    line_id: int
    again: bool = False
    copy: int = 0

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"label-{self.line_id}"


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """What a customer was billed and paid from ``first`` to ``last``, both included."""

    customer_id: int
    first: date
    last: date

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"statement-{self.customer_id}-{self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class LedgerPaper:
    """Every line from ``first`` to ``last`` of a customer's account; of all without ``customer_id``."""

    first: date
    last: date
    customer_id: int | None = None

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"ledger{_of(self.customer_id)}-{self.first.isoformat()}-{self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class RecordPaper:
    """A customer's whole record."""

    customer_id: int

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"record-{self.customer_id}"


@dataclass(frozen=True, slots=True)
class ClosePaper:
    """The Z report of a day that was closed, or the X report of one that is not yet (M9).

    ``again`` and ``copy`` as in :class:`PostingPaper`.
    """

    day: date
    again: bool = False
    copy: int = 0

    @property
    def stem(self) -> str:
        """How its file is called."""
        return f"close-{self.day.isoformat()}"


def _of(id_: int | None) -> str:
    """Sets the file of one person apart from everybody's."""
    return f"-{id_}" if id_ is not None else ""


Wanted = (
    DayPaper | WeekPaper | MonthPaper | SchedulePaper | CardPaper | ListPaper | PostingPaper | LabelPaper
    | StatementPaper | LedgerPaper | RecordPaper | ClosePaper | DraftPaper
    | RegisterPaper | DowntimePaper
)  # fmt: skip


MONEY: Final = (PostingPaper, DraftPaper, StatementPaper, LedgerPaper, ClosePaper)
"""Papers about money: the tax number stands on them."""
KEPT: Final = (PostingPaper, LabelPaper, StatementPaper, ClosePaper)
"""Papers that are kept as they were issued."""
SLIPS: Final = (PostingPaper, DraftPaper, ClosePaper)
"""Papers that fit onto the roll of a receipt printer."""
LONG: Final = (StatementPaper, LedgerPaper, RecordPaper)
"""Papers of many pages, which whoever waits may want to watch and to stop."""
Kept = PostingPaper | LabelPaper | StatementPaper | ClosePaper


@dataclass(frozen=True, slots=True)
class Issue:
    """That a paper is kept as it was first issued (M10): its kind and whose it is. ``about`` tells which."""

    kind: str
    posting_id: int | None = None
    customer_id: int | None = None
    line_id: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A paper put together. ``name`` begins a sentence about it; the rest is for the journal.

    With ``issue`` it is kept. A ``slip`` goes onto the paper of receipts, a ``label`` onto labels.
    """

    document: Document
    name: str
    kind: str
    row_id: int | None
    days: tuple[str, ...] = ()
    issue: Issue | None = None
    slip: bool = False
    label: bool = False

"""Every paper that can be printed, by what asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..documents.blocks import Letterhead
from ..domain.rights import Right
from ..domain.session import Session
from ..queries.gate import for_reader
from .account_papers import ledger_paper, statement_paper
from .bill_papers import label_paper, posting_paper
from .calendar_papers import day_paper, month_paper, schedule_paper, week_paper
from .close_papers import close_paper
from .customer_papers import card_paper, list_paper, register_paper
from .downtime import downtime_paper
from .draft_papers import draft_paper
from .record_papers import record_paper
from .report_papers import report_paper
from .wanted import (
    CardPaper,
    ClosePaper,
    DayPaper,
    DowntimePaper,
    DraftPaper,
    LabelPaper,
    LedgerPaper,
    ListPaper,
    Made,
    MonthPaper,
    PostingPaper,
    RecordPaper,
    RegisterPaper,
    ReportPaper,
    SchedulePaper,
    StatementPaper,
    Wanted,
    WeekPaper,
)

_MAKERS: Final[dict[type, Callable[[Session, Any, Letterhead], Made]]] = {
    DayPaper: day_paper, WeekPaper: week_paper, MonthPaper: month_paper, SchedulePaper: schedule_paper,
    CardPaper: card_paper, ListPaper: list_paper, RecordPaper: record_paper, PostingPaper: posting_paper,
    LabelPaper: label_paper, StatementPaper: statement_paper, LedgerPaper: ledger_paper,
    ClosePaper: close_paper, DraftPaper: draft_paper, RegisterPaper: register_paper,
    DowntimePaper: downtime_paper,
    ReportPaper: report_paper,
}  # fmt: skip


@for_reader
def make(session: Session, wanted: Wanted, clinic: Letterhead) -> Made:
    """The paper as plain data, read on behalf of whoever wants it.

    Raises :class:`Refused` for what is too long to print, :class:`NotFound` for a customer, a staff
    member or a list that does not exist.
    """
    session.needs(Right.PRINT)
    return _MAKERS[type(wanted)](session, wanted, clinic)

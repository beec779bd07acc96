"""Every question that a list, a grid or a search asks: what it may read, and what names its indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pim_tui.domain.waiting import Slot
from pim_tui.lists.filterline import read_filter
from pim_tui.lists.journal import JOURNAL
from pim_tui.lists.known import KNOWN
from pim_tui.lists.spec import AFTER, ListSpec, Scope
from pim_tui.lists.tabs import TABS
from pim_tui.queries import (
    balances,
    billlists,
    boards,
    calendar,
    calls,
    customers,
    daywalk,
    duplicates,
    explain,
    files,
    fitting,
    journal,
    ledger,
    loanlists,
    messagelists,
    messages,
    movements,
    moving,
    notes,
    owing,
    paymentlists,
    returns,
    search,
    stocklists,
    texting,
    timelines,
    visitlists,
    waiting,
)
from pim_tui.queries.calendar import Filter
from pim_tui.queries.journal import JournalWanted
from pim_tui.queries.loanlists import LoanFilter
from pim_tui.queries.movements import MovementFilter
from pim_tui.queries.paymentlists import PaymentFilter
from pim_tui.queries.visitlists import UnpaidFilter
from tests.queries.grown import NOW, TODAY, ZONE

Question = Callable[[], object]


@dataclass(frozen=True)
class Hot:
    """``ask`` and what comes of it: at most ``rows`` rows from all its statements; ``of`` are the queries
    whose docstrings name the indexes. ``scans`` are large tables that are read from end to end, and ``grows``
    says why it may cost more in an older clinic; empty where it may not.
    """

    name: str
    ask: Question
    rows: int
    of: tuple[Callable[..., Any], ...]
    grows: str = ""
    scans: frozenset[str] = frozenset()


_OF: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("sale", "income", "borrow", "dispense"), billlists.bills_of),
    "appointments": customers.appointments_of, "notes": notes.notes_of, "documents": files.documents_of,
    "ledger": ledger.ledger_of, "payments": paymentlists.payments_of, "refunds": returns.waiting,
    "overdue": loanlists.loans_out, "unpaid": visitlists.unpaid_visits, "owing": owing.owing_list,
    "calls": calls.calls_to_make, "stock": stocklists.products_in_stock,
    "low_stock": stocklists.products_in_stock, "expiring": stocklists.expiring,
    "movements": movements.movements, "stock_value": stocklists.stock_value,
    "duplicates": duplicates.duplicates, "texts": texting.texts_in, "outgoing": messagelists.outgoing,
    "journal": journal._page,
}  # fmt: skip
_GROWS = {
    "movements": "sums go through everything that was moved, and are told behind the rows",
    "owing": "every account is added up, as no balance is kept (M5)",
    "overdue": "whether a loan is back is the sum of its events (K3); it is asked of every loan there was",
    "duplicates": "everybody is compared with everybody",
}
_SCANS = {
    "owing": frozenset({"entry"}),
    "movements": frozenset({"stock_movement"}),
    "outgoing": frozenset({"outbox"}),
}
_EVERYTHING = "what everything adds up to is told behind the rows, and only for who takes the dates away"


def lists() -> Iterator[Hot]:
    """First page, next page and sums of every list, as they open."""
    for key, spec in {**KNOWN, JOURNAL.key: JOURNAL}.items():
        of, about = (
            (_OF[key.removeprefix("all-")],),
            Scope(1 if spec in (*TABS, *_LEDGER) else None, ZONE, TODAY),
        )
        grows, scans = _GROWS.get(key, ""), _SCANS.get(key, frozenset())
        opened = _opened(spec)
        most = 5 * spec.page_size

        def first(spec: ListSpec[Any] = spec, about: Scope = about, opened: Any = opened) -> Any:
            return spec.query(about, opened, spec.page_size, 0)

        def further(spec: ListSpec[Any] = spec, about: Scope = about, opened: Any = opened) -> Any:
            last = spec.query(about, opened, 1, 3).rows
            chosen = {**opened, AFTER: last[0].id} if last else opened
            return spec.query(about, chosen, spec.page_size, 4)

        def summed(spec: ListSpec[Any] = spec, about: Scope = about, opened: Any = opened) -> Any:
            return spec.query(about, opened, 0, 0).totals

        yield Hot(f"{key}, first page", first, most, of, grows, scans)
        yield Hot(f"{key}, further page", further, most, of, grows, scans)
        yield Hot(
            f"{key}, sums",
            summed,
            most,
            of,
            grows or ("" if spec.usual or about.customer_id else _EVERYTHING),
            scans,
        )


_LEDGER = (KNOWN["ledger"],)


def _opened(spec: ListSpec[Any]) -> Any:
    """What the filter of a list lets through when it opens."""
    return read_filter(spec.usual, spec.filters, {}, today=TODAY).chosen


MONTH = [TODAY - timedelta(days=21) + timedelta(days=n) for n in range(28)]
FORTNIGHT = TODAY + timedelta(days=13)
LATER = NOW - NOW % 86_400 + 3 * 86_400
TYPED = ("a", "an", "anna", "s", "302", "6", "zz", "#12")
"""What somebody types to find a customer."""
RARE = ("sonda3", "sonda3 anna", "an 302", "1950-10-10")
"""The same, of which there are fewer than a walk goes on for."""


def grids() -> Iterator[Hot]:
    """The views of the calendar, and what a booking asks."""
    day, load, firsts = calendar.blocks_of, calendar.load_rows, calendar.first_of_days
    yield Hot("day", lambda: boards.day_board(TODAY, ZONE, now=NOW), 60, (day,))
    yield Hot("day by room", lambda: boards.day_board(TODAY, ZONE, True, now=NOW), 60, (day,))
    yield Hot("week", lambda: boards.week_board(TODAY), 80, (load,))
    yield Hot("month", lambda: boards.month_board(MONTH, 3), 160, (load, firsts))
    yield Hot("month of one", lambda: boards.month_board(MONTH, 3, Filter((2,))), 160, (load, firsts))
    yield Hot("days as a list", lambda: boards.list_board(TODAY, FORTNIGHT, ZONE), 320, (day,))
    yield Hot("what needs moving", lambda: moving.ids_to_move(NOW, ZONE), 120, (moving.ids_to_move,))
    around = {"staff_id": 2, "room_id": 1, "customer_id": 1}
    window = fitting.Interval(LATER, LATER + 86_400)
    yield Hot("what is in the way", lambda: fitting.occupied_around(window, **around), 40,  # type: ignore[arg-type]
              (fitting.occupied_around,))  # fmt: skip
    slot = Slot(2, None, LATER, 30)
    yield Hot(
        "who fits", lambda: waiting.fitting(slot, ZONE, NOW), 400, (waiting.fitting, fitting.occupied_around)
    )


_COUNTED = "lines are counted, but no more than ten thousand"
_JOURNALS = {
    "by act": JournalWanted(actions=("see",)),
    "by person": JournalWanted(staff_ids=(2,)),
    "by kind": JournalWanted(kinds=("customer",)),
    "of a record": JournalWanted(kinds=("customer",), row_id=1),
    "of a day": JournalWanted(first=TODAY, last=TODAY),
}


def of_a_customer() -> Iterator[Hot]:
    """What the customer's page, their account and a bill show."""
    yield Hot("profile", lambda: customers.profile(1, TODAY), 40, (customers.profile, customers.record))
    yield Hot("messages", lambda: messages.messages_of(1), 120, (messages.messages_of,))
    yield Hot("balance", lambda: balances.balance(1), 1, (balances.balance,))
    yield Hot("ages", lambda: ledger.ageing_of(1, TODAY), 60, (ledger.aged,))
    yield Hot("why this balance", lambda: explain.explain("balance", 1), 250, (ledger.ledger_of,))
    yield Hot("register of a product", lambda: movements.movements(MovementFilter(1)), 300,
              (movements.movements,), "the balance runs through all that was moved of it")  # fmt: skip
    yield Hot("what happened to a bill", lambda: timelines.timeline(90), 20, (timelines.timeline,))
    yield Hot("loans of a customer", lambda: loanlists.loans_out(LoanFilter(TODAY, customer_id=1)), 9,
              (loanlists.loans_out,))  # fmt: skip
    yield Hot("unpaid visits of a customer", lambda: visitlists.unpaid_visits(UnpaidFilter(1)), 60,
              (visitlists.unpaid_visits,))  # fmt: skip
    yield Hot("payments of a customer", lambda: paymentlists.payments_of(PaymentFilter(1)).totals, 99,
              (paymentlists.payments_of,))  # fmt: skip
    for name, wanted in _JOURNALS.items():
        page = lambda wanted=wanted: journal._page(wanted, 100, None, ZONE).totals  # noqa: E731
        yield Hot(f"journal {name}", page, 110, (journal._page,), _COUNTED)
    yield Hot(
        "the close of a day", lambda: daywalk.day_walk(TODAY), 900, (daywalk.day_walk,), _GROWS["overdue"]
    )


def searches() -> Iterator[Hot]:
    """What is typed to find somebody."""
    for text in (*TYPED, *RARE):
        grows = "a screenful ends the walk, and there is none yet" if text in RARE else ""
        ask = lambda text=text: search.find(text, today=TODAY)  # noqa: E731
        yield Hot(f"find {text}", ask, 300, (search.find,), grows)


def every() -> tuple[Hot, ...]:
    """All of them."""
    return (*lists(), *grids(), *of_a_customer(), *searches())

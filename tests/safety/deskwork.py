"""What a desk does all day, at random: booking, moving, the till, returns, stock, customers, notes, undo.

Each step is one command of the program's own services under a request id of its own, so whoever was promised
something can be asked for in the journal, which holds the id in the transaction of the change itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from peewee import SqliteDatabase

from pim_tui.db.connection import Book, open_book, select
from pim_tui.domain.basket import Basket
from pim_tui.domain.customer import CustomerFields
from pim_tui.domain.session import Session
from pim_tui.domain.states import Status
from pim_tui.domain.tender import Tender
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import PimError
from pim_tui.queries.checks import CHECKS
from pim_tui.queries.customers import editable
from pim_tui.queries.stock import lot, lots_of
from pim_tui.services import pins
from pim_tui.services.appointment_rows import stored
from pim_tui.services.booking import BookAppointment, ChangeAppointment, MarkAppointment, book, change, mark
from pim_tui.services.customers import ChangeCustomer, CreateCustomer, change_customer, create_customer
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.services.payouts import PayRefund, pay_refund
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from pim_tui.services.returns import DecideReturn, RequestReturn, ReturnOf, decide_return, request_return
from pim_tui.services.stock import AdjustStock, adjust_stock
from pim_tui.services.till import PostBill, post_bill
from pim_tui.services.undo import Undo, undo
from pim_tui.services.work import Done
from tests.db import book as books
from tests.services.clinic import ANNA, LEE, SATO, at, overlaps
from tests.services.refunding import CHEAP, PINS, Counter, counter
from tests.services.shop import BANDAGE, CONSULTATION, line

DAY = 86_400
DAYS = 40
"""Days that are booked into, round the clock, every half hour."""

Step = Callable[[str], Done | None]


@dataclass(frozen=True, slots=True)
class Door:
    """How a process of its own gets into the book: its file or its URL, and the folder beside it."""

    url: str
    beside: str
    session: Session

    def opened(self, key: str) -> tuple[Book, Session]:
        """Open the book here, as a desk called ``key``."""
        return open_book(self.url, beside=Path(self.beside)), replace(self.session, key=key)


def clinic(folder: Path) -> Door:
    """A clinic with a till, open day and night, which no process holds open: connections cross no fork."""
    pins.COST = CHEAP
    made: Counter = counter(folder)
    made.open_always()
    made.store.close()
    if isinstance(made.store.db, SqliteDatabase):
        return Door(str(made.store.file), str(folder), made.session)
    return Door(books.newest_on_server(), str(folder), made.session)


def warmed(door: Door) -> None:
    """Take every step once: what is loaded by it need not be loaded in each process that is forked."""
    store, session = door.opened("warm")
    for name, step, _ in DeskWork(session, Random(1)).steps():
        with suppress(PimError):
            step(f"warm.{name}")
    store.close()


@dataclass
class DeskWork:
    """One desk's random steps; a step answers None where there was nothing to do it with."""

    session: Session
    chance: Random

    def steps(self) -> Sequence[tuple[str, Step, int]]:
        """(what people call it, how it is done, how often)."""
        return (
            ("book", self.book, 6), ("move", self.move, 3), ("cancel", self.cancel, 1),
            ("sell", self.sell, 5), ("bill", self.bill, 2), ("pay", self.pay, 3),
            ("ask back", self.ask_back, 2), ("decide", self.decide, 2), ("pay back", self.pay_back, 2),
            ("receive", self.receive, 1), ("adjust stock", self.adjust, 1),
            ("new customer", self.new_customer, 1),
            ("change customer", self.change_customer, 2), ("note", self.note, 2), ("undo", self.undo, 1),
        )  # fmt: skip

    def any_step(self) -> tuple[str, Step]:
        """One of them, at random."""
        steps = self.steps()
        ((name, step, _),) = self.chance.choices(steps, [weight for *_, weight in steps])
        return name, step

    # --- the calendar -----------------------------------------------------------------------------

    def book(self, request: str) -> Done | None:
        details = Details(self._customer(), self.chance.choice((LEE, SATO)), self._start(), 30)
        return book(self.session, BookAppointment(details, request, _SAME))

    def move(self, request: str) -> Done | None:
        if (id_ := self._some("appointment", "status = 'S'")) is None:
            return None
        row = stored(id_)
        was = Details.of(row)
        now = replace(was, starts_at=self._start())
        return change(self.session, ChangeAppointment(id_, row["version"], was, now, request, _SAME, "move"))

    def cancel(self, request: str) -> Done | None:
        if (id_ := self._some("appointment", "status = 'S'")) is None:
            return None
        command = MarkAppointment(id_, stored(id_)["version"], Status.CANCELED, "ill", "customer", request)
        return mark(self.session, command)

    # --- money ------------------------------------------------------------------------------------

    def sell(self, request: str) -> Done | None:
        lines = (line(CONSULTATION), line(BANDAGE, self.chance.choice((1, 2))))
        basket = Basket("sale", lines[: self.chance.choice((1, 2))], customer_id=self._customer())
        paid = (Tender("cash", 8000),)
        return post_bill(self.session, PostBill(basket, paid, request=request))

    def bill(self, request: str) -> Done | None:
        basket = Basket("sale", (line(CONSULTATION),), customer_id=self._customer())
        return post_bill(self.session, PostBill(basket, (), request=request))

    def pay(self, request: str) -> Done | None:
        tender = Tender(self.chance.choice(("cash", "card")), self.chance.randrange(100, 9000, 5))
        return take_payment(self.session, TakePayment((tender,), self._customer(), request=request))

    def ask_back(self, request: str) -> Done | None:
        if (id_ := self._some("posting", "kind = 'sale'")) is None:
            return None
        rows = select("select id from bill_line where bill_id = ? order by position limit 1", [id_])
        back = (ReturnOf(rows[0][0], 1),)
        return request_return(
            replace(self.session, staff_id=ANNA),
            RequestReturn(id_, back, reason="not needed", request=request),
        )

    def decide(self, request: str) -> Done | None:
        if (id_ := self._some("return_request", "state = 'requested'")) is None:
            return None
        command = DecideReturn(
            id_, _version("return_request", id_), approve=True, approver_id=LEE, pin=PINS[LEE],
            reason="looked at it", request=request,
        )  # fmt: skip
        return decide_return(self.session, command)

    def pay_back(self, request: str) -> Done | None:
        if (id_ := self._some("return_request", "state = 'approved'")) is None:
            return None
        return pay_refund(self.session, PayRefund(id_, _version("return_request", id_), request=request))

    # --- goods, people, words ---------------------------------------------------------------------

    def receive(self, request: str) -> Done | None:
        command = ReceiveStock((Received(BANDAGE, self.chance.randint(5, 20)),), request=request)
        return receive_stock(self.session, command)

    def adjust(self, request: str) -> Done | None:
        (row,) = lots_of(BANDAGE)
        command = AdjustStock(row.id, -1, "torn", lot(row.id).shelf, request=request)
        return adjust_stock(self.session, command)

    def new_customer(self, request: str) -> Done | None:
        name = f"{self._letters()} {self._letters()}".title().split()
        fields = CustomerFields(first=name[0], last=name[1])
        return create_customer(self.session, CreateCustomer(fields, True, request=request))

    def change_customer(self, request: str) -> Done | None:
        seen = editable(self._customer())
        fields = replace(seen.fields, city=self._letters().title())
        command = ChangeCustomer(seen.id, seen.version, seen.fields, fields, True, request=request)
        return change_customer(self.session, command)

    def note(self, request: str) -> Done | None:
        return add_note(self.session, AddNote(self._customer(), f"Said {self._letters()}.", request))

    def undo(self, request: str) -> Done | None:
        return undo(self.session, Undo(request))

    # --- what it is done with ---------------------------------------------------------------------

    def _start(self) -> int:
        return at("2026-11-24 00:00") + self.chance.randrange(DAYS * 48) * 1800

    def _letters(self) -> str:
        return "".join(self.chance.choice("abcdefghiklmnoprstuvwz") for _ in range(9))

    def _customer(self) -> int:
        ((last,),) = select("select max(id) from customer")
        return self.chance.randint(1, int(last))

    def _some(self, table: str, where: str) -> int | None:
        """One of the newest rows."""
        rows = select(f"select id from {table} where {where} order by id desc limit 20")
        return int(self.chance.choice(rows)[0]) if rows else None


_SAME = Answers(same_customer=True)


def _version(table: str, id_: int) -> int:
    return int(select(f"select version from {table} where id = ?", [id_])[0][0])


_LEFT_OUT = ("C01", "C11", "C12")
"""Nobody changes tables here; and what the small clinic is made with by hand has no words to search by."""


def wrong_in(store: Book) -> list[str]:
    """What is half, broken, doubled or missing in an open book; ``check``'s own findings among it."""
    looks = (
        (check.code, *found) for check in CHECKS if check.code not in _LEFT_OUT for found in check.look()
    )
    found = [f"{code} {kind} {row}: {says}" for code, kind, row, says in looks]
    if doubled := overlaps(store):
        found.append(f"double bookings: {doubled}")
    for kind in ("appointment", "posting", "note"):
        here, told = (
            {row[0] for row in store.select(sql)}
            for sql in (
                f"select id from {kind}",
                f"select distinct row_id from journal where kind = '{kind}'",
            )
        )
        if here != told:
            found.append(f"{kind}: half a transaction around {sorted(here ^ told)[:5]}")
    return found

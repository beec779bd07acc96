"""Papers about money for the tests: plain ones, and full of what nobody expects."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from pim_tui.documents.account import Account, AccountRow
from pim_tui.documents.bill import Bill, BillLine, Party, Sum, TaxRow
from pim_tui.documents.billpaper import BillPaper
from pim_tui.documents.dayclose import CashMove, Counted, DayClose, Drawer, Voided
from pim_tui.documents.document import Document
from pim_tui.documents.grid import firm, free
from pim_tui.documents.label import Label
from pim_tui.documents.ledger import Ledger
from pim_tui.documents.part import Part
from pim_tui.documents.record import Note, Record, RecordBill
from pim_tui.documents.record import bills as bills_of
from pim_tui.documents.statement import Statement
from tests.documents.daysheet_samples import CLINIC
from tests.documents.paper_samples import PRINTED, ZONE

PAY_BY = "Please pay within 14 days to IBAN GB33 BUKB 2020 1555 5555 55."
TILL = dataclasses.replace(CLINIC, tax_number="GB 123 4567 89", pay_by=PAY_BY)
AT = "Tue 24 Nov 2026 10:42"
JANE = Party("Doe, Jane", "C-000123", ("5 High Street", "Leeds LS2 7XY"))


def lines(names: Sequence[str], count: int) -> tuple[BillLine, ...]:
    """So many lines of these things in turn, each with an amount of its own."""
    return tuple(
        BillLine(
            at + 1, names[at % len(names)], 1_000 + at, (at + 1) * (1_000 + at) - 50 * (at % 2),
            discount=50 * (at % 2), tax="19 %", code=f"P-{at:04}", lot=f"L{at:05}" if at % 3 == 0 else "",
            serial="SN-77" if at % 5 == 4 else "",
        )
        for at in range(count)
    )  # fmt: skip


def bill(names: Sequence[str] = ("Ibuprofen 400 mg",), count: int = 3, **changed: object) -> Bill:
    """A bill that adds up, paid with a card and in cash."""
    sold = lines(names, count)
    subtotal = sum(line.total for line in sold)
    total = subtotal - 100 if count else 0
    base = (total * 100_000 + 59_500) // 119_000
    card = total // 3
    plain: dict[str, object] = {
        "total": total, "lines": sold, "taxes": (TaxRow("19 %", base, total - base),) if count else (),
        "customer": JANE, "subtotal": subtotal, "discount": 100 if count else 0,
        "payments": (Sum("Card", card), Sum("Cash", total - card)) if count else (),
        "given": total - card + 500, "change": 500, "left": 0,
    }  # fmt: skip
    told: dict[str, object] = {
        "clinic": TILL,
        "title": "Receipt",
        "number": "S-2026-000042",
        "currency": "EUR",
    }
    return Bill(at=AT, cashier="Anna Berg", **{**told, **plain, **changed})  # type: ignore[arg-type]


def bills(names: Sequence[str], count: int = 6) -> dict[str, BillPaper]:
    """Each kind of bill, full of these names."""
    whole = bill(names, count, customer=Party(names[0], "C-000123", tuple(names[:4])))
    half = whole.total // 2
    kinds = {
        "receipt": whole,
        "unpaid bill": dataclasses.replace(
            whole, title="Bill", payments=(Sum("Card", 1_000),), given=0, change=0, payer=names[-1],
            payer_share=half, left=whole.total - half - 1_000 + 2, rounding=2,
        ),
        "draft": dataclasses.replace(
            whole, title="Bill", number="", payments=(), given=0, change=0, left=None,
        ),
        "void": dataclasses.replace(whole, void=f"{AT} by Anna Berg: {names[0]}", copy=2),
        "credit note": dataclasses.replace(
            whole, title="Credit note", number="CN-2026-000007", corrects="S-2026-000042 of 23 Nov 2026",
            reason=names[0], payments=(), given=0, change=0, left=None,
            goes_back=(Sum("Cash", 1_234), Sum("Credit of the customer", 99)),
        ),
        "on account": bill(
            names, 0, title="Payment", number="P-2026-000009", total=5_000,
            payments=(Sum("Transfer", 5_000),), given=0, change=0, left=None,
            settles=(Sum("S-2026-000042", 4_000), Sum("Credit", 1_000)),
        ),
        "nobody": dataclasses.replace(whole, customer=None),
    }  # fmt: skip
    return {name: BillPaper(one) for name, one in kinds.items()}


def account(names: Sequence[str], count: int, *, team: bool = False, currency: str = "EUR") -> Account:
    """Bills and payments in turn; each pays a little less than was billed."""
    balance, rows = 12_345, []
    for at in range(count):
        debit, credit = (2_000 + at, 0) if at % 2 == 0 else (0, 1_900 + at)
        balance += debit - credit
        rows.append(
            AccountRow(
                f"Tue {at % 28 + 1} Nov 2026", f"S-2026-{at:06}", names[at % len(names)], debit, credit,
                balance, f"{names[-1]} {at}" if team else "",
            )
        )  # fmt: skip
    return Account(currency, 12_345, tuple(rows), balance)


def statement(names: Sequence[str], count: int = 6) -> Statement:
    """A statement that adds up."""
    found = account(names, count)
    ages = (Sum("Not yet due", found.closing - 300), Sum("1 to 30 days", 200), Sum("More than 90 days", 100))
    return Statement(
        TILL, Party(names[0], "C-000123", JANE.address), "1 Nov 2026 to 24 Nov 2026", PRINTED, ZONE, found,
        ages,
    )  # fmt: skip


def ledger(names: Sequence[str], count: int = 6, *, team: bool = True) -> Ledger:
    """The clinic's ledger, or one customer's."""
    whose = "The whole clinic" if team else names[0]
    return Ledger(TILL, whose, "1 Jan 2026 to 24 Nov 2026", PRINTED, ZONE, account(names, count, team=team))


def label(names: Sequence[str], directions: str = "One tablet three times a day, with food.") -> Label:
    """A label with a lot that expires."""
    return Label(
        CLINIC.name, CLINIC.phone, names[0], names[-1], directions, "20 tablets", "24 Nov 2026", "L00042",
        "Mar 2027",
    )  # fmt: skip


def record(names: Sequence[str], count: int = 6) -> Record:
    """Somebody with a little of everything."""
    visits = tuple((f"Tue {at % 28 + 1} Nov 2026", "10:30", names[at % len(names)]) for at in range(count))
    owed = [
        RecordBill(f"{at + 1} Nov 2026", f"S-2026-{at:06}", "sale", "Part paid", 5_000 + at, at)
        for at in range(count)
    ]
    notes = tuple(
        Note(f"Tue {at + 1} Nov 2026, Dr Lee, phone", f"{names[at % len(names)][:400]}\nSecond line {at}.")
        for at in range(count)
    )
    files = tuple((name, "24 Nov 2026") for name in names[:count])
    return Record(
        CLINIC, names[0], "C-000123", PRINTED, ZONE, (("Born", "3 Mar 1974 (52 y)"), ("Sex", "female")),
        (("Mobile", "+44 113 496 0001"), ("Address", names[-1])), tuple(names[:2]),
        (
            Part("Appointments", (firm("Day"), firm("Time"), free("What")), visits),
            bills_of(owed, "EUR"),
            Part("Documents", (free("Name"), firm("Day")), files),
        ),
        notes,
    )  # fmt: skip


def day_close(names: Sequence[str], count: int = 3, *, counted: int | None = 61_000) -> DayClose:
    """A day whose drawer has 2.00 too little."""
    moves = tuple(
        CashMove(f"{9 + at % 9:02}:15", 500 - 1_000 * (at % 2), "Anna Berg", names[at % len(names)])
        for at in range(count)
    )
    voids = tuple(
        Voided(f"S-2026-{at:06}", 1_000 + at, "Dr Lee", names[at % len(names)]) for at in range(count)
    )
    moved = sum(move.amount for move in moves)
    return DayClose(
        TILL, "X" if counted is None else "Z", "" if counted is None else "Z-2026-000017",
        "Tue 24 Nov 2026", "Tue 24 Nov 2026 18:04", "Anna Berg", ZONE, "EUR",
        (Counted("Sales", 12, 234_567), Counted("Services", 3, 45_000)),
        (TaxRow("19 %", 200_000, 38_000), TaxRow("0 %", 41_567, 0)),
        (Counted("Cash", 9, 51_700), Counted("Card", 6, 227_867)),
        (Counted("Cash", 1, -500),), voids,
        Drawer(
            10_000, 51_200, moves, 61_200 + moved, None if counted is None else counted + moved,
            overdrawn=tuple(CashMove(one.at, -25_000, one.by, one.why) for one in moves[:1]),
        ),
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        written_off=Counted("Written off", 1, 300), late=voids[:1],
    )  # fmt: skip


def everything(names: Sequence[str], count: int = 6) -> dict[str, Document]:
    """One of each, all of them full of these names."""
    return {
        **bills(names, count), "statement": statement(names, count), "ledger": ledger(names, count),
        "own ledger": ledger(names, count, team=False), "label": label(names), "record": record(names, count),
        "Z report": day_close(names, count), "X report": day_close(names, 0, counted=None),
    }  # fmt: skip

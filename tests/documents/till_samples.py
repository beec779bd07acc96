"""Papers about money for the tests: plain ones, and full of what nobody expects."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from pim_tui.documents.bill import Bill, BillLine, Party, Sum, TaxRow
from pim_tui.documents.billpaper import BillPaper
from tests.documents.daysheet_samples import CLINIC

TILL = dataclasses.replace(CLINIC, tax_number="GB 123 4567 89")
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
    told: dict[str, object] = {"title": "Receipt", "number": "S-2026-000042", "currency": "EUR"}
    return Bill(TILL, at=AT, cashier="Anna Berg", **{**told, **plain, **changed})  # type: ignore[arg-type]


def papers(names: Sequence[str], count: int = 6) -> dict[str, BillPaper]:
    """Each kind of bill, full of these names."""
    whole = bill(names, count, customer=Party(names[0], "C-000123", tuple(names[:4])))
    half = whole.total // 2
    kinds = {
        "receipt": whole,
        "unpaid bill": dataclasses.replace(
            whole, title="Bill", payments=(Sum("Card", 1_000),), given=0, change=0, payer=names[-1],
            payer_share=half, left=whole.total - half - 1_000 + 2, rounding=2,
            pay_by="Please pay within 14 days to IBAN GB33 BUKB 2020 1555 5555 55.",
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
            payments=(Sum("Transfer", 5_000),), given=0, change=0, left=None, settles=(Sum("S-2026-000042", 4_000), Sum("Credit", 1_000)),
        ),
        "nobody": dataclasses.replace(whole, customer=None),
    }  # fmt: skip
    return {name: BillPaper(one) for name, one in kinds.items()}

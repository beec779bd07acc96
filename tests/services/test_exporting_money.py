"""Money leaves as exact decimals, row for row what the screens add up, and in a chain to be verified."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.chain import Line, first_break
from pim_tui.domain.customer import CustomerFields
from pim_tui.domain.formulas import restored
from pim_tui.domain.handout import MoneyWanted
from pim_tui.errors import Refused, UsageError
from pim_tui.lists.bills import SALE, clinic_wide
from pim_tui.lists.spec import Scope
from pim_tui.queries import exporting, exporting_money
from pim_tui.queries.balances import balance
from pim_tui.queries.billlists import BillFilter, bills_of
from pim_tui.services import exporting as exporting_lists
from pim_tui.services.customers import CreateCustomer, create_customer
from pim_tui.services.exporting import ExportList
from pim_tui.services.exporting_money import ExportMoney, export_journal, export_money
from pim_tui.services.leaving import Form
from tests.services.desk import TODAY, ZONE, desk, staff
from tests.services.paper import PAPER
from tests.services.posted import Posted, Sold

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def jane(book: Book, monkeypatch: pytest.MonkeyPatch) -> int:
    """Bills of two days and two people, read in the smallest pieces."""
    monkeypatch.setattr(exporting, "CHUNK", 1)
    monkeypatch.setattr(exporting_money, "CHUNK", 2)
    id_ = create_customer(desk(), CreateCustomer(CustomerFields(first="=Jane", last="Doe"))).ids[0]
    old, today = Posted(OCTOBER), Posted()
    bill = old.bill(id_, Sold("Soap", 1000, 2, tax=190), Sold("Visit", 3000, payer=2000), paid=500)
    today.credit(id_, bill, 100)
    today.void(today.bill(id_, Sold("+Pills", 300), kind=PostingKind.DISPENSE))
    today.bill(None, Sold("Pen", 70), paid=70)
    return id_


def out(what: str, kind: str = "jsonl", **wanted: Any) -> list[dict[str, Any]]:
    """What is exported, read back."""
    pipe = io.BytesIO()
    act = export_journal if what == "audit" else export_money
    act(desk(), ExportMoney(what, MoneyWanted(**wanted), Form(kind, "-", PAPER)), out=pipe)
    text = pipe.getvalue().decode()
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.splitlines()]


def test_the_entries_of_every_document_add_up_to_nothing(jane: int) -> None:
    rows = out("ledger")
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["number"]] = sums.get(row["number"], Decimal(0)) + Decimal(row["amount"])

    assert list(sums) == [
        "S-2026-000001", "P-2026-000001", "CN-2026-000001", "D-2026-000001", "V-2026-000001",
        "S-2026-000002", "P-2026-000002",
    ]  # fmt: skip
    assert set(sums.values()) == {Decimal(0)}
    owed = sum(
        Decimal(row["amount"]) for row in rows if row["account"] == "receivable" and row["customer_number"]
    )
    assert owed == Decimal(balance(jane).balance) / 100
    assert rows[0] == {
        "number": "S-2026-000001", "kind": "sale", "date": "2026-10-01", "at": "2026-10-01T10:00:00Z",
        "account": "receivable", "amount": "20.00", "currency": "USD", "customer_number": 1,
        "customer": "=Jane Doe", "payer": "Northern Insurance", "staff": "Dr Who", "corrects": "",
        "reason": "",
    }  # fmt: skip
    assert {row["corrects"] for row in rows if row["kind"] == "credit_note"} == {"S-2026-000001"}


def test_bills_leave_with_what_the_list_says_of_them(jane: int) -> None:
    rows = out("bills", "csv")
    shown = {row.code: row for kind in ("sale", "dispense") for row in bills_of(BillFilter(kind)).rows}

    assert [row["number"] for row in rows] == ["S-2026-000001", "D-2026-000001", "S-2026-000002"]
    for row in rows:
        there = shown[row["number"]]
        amounts = (there.total, there.payer_share, there.paid, there.off, there.left, there.payer_left)
        names = ("total", "payer_share", "paid", "taken_off", "left", "payer_left")
        assert [row[name] for name in names] == [f"{amount / 100:.2f}" for amount in amounts]
        assert row["status"] == there.status.value
        assert Decimal(row["net"]) + Decimal(row["tax"]) == Decimal(row["total"])
    assert (rows[0]["customer"], rows[1]["items"]) == ("'=Jane Doe", "'+Pills")


def test_every_line_of_a_bill_is_a_row_of_its_own(jane: int) -> None:
    rows = out("lines", kinds=("sale",))
    names = ("number", "position", "item", "quantity", "total", "payer_share")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("S-2026-000001", 1, "Soap", 2, "10.00", "0.00"),
        ("S-2026-000001", 2, "Visit", 1, "30.00", "20.00"),
        ("S-2026-000002", 1, "Pen", 1, "0.70", "0.00"),
    ]


def test_the_account_of_a_customer_runs_and_has_the_lines_behind_each_bill(jane: int) -> None:
    rows = out("account", customer_id=jane)
    told = [(row["record"], row["number"], row["balance"] or row["item"]) for row in rows]

    assert told == [
        ("posting", "S-2026-000001", "20.00"), ("line", "S-2026-000001", "Soap"),
        ("line", "S-2026-000001", "Visit"), ("posting", "P-2026-000001", "15.00"),
        ("posting", "CN-2026-000001", "14.00"), ("line", "CN-2026-000001", "Bandage"),
        ("posting", "D-2026-000001", "17.00"), ("line", "D-2026-000001", "+Pills"),
        ("posting", "V-2026-000001", "14.00"),
    ]  # fmt: skip
    later = out("account", customer_id=jane, first=TODAY)
    assert later == rows[4:]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"kinds": ("payment",)}, ["P-2026-000001", "P-2026-000002"]),
        ({"last": OCTOBER}, ["S-2026-000001", "P-2026-000001"]),
        ({"customer_id": 1, "first": TODAY, "kinds": ("void",)}, ["V-2026-000001"]),
        ({"staff_ids": (99,)}, []),
    ],
)
def test_only_what_is_wanted_leaves(jane: int, wanted: dict[str, Any], numbers: list[str]) -> None:
    assert list(dict.fromkeys(row["number"] for row in out("ledger", **wanted))) == numbers


def sealed(row: dict[str, Any]) -> tuple[Line, str, str]:
    """A line of the audit file as the chain has it; a table has no other nothing than an empty cell."""
    values = [row[name] if row[name] != "" or name in Line._fields[3:8] else None for name in Line._fields]
    numbers = {"seq", "at_ms", "staff_id", "row_id"}
    made = [
        int(value) if name in numbers and value is not None else value
        for name, value in zip(Line._fields, values, strict=True)
    ]
    made[6] = None if row["row_id"] in ("", None) else int(row["row_id"])
    made[-2:] = [row["before_hash"], row["after_hash"]]
    return Line._make(made), row["prev"], row["hash"]


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_the_journal_leaves_as_a_chain_that_can_be_verified(jane: int, kind: str) -> None:
    rows = [
        {name: restored(value) if kind == "csv" else value for name, value in row.items()}
        for row in out("audit", kind)
    ]

    assert len(rows) == len(select("select 1 from journal")) - 1  # the export itself comes after it
    assert first_break(map(sealed, rows)) is None
    posted = next(row for row in rows if row["kind"] == "posting" and row["action"] == "post")
    assert json.loads(posted["after"])["code"] == "S-2026-000001"
    assert {row["after"] for row in rows if row["kind"] == "customer"} == {""}
    rows[3]["reason"] = "changed"
    assert first_break(map(sealed, rows)) == (4, "line 4 was changed")


def test_a_part_of_the_journal_begins_behind_the_line_before_it(jane: int) -> None:
    whole, part = out("audit"), out("audit", last=OCTOBER)

    assert [row["seq"] for row in part] == [2, 3]
    assert part[0]["prev"] == whole[0]["hash"]
    with pytest.raises(UsageError, match="one chain"):
        out("audit", kinds=("sale",))
    assert out("audit", first=date(2030, 1, 1)) == []


def test_a_list_leaves_whole_and_one_that_is_too_long_is_refused(
    jane: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left() -> list[str]:
        pipe = io.BytesIO()
        spec = replace(clinic_wide(SALE), page_size=1)
        form = Form("jsonl", "-", PAPER)
        exporting_lists.export_list(desk(), ExportList(spec, Scope(None, ZONE, TODAY), {}, form), out=pipe)
        return [json.loads(line)["code"] for line in pipe.getvalue().splitlines()]

    assert left() == ["S-2026-000002", "S-2026-000001"]
    monkeypatch.setattr(exporting_lists, "LIST_ROWS", 1)
    with pytest.raises(Refused, match="Narrow the list by dates"):
        left()


def test_a_stopped_export_leaves_nothing_behind(jane: int, tmp_path: Path) -> None:
    command = ExportMoney("ledger", MoneyWanted(), Form("csv", str(tmp_path / "a.csv"), PAPER))
    seen: list[tuple[int, int]] = []
    with pytest.raises(Refused, match="stopped"):
        export_money(desk(), command, progress=lambda *now: seen.append(now), stop=lambda: bool(seen))
    assert not (tmp_path / "a.csv").exists()
    assert export_money(desk(), command).says.startswith(f"{seen[0][1]} ledger rows are in ")


def test_memory_stays_level_however_much_leaves(jane: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty times the entries, in pieces of the same size."""
    monkeypatch.setattr(exporting, "CHUNK", 20)

    def peak() -> int:
        tracemalloc.start()
        for what in ("ledger", "bills"):
            act = ExportMoney(what, MoneyWanted(), Form("csv", "-", PAPER))
            export_money(desk(), act, out=io.BytesIO())
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak()
    few = peak()
    staff("Bo")
    for day in range(1, 29):
        Posted(date(2026, 9, day)).bill(jane, paid=100)
    assert peak() < few * 1.5

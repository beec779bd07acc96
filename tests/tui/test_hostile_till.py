"""Whatever a product, payer, lot, slip or reason holds, the screens of money and stock show it literally.

The book is one that another program wrote: its triggers and its limits of length are out of the way.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.basket import Basket
from pim_tui.domain.news import JournalLine, news_of
from pim_tui.domain.tender import Tender
from pim_tui.lists.bills import BILL_TABS
from pim_tui.lists.clinic import CLINIC_LISTS
from pim_tui.lists.ledger import LEDGER
from pim_tui.lists.onebill import one_bill
from pim_tui.lists.payers import PAYERS
from pim_tui.lists.spec import Chosen, ListSpec, Scope
from pim_tui.lists.taxes import TAXES
from pim_tui.models import Email
from pim_tui.services.corrections import AdjustBill, WriteOff, adjust_bill, write_off
from pim_tui.services.drafts import ParkBill, park_bill
from pim_tui.services.exporting import ExportList, export_list
from pim_tui.services.leaving import Form
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.services.returns import DecideReturn, decide_return
from pim_tui.services.stock import AdjustStock, adjust_stock
from pim_tui.services.till import PostBill, post_bill
from pim_tui.tui.screens.bill import BillScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.services.paper import PAPER
from tests.tui.billstage import SHARED, posted, sold
from tests.tui.hostile import AMOUNT, FORMULAS, GUARDS, TEXTS, Walk, press
from tests.tui.refundstage import PIN, asked, with_refunds
from tests.tui.stage import TODAY, ZONE, Stage, playing
from tests.tui.tillstage import CRUTCHES, GEL, PEN, TABLETS, VISIT

SHARED_BILL, DISPENSED, LENT = 1, 4, 5
"""What :func:`busy` posts first, with its payment and corrections between."""
COLUMNS = {
    "bill_line": "code description unit lot_reason directions",
    "coverage": "policy",
    "customer": "first_name last_name address city",
    "email": "label",
    "line_tax": "name",
    "loan": "condition",
    "lot": "code serial note",
    "payer": "name address phone email external_id",
    "payment_part": "reference",
    "posting": "reason note",
    "product": "code name category unit pack description directions",
    "return_request": "reason decision by_rule",
    "staff": "name initials speciality",
    "stock_movement": "reason",
    "tax": "name",
    "tax_class": "name",
}


def busy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A little of everything: paid, shared, dispensed, lent, corrected, returned, parked, counted."""
    stage = with_refunds(folder, monkeypatch, write_off_limit=1000)
    jane, session = stage.customers["Jane Doe"], stage.session
    with stage.book.write_tx():
        Email.create(customer=jane, address="jane@mail.example")
    lines = (sold(GEL, 3), sold(VISIT, payer=SHARED), replace(sold(PEN), unit_price=900))
    basket = Basket("sale", lines, customer_id=jane, payer_id=1, note="as agreed")
    slips = (Tender("cash", 1000), Tender("card", 500, reference="slip 7"))
    bill = post_bill(session, PostBill(basket, slips)).ids[0]
    write_off(session, WriteOff(bill, 100, "small"))
    posted(
        stage,
        [sold(TABLETS, lot_id=3, lot_reason="A7 is kept", directions="1 at night")],
        kind="dispense",
        by=3,
    )
    posted(stage, [sold(CRUTCHES, lot_id=4, due_on=TODAY, condition="worn")], kind="borrow", by=3)
    adjust_bill(session, AdjustBill(bill, -100, "kindness", "late"))
    for n in range(2):
        request = asked(stage, bill)
        decide_return(session, DecideReturn(request.ids[0], 1, n == 1, 2, PIN, "looked at it"))
    asked(stage, bill)
    take_payment(session, TakePayment((Tender("transfer", 2000, reference="ref 9"),), jane))
    for n in range(6):
        park_bill(session, ParkBill(Basket("sale", (sold(GEL), sold(TABLETS)), customer_id=jane), f"{n}"))
    adjust_stock(session, AdjustStock(1, -1, "broken", 3))
    return stage


def poison(stage: Stage, texts: Sequence[str]) -> None:
    """Put the texts into every column that holds words, past all cleaning."""
    write = stage.book.db.execute_sql
    write("pragma ignore_check_constraints = on")
    with stage.book.write_tx():
        for (name,) in stage.rows(GUARDS):
            write(f"drop trigger {name}")
        for at, (table, columns) in enumerate(COLUMNS.items()):
            for place, column in enumerate(columns.split()):
                for (id_,) in stage.rows(f"select rowid from {table}"):
                    text = texts[(id_ + place + at) % len(texts)][: 40 if column == "unit" else 60]
                    write(f"update {table} set {column} = ? where rowid = ?", (text, id_))
        for id_, basket in stage.rows("select id, basket from draft_bill"):
            held = json.loads(basket)
            for n, line in enumerate(held["lines"]):
                line["description"] = texts[(id_ + n) % len(texts)]
            write(
                "update draft_bill set label = ?, basket = ? where id = ?",
                (texts[id_ % len(texts)], json.dumps(held), id_),
            )


async def till(walk: Walk) -> None:
    """Goods, customer, payer, lot, everything that is typed, parking and paying."""
    await walk.screen("found", "f4", typed="gel")
    for goods in ("par", "phy"):
        await walk.screen(f"{goods} found", "enter", typed=goods)
    await press(walk.p, "enter")
    await walk.screen("looked for", typed=walk.text)
    await walk.screen("not found", "enter")
    await walk.dialog("customers", "ctrl+u", "ctrl+g", typed="doe")
    await walk.screen("for Jane", "enter")
    await walk.dialog("payers", "tab", "y")
    await walk.dialog("lots", "enter", "home", "down", "l")
    await walk.dialog("lot's reason", "down", "down", "enter", typed=walk.text)
    await walk.screen("lot chosen", "enter")
    for key in "qpds":
        await walk.asked(key, key, "ctrl+u", typed=walk.text)
    await walk.dialog("directions", "i", "ctrl+u", typed=walk.text)
    await walk.dialog("note", "enter", "n", typed=walk.text)
    await walk.dialog("park", "enter", "ctrl+s", "ctrl+u", typed=walk.text)
    await walk.dialog("parked", "enter", "ctrl+o")
    await walk.dialog("drop", "delete")
    await walk.screen("gone on with", "enter")
    await walk.dialog("pay", "f5", "1")
    await walk.dialog("slip", "r", typed=walk.text)
    await walk.dialog("stays on account", "enter")
    await press(walk.p, "enter")
    await walk.screen("posted", "ctrl+y")


async def bills(walk: Walk) -> None:
    """The page of each kind of bill, what happened to it, and every dialog on it."""
    for id_ in (DISPENSED, SHARED_BILL, LENT):
        walk.p.app.push_screen(BillScreen(id_))
        await walk.screen(f"page {id_}")
        await walk.screen(f"timeline {id_}", "t", "end")
    await walk.asked("pay", "y", "r")
    await walk.asked("void", "x")
    for key in "hEL":
        await walk.asked(f"loan {key}", key, "tab")
    await press(walk.p, "escape")
    await walk.asked("payer pays", "Y", "r")
    await walk.asked("part", "d", typed="")
    for key in "jw":
        await walk.dialog(key, key, "tab", typed=walk.text)
        await walk.asked(f"{key}, reason", "tab")
    await walk.dialog("return", "r", "1", "enter", typed=walk.text)
    await walk.screen("asked for", "enter")
    await walk.asked("approve", "R", typed="")
    await walk.dialog("email", "e")
    await walk.asked("email, to whom", "ctrl+u")
    await walk.asked("papers", "P", typed="")
    await walk.asked("export", "f9", typed="")
    await walk.asked("explained", "home", "equals_sign", "enter", typed="")


async def accounts(walk: Walk) -> None:
    """The tabs of the profile, the ledger, the clinic's lists, what waits."""
    walk.p.app.push_screen(ProfileScreen(1))
    await press(walk.p)
    for tab in ("dispense", "borrow", "income", "sale"):
        await walk.screen(tab, "shift+tab")
    await walk.asked("covered", "C", typed="")
    await walk.asked("merge", "M")
    await walk.screen("erase, refused", "D")
    await walk.screen("filter", "f", typed=walk.text)
    await walk.screen("ledger", "escape", "l")
    await walk.asked("on account", "y", "r")
    await walk.dialog("age", "d", typed=walk.text)
    await walk.dialog("age refused", "enter")
    await walk.back()
    await walk.asked("explained", "equals_sign", "enter", typed="")
    await walk.screen("lists", "f10")
    for spec in CLINIC_LISTS[1:]:
        await walk.screen(spec.title, "tab")
    await walk.screen("day close", "f12", "end")
    await walk.asked("drawer", "f")
    await walk.screen("refunds", "ctrl+r")
    for key in ("enter", "a", "x"):
        await walk.asked(f"refund {key}", key, "tab")
    await walk.asked("payout", "c")
    await walk.asked("reimburse", "y", typed="")


async def stock(walk: Walk) -> None:
    """Products, their lots and register, taxes, payers, staff."""
    await walk.screen("staff", "ctrl+l")
    for key in "ep":
        await walk.asked(f"staff {key}", key)
    await walk.screen("payers", "f3", "f5")
    await walk.asked("of the payer", "y", "r")
    await walk.dialog("payer", "e", typed=walk.text)
    await walk.dialog("payer refused", "tab", "ctrl+s")
    await walk.back()
    await walk.screen("products", "f6")
    await walk.screen("taxes", "f5")
    await walk.dialog("tax class", "e", "tab", typed=walk.text)
    await walk.dialog("tax class refused", "ctrl+s")
    await walk.back()
    await walk.screen("products, typed", "escape", typed=walk.text)
    await walk.asked("new", "ctrl+n", "tab")
    await press(walk.p, "ctrl+u", pasted="par")
    await walk.screen("product", "enter")
    for key in "ercjqxl":
        await walk.dialog(f"stock {key}", key, typed=walk.text)
        await walk.dialog(f"stock {key} refused", "ctrl+s")
        await walk.back()
    await walk.screen("register", "tab")
    await walk.screen("register narrowed", "f", typed=walk.text)


async def news(walk: Walk) -> None:
    """What colleagues do, in the footer of this desk."""
    after = {"code": walk.text, "of": walk.text, "name": walk.text, "lot": walk.text, "quantity": 1}
    for kind in ("posting", "draft_bill", "return_request", "product", "stock_movement", "lot", "payer",
                 "tax_class", "staff"):  # fmt: skip
        line = JournalLine(TEXTS[1], "receipt", kind, 1, {}, after, 1, TEXTS[2])
        walk.p.app.screen.tell_news([news_of(line, ZONE)])  # type: ignore[attr-defined]
        await walk.screen(f"news of {kind}")


PLACES = (till, bills, accounts, stock, news)


@pytest.mark.walk
async def test_no_screen_of_money_or_stock_obeys_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = busy(tmp_path, monkeypatch)
    poison(stage, TEXTS)
    async with playing(stage) as p:
        walk = Walk(p, TEXTS[0])
        for place in PLACES:
            await place(walk)
            await press(p, "f2")
            assert len(p.app.screen_stack) == 1


def cells(stage: Stage, spec: ListSpec[Any], chosen: Chosen, customer_id: int | None) -> set[str]:
    """Every cell of the list, as a spreadsheet finds it in the file."""
    pipe = io.BytesIO()
    scope, form = Scope(customer_id, ZONE, TODAY), Form("csv", "-", PAPER)
    export_list(stage.session, ExportList(spec, scope, chosen, form), out=pipe)
    rows = csv.reader(io.StringIO(pipe.getvalue().decode(), newline=""))
    return {cell for row in rows for cell in row}


@pytest.mark.sqlite
def test_no_list_of_money_or_stock_hands_a_spreadsheet_a_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = busy(tmp_path, monkeypatch)
    poison(stage, FORMULAS)
    jane = stage.customers["Jane Doe"]
    lists = [(spec, {}, None) for spec in (*CLINIC_LISTS, PAYERS, TAXES)]
    lists += [(spec, {}, jane) for spec in (*BILL_TABS, LEDGER)]
    lists += [(one_bill(id_, "S"), {"posting": id_}, jane) for id_ in (SHARED_BILL, DISPENSED, LENT)]
    disarmed = set()
    for spec, chosen, whose in lists:
        for cell in cells(stage, spec, chosen, whose):
            armed = cell.lstrip().startswith(tuple("=+-@|\t\r\n＝"))
            assert not armed or cell == "-" or AMOUNT.fullmatch(cell), (spec.title, cell)
            disarmed |= {text for text in FORMULAS if cell.startswith(f"'{text[:9]}")}
    assert disarmed == set(FORMULAS)

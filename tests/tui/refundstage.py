"""The till's stage with PINs, bills that were paid, and a screen that shows one bill's keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pim_tui.domain.basket import Basket, BasketLine
from pim_tui.domain.tender import Tender
from pim_tui.services import pins
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.returns import RequestReturn, ReturnOf, request_return
from pim_tui.services.till import PostBill, post_bill
from pim_tui.services.work import Done
from tests.services.refunding import CHEAP
from tests.tui.stage import Player, Stage
from tests.tui.tillstage import GEL, GOODS, TABLETS, with_till

PIN = "lantern-2"


def with_refunds(folder: Path, monkeypatch: Any, **house: Any) -> Stage:
    """The stage; Anna Berg and Dr Lee have PINs."""
    monkeypatch.setattr(pins, "COST", CHEAP)
    stage = with_till(folder, **house)
    for staff_id in (1, 2):
        set_pin(replace(stage.session, staff_id=staff_id), SetPin(staff_id, PIN))
    return stage


def bill(stage: Stage, *lines: tuple[int, int], paid: bool = True) -> int:
    """Jane's bill of so many of each product, paid in cash by Dr Sato's hand."""
    found = tuple(
        BasketLine(GOODS[product - 1][1], quantity, GOODS[product - 1][2] or 0, product_id=product)
        for product, quantity in lines or ((GEL, 3), (TABLETS, 2))
    )
    total = sum(line.quantity * line.unit_price for line in found)
    basket = Basket("sale", found, customer_id=stage.customers["Jane Doe"])
    cashier = replace(stage.session, staff_id=3, name="Dr Sato", key="desk-3")
    tenders = (Tender("cash", total),) if paid else ()
    return post_bill(cashier, PostBill(basket, tenders)).ids[0]


def asked(stage: Stage, bill_id: int, units: int = 1, **more: Any) -> Done:
    """A return of so many of the first line, asked for by Anna."""
    ((line_id,),) = stage.rows("select min(id) from bill_line where bill_id = ?", bill_id)
    return request_return(
        stage.session, RequestReturn(bill_id, (ReturnOf(line_id, units),), "not needed", **more)
    )


async def type_pin(p: Player, pin: str = PIN) -> None:
    """Type a PIN; its letters are not keys of the job."""
    keys = p.keys
    await p.type(pin)
    p.keys = keys

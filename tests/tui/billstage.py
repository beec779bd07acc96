"""The till's stage with bills to open: shared with a payer, paid in part, and everything that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pim_tui.domain.basket import Basket, BasketLine, Share
from pim_tui.domain.taxes import Tax, TaxClass
from pim_tui.domain.tender import Tender
from pim_tui.services.till import PostBill, post_bill
from pim_tui.tui.screens.bill import BillScreen
from tests.tui.stage import Player, Stage
from tests.tui.tillstage import GEL, GOODS, TABLETS

VAT = TaxClass("Standard", (Tax("VAT", 19_000),))
SHARED = Share(percent=80_000)


def sold(product: int, quantity: int = 1, **more: Any) -> BasketLine:
    """So many of one of the stage's goods, at its price with 19 % VAT."""
    _, name, price, _ = GOODS[product - 1]
    return BasketLine(name, quantity, price or 0, product_id=product, taxes=VAT, **more)


def posted(
    stage: Stage,
    lines: Sequence[BasketLine],
    *,
    paid: int = 0,
    whose: str = "Jane Doe",
    by: int = 1,
    **more: Any,
) -> int:
    """A bill of ``whose``, of which ``paid`` was taken in cash by staff member ``by``; its id."""
    customer_id = stage.customers[whose] if whose else None
    basket = Basket(more.pop("kind", "sale"), tuple(lines), customer_id=customer_id, **more)
    tenders = (Tender("cash", paid),) if paid else ()
    return post_bill(replace(stage.session, staff_id=by), PostBill(basket, tenders)).ids[0]


def shared_bill(stage: Stage) -> int:
    """23.80 with tax: gel of Jane's own, tablets of which Good Health pays 9.52; 5.00 is paid."""
    lines = (sold(GEL, 2), sold(TABLETS, payer=SHARED, directions="1 tablet a day"))
    return posted(stage, lines, paid=500, payer_id=1)


async def opened(p: Player, posting_id: int) -> None:
    """The page of a document; nobody counts how it is come by."""
    p.app.push_screen(BillScreen(posting_id))
    await p.press()
    p.keys = 0


def page(p: Player) -> BillScreen:
    """The page on screen."""
    assert isinstance(p.app.screen, BillScreen), p.app.screen
    return p.app.screen


async def delivered(p: Player) -> None:
    """Paper and files are made apart from everything else: wait until that is done."""
    await p.app.outside(int)
    await p.press()

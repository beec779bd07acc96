"""Drafts about products, stock, payers and messages: the screen each belongs to, and its form again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...db.drafts import Draft
from ..base import PimScreen
from ..dialogs import goods
from ..dialogs.messages import TEMPLATE
from ..dialogs.payers import PAYER
from .payers import PayersScreen
from .product import ProductScreen
from .products import ProductsScreen
from .templates import TemplatesScreen

if TYPE_CHECKING:
    from ..app import PimApp


def reopen_goods(pim: PimApp, draft: Draft) -> None:
    """Go to the screen that the draft belongs to, and open it there."""
    screen, restore = _place_of(draft)
    pim.push_then(screen, lambda: restore(draft))


def _place_of(draft: Draft) -> tuple[PimScreen, Callable[[Draft], None]]:
    if draft.form == PAYER:
        payers = PayersScreen()
        return payers, payers.restore_draft
    if draft.form in (goods.DELIVERY, goods.COUNT):
        product = ProductScreen(int(draft.record))
        return product, product.restore_stock_draft
    if draft.form == TEMPLATE:
        words = TemplatesScreen()
        return words, words.restore_draft
    products = ProductsScreen()
    return products, products.restore_draft

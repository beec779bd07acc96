"""The list of products: type or scan to find one, Enter opens it."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.widgets import Input

from ...domain.barcodes import read_barcode
from ...domain.money import figures
from ...domain.news import News
from ...queries.products import Listed, find_products
from ..base import PimScreen
from ..messages import Changed
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import FoundTable, LineTable, TableColumn, TableRow
from .foundkeys import FoundKeys
from .productkeys import NEW, ProductKeys

SHOWN = 100
EMPTY = "No products yet. Ctrl+N adds one; F7, or pim-tui import products FILE, takes over a table"
COLUMNS = (
    TableColumn("Code", 11, rank=8),
    TableColumn("Name", 24, rank=10, grow=3),
    TableColumn("Category", 12, rank=6, grow=1),
    TableColumn("Price", 9, "number", rank=9),
    TableColumn("Barcode", 14, rank=7),
)


class ProductsScreen(FoundKeys, ProductKeys, PimScreen):
    """The line on top keeps the keys, as among the customers; a scanner types into it and sends Enter."""

    scope = "products"

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._found: dict[int, Listed] = {}
        self._heard: list[News] = []

    def compose(self) -> ComposeResult:
        """Title, line, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Input(placeholder="name, code or barcode", compact=True, max_length=100, select_on_focus=False)
        yield FoundTable(COLUMNS)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Show the first ones by name."""
        self.pim.dress(self)
        self.query_one(Input).focus()
        self.load(self._search)

    # --- finding ----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with every letter; the cursor is on the best of what is found."""
        self._words = event.value
        self.query_one(KeyBar).clear_refusal()
        self.load(self._search, True)

    def on_changed(self, event: Changed) -> None:
        """Products came in or were taken back."""
        if event.kind not in ("", "product"):
            return
        if event.news:
            self._heard += event.news
            self.reload(self._search_again)
        else:
            self.load(self._search)

    async def _search_again(self) -> None:
        heard, self._heard = self._heard, []
        before = set(self._found)
        await self._search()
        self.tell_news(one for one in heard if not one.kind or one.id in before | set(self._found))

    async def _search(self, typed: bool = False) -> None:
        found = await self.fetch(find_products, self._words, SHOWN)
        self._found = {one.id: one for one in found}
        table = self.query_one(LineTable)
        table.show(
            [_row(one) for one in found],
            empty="Nothing found." if self._words.strip() else self.keyed("", EMPTY),
        )
        if typed and found:
            table.go_to(found[0].id)
        count = f"{len(found)}{'+' if len(found) == SHOWN else ''}"
        self.query_one(TitleBar).show(f"Products · {count} found" if found else "Products")

    # --- keys -------------------------------------------------------------------------------------

    def open_found(self) -> None:
        """The product. The next scan is typed over the last one, whatever it has found."""
        key = self.query_one(LineTable).cursor_key
        self.query_one(Input).action_select_all()
        if isinstance(key, int):
            self.open_product(key)
        elif self._words.strip():
            self.query_one(KeyBar).refuse(nothing(self._words))

    def action_add(self) -> None:
        """Add a product; what was typed to find one is filled in: a number as the barcode."""
        words = self._words.strip()
        scanned = read_barcode(words)
        self.new_product(replace(NEW, barcode=scanned.digits) if scanned else replace(NEW, name=words))

    def action_taxes(self) -> None:
        """The tax classes."""
        from .taxes import TaxesScreen

        self.app.push_screen(TaxesScreen())


def _row(one: Listed) -> TableRow:
    price = "" if one.price is None else figures(one.price, one.currency)
    return TableRow(one.id, (one.code, one.name, one.category, price, one.barcode))


def nothing(words: str) -> str:
    """What was not found; of a scanned number, whether it was misread."""
    text = words.strip()
    found = read_barcode(text)
    if found is None or not found.kind:
        return f"No product is found by “{text}”."
    wrong = "" if found.right else f", and its last digit should be {found.expected}: scan it again"
    return f"No product has the barcode {found.digits}{wrong}."

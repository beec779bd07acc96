"""One product: what is known of it, its lots, and everything that was moved (its register, K5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher, Static

from ...domain.barcodes import read_barcode
from ...domain.moments import short_day
from ...domain.money import shown
from ...domain.taxline import taxes_text
from ...errors import NotFound
from ...lists.spec import ListSpec, Scope
from ...lists.stock import register
from ...queries.product_records import ProductRecord, product_record
from ...queries.stock import LotRow, OnHand, lots_of, on_hand
from ...queries.tax_classes import TaxClassRow, tax_class
from ..base import PimScreen
from ..keys import Key
from ..messages import Changed
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from ..widgets.listpane import ListPane
from ..widgets.tabs import TabBar
from .listhost import ListHost
from .papers import PrintKeys
from .productkeys import ProductKeys
from .stockkeys import StockKeys

if TYPE_CHECKING:
    from ...services.wanted import Wanted

COLUMNS = (
    TableColumn("Lot", 14, rank=10, grow=1),
    TableColumn("Last day", 11, "date", rank=9),
    TableColumn("Shelf", 6, "number", rank=10),
    TableColumn("Aside", 6, "number", rank=8),
    TableColumn("", 10, rank=9),
    TableColumn("Note", 14, rank=5, grow=2),
)
_ON_LOTS = {f"product.{action}" for action in ("adjust", "quarantine", "scrap", "lot")}
_ON_STOCK = {"product.receive", "product.count", "product.print_menu"}
UNTRACKED = "No stock is kept of it. Press e to change that."
_ABOUT = frozenset(("product", "stock_movement", "lot", "tax_class", "posting", ""))


class LotTable(LineTable):
    """The lots; Enter is told even where there are none."""

    def action_choose(self) -> None:
        """The lot under the cursor, or none."""
        self.post_message(self.RowChosen(self, self.cursor_key))


class ProductScreen(ProductKeys, StockKeys, ListHost, PrintKeys, PimScreen, inherit_bindings=False):
    """Lots and register in two tabs. Enter goes back, so that one scan follows another."""

    scope: ClassVar[str] = "product"
    CSS_PATH = sheet("product")

    def __init__(self, product_id: int, says: str = "") -> None:
        """``says`` is shown in the footer: why the screen was opened."""
        super().__init__()
        self.product_id = product_id
        self._says = says
        self._product: ProductRecord | None = None
        self._lots: dict[int, LotRow] = {}
        self._tab_at = 0
        self._register = register(product_id)

    # --- drawing ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title, what is known, the tabs, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Static("", classes="facts")
        with Vertical():
            yield TabBar(["Lots", "Register"])
            yield LotTable(COLUMNS, id="lots")
            yield self.compose_lists(0)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read all of it."""
        self.pim.dress(self)
        self._show_tab(0)
        self.load(self._read)

    async def _read(self) -> None:
        try:
            product = await self.fetch(product_record, self.product_id)
        except NotFound as error:
            if self.is_current:
                self.app.pop_screen()
            self.pim.tell(error)
            return
        today = self.pim.today
        lots = await self.fetch(lots_of, self.product_id)
        there = await self.fetch(on_hand, self.product_id, today)
        class_id = product.tax_class_id
        taxes = None if class_id is None else await self.fetch(tax_class, class_id)
        self._product, self._lots = product, {row.id: row for row in lots}
        if self._says:
            self.opens_with(self._says)
            self._says = ""
        fields = product.fields
        code = f" · {fields.code}" if fields.code else ""
        out = "" if product.active else " · OUT OF USE"
        self.query_one(TitleBar).show(f"{fields.name}{code}{out}")
        self.query_one(".facts", Static).update(show("\n".join(facts_of(product, there, taxes))))
        empty = "Nothing in stock. Press r to receive some." if fields.tracked else UNTRACKED
        self.query_one("#lots", LineTable).show([_row(row, today) for row in lots], empty=empty)
        self.query_one(KeyBar).offer(self._footer())

    def _footer(self) -> list[Key]:
        """The keys that do something here: a service has no stock, and no lots to act on."""
        tracked = self._product is None or self._product.fields.tracked
        idle = set() if self._lots and not self._tab_at else _ON_LOTS
        return [key for key in self.offered() if key.id not in (idle if tracked else _ON_LOTS | _ON_STOCK)]

    # --- tabs -------------------------------------------------------------------------------------

    def _show_tab(self, at: int) -> None:
        self._tab_at = at % 2
        self.query_one(TabBar).open(self._tab_at)
        self.query_one("#lots").display = not self._tab_at
        self.query_one(ContentSwitcher).display = bool(self._tab_at)
        if self._tab_at:
            self.show_list(0)
        else:
            self.query_one("#lots").focus()
        self.query_one(KeyBar).offer(self._footer())

    def on_tab_bar_clicked(self, event: TabBar.Clicked) -> None:
        """A mouse may help."""
        self._show_tab(event.at)

    def action_next_tab(self) -> None:
        """The other tab."""
        self._show_tab(self._tab_at + 1)

    @property
    def lists(self) -> Sequence[ListSpec[Any]]:
        """The register alone."""
        return (self._register,)

    @property
    def list_scope(self) -> Scope:
        """The clinic, today."""
        return Scope(None, self.zone, self.pim.today, self.pim.desk.session.currency)

    @property
    def whose(self) -> str:
        """The product the register is of."""
        return self._product.fields.name if self._product else ""

    def action_filter(self) -> None:
        """Narrow the register."""
        self._show_tab(1)
        super().action_filter()

    # --- what others do ---------------------------------------------------------------------------

    def on_changed(self, event: Changed) -> None:
        """Somebody changed the product, or moved some of it."""
        if event.kind not in _ABOUT:
            return
        mine = [one for one in event.news if (one.kind, one.id) in (("", None), ("product", self.product_id))]
        (self.reload if event.news else self.load)(self._read)
        self.lists_changed(quiet=bool(event.news))
        self.tell_news(mine)

    # --- keys -------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Change the record."""
        self.edit_product(self.product_id)

    def action_receive(self) -> None:
        """Take in what came."""
        self.receive(self.product_id)

    def action_count(self) -> None:
        """Count what there is."""
        self.count(self.product_id)

    def action_adjust(self) -> None:
        """Put the lot under the cursor right."""
        self._with_cursor(self.adjust)

    def action_quarantine(self) -> None:
        """Set some of the lot aside, or release it."""
        self._with_cursor(self.set_aside)

    def action_scrap(self) -> None:
        """Throw some of the lot away."""
        self._with_cursor(self.scrap)

    def action_lot(self) -> None:
        """Change the last day or the note of the lot."""
        self._with_cursor(self.change_lot)

    def action_retire(self) -> None:
        """Take the product out of use, or back."""
        if self._product is not None:
            self.retire(self._product)

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The register, narrowed as it is shown."""
        from ...services.wanted import RegisterPaper

        return [("register", RegisterPaper(self.product_id, self.pane.chosen))]

    def _with_cursor(self, act: Any) -> None:
        key = self.query_one("#lots", LineTable).cursor_key
        if self._tab_at or not isinstance(key, int):
            self.pim.say("Put the cursor on a lot first; r receives some.")
        else:
            act(key)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter in the list goes back too."""
        self.action_back()

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """The same in the register."""
        self.action_back()


def facts_of(product: ProductRecord, there: OnHand, taxes: TaxClassRow | None) -> list[str]:
    """What is known of a product, in few lines."""
    fields = product.fields
    price = "no price" if product.price is None else shown(product.price, product.currency)
    taxed = f"{taxes.name}: {taxes_text(taxes.taxes, product.currency or 'USD') or 'no tax'}" if taxes else ""
    told = (
        (price, taxed or (f"tax as imported: {product.tax}" if product.tax else "no tax class")),
        (fields.kind, fields.category, fields.unit, fields.pack),
        (_barcode(fields.barcode),),
        _stock(product, there),
        (f"directions: {fields.directions}" if fields.directions else "",),
        (" ".join(fields.description.split()),),
    )
    lines = (" · ".join(filter(None, line)) for line in told)
    return [line for line in lines if line]


def _stock(product: ProductRecord, there: OnHand) -> tuple[str, ...]:
    fields = product.fields
    marks = ("controlled", "medicine", "lendable")
    marked = tuple(mark for mark in marks if getattr(fields, mark))
    if not fields.tracked:
        return ("no stock is kept", *marked)
    low = fields.reorder_at and there.shelf < int(fields.reorder_at)
    return (
        f"{there.shelf} on hand{' BELOW ZERO' if there.shelf < 0 else ''}",
        f"{there.expired} EXPIRED" if there.expired else "",
        f"{there.quarantine} in quarantine" if there.quarantine else "",
        f"reorder below {fields.reorder_at}{': LOW' if low else ''}" if fields.reorder_at else "",
        *marked,
    )


def _barcode(text: str) -> str:
    """The barcode, what it is, and whether its check digit is wrong."""
    found = read_barcode(text)
    if found is None:
        return text
    kind = f"{found.digits} ({found.kind})" if found.kind else found.digits
    return kind if found.right else f"{kind}, wrong check digit: {found.expected} is right"


def _row(row: LotRow, today: date) -> TableRow:
    until = short_day(row.expires_on) if row.expires_on else ""
    remark = "EXPIRED" if row.expired(today) else "BELOW ZERO" if row.shelf < 0 else ""
    cells = (row.called or "(no lots)", until, str(row.shelf), str(row.quarantine or ""), remark, row.note)
    return TableRow(row.id, cells, "dim" if row.expired(today) else "")

"""The till: type or scan what is sold, lent or dispensed, take the payment, post (M3, M4)."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.widgets import Input, Static

from ...db.drafts import Draft
from ...domain.barcodes import same_code
from ...domain.basket import BasketLine
from ...domain.filling import Typed, is_scan, read_line, with_line
from ...domain.goods import Goods, as_line, free_lot
from ...domain.news import News
from ...errors import PimError, Refused
from ...queries.products import Listed, find_products
from ..base import PimScreen
from ..keys import Key
from ..messages import Changed
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.basket import BasketTable
from ..widgets.linetable import LineTable, TableColumn, TableRow
from ..widgets.tillsums import TillSums
from .papers import PrintKeys
from .products import nothing
from .tillbill import TillBill
from .tillcore import TillCore
from .tillfooter import offered
from .tilllines import TillLines
from .tillmoney import TillMoney
from .tillthings import TillThings

SHOWN = 7
FOUND = (
    TableColumn("Code", 11, rank=8),
    TableColumn("Name", 24, rank=10, grow=3),
    TableColumn("Category", 12, rank=6, grow=1),
    TableColumn("Price", 9, "number", rank=9),
)
HINT = "name, code or barcode; 3* in front for three"
EMPTY = "Nothing on this bill yet. F4: sale, income, borrow, dispense. F1: all keys."
READ_AGAIN = ("", "product", "lot", "stock_movement", "posting", "customer", "payer", "coverage", "tax_class")


class TillScreen(
    TillMoney, TillBill, TillThings, TillLines, TillCore, PrintKeys, PimScreen, inherit_bindings=False
):
    """The line on top takes names and scans; Tab or Down goes to the lines, where letters work on them."""

    scope = "till"
    CSS_PATH = sheet("till")

    def __init__(
        self,
        kind: str = "sale",
        customer_id: int | None = None,
        draft: Draft | None = None,
        visit_id: int | None = None,
        product_id: int | None = None,
    ) -> None:
        """As :class:`TillCore`."""
        super().__init__(kind, customer_id, draft, visit_id, product_id)
        self._found: tuple[Listed, ...] = ()
        self._picked = False

    def compose(self) -> ComposeResult:
        """Title, line, what is found, the bill, its sums, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Input(placeholder=HINT, compact=True, max_length=100, select_on_focus=False, id="line")
        yield LineTable(FOUND, id="found")
        yield BasketTable(empty=self.keyed("", EMPTY), quiet=True, id="basket")
        yield Static("", classes="about")
        yield Static("", classes="alert")
        yield Static("", classes="detail")
        yield TillSums()
        yield KeyBar(self.footer())

    def on_mount(self) -> None:
        """Everything is typed into the line; a bill that was left comes back."""
        self.pim.dress(self)
        found = self.query_one("#found", LineTable)
        found.display = found.can_focus = False
        self.line.focus()
        self.take(self.basket)
        self.load(self._begin, group="people")

    async def _begin(self) -> None:
        """Go on with a bill that was left, or begin with what the till was opened for."""
        await self.find_kept()
        if self._first is None:
            return
        if self.basket.lines:
            self.pim.say("Finish or park this bill first; then press the key of the fee again.")
            return
        await self._know(self._first)
        if (known := self.goods.get(self._first)) is not None:
            self.take(*with_line(self.basket, as_line(known, self.basket.kind, 1, self.pim.today)))
            self._look_at_new(known)

    # --- finding ----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with every letter; the cursor is on the best of what is found."""
        self.query_one(KeyBar).clear_refusal()
        self.load(self._search, event.value, group="search")

    async def _search(self, text: str) -> None:
        words = read_line(text).words
        self._found = await self.fetch(find_products, words, SHOWN) if words else ()
        table = self.query_one("#found", LineTable)
        table.display = bool(words)
        table.show([self._found_row(one) for one in self._found], empty="Nothing found.")
        self._picked = False
        if self._found:
            table.go_to(self._found[0].id)

    def _found_row(self, one: Listed) -> TableRow:
        price = "" if one.price is None else self.money(one.price)
        return TableRow(one.id, (one.code, one.name, one.category, price))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter adds what is found; alone it takes the payment, or prints the receipt of the last one."""
        typed = read_line(event.value)
        if typed.words:
            self.load(self._add, typed, group="add")
        elif typed.quantity is not None and self.at is not None:
            self.line.value = ""
            self.set_quantity(self.at, typed.quantity)
        elif self.basket.lines:
            self.action_pay()
        elif not self.print_receipt():
            self.pim.say("Type or scan what is sold; Enter on the empty line takes the payment then.")

    def scanned(self, code: str) -> None:
        """Add what a scanner has typed somewhere else than into the line."""
        self.load(self._add_scanned, code, group="add")

    async def _add_scanned(self, code: str) -> None:
        await self._search(code)
        await self._add(Typed(None, code))
        await self._search("")

    async def _add(self, typed: Typed) -> None:
        """Add so many of what was meant; what cannot be added stays in the line, to be typed over."""
        try:
            one = self._meant(typed.words)
            await self._know(one.id)
            line = self._new_line(one, 1 if typed.quantity is None else typed.quantity)
        except PimError as error:
            self.line.action_select_all()
            self.pim.tell(error)
            return
        if self.take(*with_line(self.basket, line)):
            self.unprinted = False
            self.line.value = ""
            self._look_at_new(self.goods[one.id])

    def _meant(self, words: str) -> Listed:
        """The product under the cursor; of a scanned number only one that has it."""
        fitting = list(self._found)
        if is_scan(words):
            same = (*same_code(words), words)
            fitting = [one for one in fitting if one.barcode in same or one.code == words]
            if len(fitting) > 1 and not self._picked:
                raise Refused(f"{len(fitting)} products have that code.", "Down chooses one, Enter adds it.")
        if not fitting:
            raise Refused(nothing(words), "Type the name, or scan it again.")
        key = self.query_one("#found", LineTable).cursor_key
        return next((one for one in fitting if one.id == key), fitting[0])

    def _new_line(self, one: Listed, quantity: int) -> BasketLine:
        known = self.goods.get(one.id)
        if known is None:
            raise Refused(f"{one.name} is not sold any more.", "Search again.")
        currency = self.terms.currency
        if known.price is not None and known.currency != currency:
            raise Refused(
                f"{one.name} is priced in {known.currency}, and the till takes {currency}.",
                "Change the price in the list of products: F6.",
            )
        line = as_line(known, self.basket.kind, quantity, self.pim.today)
        lot = free_lot(known, self.basket.lines) if known.serials else None
        if known.serials and lot is None:
            raise Refused(f"There is no {known.name} left.", "What is there is on this bill.", rule="K1")
        share = self.work.cover if self.basket.payer_id is not None else line.payer
        return replace(line, lot_id=lot.id if lot else None, payer=share)

    def _look_at_new(self, known: Goods) -> None:
        """What has no price, or is one of several with serial numbers, is asked about at once."""
        if known.price is None and self.basket.kind != "borrow":
            self.action_price()
        elif known.serials and len(known.lots) > 1:
            self.action_lot()

    # --- news -------------------------------------------------------------------------------------

    def on_changed(self, event: Changed) -> None:
        """Stock, prices or the customer's account are not what they were."""
        if event.kind in READ_AGAIN and (self.goods or self.basket.customer_id is not None):
            self.reload(self.read_again, group="again")
        self.tell_news(one for one in event.news if self._is_about_this(one))

    def _is_about_this(self, one: News) -> bool:
        """Whether it is about the customer or a product of this bill."""
        mine = one.customer_id is not None and one.customer_id == self.basket.customer_id
        return mine or (one.kind == "product" and one.id in self.goods)

    # --- keys -------------------------------------------------------------------------------------

    def action_up(self) -> None:
        """The one above among what is found."""
        self._step(-1)

    def action_down(self) -> None:
        """The one below among what is found; on the empty line down into the bill."""
        self._step(1)

    def _step(self, down: int) -> None:
        found = self.query_one("#found", LineTable)
        if found.display:
            self._picked = True
            found.action_step(down)
        elif down > 0 and self.focused is self.line:
            self.action_lines()

    def action_lines(self) -> None:
        """From the line to the bill and back."""
        (self.table if self.focused is self.line else self.line).focus()

    def on_basket_table_left(self, event: BasketTable.Left) -> None:
        """Up from the first line of the bill."""
        self.line.focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter on a line of the bill asks how many."""
        if event.table is self.table:
            self.action_quantity()

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """Tell what else is known of the line with the cursor."""
        if event.table is self.table:
            self.draw_detail()

    def on_descendant_focus(self) -> None:
        """The footer offers what works now."""
        self.query_one(KeyBar).offer(self.footer())

    def footer(self) -> list[Key]:
        """The keys for the footer."""
        return offered(
            self.offered(),
            self.basket.kind,
            typing=not isinstance(self.focused, BasketTable),
            lines=bool(self.basket.lines),
            shared=self.basket.payer_id is not None,
            posted=self.posted is not None,
        )

    def action_back(self) -> None:
        """Leave the lines, clear the line, leave the till; a bill that is not posted stays for later."""
        if self.focused is not self.line:
            self.line.focus()
        elif self.line.value:
            self.line.value = ""
        else:
            self.app.pop_screen()
            if self.basket.lines:
                self.pim.say(self.keyed("", "The bill is kept: F4 goes on with it."))

"""The bill under way at the till: its state, how it is drawn, and how it is kept while it is typed."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

from textual.widgets import Input, Static

from ...db.drafts import Draft
from ...domain.basket import Basket, money_faults
from ...domain.bills import PostingKind
from ...domain.discounts import beyond
from ...domain.filling import with_changed
from ...domain.goods import Goods
from ...domain.money import figures
from ...domain.pricing import PricedBill, Terms, price
from ...domain.terms import terms_of
from ...errors import PimError
from ...queries.balances import Balance, balance
from ...queries.tillgoods import priced_product
from ...queries.tillpeople import Buyer, buyer, payers, visit_of
from ...services.usecase import answered
from ...services.work import Done
from ..base import PimScreen
from ..keys import Key
from ..textsafe import show
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.basket import BasketTable
from ..widgets.tillsums import TillSums
from .tillrows import columns_of, detail_of, row_of, sums_of
from .underway import FORM, UnderWay


class TillCore(PimScreen):
    """What the keys of the till work on. They hand a whole new basket to :meth:`take`."""

    def __init__(
        self,
        kind: str = "sale",
        customer_id: int | None = None,
        draft: Draft | None = None,
        visit_id: int | None = None,
        product_id: int | None = None,
    ) -> None:
        """``customer_id`` is whose profile it was opened from; ``draft`` is to be gone on with; ``visit_id``
        is the appointment that is billed, ``product_id`` what is on the bill at first."""
        super().__init__()
        self._kind, self._home, self._draft, self._first = kind, customer_id, draft, product_id
        self.work = UnderWay(Basket(kind, customer_id=customer_id, appointment_id=visit_id))
        self.priced: PricedBill | None = None
        self.goods: dict[int, Goods] = {}
        self.buyer: Buyer | None = None
        self.balance: Balance | None = None
        self.payer = ""
        self.visit = ""

    @property
    def basket(self) -> Basket:
        """The bill as it is now."""
        return self.work.basket

    @property
    def terms(self) -> Terms:
        """How the clinic reckons."""
        return terms_of(self.pim.desk.session)

    @property
    def table(self) -> BasketTable:
        """The lines on screen."""
        return self.query_one(BasketTable)

    @property
    def line(self) -> Input:
        """Where names, codes and barcodes are typed."""
        return self.query_one("#line", Input)

    @property
    def at(self) -> int | None:
        """Which line has the cursor; None when there is none."""
        key = self.table.cursor_key
        return key if isinstance(key, int) else None

    def money(self, amount: int) -> str:
        """An amount as it is shown here."""
        return figures(amount, self.terms.currency)

    def agreed_to(self, basket: Basket) -> str:
        """What follows a discount in the words about it where somebody else has to agree; else empty."""
        session = self.pim.desk.session
        limit = session.house.discount_limit
        alone = money_faults(basket) or beyond(basket, limit, session.rights) is None
        return "" if alone else f"; more than {limit}%, so somebody else agrees when it is paid"

    # --- changing ---------------------------------------------------------------------------------

    def take(self, basket: Basket, at: int | None = None) -> bool:
        """Go on with ``basket``, the cursor on line ``at``; whether it could be worked out.

        A basket that cannot be is refused in the footer, and the one before stays as it was.
        """
        try:
            priced = price(basket, self.terms)
        except PimError as error:
            self.pim.tell(error)
            return False
        self.work.basket, self.priced = basket, priced
        self.query_one(KeyBar).clear_refusal()
        self.draw()
        if at is not None:
            self.go_to(at)
        self.keep()
        return True

    def go_to(self, at: int) -> None:
        """Put the cursor on line ``at``."""
        self.table.go_to(at)
        self.draw_detail()

    def change(self, at: int, **changes: Any) -> bool:
        """Change line ``at``."""
        return self.take(with_changed(self.basket, at, **changes), at)

    def start_anew(self) -> None:
        """An empty bill of the kind and for the customer that the till was opened for.

        The kind goes back, so that the next one's goods are not dispensed or lent by mistake.
        """
        self.forget()
        self.work = UnderWay(Basket(self._kind, customer_id=self._home))
        self.goods, self.payer, self.visit = {}, "", ""
        self.take(self.basket)
        self.load(self.read_people, group="people")

    async def go_on(self, work: UnderWay) -> None:
        """Take up a bill that was kept or parked, with what is known of its goods and people now."""
        before, self.work = self.work, work
        self.payer = self.visit = ""
        await self.read_goods()
        await self.read_people()
        if not self.take(work.basket, len(work.basket.lines) - 1):
            self.work = before

    # --- reading ----------------------------------------------------------------------------------

    async def _know(self, product_id: int) -> None:
        """Read a product; one that is not sold any more is left for the posting to refuse."""
        try:
            self.goods[product_id] = await self.fetch(priced_product, product_id, self.pim.today)
        except PimError:
            self.goods.pop(product_id, None)

    async def read_people(self) -> None:
        """Read the customer, what is to their credit, and the payer's name."""
        id_ = self.basket.customer_id
        self.buyer = await self.fetch(buyer, id_, self.pim.today) if id_ is not None else None
        self.balance = await self.fetch(balance, id_) if id_ is not None else None
        payer_id = self.basket.payer_id
        if payer_id is None:
            self.payer = ""
        elif not self.payer:
            known = {one.payer_id: one.name for one in await self.fetch(payers)}
            self.payer = known.get(payer_id, "payer")
        await self._read_visit()
        self.draw()

    async def _read_visit(self) -> None:
        """Tell which visit the bill is for."""
        visit_id = self.basket.appointment_id
        if self.basket.customer_id is None or visit_id is None:
            self.visit = ""
        elif not self.visit:
            self.visit = (await self.fetch(visit_of, visit_id)).told

    async def read_goods(self) -> None:
        """Read again what is on the bill: somebody may have sold or changed it."""
        for id_ in {line.product_id for line in self.basket.lines if line.product_id is not None}:
            await self._know(id_)
        self.draw()

    # --- drawing ----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Title, lines and sums of the bill as it is."""
        basket, money = self.basket, self.money
        self.query_one(TitleBar).show(self._title())
        alerts = self.buyer.alerts if self.buyer else ()
        self._tell(".alert", " · ".join(f"! {text}" for text in alerts))
        self._tell(".about", " · ".join(filter(None, (self.visit, basket.note))))
        priced = self.priced
        if priced is not None:
            rows = [row_of(at, line, basket.kind, self.goods, money) for at, line in enumerate(priced.lines)]
            self.table.show(rows, columns=columns_of(basket.kind, rows))
            credit = self.balance.credit if self.balance else 0
            self.query_one(TillSums).show(*sums_of(priced, self.terms, self.payer, credit))
        self.query_one(KeyBar).offer(self.footer())
        self.draw_detail()

    @abstractmethod
    def footer(self) -> list[Key]:
        """The keys that do something to the bill as it stands."""

    def _tell(self, place: str, text: str) -> None:
        """A line of the screen that is there only while it has something to say."""
        told = self.query_one(place, Static)
        told.update(show(text))
        told.display = bool(text)

    def draw_detail(self) -> None:
        """What else is known of the line with the cursor."""
        at = self.at
        told = ""
        if self.priced is not None and at is not None and at < len(self.priced.lines):
            told = detail_of(self.priced.lines[at], self.goods, self.payer, self.money)
        self.query_one(".detail", Static).update(show(told))

    def _title(self) -> str:
        who = self.buyer.name if self.buyer else "no customer"
        parts = ["Till", PostingKind(self.basket.kind).word, who]
        if self.balance is not None and self.balance.balance:
            owed = self.balance.balance
            parts.append(f"owes {self.money(owed)}" if owed > 0 else f"credit {self.money(-owed)}")
        return " · ".join(parts + ([f"parked: {self.work.label}"] if self.work.draft_id else []))

    # --- keeping ----------------------------------------------------------------------------------

    def keep(self) -> None:
        """Have the bill kept as a draft while it has lines, under the request that will post it."""
        count = len(self.basket.lines)
        if not count:
            self.forget()
            return
        total = self.money(self.priced.total) if self.priced else ""
        who = self.buyer.name if self.buyer else "no customer"
        told = f"{count} line{'s' if count > 1 else ''}"
        what = f"{PostingKind(self.basket.kind).word}, {who}, {told}, {total}"
        self.pim.keep_draft(FORM, self.work.fields(what, self._home), self.work.request)

    def forget(self) -> None:
        """The bill was posted, parked or dropped: its draft is not needed any more."""
        self.pim.drop_draft(FORM, self.work.request)

    async def find_kept(self) -> None:
        """Go on with the bill that was being typed when the till was last left."""
        store, staff_id = self.pim.desk.drafts, self.pim.desk.session.staff_id
        kept = self._draft
        if kept is None:
            left = await self.pim.outside(store.latest, staff_id)
            mine = (one for one in left if one.form == FORM)
            kept = next((one for one in mine if UnderWay.goes_on_at(self._home, one.fields)), None)
        if kept is None:
            await self.read_people()
            return
        for other in self.app.screen_stack:
            if isinstance(other, TillCore) and other is not self:
                other.hand_over(kept.record)
        await self.pim.outside(store.take_up, kept)
        work = UnderWay.of_fields(kept.fields)
        if (done := await self.fetch(answered, work.request)) is not None:
            self.work = work
            self.ended(done)
            return
        await self.go_on(work)
        self.pim.say("The bill that was not finished is back.")

    @abstractmethod
    def ended(self, done: Done) -> None:
        """The bill was posted; its answer may have been lost with the line."""

    def hand_over(self, request: str) -> None:
        """Another till goes on with the bill of this ``request``: it must not be sold here once more."""
        if self.work.request == request:
            self.work = UnderWay(Basket(self._kind, customer_id=self._home))
            self.start_anew()

    def with_basket(self, **changes: Any) -> Basket:
        """The basket with other values of the whole bill."""
        return replace(self.basket, **changes)

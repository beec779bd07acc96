"""What is done to products and their stock, the same from the list and from a product's own screen.

A refusal brings the form back as it was; where somebody else was quicker both values are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...db.drafts import Draft
from ...domain.productfields import TITLES, ProductFields, changed, field_text
from ...errors import Difference, PimError, Stale
from ...queries.product_records import ProductRecord, product_record
from ...queries.stock import PLACES, LotRow, lot, lots_of, witnesses
from ...queries.tax_classes import tax_classes
from ...services.catalogue import (
    AddProduct,
    ChangeProduct,
    RetireProduct,
    add_product,
    change_product,
    retire_product,
)
from ...services.receiving import Received, ReceiveStock, receive_stock
from ...services.stock import (
    AdjustStock,
    ChangeLot,
    Counted,
    CountStock,
    MoveStock,
    ScrapStock,
    adjust_stock,
    change_lot,
    count_stock,
    move_stock,
    scrap_stock,
)
from ...services.usecase import Done
from ..base import PimScreen
from ..dialogs import goods
from ..dialogs import payers as payer_forms
from ..dialogs.fields import NO_DRAFT, DraftName, FieldForm, FormSpec, Values
from ..dialogs.stale import Kept, StaleDialog, merged
from ..requests import new_request

if TYPE_CHECKING:
    from ..app import PimApp
    from .payers import PayersScreen
    from .product import ProductScreen
    from .products import ProductsScreen

    _Base = PimScreen
else:
    _Base = object

MOST_COUNTED = 60
"""Lots in one form to count; more are counted one after the other by their own key."""
NEW = ProductFields()

Answer = dict[str, Hashable]


@dataclass(frozen=True, slots=True)
class _Open:
    """A product with what is there of it, and who may look on: what the forms about stock need."""

    product: ProductRecord
    lots: tuple[LotRow, ...]
    staff: tuple[tuple[int, str], ...]


class GoodsKeys(_Base):
    """Adds and changes products, takes in, counts and moves what is in stock."""

    # --- the record -------------------------------------------------------------------------------

    def new_product(self, typed: ProductFields = NEW, refusal: PimError | None = None) -> None:
        """Open the form, perhaps with what was refused."""

        def answered(answer: Answer | None) -> None:
            if answer is None:
                self.pim.drop_draft(goods.PRODUCT)
                return
            fields = goods.product_fields(answer)
            self.pim.submit(
                add_product,
                AddProduct(fields, new_request()),
                self._saved(goods.PRODUCT, "", self.product_added),
                lambda error: self.new_product(fields, error),
            )

        async def opened() -> None:
            spec = goods.product_form("New product", self._currency, await self.fetch(tax_classes))
            values = goods.product_values(typed)
            start = "code" if typed.name and refusal is None else ""
            form = FieldForm(spec, values, refusal, DraftName(goods.PRODUCT), start)
            self.app.push_screen(form, answered)

        self.load(opened, group="record")

    def product_added(self, done: Done) -> None:
        """Show the new product."""
        self.open_product(done.ids[0], done.says)

    def open_product(self, product_id: int, says: str = "") -> None:
        """Show one product with its lots and its register, and a sentence in the footer."""
        from .product import ProductScreen

        self.app.push_screen(ProductScreen(product_id, says))

    def edit_product(self, product_id: int) -> None:
        """Read the record and open the form."""

        async def read() -> None:
            seen = await self.fetch(product_record, product_id)
            self._edit(seen, seen.fields)

        self.load(read, group="record")

    def _edit(self, seen: ProductRecord, typed: ProductFields, refusal: PimError | None = None) -> None:
        record = str(seen.id)

        def answered(answer: Answer | None) -> None:
            if answer is None:
                self.pim.drop_draft(goods.PRODUCT, record)
            else:
                self._change(seen, goods.product_fields(answer))

        async def opened() -> None:
            classes = await self.fetch(tax_classes)
            title = f"Change {seen.fields.name}"
            spec = goods.product_form(title, self._currency, classes, seen.fields.tax_class)
            draft = DraftName(goods.PRODUCT, record, seen.version)
            self.app.push_screen(FieldForm(spec, goods.product_values(typed), refusal, draft), answered)

        self.load(opened, group="record")

    def _change(self, seen: ProductRecord, fields: ProductFields) -> None:
        def refused(error: PimError) -> None:
            if isinstance(error, Stale):
                self._compare(seen, fields, error)
            else:
                self._edit(seen, fields, error)

        command = ChangeProduct(seen.id, seen.version, seen.fields, fields, new_request())
        self.pim.submit(change_product, command, self._saved(goods.PRODUCT, str(seen.id)), refused)

    def _compare(self, seen: ProductRecord, fields: ProductFields, error: Stale) -> None:
        """Both values of what somebody else changed; what is kept is saved over the record as it is now."""

        def kept(choice: Kept | None) -> None:
            if choice is None:
                self._edit(seen, fields)
            else:
                self.load(again, choice, group="record")

        async def again(choice: Kept) -> None:
            now = await self.fetch(product_record, seen.id)
            if now.version != error.version:
                self._change(seen, fields)
                return
            wanted = _merged(fields, now.fields, choice)
            if wanted == now.fields:
                self.pim.drop_draft(goods.PRODUCT, str(seen.id))
                self.pim.say("Nothing was left to save: the product stays as it is.")
            else:
                self._change(now, wanted)

        self.app.push_screen(StaleDialog(error, TITLES), kept)

    def retire(self, product: ProductRecord) -> None:
        """Take a product out of use, or back."""
        command = RetireProduct(product.id, product.version, not product.active, "", new_request())
        self.pim.submit(retire_product, command, lambda done: self.pim.say(done.says))

    # --- stock ------------------------------------------------------------------------------------

    def receive(self, product_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Take in what came of a product."""

        def opened(found: _Open) -> None:
            spec = goods.delivery_form(found.product, self._currency, self.pim.order)
            draft = DraftName(goods.DELIVERY, str(product_id))
            self._ask(spec, typed or {}, refusal, lambda answer: self._receive(product_id, answer), draft)

        self._with_stock(product_id, opened)

    def _receive(self, product_id: int, answer: Answer) -> None:
        serials = [one for one in str(answer.get("serial") or "").replace(",", " ").split() if one]
        quantity = goods.signed_quantity(str(answer.get("quantity") or "1"))
        day = goods.expiry_of(answer, self.pim.order, [])
        cost = goods.cost_of(answer, self._currency, [])
        told = str(answer.get("lot") or "")
        lines = tuple(
            Received(product_id, 1 if "serial" in answer else quantity, told, serial, day, cost)
            for serial in serials or [""]
        )
        command = ReceiveStock(lines, str(answer["reason"]), new_request())
        self.pim.submit(
            receive_stock, command, self._saved(goods.DELIVERY, str(product_id)),
            lambda error: self.receive(product_id, answer, error),
        )  # fmt: skip

    def count(self, product_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Count every lot of a product that there is something of."""

        def opened(found: _Open) -> None:
            places = [(row, place) for row in found.lots for place in PLACES if row.on_hand(place)]
            if not places and found.lots:
                places = [(found.lots[-1], "shelf")]
            if not places:
                self.pim.say("Nothing of it was ever taken in: R receives some.")
                return
            shown = places[:MOST_COUNTED]
            spec = goods.count_form(found.product, shown, found.staff)
            draft = DraftName(goods.COUNT, str(product_id))
            self._ask(spec, typed or {}, refusal, lambda answer: self._count(found, shown, answer), draft)

        self._with_stock(product_id, opened, empty=True)

    def _count(self, found: _Open, places: Sequence[tuple[LotRow, str]], answer: Answer) -> None:
        counts = tuple(
            Counted(row.id, goods.signed_quantity(typed), row.on_hand(place), place)
            for row, place in places
            if (typed := str(answer[goods.counted_key(row, place)]).strip())
        )
        if not counts:
            self.pim.drop_draft(goods.COUNT, str(found.product.id))
            self.pim.say("Nothing was counted.")
            return
        command = CountStock(
            found.product.id, counts, str(answer["reason"]), *_witness(answer), request=new_request()
        )
        self.pim.submit(
            count_stock, command, self._saved(goods.COUNT, str(found.product.id)),
            lambda error: self.count(found.product.id, answer, error),
        )  # fmt: skip

    def adjust(self, lot_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Put right what the book says of a lot."""

        def act(row: LotRow, answer: Answer) -> None:
            place = str(answer["place"])
            quantity = goods.signed_quantity(str(answer["quantity"]))
            command = AdjustStock(
                row.id, quantity, str(answer["reason"]), row.on_hand(place), place, *_witness(answer),
                request=new_request(),
            )  # fmt: skip
            again = self._reopens(self.adjust, lot_id, answer)
            self.pim.submit(adjust_stock, command, self._told, again)

        self._act("Put right", lot_id, act, typed, refusal)

    def set_aside(self, lot_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Move items of a lot into quarantine, or back onto the shelf."""

        def act(row: LotRow, answer: Answer) -> None:
            quantity, place = goods.signed_quantity(str(answer["quantity"])), str(answer["place"])
            command = MoveStock(row.id, quantity, str(answer["reason"]), place, new_request())
            self.pim.submit(move_stock, command, self._told, self._reopens(self.set_aside, lot_id, answer))

        self._act("Set aside or release", lot_id, act, typed, refusal, witnessed=False)

    def scrap(self, lot_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Throw items of a lot away."""

        def act(row: LotRow, answer: Answer) -> None:
            quantity, place = goods.signed_quantity(str(answer["quantity"])), str(answer["place"])
            command = ScrapStock(
                row.id, quantity, str(answer["reason"]), place, *_witness(answer), request=new_request()
            )
            self.pim.submit(scrap_stock, command, self._told, self._reopens(self.scrap, lot_id, answer))

        self._act("Throw away", lot_id, act, typed, refusal)

    def change_lot(self, lot_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Put a lot's last day or note right."""

        def opened(found: _Open) -> None:
            (row,) = found.lots
            until = "" if row.expires_on is None else row.expires_on.isoformat()
            values = typed or {"expires_on": until, "note": row.note}
            spec = goods.lot_form(found.product, row, self.pim.order)
            self._ask(spec, values, refusal, lambda answer: self._change_lot(row, answer))

        self._with_lot(lot_id, opened)

    def _change_lot(self, row: LotRow, answer: Answer) -> None:
        day = goods.expiry_of(answer, self.pim.order, [])
        command = ChangeLot(
            row.id, row.version, day, str(answer["note"]), str(answer["reason"]), new_request()
        )
        self.pim.submit(change_lot, command, self._told, self._reopens(self.change_lot, row.id, answer))

    # --- how a form is asked and answered ---------------------------------------------------------

    def _act(
        self,
        verb: str,
        lot_id: int,
        act: Callable[[LotRow, Answer], None],
        typed: Values | None,
        refusal: PimError | None,
        witnessed: bool = True,
    ) -> None:
        """Ask how many of a lot, from where and why; then ``act``."""

        def opened(found: _Open) -> None:
            (row,) = found.lots
            place = "shelf" if row.shelf or not row.quarantine else "quarantine"
            spec = goods.act_form(verb, found.product, row, found.staff, witnessed)
            self._ask(spec, typed or {"place": place}, refusal, lambda answer: act(row, answer))

        self._with_lot(lot_id, opened)

    def _ask(
        self,
        spec: FormSpec,
        values: Values,
        refusal: PimError | None,
        then: Callable[[Answer], None],
        draft: DraftName = NO_DRAFT,
    ) -> None:
        kept = {key: value for key, value in values.items() if key != "pin"}

        def answered(answer: Answer | None) -> None:
            if answer is not None:
                then(answer)
            elif draft.form:
                self.pim.drop_draft(draft.form, draft.record)

        self.app.push_screen(FieldForm(spec, kept, refusal, draft), answered)

    def _with_stock(self, product_id: int, opened: Callable[[_Open], None], *, empty: bool = False) -> None:
        async def read() -> None:
            product = await self.fetch(product_record, product_id)
            lots = await self.fetch(lots_of, product_id, empty=empty)
            opened(_Open(product, lots, await self._others()))

        self.load(read, group="record")

    def _with_lot(self, lot_id: int, opened: Callable[[_Open], None]) -> None:
        async def read() -> None:
            row = await self.fetch(lot, lot_id)
            product = await self.fetch(product_record, row.product_id)
            opened(_Open(product, (row,), await self._others()))

        self.load(read, group="record")

    async def _others(self) -> tuple[tuple[int, str], ...]:
        return await self.fetch(witnesses, self.pim.desk.session.staff_id)

    def _reopens(
        self, opens: Callable[[int, Values, PimError], None], lot_id: int, answer: Answer
    ) -> Callable[[PimError], None]:
        return lambda error: opens(lot_id, answer, error)

    def _told(self, done: Done) -> None:
        self.pim.say(done.says)

    def _saved(
        self, form: str, record: str = "", then: Callable[[Done], None] | None = None
    ) -> Callable[[Done], None]:
        def saved(done: Done) -> None:
            self.pim.drop_draft(form, record)
            (then or self._told)(done)

        return saved

    @property
    def _currency(self) -> str:
        return self.pim.desk.session.currency

    # --- drafts -----------------------------------------------------------------------------------

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.load(self._restore, draft, group="record")

    async def _restore(self, draft: Draft) -> None:
        if draft.form in STOCK_FORMS:
            STOCK_FORMS[draft.form](self, int(draft.record), draft.fields)
            return
        if not draft.record:
            self.new_product(goods.product_of_draft(draft.fields, NEW))
            return
        now = await self.fetch(product_record, int(draft.record))
        typed = goods.product_of_draft(draft.fields, now.fields)
        if now.version == draft.version:
            self._edit(now, typed)
            return
        # What it was typed over is gone, so every field that differs from the record is shown.
        differences = [
            Difference(name, "", field_text(now.fields, name), field_text(typed, name))
            for name in changed(now.fields, typed)
        ]

        def kept(choice: Kept | None) -> None:
            if choice is not None:
                self._edit(now, _merged(typed, now.fields, choice))

        self.app.push_screen(StaleDialog(Stale("This product", differences, now.version), TITLES), kept)


STOCK_FORMS: Mapping[str, Callable[[GoodsKeys, int, Values], None]] = {
    goods.DELIVERY: GoodsKeys.receive,
    goods.COUNT: GoodsKeys.count,
}
"""Drafts about the stock of one product, and what opens their form again."""


def _merged(yours: ProductFields, current: ProductFields, choice: Kept) -> ProductFields:
    return merged(yours, current, choice)


def _witness(answer: Answer) -> tuple[int | None, str]:
    """Who looked on, and the PIN."""
    who = answer.get("witness")
    return (who if isinstance(who, int) else None), str(answer.get("pin") or "")


def reopen_goods(pim: PimApp, draft: Draft) -> None:
    """Go to the screen that a draft about a product, its stock or a payer belongs to, and open it there."""
    screen = _screen_of(draft)

    def opened() -> None:
        screen.restore_draft(draft)
        pim.turns.reading(-1)

    # Keys typed meanwhile are meant for the form.
    pim.turns.reading(+1)
    pim.push_screen(screen)
    screen.call_after_refresh(opened)


def _screen_of(draft: Draft) -> PayersScreen | ProductsScreen | ProductScreen:
    from .payers import PayersScreen
    from .product import ProductScreen
    from .products import ProductsScreen

    if draft.form == payer_forms.PAYER:
        return PayersScreen()
    return ProductScreen(int(draft.record)) if draft.form in STOCK_FORMS else ProductsScreen()

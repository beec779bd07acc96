"""What is done to the stock of a product: taken in, counted, put right, set aside, thrown away.

A refusal brings the form back as it was, with what the book says by then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from ...db.drafts import OVER, Draft
from ...errors import Difference, PimError, Refused, Stale
from ...queries.product_records import ProductRecord, product_record
from ...queries.stock import PLACES, LotRow, lot, lots_of, witnesses
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
from ...services.work import Done
from ..dialogs import goods
from ..dialogs.fields import NO_DRAFT, Answer, DraftName, FieldForm, FormSpec, Values, fields_of_draft
from ..dialogs.stale import Kept, merged
from ..requests import new_request
from .comparing import refused_over, take_up
from .formkeys import FormKeys, ask

MOST_COUNTED = 60
"""Lots in one form to count; where there are more, those that expire first."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A product with what is there of it, and who may look on: what the forms about stock need."""

    product: ProductRecord
    lots: tuple[LotRow, ...]
    staff: tuple[tuple[int, str], ...]


class StockKeys(FormKeys):
    """Takes in, counts and moves what is in stock."""

    def receive(self, product_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Take in what came of a product."""

        def opened(found: _Open) -> None:
            spec = goods.delivery_form(found.product, self.currency, self.pim.order)
            draft = DraftName(goods.DELIVERY, str(product_id))
            self._ask(spec, typed or {}, refusal, lambda answer: self._receive(product_id, answer), draft)

        self._with_stock(product_id, opened)

    def _receive(self, product_id: int, answer: Answer) -> None:
        serials = [one for one in str(answer.get("serial") or "").replace(",", " ").split() if one]
        quantity = goods.signed_quantity(str(answer.get("quantity") or "1"))
        day = goods.expiry_of(answer, self.pim.order, [])
        cost = goods.cost_of(answer, self.currency, [])
        told = str(answer.get("lot") or "")
        lines = tuple(
            Received(product_id, 1 if "serial" in answer else quantity, told, serial, day, cost)
            for serial in serials or [""]
        )
        command = ReceiveStock(lines, str(answer["reason"]), new_request())
        self.pim.submit(
            receive_stock,
            command,
            self.saved_form(goods.DELIVERY, str(product_id)),
            lambda error: self.receive(product_id, answer, error),
        )

    def count(
        self,
        product_id: int,
        typed: Values | None = None,
        refusal: PimError | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> None:
        """Count every lot of a product that there is something of.

        ``seen`` is what the book said when counting began, by field, where that is not now.
        """

        def opened(found: _Open) -> None:
            places = [(row, place) for row in found.lots for place in PLACES if row.on_hand(place)]
            if not places and found.lots:
                places = [(found.lots[-1], "shelf")]
            if not places:
                self.pim.say("Nothing of it was ever taken in: r receives some.")
                return
            shown = places[:MOST_COUNTED]
            booked = {goods.counted_key(row, place): row.on_hand(place) for row, place in shown}
            booked |= seen or {}
            spec = goods.count_form(found.product, shown, found.staff)
            draft = DraftName(goods.COUNT, str(product_id), over=json.dumps(booked))
            self._ask(
                spec, typed or {}, refusal, lambda answer: self._count(found, shown, booked, answer), draft
            )

        self._with_stock(product_id, opened, empty=True)

    def _count(
        self,
        found: _Open,
        places: Sequence[tuple[LotRow, str]],
        booked: Mapping[str, int],
        answer: Answer,
    ) -> None:
        keyed = [(goods.counted_key(row, place), row, place) for row, place in places]
        counts = tuple(
            Counted(row.id, goods.signed_quantity(typed), booked[key], place)
            for key, row, place in keyed
            if (typed := str(answer[key]).strip())
        )
        if not counts:
            self.pim.drop_draft(goods.COUNT, str(found.product.id))
            self.pim.say("Nothing was counted.")
            return
        command = CountStock(
            found.product.id, counts, str(answer["reason"]), *_witness(answer), request=new_request()
        )
        self.pim.submit(
            count_stock,
            command,
            self.saved_form(goods.COUNT, str(found.product.id)),
            lambda error: self.count(
                found.product.id, answer, error, None if isinstance(error, Stale) else booked
            ),
        )

    def adjust(self, lot_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Put right what the book says of a lot."""

        def act(row: LotRow, answer: Answer) -> None:
            place = str(answer["place"])
            quantity = goods.signed_quantity(str(answer["quantity"]))
            command = AdjustStock(
                row.id,
                quantity,
                str(answer["reason"]),
                row.on_hand(place),
                place,
                *_witness(answer),
                request=new_request(),
            )
            again = self._reopens(self.adjust, lot_id, answer)
            self.pim.submit(adjust_stock, command, self._saved(goods.PUT_RIGHT, row), again)

        self._act(goods.PUT_RIGHT, lot_id, act, typed, refusal)

    def set_aside(self, lot_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Move items of a lot into quarantine, or back onto the shelf."""

        def act(row: LotRow, answer: Answer) -> None:
            quantity, place = goods.signed_quantity(str(answer["quantity"])), str(answer["place"])
            command = MoveStock(row.id, quantity, str(answer["reason"]), place, new_request())
            again = self._reopens(self.set_aside, lot_id, answer)
            self.pim.submit(move_stock, command, self._saved(goods.SET_ASIDE, row), again)

        self._act(goods.SET_ASIDE, lot_id, act, typed, refusal)

    def scrap(self, lot_id: int, typed: Values | None = None, refusal: PimError | None = None) -> None:
        """Throw items of a lot away."""

        def act(row: LotRow, answer: Answer) -> None:
            quantity, place = goods.signed_quantity(str(answer["quantity"])), str(answer["place"])
            command = ScrapStock(
                row.id, quantity, str(answer["reason"]), place, *_witness(answer), request=new_request()
            )
            again = self._reopens(self.scrap, lot_id, answer)
            self.pim.submit(scrap_stock, command, self._saved(goods.THROW_AWAY, row), again)

        self._act(goods.THROW_AWAY, lot_id, act, typed, refusal)

    def change_lot(self, lot_id: int) -> None:
        """Put a lot's last day or note right."""

        def opened(found: _Open) -> None:
            self._ask_lot(found, goods.LotFields.of(found.lots[0]))

        self._with_lot(lot_id, opened)

    def _ask_lot(
        self, found: _Open, typed: goods.LotFields, reason: str = "", refusal: PimError | None = None
    ) -> None:
        (row,) = found.lots
        spec = goods.lot_form(found.product, row, self.pim.order)
        values, draft = {**asdict(typed), "reason": reason}, _draft(goods.LOT, row)
        self._ask(spec, values, refusal, lambda answer: self._change_lot(found, answer), draft)

    def _change_lot(self, found: _Open, answer: Answer) -> None:
        (row,), reason = found.lots, str(answer["reason"])
        typed = goods.LotFields(str(answer["expires_on"]), str(answer["note"]))

        def save(now: LotRow, choice: Kept) -> None:
            kept = merged(typed, goods.LotFields.of(now), choice)
            self._ask_lot(replace(found, lots=(now,)), kept, reason)

        refused = refused_over(
            self,
            goods.LOT_TITLES,
            lambda: self.fetch(lot, row.id),
            save=save,
            anew=lambda: self._change_lot(found, answer),
            back=lambda error: self._ask_lot(found, typed, reason, error),
        )
        day = goods.expiry_of(answer, self.pim.order, [])
        command = ChangeLot(row.id, row.version, day, typed.note, reason, new_request())
        self.pim.submit(change_lot, command, self._saved(goods.LOT, row), refused)

    # --- how a form is asked and answered ---------------------------------------------------------

    def _act(
        self,
        form: str,
        lot_id: int,
        act: Callable[[LotRow, Answer], None],
        typed: Values | None,
        refusal: PimError | None,
    ) -> None:
        """Ask how many of a lot, from where and why; then ``act``.

        Where a draft was ``typed`` over other numbers, it is said what they are by now.
        """

        def opened(found: _Open) -> None:
            (row,) = found.lots
            place = "shelf" if row.shelf or not row.quarantine else "quarantine"
            spec, draft = goods.act_form(form, found.product, row, found.staff), _draft(form, row)
            told = refusal or _meanwhile(row, str((typed or {}).get(OVER, "")))
            self._ask(spec, typed or {"place": place}, told, lambda answer: act(row, answer), draft)

        self._with_lot(lot_id, opened)

    def _saved(self, form: str, row: LotRow) -> Callable[[Done], None]:
        return self.saved_form(form, _draft(form, row).record)

    def _ask(
        self,
        spec: FormSpec,
        values: Values,
        refusal: PimError | None,
        then: Callable[[Answer], None],
        draft: DraftName = NO_DRAFT,
    ) -> None:
        kept = {key: value for key, value in values.items() if key != "pin"}
        ask(self, FieldForm(spec, kept, refusal, draft), then)

    def _with_stock(self, product_id: int, opened: Callable[[_Open], None], *, empty: bool = False) -> None:
        async def read() -> None:
            product = await self.fetch(product_record, product_id)
            if not product.fields.tracked:
                raise Refused(f"No stock is kept of {product.fields.name}.", "Press e to change that.")
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

    def restore_stock_draft(self, draft: Draft) -> None:
        """Open the form of a delivery or a count that was broken off."""
        if draft.form == goods.DELIVERY:
            self.receive(int(draft.record), draft.fields)
            return
        seen = json.loads(draft.fields[OVER]) if OVER in draft.fields else None
        self.count(int(draft.record), draft.fields, seen=seen)

    def restore_lot_draft(self, draft: Draft) -> None:
        """Open the form about a lot that was broken off."""
        lot_id = int(draft.record.split()[1])
        if draft.form == goods.LOT:
            self._with_lot(lot_id, lambda found: self._restore_lot(found, draft))
            return
        witness = draft.fields.get("witness", "")
        typed = {**draft.fields, "witness": int(witness) if witness.isdigit() else None}
        opens = {
            goods.PUT_RIGHT: self.adjust, goods.SET_ASIDE: self.set_aside, goods.THROW_AWAY: self.scrap
        }  # fmt: skip
        opens[draft.form](lot_id, typed)

    def _restore_lot(self, found: _Open, draft: Draft) -> None:
        (row,), reason = found.lots, draft.fields.get("reason", "")
        now = goods.LotFields.of(row)
        take_up(
            self, "This lot", (draft.version, row.version), now, fields_of_draft(draft.fields, now),
            goods.LOT_TITLES, lambda kept: self._ask_lot(found, kept, reason),
        )  # fmt: skip


def _draft(form: str, row: LotRow) -> DraftName:
    """The draft of a form about a lot: typed over what was there of it, or what was noted."""
    there = json.dumps({place: row.on_hand(place) for place in PLACES})
    over = "" if form == goods.LOT else there
    return DraftName(form, f"{row.product_id} {row.id}", row.version, over)


def _meanwhile(row: LotRow, over: str) -> Stale | None:
    """What there is of a lot, where a form was opened over other numbers."""
    then: Mapping[str, int] = json.loads(over) if over else {}
    differences = [
        Difference(goods.WHERE[place], str(was), str(row.on_hand(place)), "")
        for place, was in then.items()
        if place in PLACES and was != row.on_hand(place)
    ]
    return Stale("This lot", differences, row.version) if differences else None


def _witness(answer: Answer) -> tuple[int | None, str]:
    """Who looked on, and the PIN."""
    who = answer.get("witness")
    return (who if isinstance(who, int) else None), str(answer.get("pin") or "")

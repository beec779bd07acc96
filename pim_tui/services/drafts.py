"""Bills that are parked: they have no number, can be taken up again, and leave a trace when dropped (M3)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..db.connection import select
from ..domain.basket import KINDS, Basket, money_faults, to_json
from ..domain.pricing import price
from ..domain.rights import Right
from ..domain.terms import terms_of
from ..errors import Difference, Fault, Invalid, NotFound, Stale
from ..models import DraftBill
from .parties import require_people
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class ParkBill:
    """Keep a basket for later, as a new draft or, with ``draft_id`` at ``version``, in place of it."""

    basket: Basket
    label: str = ""
    draft_id: int | None = None
    version: int = 0
    request: str = ""


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Delete a draft; the journal keeps what was on it."""

    id: int
    version: int
    request: str = ""


@use_case(Right.POST_BILL)
def park_bill(work: Work, command: ParkBill) -> Done:
    """Park a basket; it need not be complete. Raises Invalid, NotFound, Refused, Stale."""
    basket = command.basket
    if basket.kind not in KINDS or not basket.lines:
        raise Invalid([Fault("lines", "are missing")], "There is nothing to park.")
    require_people(basket.customer_id, basket.payer_id, basket.appointment_id)
    text = to_json(basket)
    if len(text) > DraftBill.basket.limit:
        raise Invalid([Fault("lines", "are too many to be parked")], "Post the bill, or part it in two.")
    amount = 0 if money_faults(basket) else price(basket, terms_of(work.session)).total
    values = {
        "kind": basket.kind,
        "customer": basket.customer_id,
        "label": command.label,
        "basket": text,
        "amount": amount,
        "changed_at": work.now,
    }
    if command.draft_id is None:
        id_ = int(DraftBill.insert(created_at=work.now, staff=work.session.staff_id, **values).execute())
        before, version = None, 1
    else:
        id_, version = command.draft_id, command.version + 1
        before = _standing(id_, command.version)
        DraftBill.update(version=version, **values).where(
            DraftBill.id == id_, DraftBill.version == command.version
        ).execute()
    after = _told(basket.kind, basket.customer_id, command.label, amount, text)
    work.changed("park", "draft_bill", id_, before, after)
    count = len(basket.lines)
    return Done("draft_bill", (id_,), (), version, f"Parked: {count} line{'' if count == 1 else 's'}.")


@use_case(Right.POST_BILL)
def drop_draft(work: Work, command: DropDraft) -> Done:
    """Delete a draft with a trace of the lines that were on it (M3). Raises NotFound, Stale."""
    remove(work, command.id, command.version, "drop")
    return Done("draft_bill", (command.id,), (), command.version, "Draft dropped.")


def remove(work: Work, draft_id: int, version: int, action: str) -> None:
    """Take a draft off the list, for a service that has dropped or posted it. Raises NotFound, Stale."""
    before = _standing(draft_id, version)
    DraftBill.delete().where(DraftBill.id == draft_id, DraftBill.version == version).execute()
    work.changed(action, "draft_bill", draft_id, before, {})


def _standing(draft_id: int, version: int) -> dict[str, object]:
    """The draft under the write lock, as the journal keeps it."""
    rows = select(
        "select version, kind, customer_id, label, amount, basket from draft_bill where id = ?", [draft_id]
    )
    if not rows:
        raise NotFound("That draft is gone.", "Somebody has posted or dropped it; look at the list again.")
    current, *told = rows[0]
    if current != version:
        raise Stale("This draft", [Difference("version", str(version), str(current), "")], current)
    return _told(*told)


def _told(kind: str, customer_id: int | None, label: str, amount: int, basket: str) -> dict[str, object]:
    """What the journal keeps of a draft: every line, so that none goes without a trace."""
    lines = [
        [line.get("description", ""), line.get("quantity", 0), line.get("unit_price", 0)]
        for line in json.loads(basket).get("lines", [])
    ]
    return {"kind": kind, "customer_id": customer_id, "label": label, "amount": amount, "lines": lines}

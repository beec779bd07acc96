"""The rows of offers to those who wait, as use cases write them inside their transaction (T8)."""

from __future__ import annotations

from typing import Any

from ..db.connection import select
from ..domain.moments import MINUTE
from ..domain.waiting import Answered
from ..models import Outbox, WaitingOffer
from ..queries.waiting import Offer, Waiting, offer
from . import hold_rows
from .work import Work


def lapsed(work: Work, offer_id: int) -> None:
    """An open offer that nobody asks about any more."""
    answered(work, offer(offer_id), "lapsed")


def answered(work: Work, made: Offer, answer: Answered) -> None:
    """Close the offer, let its hold go, and withdraw the message that nobody sent."""
    WaitingOffer.update(state=answer, answered_at=work.now, version=made.version + 1).where(
        WaitingOffer.id == made.id, WaitingOffer.version == made.version
    ).execute()
    Outbox.update(state="withdrawn", why=answer).where(
        Outbox.kind == "offer", Outbox.window == window_of(made.id), Outbox.state.in_(("draft", "waiting"))
    ).execute()
    hold_rows.of_entry(work, made.entry_id)
    about = told_of(made, None)
    work.changed(answer, "waiting_offer", made.id, about, {**about, "state": answer})


def window_of(offer_id: int) -> str:
    """By what the message about an offer is found in the outbox."""
    return f"offer {offer_id}"


def told_of(made: Offer, found: Waiting | None) -> dict[str, Any]:
    """An offer as the journal keeps it; the entry it is of is looked up where it is not at hand."""
    customer_id = found.customer_id if found else _customer_of(made.entry_id)
    return {
        "entry_id": made.entry_id,
        "customer_id": customer_id,
        "staff_id": made.staff_id,
        "name": made.staff,
        "room_id": made.room_id,
        "starts_at": made.starts_at,
        "ends_at": made.starts_at + made.minutes * MINUTE,
        "state": made.state,
    }


def _customer_of(entry_id: int) -> int:
    return int(select("select customer_id from waiting_entry where id = ?", [entry_id])[0][0])

"""Whom a bill or a payment is about: they exist, belong together and are not somebody else by now."""

from __future__ import annotations

from ..db.connection import select
from ..errors import NotFound, Refused


def require_people(
    customer_id: int | None, payer_id: int | None = None, appointment_id: int | None = None
) -> bool:
    """Refuse people who cannot be billed; whether the payer, if there is one, still pays for new bills.

    Raises NotFound for a customer or payer that does not exist, Refused for a customer whose record was
    merged into another (P4) and for a visit that is not the customer's. Indexes: primary keys,
    ``customer_merge_once``.
    """
    ((there, gone, pays, whose),) = select(
        "select (select count(*) from customer where id = ?), (select max(survivor_id) from customer_merge"
        " where loser_id = ? and state in ('moving', 'merged', 'undoing')),"
        " (select active from payer where id = ?), (select customer_id from appointment where id = ?)",
        [customer_id, customer_id, payer_id, appointment_id],
    )
    if customer_id is not None and not there:
        raise NotFound("That customer does not exist.", "Search again.")
    if gone is not None:
        raise Refused("This record was merged into another.", "Open the one it was merged into.", rule="P4")
    if payer_id is not None and pays is None:
        raise NotFound("That payer does not exist.", "Search again.")
    if appointment_id is not None and whose != customer_id:
        raise Refused("That visit is another customer's.", "Choose the visit again.", rule="M6")
    return bool(pays)

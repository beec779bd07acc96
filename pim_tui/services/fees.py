"""A fee for a visit that was not kept is a line of a bill; it is waived with a reason (S5)."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.fees import fee_of
from ..domain.rights import Right
from ..domain.text import tidy
from ..errors import Refused
from ..queries.fees import bill_of_visit
from . import booking
from .appointment_rows import seen, set_columns
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class WaiveFee:
    """Charge nothing for visit ``id``, and why."""

    id: int
    version: int
    reason: str
    request: str = ""


@use_case(Right.WAIVE_FEE)
def waive_fee(work: Work, command: WaiveFee) -> Done:
    """Waive the fee of a late cancelation or a missed appointment.

    Raises NotFound; Refused without a reason, for a visit that has no fee or whose fee was billed, and when
    somebody has changed the visit meanwhile (V1).
    """
    before = seen(command.id, command.version)
    reason = tidy(command.reason)
    fee = fee_of(before["status"], bool(before["late_cancel"]), work.session.calendar)
    if fee is None:
        raise Refused("Nothing is charged for this visit.", "Look at it again.", rule="S5")
    if not reason:
        raise Refused("Waiving a fee needs a reason.", "Type the reason.", rule="S5")
    if bill := bill_of_visit(command.id):
        raise Refused(f"The fee is billed already: {bill.code}.", "Void that bill or credit it.", rule="S5")
    set_columns(work, "waive fee", before, {"fee_waived": reason}, reason)
    says = f"Nothing is charged for the {fee.what}"
    return booking.done(work, command.id, command.version + 1, says)

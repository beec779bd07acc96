"""A fee for a visit that was not kept is a line of a bill; it is waived with a reason (S5)."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.fees import fee_of
from ..domain.rights import Right
from ..errors import Refused
from ..models import Appointment
from ..queries.fees import bill_of_visit
from . import booking
from .appointment_rows import seen, set_columns
from .reasons import reason_for
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
    fee = fee_of(before["status"], bool(before["late_cancel"]), work.session.calendar)
    if fee is None:
        raise Refused("Nothing is charged for this visit.", "Look at it again.", rule="S5")
    limit = Appointment.fee_waived.limit
    reason = reason_for("Waiving a fee", command.reason, rule="S5", hint="Type the reason.", limit=limit)
    if bill := bill_of_visit(command.id):
        raise Refused(f"The fee is billed already: {bill.code}.", "Void that bill or credit it.", rule="S5")
    set_columns(work, "waive fee", before, {"fee_waived": reason}, reason)
    says = f"Nothing is charged for the {fee.what}"
    return booking.done(work, command.id, command.version + 1, says)

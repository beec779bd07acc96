"""A discount beyond what one person may give alone: somebody who may charge another price agrees."""

from __future__ import annotations

from typing import Final

from ..domain.basket import Basket
from ..domain.discounts import AGREES, beyond, told
from ..errors import Forbidden, NeedsAnswer
from ..queries.staff import StaffRow, approvers
from .approvals import approver
from .independence import require_independent
from .work import Work

QUESTION: Final = "discount"
"""The question of :class:`NeedsAnswer` that somebody else answers with their name and PIN."""


def agreement(work: Work, basket: Basket, agreed_by: int | None) -> dict[str, int | str]:
    """What the journal keeps of who agreed to the discounts of *basket*, whose PIN was typed already.

    Empty where the house lets this person give them alone. Raises NeedsAnswer where nobody has agreed yet;
    Forbidden, NotFound for somebody who may not.
    """
    limit = work.session.house.discount_limit
    most = beyond(basket, limit, work.session.rights)
    if most is None:
        return {}
    if agreed_by is None:
        raise NeedsAnswer(
            f"{told(most)} off is more than the {limit}% that may be given here alone.",
            "Let somebody who may charge another price agree, or give less.",
            question=QUESTION,
        )
    name = approver(agreed_by, AGREES)
    if agreed_by == work.session.staff_id:
        raise Forbidden("You give this discount yourself.", "Somebody else must agree.", right=AGREES.value)
    require_independent(work.now, agreed_by, {work.session.staff_id}, AGREES)
    return {"discount": told(most), "agreed_by": agreed_by, "agreed_by_name": name}


def may_agree(staff_id: int) -> tuple[StaffRow, ...]:
    """Who could agree with a PIN of their own to what this person gives."""
    return approvers(AGREES, frozenset((staff_id,)))

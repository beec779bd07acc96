"""A discount beyond what one person may give alone: somebody who may charge another price agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..domain.basket import Basket, BasketLine
from ..domain.discounts import AGREES, NO_LIMIT, beyond, told, unlisted
from ..errors import Forbidden, NeedsAnswer
from ..queries.staff import StaffRow, approvers
from .approvals import approver
from .goods import Goods
from .independence import require_independent
from .work import Work

QUESTION: Final = "discount"
"""The question of :class:`NeedsAnswer` that somebody else answers with their name and PIN."""


def agreement(
    work: Work, basket: Basket, goods: Mapping[int, Goods], agreed_by: int | None
) -> dict[str, int | str]:
    """What the journal keeps of who agreed to the discounts of *basket*, whose PIN was typed already. With a
    limit a price that the catalogue does not know is agreed to as well; ``goods`` are its products.

    Empty where the house lets this person give them alone. Raises NeedsAnswer where nobody has agreed yet;
    Forbidden, NotFound for somebody who may not.
    """
    limit = work.session.house.discount_limit
    most = beyond(basket, limit, work.session.rights)
    own = _own_prices(work, basket, goods)
    if most is None and not own:
        return {}
    if agreed_by is None:
        says = (
            f"{told(most)} off is more than the {limit}% that may be given here alone."
            if most is not None
            else f"{own[0].description} has no price in the catalogue, and no other is made up here alone."
        )
        hint = "Let somebody who may charge another price agree, or give less."
        raise NeedsAnswer(says, hint, question=QUESTION)
    name = approver(agreed_by, AGREES)
    if agreed_by == work.session.staff_id:
        raise Forbidden("You give this discount yourself.", "Somebody else must agree.", right=AGREES.value)
    require_independent(work.now, agreed_by, {work.session.staff_id}, AGREES)
    given: dict[str, int | str] = {"discount": told(most)} if most is not None else {}
    given |= {"own_prices": len(own)} if own else {}
    return {**given, "agreed_by": agreed_by, "agreed_by_name": name}


def _own_prices(work: Work, basket: Basket, goods: Mapping[int, Goods]) -> tuple[BasketLine, ...]:
    """The lines with a price of one's own that the limit binds; none where there is no limit."""
    if work.session.house.discount_limit >= NO_LIMIT or AGREES in work.session.rights:
        return ()
    return unlisted(basket, [id_ for id_, one in goods.items() if one.price is not None])


def may_agree(staff_id: int) -> tuple[StaffRow, ...]:
    """Who could agree with a PIN of their own to what this person gives."""
    return approvers(AGREES, frozenset((staff_id,)))

"""A bill that is not posted yet, as the till holds it and as the store of drafts keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...domain.basket import NO_SHARE, Basket, Share, from_json, to_json
from ..requests import new_request

FORM = "till"
"""The name of the till's drafts."""


@dataclass(slots=True)
class UnderWay:
    """Everything about the bill that is not posted yet.

    ``request`` is made with the bill and goes with its draft, so that a bill whose answer was lost is
    posted once. ``draft_id`` at ``draft_version`` is the parked bill it was taken up from. ``cover`` is
    the share that lines added from now on get.
    """

    basket: Basket
    request: str = field(default_factory=new_request)
    draft_id: int | None = None
    draft_version: int = 0
    label: str = ""
    cover: Share = NO_SHARE

    def fields(self, what: str, home: int | None) -> dict[str, str]:
        """As the store of drafts keeps it; ``what`` is for people, ``home`` the customer whose till it is."""
        return {
            "what": what,
            "customer": str(self.basket.customer_id or ""),
            "home": str(home or ""),
            "basket": to_json(self.basket),
            "request": self.request,
            "label": self.label,
            "draft_id": str(self.draft_id or ""),
            "draft_version": str(self.draft_version),
        }

    @staticmethod
    def goes_on_at(home: int | None, fields: Mapping[str, str]) -> bool:
        """Whether a till of ``home`` goes on with a draft: what was begun there, or a bill of theirs."""
        customer, wanted = fields.get("customer", ""), str(home or "")
        return wanted == fields.get("home", customer) or bool(wanted and wanted == customer)

    @classmethod
    def of_fields(cls, fields: Mapping[str, str]) -> UnderWay:
        """The inverse of :meth:`fields`. Raises :class:`Invalid` for what cannot be read."""
        draft_id = fields.get("draft_id", "")
        basket = from_json(fields.get("basket", ""))
        return cls(
            basket,
            fields.get("request") or new_request(),
            int(draft_id) if draft_id.isdigit() else None,
            int(fields.get("draft_version") or 0),
            fields.get("label", ""),
            agreed(basket),
        )


def agreed(basket: Basket) -> Share:
    """The share that the payer pays of every line; none where the lines differ."""
    shares = {line.payer for line in basket.lines}
    return shares.pop() if len(shares) == 1 else NO_SHARE

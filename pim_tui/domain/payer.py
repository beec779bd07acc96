"""Third parties who pay a share, and for whom: as forms hold them, read with every fault at once (P6, M6)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from ..errors import Fault
from .customer import is_email
from .dates import Order, read_day
from .taxes import WHOLE
from .taxline import rate_text, read_rate
from .text import clean, tidy

LIMITS = {"name": 120, "address": 300, "phone": 60, "email": 254, "policy": 60}


@dataclass(frozen=True, slots=True)
class PayerFields:
    """A payer as a form holds it."""

    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class CoverageFields:
    """What a payer pays for a customer: ``share`` is a percentage, ``valid_to`` the last day, or empty."""

    policy: str = ""
    share: str = ""
    valid_to: str = ""


TITLES = {
    "name": "name", "address": "address", "phone": "phone", "email": "email", "policy": "policy",
    "share": "share", "valid_to": "valid to",
}  # fmt: skip
"""What a form and a refusal call each field."""


def read_payer(form: PayerFields) -> tuple[dict[str, str], list[Fault]]:
    """``form`` as values by column, and what is wrong with it."""
    faults = list[Fault]()
    values = {one.name: _text(one.name, getattr(form, one.name), faults) for one in fields(PayerFields)}
    if not values["name"]:
        faults.append(Fault("name", "is empty"))
    if values["email"] and not is_email(values["email"]):
        faults.append(Fault("email", "is not an email address; it looks like name@example.org"))
    return values, faults


def read_coverage(
    form: CoverageFields, today: date, order: Order
) -> tuple[str, int, date | None, list[Fault]]:
    """Policy, share in thousandths of a percent, last day, and what is wrong with ``form``."""
    faults = list[Fault]()
    policy = _text("policy", form.policy, faults)
    share = read_rate(form.share) if form.share.strip() else 0
    if share is None or share > WHOLE:
        faults.append(Fault("share", f"“{tidy(form.share, limit=20)}” is no percentage from 0 to 100"))
    day = read_day(form.valid_to, today, order) if form.valid_to.strip() else None
    if form.valid_to.strip() and day is None:
        faults.append(Fault("valid_to", f"“{tidy(form.valid_to, limit=30)}” is no day"))
    return policy, share or 0, day, faults


def share_text(share: int) -> str:
    """A share as people read it: ``80 %``."""
    return f"{rate_text(share)} %"


def _text(field: str, typed: str, faults: list[Fault]) -> str:
    most = LIMITS[field]
    kept = (
        clean(typed, limit=most + 1, lines=True).strip()
        if field == "address"
        else tidy(typed, limit=most + 1)
    )
    if len(kept) > most:
        faults.append(Fault(field, f"takes at most {most} characters"))
    return kept

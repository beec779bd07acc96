"""The forms about payers and whom they pay for, told as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ...domain.dates import Order
from ...domain.moments import short_day
from ...domain.payer import TITLES, CoverageFields, PayerFields, read_coverage, read_payer, share_text
from ...errors import Fault
from .fields import Field, FormSpec, Values

PAYER, COVERAGE = "payer", "coverage"
"""The names of the drafts."""


def payer_form(title: str) -> FormSpec:
    """A payer's record."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        return "", read_payer(payer_fields(values))[1]

    lines = (
        (Field("name", "Name"),),
        (Field("address", "Address", lines=3, limit=400),),
        (Field("phone", "Phone"),),
        (Field("email", "Email", limit=300),),
    )
    return FormSpec(title, lines, reads, TITLES)


def payer_fields(values: Values) -> PayerFields:
    """The form as the record holds it."""
    return PayerFields(*(str(values[key]) for key in ("name", "address", "phone", "email")))


def coverage_form(title: str, today: date, order: Order) -> FormSpec:
    """What a payer pays of what a customer is charged."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        _, share, day, faults = read_coverage(coverage_fields(values), today, order)
        told = [f"pays {share_text(share)}" if share else "a share is typed on each bill"]
        told += [f"until {short_day(day)}"] if day else []
        return " · ".join(told), faults

    lines = (
        (Field("policy", "Policy", limit=80),),
        (Field("share", "Share in %", limit=20),),
        (Field("valid_to", "Valid to", limit=40),),
    )
    return FormSpec(title, lines, reads, TITLES)


def coverage_fields(values: Values) -> CoverageFields:
    """The form as the record holds it."""
    return CoverageFields(*(str(values[key]) for key in ("policy", "share", "valid_to")))

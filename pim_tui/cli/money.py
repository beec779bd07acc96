"""Commands that hand out money records: export ledger, export bills, export customer."""

from __future__ import annotations

import argparse
import secrets

from ..bootstrap import Clinic, office, opened
from ..domain.bills import BILLS, PostingKind
from ..domain.called import one_called
from ..domain.handout import MoneyWanted
from ..domain.rights import Right
from ..errors import UsageError
from ..queries.exporting import staff_names
from ..services.exporting_money import KINDS, ExportMoney, export_journal, export_money
from . import said
from .handouts import carry_out, days_of, form_of, kind_of, numbered


def ledger(arguments: argparse.Namespace) -> int:
    """``pim-tui export ledger``: every entry, or with --audit the sealed journal."""
    if not arguments.audit:
        return _export(arguments, "ledger", tuple(PostingKind))
    kind = kind_of(arguments, KINDS)
    with opened(office()) as clinic:
        clinic.session.needs(Right.EXPORT)
        wanted = _wanted(arguments, clinic, tuple(PostingKind))
        form = form_of(arguments, clinic, kind, "audit")
        command = ExportMoney("audit", wanted, form, secrets.token_hex(16))
        return carry_out(arguments, clinic.session, export_journal, command)


def bills(arguments: argparse.Namespace) -> int:
    """``pim-tui export bills``: a row for each bill, or with --lines for each line of it."""
    return _export(arguments, "lines" if arguments.lines else "bills", BILLS)


def customer(arguments: argparse.Namespace) -> int:
    """``pim-tui export customer``: the account of one customer with the lines of the bills."""
    arguments.staff = arguments.kind = None
    return _export(arguments, "account", tuple(PostingKind))


def _export(arguments: argparse.Namespace, what: str, kinds: tuple[PostingKind, ...]) -> int:
    kind = kind_of(arguments, KINDS)
    with opened(office()) as clinic:
        clinic.session.needs(Right.EXPORT)
        wanted = _wanted(arguments, clinic, kinds)
        form = form_of(arguments, clinic, kind, what)
        command = ExportMoney(what, wanted, form, secrets.token_hex(16))
        return carry_out(arguments, clinic.session, export_money, command)


def _wanted(arguments: argparse.Namespace, clinic: Clinic, kinds: tuple[PostingKind, ...]) -> MoneyWanted:
    first, last = days_of(arguments, clinic)
    whom, staff = arguments.customer, arguments.staff
    staff_id = one_called(staff, staff_names(), "Nobody on the staff") if staff else 0
    return MoneyWanted(
        customer_id=said.customer_id(numbered(whom), clinic) if whom else None,
        kinds=_kinds(arguments.kind, kinds) if arguments.kind else (),
        staff_ids=(staff_id,) if staff_id else (),
        first=first,
        last=last,
    )


def _kinds(text: str, known: tuple[PostingKind, ...]) -> tuple[str, ...]:
    """Kinds by their words, separated by commas."""
    words = {one.value: one.value for one in known} | {one.word.lower(): one.value for one in known}
    said = [part.strip().lower() for part in text.split(",") if part.strip()]
    if unknown := [part for part in said if part not in words]:
        choices = ", ".join(one.value for one in known)
        raise UsageError(f"{unknown[0]} is not a kind.", f"Choose from {choices}; several with commas.")
    return tuple(dict.fromkeys(words[part] for part in said))

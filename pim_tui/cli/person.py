"""The command that hands out everything about one person: export person."""

from __future__ import annotations

import argparse
import secrets

from ..bootstrap import office, opened
from ..domain.rights import Right
from ..services.person_export import KINDS, ExportPerson, export_person
from . import said
from .handouts import carry_out, form_of, kind_of, numbered


def person(arguments: argparse.Namespace) -> int:
    """``pim-tui export person``: one archive of all that the book has of a customer."""
    arguments.format = "zip"
    kind = kind_of(arguments, KINDS)
    with opened(office()) as clinic:
        clinic.session.needs(Right.EXPORT)
        whom = said.customer_id(numbered(arguments.customer), clinic)
        form = form_of(arguments, clinic, kind, "person")
        command = ExportPerson(whom, form, secrets.token_hex(16))
        return carry_out(arguments, clinic.session, export_person, command)

"""``pim-tui printers``, and what commands lend to printing: a folder, and a terminal that can print."""

from __future__ import annotations

import argparse
import secrets

from ..bootstrap import Clinic, office, opened
from ..destinations import KINDS
from ..services.carrying import Ways
from ..services.printers import PrintTest, listed, print_test
from ..services.stationery import Stationery, stationery
from . import terminal

_FIELDS = ("said", "name", "kind", "address", "usual_for", "state")


def printers(arguments: argparse.Namespace) -> int:
    """List the printers, or print a test page on one."""
    with opened(office()) as clinic:
        if arguments.test is not None:
            _test(arguments, clinic)
            return 0
        rows = listed(clinic.session, stationery(clinic.settings), clinic.settings.media_copy)
        if arguments.json:
            terminal.say_json([terminal.named(row, _FIELDS) for row in rows])
        else:
            lines = [(row.name, row.address, ", ".join(row.usual_for), row.state) for row in rows]
            terminal.table(lines, ("Printer", "Where", "Usual for", "State"))
    return 0


def _test(arguments: argparse.Namespace, clinic: Clinic) -> None:
    test = PrintTest(arguments.test, stationery(clinic.settings), secrets.token_hex(16))
    done = print_test(clinic.session, test, ways(clinic))
    if arguments.json:
        terminal.say_json({"says": done.says, "job": done.job})
    else:
        terminal.say(done.says)


def ways(clinic: Clinic) -> Ways:
    """What a command lends to printing."""
    write = terminal.pour if terminal.is_terminal() else None
    return Ways(str(clinic.places.outbox), write, clinic.settings.media_copy)


def file_or_printer(to: str, paper: Stationery) -> tuple[str, str]:
    """What ``--to`` means: a file, or what a printer is called; the other one is empty."""
    named = to in {one.name for one in paper.destinations} or to.startswith(tuple(f"{one}:" for one in KINDS))
    if named or ("." not in to and "/" not in to):
        return "", to
    return to, ""

"""Commands about the book as a whole: open, migrate, check, demo."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from .. import quickpatterns
from ..bootstrap import (
    book_of,
    clock,
    exposures,
    key_of,
    login,
    office,
    opened,
    require_closed,
    serve,
    serve_demo,
)
from ..errors import PimError, UsageError
from ..sparing import spare
from . import terminal
from .outside import couriers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from ..queries.checks import Finding

HEADS = "journal_head"
"""What a finding is about where the file of the journal's heads cannot be read."""


def open_calendar(arguments: argparse.Namespace) -> int:
    """``pim-tui`` and ``pim-tui --demo``; where there is no book yet, whoever starts it is asked for one.

    Not whoever comes by an SSH key: a book that is missed there was moved away, and is not begun anew.
    """
    gc.disable()  # until the first screen stands: what is made meanwhile stays
    quickpatterns.install()
    spare()
    found = office(slow=arguments.slow)
    if arguments.demo:
        return serve_demo(found.settings)
    if not arguments.key and not found.has_book:
        from .newbook import offered

        found = offered(found)
    return serve(found, couriers, arguments.key)


def migrate(arguments: argparse.Namespace) -> int:
    """``pim-tui migrate``, and ``--to`` another place."""
    if arguments.to:
        from .moving import move

        return move(arguments.to)
    from ..db import migrate as migrations

    book = book_of(office())
    try:
        kept = migrations.migrate(book, time.strftime("%Y%m%d-%H%M%S", time.gmtime(clock())))
    finally:
        book.close()
    terminal.say(f"Done. The book as it was is kept in {kept}." if kept else "The book is up to date.")
    return 0


def encrypt(arguments: argparse.Namespace) -> int:
    """``pim-tui encrypt``: the book is encrypted; as it was, it is kept until somebody deletes it."""
    from ..db.connection import file_of
    from ..db.encrypting import encrypted

    found = office()
    if not (key := key_of(found.settings)):
        raise UsageError(
            "There is no key to encrypt with.",
            "Make one (openssl rand -hex 32), and say in database_key where it is kept.",
        )
    require_closed(found)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(clock()))
    kept = encrypted(file_of(found.database), key, stamp)
    found.places.drafts_file.unlink(missing_ok=True)
    terminal.say("The book is encrypted. Nobody reads it without its key: keep a copy of that apart.")
    terminal.say(f"As it was, it is in {kept}: delete that, and older backups, once you have seen it open.")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """``pim-tui check``: every fault on a line of its own; 1 when there is any."""
    from ..domain.rights import Right
    from ..queries import checks as rules
    from ..queries.heads import CODE
    from ..services.files import sweep

    asked = office()
    with opened(asked, closed=False) as clinic:
        clinic.session.needs(Right.CHECK)
        swept = sweep(clinic.session) if arguments.sweep else 0
        heads = clinic.settings.journal_head
        exposed = rules.exposures(exposures(asked))
        found = [*dict.fromkeys([*exposed, *rules.faults()]), *(_departures(heads) if heads else ())]
    if arguments.json:
        rows = [terminal.named(fault, ("code", "kind", "row", "says")) for fault in found]
        checks = [*(one.code for one in rules.CHECKS), *([CODE] if heads else [])]
        terminal.say_json({"ok": not found, "checks": checks, "faults": rows, "swept": swept})
    else:
        if swept:
            from .said import so_many

            terminal.say(f"Deleted: {so_many(swept, 'file')} that belonged to nothing.")
        for fault in found:
            terminal.say(str(fault))
        made = len(rules.CHECKS) + bool(heads)
        terminal.say(
            f"{len(found)} found wrong. {_what_to_do(found)}" if found else f"All {made} checks passed."
        )
    return 1 if found else 0


def _what_to_do(found: Sequence[Finding]) -> str:
    """By what is wrong: who may read along is closed out, files are put back, a book is restored."""
    codes = {fault.code for fault in found if fault.kind != HEADS}
    if not codes:
        return "The book is whole; see to the file that journal_head names."
    if codes <= {"C02", "C14"}:
        return "What to do stands behind each."
    if codes <= {"C02", "C13", "C14"}:
        return (
            "Put the files back where they belong: pim-tui restore FILE --to FOLDER unpacks a backup"
            " elsewhere, files and all."
        )
    return (
        "Let nobody work in the book, keep it as it is, and restore the newest good backup:"
        " pim-tui backup --status names it."
    )


def _departures(file: str) -> Iterator[Finding]:
    """Where the journal is another one than the heads tell that were written down outside."""
    from pathlib import Path

    from ..exports.heads import heads_in
    from ..queries.checks import Finding
    from ..queries.heads import CODE, departures

    try:
        for seq, says in departures(heads_in(Path(file).expanduser())):
            yield Finding(CODE, "journal", seq, says)
    except PimError as error:
        yield Finding(CODE, HEADS, None, str(error))


def make_demo(arguments: argparse.Namespace) -> int:
    """``pim-tui demo``: a large made-up clinic."""
    from ..db.newfile import new_book
    from ..services.demo_large import Size, furnish_large

    size = Size(arguments.customers, arguments.appointments, arguments.lines)
    if size.customers < 1 or size.appointments < 0 or size.lines < 0:
        raise UsageError(
            "A clinic has one customer or more.",
            "Give --customers, --appointments and --lines as whole numbers.",
        )
    settings = office().settings
    progress = terminal.Progress("Made")
    try:
        file = new_book(
            arguments.to,
            lambda book: furnish_large(
                book, size, settings.zone_name, clock, login(), settings.country, progress
            ),
            key_of(settings),
        )
    finally:
        progress.end()
    billed = f", {size.lines:,} lines of bills" if size.lines else ""
    terminal.say(
        f"{size.customers:,} customers and {size.appointments:,} appointments{billed} are in {file}."
    )
    terminal.say(f"Open it with PIM_DATABASE={file} pim-tui")
    return 0

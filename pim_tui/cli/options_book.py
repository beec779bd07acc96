"""The options of what is done with the book as a whole: backups, its schema, checks, its journal."""

from __future__ import annotations

import argparse
from typing import Any

from .options import in_json, sub_command


def add_backup(commands: Any) -> None:
    """``pim-tui backup``."""
    made = sub_command(
        commands, "backup", "backups:backup", "Back up the book and its files, while others work"
    )
    made.add_argument("--to", metavar="FOLDER", help="where to; default: the setting, else beside the book")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--status", action="store_true", help="only tell when the last good one was made")
    what.add_argument(
        "--no-verify",
        dest="verify",
        action="store_false",
        help="do not restore it to see whether it is whole",
    )
    what.add_argument("--make-key", metavar="FILE", help="only make a pair of keys for encrypted backups")
    made.add_argument("--passphrase", action="store_true", help="encrypt it; what opens it is asked for")
    in_json(made)


def add_restore(commands: Any) -> None:
    """``pim-tui restore``."""
    made = sub_command(
        commands, "restore", "backups:restore", "Restore a backup; the book that is there stays beside it"
    )
    made.add_argument("file", nargs="?", metavar="FILE", help="the backup")
    made.add_argument("--to", metavar="PLACE", help="a folder or a book's file; default: the clinic's book")
    made.add_argument("--anyway", action="store_true", help="also when the check finds faults in it")
    made.add_argument("--go-on", action="store_true", help="finish a restore that broke off")
    _identity(made)
    in_json(made)


def add_drill(commands: Any) -> None:
    """``pim-tui drill``."""
    made = sub_command(commands, "drill", "backups:drill", "Try to restore the newest backup, and compare it")
    made.add_argument("--of", metavar="FOLDER", help="where backups are; default: as for pim-tui backup")
    _identity(made)
    in_json(made)


def _identity(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--identity", metavar="WHERE", help="its secret key: file:/path, env:NAME, cmd:program ..."
    )


def add_migrate(commands: Any) -> None:
    """``pim-tui migrate``."""
    what = "Bring the book to this version's schema, after a backup"
    made = sub_command(commands, "migrate", "clinic:migrate", what)
    made.add_argument(
        "--to",
        metavar="URL",
        help="copy the whole book to an empty database or a new file, and check it there",
    )


def add_encrypt(commands: Any) -> None:
    """``pim-tui encrypt``."""
    sub_command(
        commands, "encrypt", "clinic:encrypt", "Encrypt the book with the key that database_key names"
    )


def add_check(commands: Any) -> None:
    """``pim-tui check``."""
    made = sub_command(commands, "check", "clinic:check", "Check every rule of the book, row by row")
    made.add_argument(
        "--sweep",
        action="store_true",
        help="first delete stored files that have belonged to nothing for a day",
    )
    in_json(made)


def add_journal(commands: Any) -> None:
    """``pim-tui journal``."""
    made = sub_command(
        commands, "journal", "journal:journal", "What happened, from the journal, the newest last"
    )
    made.add_argument("--who", action="append", default=[], metavar="NAME", help="by whom; may recur")
    made.add_argument("--action", action="append", default=[], metavar="WORD", help="book, see, print ...")
    made.add_argument("--customer", metavar="WHO", help="what is about one customer: a name or #number")
    made.add_argument("--from", dest="since", metavar="DATE", help="the first day")
    made.add_argument("--until", metavar="DATE", help="the last day, which is included")
    made.add_argument("--words", metavar="TEXT", help="words of the reason")
    made.add_argument("--limit", type=int, default=100, metavar="N", help="so many lines (default 100)")
    in_json(made)
    heads = made.add_subparsers(title="commands", metavar="COMMAND")
    head = sub_command(
        heads, "head", "journal:head", "Number and digest of the last line, to be kept elsewhere"
    )
    head.add_argument("--to", metavar="FILE", help="add it to this file as well")


def add_demo(commands: Any) -> None:
    """``pim-tui demo``."""
    made = sub_command(commands, "demo", "clinic:make_demo", "Make a large made-up clinic in a new file")
    made.add_argument(
        "--customers", type=int, default=1000, metavar="N", help="how many customers (default 1000)"
    )
    made.add_argument(
        "--appointments", type=int, default=10_000, metavar="N", help="how many (default 10000)"
    )
    made.add_argument(
        "--lines", type=int, default=0, metavar="N", help="how many lines on bills of two years (default 0)"
    )
    made.add_argument("--to", required=True, metavar="FILE", help="the new file")

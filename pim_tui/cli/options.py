"""What the sub-commands of the command line are made of: how one is read, and what several of them take."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from ..errors import UsageError

_DAY_BEFORE = re.compile(r"-\d+[A-Za-z]{0,6}$")


class Parser(argparse.ArgumentParser):
    """Raises :class:`UsageError` with one line instead of printing the usage; ``-3m`` is a day, no option."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._negative_number_matcher = _DAY_BEFORE

    def error(self, message: str) -> NoReturn:
        """What argparse calls when the line cannot be read."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"Run {self.prog} --help.")


def sub_command(commands: Any, name: str, run: str, help_: str, **options: Any) -> Parser:
    """A sub-command, which ``run`` carries out: ``module:function``."""
    made: Parser = commands.add_parser(
        name, help=help_, description=f"{help_}.", allow_abbrev=False, **options
    )
    made.set_defaults(run=run, prog=made.prog)
    return made


def in_json(made: Any) -> None:
    """``--json``, its answer for programs."""
    made.add_argument("--json", action="store_true", help="answer in JSON")


def which_day(made: argparse.ArgumentParser) -> None:
    """The day it is about, as one says it."""
    made.add_argument("date", nargs="*", help="today, tomorrow, +7d, next tue, 14 dec ... (default today)")

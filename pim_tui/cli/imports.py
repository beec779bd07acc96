"""Commands that take records over from files, tell what came of it, and take it back."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from ..bootstrap import Clinic, office, opened
from ..config import Settings
from ..domain.rights import Right
from ..errors import Refused
from ..imports.mapping import Survey, read_choices, told_facts, told_problems
from ..imports.report import Report, counts_of
from ..queries.imports import Imported, imported, imports, report_of
from ..services.import_kinds import import_file, survey_file
from ..services.incoming import LOTS, ImportOptions, options_of
from . import said, terminal

_BROKE_OFF = "This import broke off before there was a report."


def take_over(arguments: argparse.Namespace) -> int:
    """``pim-tui import customers`` and the others: what the file is taken for, then the report."""
    file = Path(arguments.path)
    file = file.resolve() if file.is_symlink() else file
    with opened(office()) as clinic:
        options = _options(arguments, clinic.settings)
        survey = survey_file(clinic.session, arguments.kind, file, options)
        if not arguments.json:
            _tell(survey)
        if arguments.show_mapping or survey.problems:
            return _only_looked_at(arguments, survey)
        report = _taken(arguments, clinic, file, options)
    if arguments.json:
        terminal.say_json({**report.to_json(), **survey_json(survey)})
    else:
        _say_all(report.lines())
        if report.number is not None:
            terminal.say(f"This is import {report.number}: {_way_back(report)}")
    return 1 if report.refusals or report.stopped else 0


def _way_back(report: Report) -> str:
    """How an import is taken back, if it can be: what came into the stock stays in its register (K5)."""
    if report.count(LOTS).added:
        return "it took in stock, so it cannot be taken back."
    return f"pim-tui import undo {report.number} takes it back."


def _options(arguments: argparse.Namespace, settings: Settings) -> ImportOptions:
    return replace(
        options_of(settings),
        choices=read_choices(arguments.map or ()),
        staff_id=said.staff_id(arguments.staff) if arguments.staff else None,
        unknown=arguments.unknown,
        all_day=arguments.all_day,
    )


def _taken(arguments: argparse.Namespace, clinic: Clinic, file: Path, options: ImportOptions) -> Report:
    progress = terminal.Progress("Read")
    with stopping() as stop:
        try:
            return import_file(
                clinic.session,
                arguments.kind,
                file,
                dry_run=arguments.dry_run,
                options=options,
                progress=progress,
                stop=stop,
            )
        finally:
            progress.end()


def _only_looked_at(arguments: argparse.Namespace, survey: Survey) -> int:
    if arguments.json:
        terminal.say_json(survey_json(survey))
    if survey.problems:
        raise Refused(told_problems(survey), "Say which column it is with --map TARGET=COLUMN.")
    return 0


def _tell(survey: Survey) -> None:
    """What the file is taken for, as lines."""
    for title, value in told_facts(survey):
        terminal.say(f"{title}: {value}")
    if survey.mapping is not None:
        titles = {target.key: target.title for target in survey.mapping.targets}
        rows = [
            (one.column, titles.get(one.target, "-"), one.target, one.example)
            for one in survey.mapping.columns
        ]
        terminal.table(rows, ("Column", "is read as", "TARGET", "for example"))
    terminal.say()


def survey_json(survey: Survey) -> dict[str, Any]:
    """What the file is taken for, for JSON: ``mapping`` is null where the format says what is what."""
    mapping = survey.mapping and [
        {"column": one.column, "target": one.target or None, "example": one.example}
        for one in survey.mapping.columns
    ]
    return {
        "layout": survey.layout,
        "mapping": mapping,
        "facts": dict(survey.facts),
        "problems": list(survey.problems),
    }


def list_imports(arguments: argparse.Namespace) -> int:
    """``pim-tui import list``."""
    with opened(office()) as clinic:
        clinic.session.needs(Right.IMPORT)
        found = imports(clinic.session.zone)
    if arguments.json:
        terminal.say_json({"imports": [one._asdict() for one in found]})
    elif found:
        terminal.table(map(_line, found), ("No.", "Began", "By", "What", "File", "State", "Added", "Refused"))
    else:
        terminal.say("Nothing was imported so far.")
    return 0


def _line(one: Imported) -> tuple[str, ...]:
    return (
        str(one.number),
        one.began,
        one.staff,
        one.kind,
        one.source,
        one.word,
        str(one.added),
        str(one.refused),
    )


def report(arguments: argparse.Namespace) -> int:
    """``pim-tui import report``: what the import told, on the terminal or in a file."""
    with opened(office()) as clinic:
        clinic.session.needs(Right.IMPORT)
        one, raw = imported(arguments.number, clinic.session.zone), report_of(arguments.number)
        told = Report.from_json(raw) if raw else None
        kept = _kept(clinic, told, arguments) if arguments.to else ""
    if arguments.json:
        terminal.say_json({**one._asdict(), "report": raw or None})
    elif kept:
        terminal.say(kept)
    else:
        terminal.say(f"Import {one.number}, {one.began} by {one.staff}: {one.word}")
        _say_all(told.lines() if told else [*map(str, counts_of(one.counts)), _BROKE_OFF])
    return 0


def _kept(clinic: Clinic, told: Report | None, arguments: argparse.Namespace) -> str:
    from ..services.import_reports import KeepReport, keep_report

    if told is None:
        raise Refused(_BROKE_OFF, "Import the file again.")
    return keep_report(clinic.session, KeepReport(told, arguments.to)).says


def undo(arguments: argparse.Namespace) -> int:
    """``pim-tui import undo``: everything it made goes, or nothing and the list of what is in the way."""
    from ..services.undoing_imports import Held, undo_import

    progress = terminal.Progress("Taken back")
    with opened(office()) as clinic, stopping() as stop:
        try:
            done = undo_import(clinic.session, arguments.number, progress=progress, stop=stop)
        except Held as error:
            progress.end()
            _tell_held(arguments, error)
            raise
        finally:
            progress.end()
    if arguments.json:
        terminal.say_json({"number": done.number, "taken_back": dict(done.kinds), "stopped": done.stopped})
    else:
        terminal.say(done.says)
    return 1 if done.stopped else 0


def _tell_held(arguments: argparse.Namespace, error: Any) -> None:
    if arguments.json:
        terminal.say_json({"number": arguments.number, "held": [tied._asdict() for tied in error.ties]})
    else:
        rows = [(tied.kind.replace("_", " "), str(tied.id), tied.name, tied.why) for tied in error.ties]
        terminal.table(rows, ("What", "Id", "Name", "Why it stays"))


def _say_all(lines: list[str]) -> None:
    for line in lines:
        terminal.say(line)


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """The first Ctrl+C asks to stop after the batch under way, which stays; the second one interrupts."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)

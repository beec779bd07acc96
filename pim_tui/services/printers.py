"""The printers a clinic has: which there are, how each stands, a test page, and what became of a print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..destinations import Destination
from ..documents.testpage import TestPage
from ..domain.moments import day_of, moment_label, zone_info
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..integrations import mediacopy, printer, printqueue
from .carrying import NO_WAYS, Load, Ways, carry, reachable
from .printing import Printed
from .stationery import Stationery
from .usecase import use_case
from .work import Done, Work

_KINDS = (("papers", False, False), ("receipts", True, False), ("labels", False, True))
_WORDS = {"cups": "CUPS", "socket": "receipts", "file": "folder", "terminal": "terminal"}


@dataclass(frozen=True, slots=True)
class PrinterRow:
    """One printer. ``said`` is what the settings and ``--to`` call it, ``usual_for`` which papers go there by
    themselves, ``state`` how it stands (empty: nobody was asked)."""

    said: str
    name: str
    kind: str
    address: str
    usual_for: tuple[str, ...]
    state: str = ""


def configured(paper: Stationery) -> tuple[PrinterRow, ...]:
    """What the settings name, the system's default first where it is in use; nobody is asked."""
    names = {paper.usual(slip=slip, label=label) for _, slip, label in _KINDS}
    written = [one.name for one in paper.destinations]
    others = sorted(name for name in names if name not in written)
    return tuple(_row(paper, said) for said in (*others, *written))


def listed(session: Session, paper: Stationery, media_copy: str) -> tuple[PrinterRow, ...]:
    """All of them with their states, and the queues of CUPS that the settings do not name.

    Asks CUPS, for some seconds at most; must not run on the event loop.
    """
    session.needs(Right.PRINT)
    return tuple(_with_states(paper, media_copy))


def _with_states(paper: Stationery, media_copy: str) -> Iterator[PrinterRow]:
    known, states = set(), _queue_states()
    for row in configured(paper):
        to = paper.destination(row.said)
        known |= {to.target} if to.kind == "cups" else set()
        yield replace(row, state=_state(to, states, media_copy))
    for queue in printqueue.queues():
        if queue not in known:
            yield PrinterRow(queue, queue, "CUPS", f"cups:{queue}", (), states.get(queue, ""))


def _queue_states() -> Mapping[str, str]:
    """How the queues stand; under the empty name what is said of one that is not among them."""
    try:
        return {"": "not known to CUPS", **printqueue.queue_states()}
    except Refused as refused:
        return {"": refused.message}


def _row(paper: Stationery, said: str) -> PrinterRow:
    to = paper.destination(said)
    usual = tuple(name for name, slip, label in _KINDS if paper.usual(slip=slip, label=label) == said)
    return PrinterRow(said, to.where, _WORDS[to.kind], to.address, usual)


def _state(to: Destination, states: Mapping[str, str], media_copy: str) -> str:
    if to.kind == "cups":
        if not to.target:
            return "" if printer.available() else "no lp command here"
        return states.get(to.target, states[""])
    if to.kind == "terminal":
        try:
            mediacopy.check(media_copy)
        except Refused as refused:
            return refused.message
    return ""


def can_print(paper: Stationery, *, slip: bool = False, label: bool = False) -> bool:
    """Whether the usual printer of such papers can be spoken to from here: CUPS needs its command."""
    return paper.destination(paper.usual(slip=slip, label=label)).kind != "cups" or printer.available()


@dataclass(frozen=True, slots=True)
class PrintTest:
    """Print a test page on the printer called ``said``."""

    said: str
    paper: Stationery
    request: str = ""


def print_test(session: Session, command: PrintTest, ways: Ways = NO_WAYS) -> Printed:
    """Print the page, told to the journal first. Raises :class:`Refused` as any print does."""
    session.needs(Right.PRINT)
    to = command.paper.destination(command.said)
    reachable(to, ways)
    now, size = session.clock(), command.paper.size
    at = moment_label(now, session.zone)
    page = TestPage(command.paper.clinic, to.where, at)
    made = page.pdf(datetime.fromtimestamp(now, zone_info(session.zone)), size=size)
    done = _tell_test(session, command)
    stem = f"test-page-{day_of(now, session.zone).isoformat()}"
    carried = carry(to, Load(page, made.data, stem, size), ways)
    return Printed(
        done.kind,
        done.ids,
        done.days,
        says=f"The test page {carried.says}.",
        name="The test page",
        job=carried.job,
    )


@use_case(Right.PRINT)
def _tell_test(work: Work, command: PrintTest) -> Done:
    work.changed("print", "test_page", None, None, {"to": "printer", "where": command.said[:60]})
    return Done("test_page", ())


@dataclass(frozen=True, slots=True)
class Became:
    """Where a print is: ``ended`` when nothing more is to be told, ``says`` ends a sentence about it."""

    ended: bool
    says: str
    trouble: bool = False


def became_of(session: Session, job: str) -> Became:
    """What became of a print that CUPS took.

    Asks CUPS, for some seconds at most; must not run on the event loop.
    """
    session.needs(Right.PRINT)
    found = printqueue.job_state(job)
    why = f": {found.why}" if found.why else ""
    return {
        "printed": Became(True, f"is printed ({job} has left its queue)"),
        "stopped": Became(True, f"is stopped ({job}){why}", trouble=True),
        "queued": Became(False, f"is still queued ({job}){why}"),
        "unknown": Became(True, f"is no longer known to its queue ({job})"),
    }[found.state]

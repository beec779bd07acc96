"""Days: who comes, who is here, what is free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ..domain.agenda import Block
from ..domain.called import one_called
from ..domain.dates import explain, read_day
from ..domain.moments import MINUTE, clock, day_label, day_of, moment_label, span
from ..domain.openings import Wanted
from ..domain.quickline.wish import Wish, read_wish
from ..domain.states import Status, appointments_told
from ..domain.waitingroom import Guest, Place, guests
from ..errors import Refused
from ..queries.boards import ListBoard, list_board
from ..queries.calendar import Filter, staff_columns
from ..queries.catalogue import Catalogue, catalogue
from ..queries.openings import How
from ..queries.openings import find as find_openings
from ..queries.waitingroom import waiting_room
from ..services.paper_words import MODES
from .answers import Row, Say, numbered
from .clerk import Clerk
from .listed import Booked, Opening, Person

OPENINGS = 20
OF_ONE, OF_EACH = 4, 2
"""Openings of one day: where one person is asked, and of each where several are."""


def day(clerk: Clerk, text: str) -> Say:
    """``day``, ``day lee``, ``day next tue``, ``day lee +7d``: the appointments of everybody or of one; with
    ``now`` those that are not over yet."""
    words = [word for word in text.split() if word.casefold() != "now"]
    left = len(words) < len(text.split())
    wanted, staff_id = _day_and_staff(clerk, words)
    shown = Filter(staff_ids=(staff_id,)) if staff_id else Filter()
    board = clerk.fetch(list_board, wanted, wanted, clerk.zone, shown)
    blocks = [block for block in board.blocks if not left or _is_ahead(clerk, block)]
    clerk.listed.show([_item(clerk, block) for block in blocks])
    of = f" of {board.staff.get(staff_id, '')}" if staff_id else ""
    since = f" from {clock(clerk.now, clerk.zone)}" if left and wanted == clerk.today else ""
    many = appointments_told([block.status for block in blocks])
    first = f"{day_label(wanted)}{of}{since}: {many}{_next(clerk, blocks)}."
    staff = {} if staff_id else board.staff  # who is asked for need not be told on every line
    return Say(first, numbered(_row(clerk, block, staff, board.rooms) for block in blocks))


def _is_ahead(clerk: Clerk, block: Block) -> bool:
    """Whether somebody is still to come, or there."""
    return block.ends_at > clerk.now and block.status == Status.SCHEDULED


def _day_and_staff(clerk: Clerk, words: Sequence[str]) -> tuple[date, int | None]:
    """A day, somebody, both in either order, or neither: today, everybody. As much as can be is the day."""
    many = len(words)
    for size in range(many, -1, -1):
        for day_words, name in ((words[:size], words[size:]), (words[many - size :], words[: many - size])):
            found = read_day(" ".join(day_words) or "today", clerk.today, clerk.order, prefer="nearest")
            if found is not None:
                return found, _staff(clerk, " ".join(name), " ".join(words))
    raise Refused(explain(" ".join(words)))


def _staff(clerk: Clerk, name: str, text: str) -> int | None:
    """Who is meant of those who take appointments; None for everybody. Where nobody is, all of ``text`` may
    have been meant for a day."""
    if name.casefold() in ("", "all"):
        return None
    if name.casefold() == "me":
        return clerk.session.staff_id
    people = [(one.id, one.name) for one in clerk.fetch(staff_columns)]
    try:
        return one_called(name, people, "Nobody on the staff")
    except Refused as error:
        a_day = explain(text) if any(map(str.isdigit, text)) else ""
        raise Refused(error.message, f"{error.hint} {a_day}".strip()) from None


def _next(clerk: Clerk, blocks: Iterable[Block]) -> str:
    """Whose turn it is next."""
    for block in blocks:
        if block.status == Status.SCHEDULED and block.starts_at >= clerk.now:
            return f", the next {clock(block.starts_at, clerk.zone)} {block.customer}"
    return ""


def _item(clerk: Clerk, block: Block) -> Booked:
    when = moment_label(block.starts_at, clerk.zone)
    person = Person(block.customer_id, block.customer)
    return Booked(block.id, block.version, person, f"{block.customer}, {when}")


def _row(clerk: Clerk, block: Block, staff: Mapping[int, str], rooms: Mapping[int, str]) -> Row:
    """The time, who, how it stands; then what for, with whom and where."""
    where = rooms.get(block.room_id or 0, "") if block.mode == "in_person" else MODES[block.mode]
    more = (block.type_name, block.reason, staff.get(block.staff_id, ""), where)
    times = span(block.starts_at, block.ends_at, clerk.zone)
    return Row(f"{times}, {block.customer}, {_state(clerk, block)}", ", ".join(filter(None, more)))


def _state(clerk: Clerk, block: Block) -> str:
    """How it stands, and how far the visit has got."""
    if block.status != Status.SCHEDULED:
        return f"{Status(block.status).word}{' late' if block.late else ''}"
    given = block.arrival.given()
    if block.arrival.waits:
        return f"waits {block.arrival.waiting_minutes(clerk.now)} minutes"
    step, at = given[-1] if given else ("", 0)
    return f"{step} {clock(at, clerk.zone)}" if step in ("seated", "left") else step or Status.SCHEDULED.word


# --- the waiting room --------------------------------------------------------------------------------

_PLACES = {Place.WAITING: "waiting", Place.SEATED: "seated", Place.EXPECTED: "expected", Place.LEFT: "left"}


def room(clerk: Clerk, text: str) -> Say:
    """``room``: who waits, is seated, is expected within the hour, and has left."""
    board = clerk.fetch(waiting_room, clerk.today, clerk.zone)
    found = guests(board.blocks, clerk.now)
    clerk.listed.show([_item(clerk, guest.block) for guest in found])
    counts = [f"{sum(guest.place == place for guest in found)} {word}" for place, word in _PLACES.items()]
    rows = numbered(_guest(clerk, guest, board) for guest in found)
    return Say(f"Waiting room: {', '.join(counts)}.", rows)


def _guest(clerk: Clerk, guest: Guest, board: ListBoard) -> Row:
    block = guest.block
    when = f"{clock(block.starts_at, clerk.zone)} with {board.staff.get(block.staff_id, '')}"
    sure = "confirmed" if guest.place == Place.EXPECTED and block.confirmed_at is not None else ""
    more = ", ".join(filter(None, (when, board.rooms.get(block.room_id or 0, ""), sure)))
    return Row(f"{block.customer}, {_SINCE[guest.place].format(_minutes(guest))}", more)


_SINCE = {
    Place.WAITING: "waits {}",
    Place.SEATED: "seated {} ago",
    Place.EXPECTED: "due {}",
    Place.LEFT: "left {} ago",
}


def _minutes(guest: Guest) -> str:
    many = f"{abs(guest.minutes)} minute{'' if abs(guest.minutes) == 1 else 's'}"
    if guest.place != Place.EXPECTED:
        return many
    return f"{many} ago" if guest.late else f"in {many}"


# --- what is free ------------------------------------------------------------------------------------


def openings(clerk: Clerk, text: str) -> Say:
    """``openings lee follow-up 45m mon,thu morning from +2w``: the next times that can be had."""
    names = clerk.fetch(catalogue)
    wish = read_wish(text, clerk.spoken(names))
    if wish.problem:
        raise Refused(wish.problem, "Such as: openings lee 45m mon,thu morning from +2w.")
    wanted = _wanted(clerk, wish, names)
    each = OF_ONE if len(wanted.staff_ids) == 1 else OF_EACH
    how = How(limit=OPENINGS, each=each, step=clerk.session.calendar.step, holder=clerk.session.key)
    answer = clerk.fetch(find_openings, wanted, clerk.zone, clerk.now, how)
    if not answer.openings:
        raise Refused(answer.why, "Ask for other days, another length, or anybody.")
    staff = {one.id: one.name for one in names.staff}
    times = [_free(clerk, one.starts_at, wanted) for one in answer.openings]
    found = [
        Opening(one.starts_at, one.staff_id, wanted, f"{when} with {staff[one.staff_id]}")
        for one, when in zip(answer.openings, times, strict=True)
    ]
    clerk.listed.show(found)
    # Who alone was asked for need not be told on every line.
    rows = times if len(wanted.staff_ids) == 1 else [one.label for one in found]
    return Say(f"The next is {found[0].label}.", numbered(rows), ("take, a number and a name books one.",))


def _wanted(clerk: Clerk, wish: Wish, names: Catalogue) -> Wanted:
    """What the line asks for; what it leaves out is the usual type, its length, anybody and any day."""
    kind = next((one for one in names.types if one.id == wish.type), names.default_type)
    return Wanted(
        wish.minutes or (kind.minutes if kind else clerk.settings.default_minutes),
        wish.staff,
        kind.id if kind else None,
        None,
        wish.room,
        names.takes.get(kind.id, ()) if kind else (),
        wish.weekdays,
        wish.from_minute,
        wish.to_minute,
        wish.first,
    )


def _free(clerk: Clerk, starts_at: int, wanted: Wanted) -> str:
    times = span(starts_at, starts_at + wanted.minutes * MINUTE, clerk.zone)
    return f"{day_label(day_of(starts_at, clerk.zone))} {times}"

"""Every rule of the book, looked at row by row: numbered, so that a finding can be talked about.

All checks read one snapshot. Each goes through its table in the order of an index or in pages
(:mod:`.paging`), so the memory does not grow with the book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

from ..db.connection import current, select
from ..db.filestore import is_alone, store_of
from ..db.many import marks
from ..db.privacy import Exposed, exposed_beside
from ..db.soundness import SHOWN, lost_references, page_faults, schema_faults
from ..domain import chain
from ..domain.moments import day_bounds, wall
from ..domain.names import search_words
from ..domain.phones import digits_of
from ..domain.rights import Right
from ..errors import Invalid
from . import calendar_checks, place_checks
from .erasing import forgotten_files
from .files import is_known
from .gate import guarded
from .import_ties import VERSIONED
from .money_checks import LOOKS
from .money_seals import seals
from .paging import paged
from .trust_checks import trust

SAMPLE = 2_000
"""Customers whose search entries are worked out again."""
SHORTEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong: the check's code, the table, the row (None: the whole table), and a sentence."""

    code: str
    kind: str
    row: int | None
    says: str

    def __str__(self) -> str:
        where = self.kind if self.row is None else f"{self.kind} {self.row}"
        return f"{self.code} {where}: {self.says}"


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered check: what holds when it passes, and how to find where it does not."""

    code: str
    holds: str
    look: Callable[[], Iterator[tuple[str, int | None, str]]]


@guarded(Right.CHECK)
def faults() -> Iterator[Finding]:
    """Everything found wrong, check by check; at most :data:`SHOWN` of each."""
    book = current()
    with book.one_moment():
        for check in CHECKS:
            found = check.look()
            for kind, row, says in islice(found, SHOWN):
                yield Finding(check.code, kind, row, says)
            if next(found, None):
                yield Finding(check.code, "and", None, f"more than {SHOWN} of these")


Found = Iterator[tuple[str, int | None, str]]


def _schema() -> Found:
    yield from ((name, None, says) for name, says in schema_faults(current()))


def _modes() -> Found:
    file = current().file
    yield from ((str(one.path), None, _says(one)) for one in (exposed_beside(file) if file else ()))


def _says(one: Exposed) -> str:
    return f"others on this machine may get at it: it {one.says}; run {one.mend}"


def exposures(found: Iterable[Exposed]) -> list[Finding]:
    """What C02 says of folders and files that are not the book's own."""
    return [Finding("C02", str(one.path), None, _says(one)) for one in found]


def _pages() -> Found:
    yield from (("file", None, says) for says in page_faults(current()))


def _references() -> Found:
    for table, row, into in lost_references(current()):
        yield table, row, f"points to a row of {into} that does not exist"


def _chain() -> Found:
    """Index: primary key."""
    rows = paged(
        "select seq, at_ms, staff_id, session, action, kind, row_id, reason, request, before_hash,"
        " after_hash, prev, hash from journal where seq > ? order by seq limit ?"
    )
    if broken := chain.first_break((chain.Line(*row[:11]), row[11], row[12]) for row in rows):
        yield "journal", broken[0], broken[1]


def _end() -> Found:
    """The journal's last line against the row that every line moves on (A1). Index: primary key."""
    rows = select("select seq, hash from journal_head")
    if len(rows) != 1:
        yield "journal_head", None, "where the journal ends is not told any more"
        return
    (seq, hash_), *_ = rows
    ((last,),) = select("select coalesce(max(seq), 0) from journal")
    if last < seq:
        lines = f"line {seq} is" if last + 1 == seq else f"lines {last + 1} to {seq} are"
        yield "journal", last + 1, f"{lines} missing at its end"
    elif last > seq:
        yield "journal", seq + 1, f"line {seq + 1} was slipped in at its end"
    elif seq and select("select hash from journal where seq = ?", [seq]) != [(hash_,)]:
        yield "journal", seq, f"its last line, {seq}, is another one than was written"


def _values() -> Found:
    """What the journal says was there, against its seal (A1). Values may be empty only where they were
    emptied for somebody who was erased (P5). Index: primary key."""
    for seq, before, after, before_hash, after_hash, emptied in paged(
        "select j.seq, v.before, v.after, j.before_hash, j.after_hash, case when v.before = '' and v.after ="
        f" '' and (j.before_hash <> '' or j.after_hash <> '') then {_EMPTIED} else 0 end from journal j"
        " left join journal_values v on v.seq_id = j.seq where j.seq > ? order by j.seq limit ?"
    ):
        if emptied:
            continue
        for text, seal in ((before, before_hash), (after, after_hash)):
            if text is None or chain.digest(text) != seal:
                yield "journal", seq, "the values kept with it are not the ones that were sealed"
                break
    for (seq,) in select(
        "select min(seq_id) from journal_values where seq_id > (select coalesce(max(seq), 0) from journal)"
    ):
        if seq is not None:
            yield "journal_values", seq, "there is no line that these values are kept with"


_ERASED_ROW = (
    " or (j.kind = '{table}' and j.row_id in (select r.id from {table} r join erasure x"
    " on x.customer_id = r.customer_id where r.id = j.row_id))"
)
_ERASED_ROWS = "".join(
    _ERASED_ROW.format(table=table) for table in ("note", "attachment", "appointment", "coverage")
)
_EMPTIED = (
    "case when (j.kind = 'customer' and j.row_id in (select customer_id from erasure))"
    f"{_ERASED_ROWS} or (j.kind = 'draft_bill' and exists (select 1 from journal k where"
    " k.kind = 'draft_bill' and k.row_id = j.row_id and k.action = 'erase')) then 1 else 0 end"
)
"""Whether the line is about somebody who was erased, or about what belongs to them."""


def _occupied() -> Found:
    """The time taken against the status and the buffers (T5, T6); exactly, where the type never changed."""
    rows = select(
        "select a.id, a.status from appointment a left join appointment_type t on t.id = a.type_id where"
        " (a.status in ('S', 'C') and (a.occupied_from > a.starts_at or a.occupied_to < a.ends_at"
        "  or a.starts_at - a.occupied_from > 14400 or a.occupied_to - a.ends_at > 14400))"
        " or (a.status in ('S', 'C') and coalesce(t.version, 1) = 1 and ("
        "  a.occupied_from <> a.starts_at - 60 * coalesce(t.buffer_before, 0)"
        "  or a.occupied_to <> a.ends_at + 60 * coalesce(t.buffer_after, 0)))"
        " or (a.status = 'M' and a.occupied_from is not null"
        "  and (a.occupied_to > a.ends_at + 14400 or a.occupied_to > coalesce(a.marked_at, a.starts_at)))"
        f" order by a.id limit {SHOWN + 1}"
    )
    for id_, status in rows:
        yield (
            "appointment",
            id_,
            f"the time it occupies does not fit its status {status} and its type's buffers",
        )


@lru_cache(maxsize=8192)
def _on_the_wall(instant: int, zone: str) -> tuple[str, str] | None:
    try:
        local = wall(instant, zone)
    except Invalid:
        return None
    return local.date().isoformat(), f"{local:%H:%M}"


@lru_cache(maxsize=8192)
def _midnight_after(day: str, zone: str) -> int:
    return day_bounds(date.fromisoformat(day), zone)[1]


def _walls() -> Found:
    """Date, wall time and zone against the instant (T2). Index: primary key."""
    for id_, starts, ends, day, clock, zone, crosses in paged(
        "select id, starts_at, ends_at, day, wall, zone, crosses_midnight from appointment"
        " where id > ? order by id limit ?"
    ):
        meant = _on_the_wall(starts, zone)
        if meant is None:
            yield "appointment", id_, f"{zone} is not a time zone"
        elif meant != (day, clock):
            yield "appointment", id_, f"it starts on {meant[0]} at {meant[1]}, but {day} {clock} is written"
        elif bool(crosses) != (ends > _midnight_after(day, zone)):
            yield "appointment", id_, "whether it goes over midnight is written wrongly"


_UNSEARCHED = (
    "select loser_id from customer_merge where state = 'merged' union select customer_id from erasure"
)
"""Whom only the number finds: records that became part of another one, and who was erased (P4, P5)."""


def _unfound() -> Found:
    """Customers whom no word finds at all. Index: ``search_word_of``."""
    rows = select(
        "select id from customer c where (first_name <> '' or last_name <> '') and not exists"
        f" (select 1 from search_word w where w.customer_id = c.id) and id not in ({_UNSEARCHED})"
        f" order by id limit {SHOWN + 1}"
    )
    for (id_,) in rows:
        yield "customer", id_, "is found by no word of the name"


def _search() -> Found:
    """The search entries of a sample, worked out again (P1).

    Indexes: ``search_word_of``, ``search_digits_of``.
    """
    count = select("select count(*) from customer")[0][0]
    every = max(1, count // SAMPLE)
    rows = select(
        f"select id from customer where id % ? = 0 and id not in ({_UNSEARCHED}) order by id", [every]
    )
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), 500):
        yield from _unindexed(ids[start : start + 500])


def _unindexed(ids: Sequence[int]) -> Found:
    words = _gathered(f"select customer_id, word from search_word where customer_id in ({marks(ids)})", ids)
    tails = _gathered(f"select customer_id, tail from search_digits where customer_id in ({marks(ids)})", ids)
    for id_, *names in select(
        f"select id, first_name, middle_name, last_name from customer where id in ({marks(ids)}) order by id",
        ids,
    ):
        if missing := {word[:60] for word in search_words(names)} - words.get(id_, set()):
            yield "customer", id_, f"is not found by {len(missing)} words of the name"
    for id_, number in select(
        f"select customer_id, number from phone where customer_id in ({marks(ids)})", ids
    ):
        said = digits_of(number)[:40]
        if len(said) >= SHORTEST_DIGITS and not any(tail.startswith(said) for tail in tails.get(id_, ())):
            yield "customer", id_, "is not found by a telephone number"


def _gathered(sql: str, ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for id_, text in select(sql, ids):
        found.setdefault(id_, set()).add(text)
    return found


def _files() -> Found:
    """Every stored file, read again and compared with its digest; those of erased customers may be gone
    (P5). Index: primary key."""
    store, gone = store_of(current()), set(forgotten_files())
    for id_, digest, name, customer in paged(
        "select f.id, f.sha256, coalesce(a.name, p.kind || ' ' || p.about), coalesce(a.customer_id,"
        " p.customer_id) from stored_file f left join attachment a on a.id ="
        " (select min(id) from attachment where file_id = f.id) left join paper p on p.id ="
        " (select min(id) from paper where file_id = f.id) where f.id > ?"
        " and coalesce(a.id, p.id) is not null order by f.id limit ?"
    ):
        if digest not in gone and (fault := store.fault(digest)):
            whose = f" of customer {customer}" if customer is not None else ""
            yield "stored_file", id_, f"{name}{whose} {fault}: {store.path(digest)}"


def _orphans() -> Found:
    """Files without a row; not looked for where another book lies in the same folder."""
    if is_alone(current()):
        for path in store_of(current()).orphans(is_known):
            says = f"{path.parent.name}/{path.name} belongs to nothing; pim-tui check --sweep deletes it"
            yield "files", None, says


def _made() -> Found:
    """Every row of an import, and its record. Index: primary key, of both."""
    for kind, table in (("link", "customer"), *((table, table) for table in VERSIONED)):
        rows = select(
            f"select m.run_id, m.row_id from import_row m left join {table} t on t.id = m.row_id"
            f" where m.kind = ? and t.id is null order by m.row_id limit {SHOWN + 1}",
            [kind],
        )
        for run, id_ in rows:
            yield "import_run", run, f"made {table} {id_}, which does not exist"


CHECKS = (
    Check("C01", "tables, indexes and triggers are as this version makes them", _schema),
    Check("C02", "nobody else on this machine can read the files", _modes),
    Check("C03", "pages, indexes and constraints are sound", _pages),
    Check("C04", "every reference has its other end", _references),
    Check("C05", "the journal's chain is unbroken", _chain),
    Check("C06", "the journal's values are the sealed ones", _values),
    Check("C07", "no staff member is booked twice", place_checks.staff),
    Check("C08", "no room holds more than it has places", place_checks.rooms),
    Check("C09", "occupied times fit status and buffers", _occupied),
    Check("C10", "dates and wall times fit the instants", _walls),
    Check("C11", "every customer is found by name", _unfound),
    Check("C12", "search entries are complete, in a sample", _search),
    Check("C13", "photos and documents are there and as they were stored", _files),
    Check("C14", "no file lies about that belongs to nothing", _orphans),
    Check("C15", "what imports have made is there", _made),
    *(Check(*look) for look in LOOKS),
    Check("C31", "no equipment is taken more often than there is of it", place_checks.equipment),
    Check("C32", "equipment is taken for the time of its appointment", place_checks.equipment_times),
    Check("C33", "every message that waits is about a visit as it is", calendar_checks.messages),
    Check("C34", "offers are of open entries, and booked entries name their visit", calendar_checks.waiting),
    Check("C35", "no time is held twice, or for somebody who waits no more", calendar_checks.holds),
    Check("C36", "the words of messages have no fields but those there are", calendar_checks.templates),
    Check("C37", "series can be worked out and begin where they say", calendar_checks.series),
    Check("C38", "money, stock and PINs are as the journal sealed them", seals),
    Check("C39", "who may do what, and opened records, are as the journal says", trust),
    Check("C41", "the journal ends where its last line was written", _end),
)
"""In the order in which they are made: later ones rely on earlier ones."""

"""The photo of a customer, the documents of one or all, and whether their files are whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..db.connection import current, select
from ..db.filestore import store_of
from ..domain.documentkinds import SOON, expiry_alert, good_until, loud_word, subject_word
from ..domain.filekinds import KINDS
from ..domain.moments import Zone
from ..domain.rights import Right
from ..domain.text import clean
from ..errors import NotFound
from .gate import guarded
from .matching import MOST_READ, matcher, require_few
from .page import Page, Totals
from .paging import behind
from .where import Where


class Photo(NamedTuple):
    """The photo a customer has now. ``added_at`` is UTC seconds, ``sha256`` its file in the store."""

    id: int
    version: int
    sha256: str
    name: str
    added_at: int
    added_by: str


class DocumentRow(NamedTuple):
    """One document. Moments are UTC seconds, ``size`` is in bytes, ``kind`` a word such as PDF.

    ``subject`` is what it is about, ``expires_on`` its last day as of ``today``.
    """

    id: int
    version: int
    customer_id: int
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    added_at: int
    added_by: str
    removed_at: int | None
    removed_reason: str
    subject: str = ""
    expires_on: date | None = None
    today: date | None = None
    customer: str = ""

    @property
    def what(self) -> str:
        """What kind of document it is, such as Consent; empty where nobody said."""
        return subject_word(self.subject)

    @property
    def until(self) -> str:
        """The last day it is good for, with a loud word once that is over or near."""
        return "" if self.withdrawn else good_until(self.expires_on, self.today)

    @property
    def runs_out(self) -> bool:
        """Whether its last day is over, or near."""
        if self.expires_on is None or self.today is None or self.withdrawn:
            return False
        return bool(loud_word(self.expires_on, self.today))

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken out of the record."""
        return self.removed_at is not None


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents; empty lets everything through. Days are local, both included."""

    text: str = ""
    first: date | None = None
    last: date | None = None
    removed: bool = False
    """Whether those taken out of the record are listed too."""
    subjects: tuple[str, ...] = ()
    expiring: bool = False
    """Only those that have run out, or soon will."""
    adder_ids: tuple[int, ...] = ()
    """Whom of the staff they were added by."""


@guarded(Right.SEE_CUSTOMER)
def photo_of(customer_id: int) -> Photo | None:
    """The customer's photo, None without one. Index: ``attachment_one_photo``."""
    rows = select(
        "select a.id, a.version, f.sha256, a.name, a.added_at, s.name from attachment a"
        " join stored_file f on f.id = a.file_id join staff s on s.id = a.added_by_id"
        " where a.customer_id = ? and a.kind = 'photo' and a.removed_at is null",
        [customer_id],
    )
    return Photo(*rows[0]) if rows else None


_NEWEST = "order by a.added_at desc, a.id desc"
_DOCUMENT = (
    "select a.id, a.version, a.customer_id, a.name, f.media_type, f.size, f.sha256, a.added_at, s.name,"
    " a.removed_at, a.removed_reason, trim(c.first_name || ' ' || c.last_name), a.subject, a.expires_on"
    f" from (select * from attachment a where {{where}} {_NEWEST} limit ? offset ?) a"
    " join stored_file f on f.id = a.file_id join staff s on s.id = a.added_by_id"
    f" join customer c on c.id = a.customer_id {_NEWEST}"
)
_KEPT = "case when a.removed_at is null then {} else 0 end"
_SUMS = (
    f"select count(*), coalesce(sum({_KEPT.format(1)}), 0), coalesce(sum({_KEPT.format('f.size')}), 0),"
    f" coalesce(sum({_KEPT.format('case when a.expires_on <= ? then 1 else 0 end')}), 0)"
    " from attachment a join stored_file f on f.id = a.file_id where"
)


@guarded(Right.SEE_CUSTOMER)
def documents_of(
    customer_id: int | None,
    shown: DocumentFilter | None = None,
    limit: int = 100,
    offset: int = 0,
    *,
    zone: Zone,
    today: date | None = None,
    after: int | None = None,
) -> Page[DocumentRow]:
    """The documents of a customer, or of everybody, the newest first, from ``offset`` on or those behind the
    one with the id ``after``; sums: ``documents`` in the record, their ``bytes``, and how many have
    ``expired``, or soon will, as of ``today``.

    Raises :class:`Refused` for a text to be looked for in too many.
    Indexes: ``attachment (customer, kind, added_at)``; of the clinic ``attachment_added``.
    """
    shown = shown or DocumentFilter()
    near = ((today or date.min) + timedelta(days=SOON)).isoformat()
    where, params = _where(customer_id, shown, zone, near)
    if not shown.text.strip():
        further, last = behind(after, "attachment", "a", "added_at", "id")
        rows = _documents(where + further, [*params, *last, limit, 0 if last else offset], today)
        return Page(rows, lambda: _added_up(where, params, near), offset)
    require_few(_added_up(where, params, near).total)
    rows = _with_text(customer_id, shown.text, where, params, today)
    return Page(rows[offset : offset + limit], _totals(rows), offset)


def _where(customer_id: int | None, shown: DocumentFilter, zone: Zone, near: str) -> Where:
    """The condition on attachment ``a``; ``near`` is the last day that is told of."""
    where = Where("a.kind = 'document'")
    if customer_id is not None:
        where = Where("a.customer_id = ? and a.kind = 'document'", (customer_id,))
    if not shown.removed:
        where = where.also("a.removed_at is null")
    where = where.among("a.subject", shown.subjects).among("a.added_by_id", shown.adder_ids)
    if shown.expiring:
        where = where.also("a.expires_on <= ? and a.removed_at is null", near)
    return where.moments("a.added_at", shown.first, shown.last, zone)


def _with_text(
    customer_id: int | None, text: str, where: str, params: Sequence[object], today: date | None
) -> tuple[DocumentRow, ...]:
    """All with the words in their name, kind, who added them, or of the clinic in whose they are."""
    matches = matcher(text)
    return tuple(
        row
        for row in _documents(where, [*params, MOST_READ, 0], today)
        if matches(row.name, row.kind, row.added_by, row.what, row.customer if customer_id is None else "")
    )


def _added_up(where: str, params: Sequence[object], near: str) -> Totals:
    total, kept, size, expired = select(f"{_SUMS} {where}", [near, *params])[0]
    sums = {"documents": kept, "removed": total - kept, "bytes": size, "expired": expired}
    return Totals(total, sums)


def _totals(found: tuple[DocumentRow, ...]) -> Totals:
    kept = [row for row in found if not row.withdrawn]
    sums = {
        "documents": len(kept),
        "removed": len(found) - len(kept),
        "bytes": sum(row.size for row in kept),
        "expired": sum(row.runs_out for row in kept),
    }
    return Totals(len(found), sums)


def _documents(where: str, params: Sequence[object], today: date | None) -> tuple[DocumentRow, ...]:
    return tuple(_document(row, today) for row in select(_DOCUMENT.format(where=where), params))


def _document(row: tuple[Any, ...], today: date | None) -> DocumentRow:
    *told, customer, subject, day = row
    kind = KINDS[told[4]].word if told[4] in KINDS else str(told[4])
    until = date.fromisoformat(day) if day else None
    return DocumentRow._make((*told[:4], kind, *told[4:], subject, until, today, customer))


@guarded(Right.SEE_CUSTOMER)
def expiry_alerts(customer_id: int, today: date) -> tuple[str, ...]:
    """What whoever opens the record must see: ``Consent expired 3 Nov``.

    A newer document of the same kind makes an older one of no account.
    Index: ``attachment (customer, kind, added_at)``.
    """
    newest: dict[tuple[str, str], date | None] = {}
    for subject, name, day in select(
        "select subject, name, expires_on from attachment where customer_id = ? and kind = 'document'"
        " and removed_at is null order by added_at desc, id desc",
        [customer_id],
    ):
        # Those of no kind in particular stand each for itself.
        key = (subject, "") if subject not in ("", "other") else ("", name)
        newest.setdefault(key, date.fromisoformat(day) if day else None)
    told = (
        expiry_alert(subject, name, day, today) for (subject, name), day in newest.items() if day is not None
    )
    return tuple(filter(None, told))


@guarded(Right.SEE_CUSTOMER)
def integrity(sha256: str) -> str | None:
    """What is wrong with a stored file (``is missing``, ``is damaged``), None when it is whole."""
    return store_of(current()).fault(sha256)


def whose(sha256: str) -> tuple[int, ...]:
    """The customers whose document it is. Index: ``stored_file (sha256)``, ``attachment (file)``."""
    return tuple(id_ for id_, _ in _kept_as(sha256))


def is_photo(sha256: str) -> bool:
    """Whether it is the photo of somebody: that is for everybody who may see customers."""
    return any(kind == "photo" for _, kind in _kept_as(sha256))


def _kept_as(sha256: str) -> list[tuple[int, str]]:
    return select(
        "select distinct a.customer_id, a.kind from attachment a join stored_file f on f.id = a.file_id"
        " where f.sha256 = ?",
        [sha256],
    )


MOST_SHOWN = 200_000
"""Characters of a text that are shown; a copy has the rest."""


@guarded(Right.SEE_FILE, of="customer_id")
def picture_of(document_id: int, *, customer_id: int) -> str:
    """The digest of a customer's document that is looked at as a picture; NotFound. Index: primary key."""
    rows = select(
        "select f.sha256 from attachment a join stored_file f on f.id = a.file_id"
        " where a.id = ? and a.customer_id = ?",
        [document_id, customer_id],
    )
    if not rows:
        raise NotFound("That file does not exist.", "Go back to the customer.")
    return str(rows[0][0])


@guarded(Right.SEE_FILE, of="sha256", whose=whose)
def text_of(sha256: str) -> tuple[tuple[str, ...], bool]:
    """The lines of a stored text, cleaned, and whether that is all of it.

    Raises :class:`FileProblem` when it is missing or damaged.
    """
    text = content(sha256).decode("utf-8-sig", "replace")
    shown = clean(text[:MOST_SHOWN], limit=MOST_SHOWN, lines=True)
    return tuple(shown.split("\n")), len(text) <= MOST_SHOWN


@guarded(Right.SEE_FILE, of="sha256", whose=whose)
def content(sha256: str) -> bytes:
    """A stored file. Raises :class:`FileProblem` when it is missing or damaged."""
    return store_of(current()).read(sha256)


@guarded(Right.SEE_CUSTOMER)
def photo_data(sha256: str) -> bytes:
    """The file of a photo. Raises :class:`FileProblem` when it is missing or damaged, NotFound when it is
    nobody's photo."""
    if not is_photo(sha256):
        raise NotFound("That is nobody's photo.", "Go back to the customer.")
    return store_of(current()).read(sha256)


def is_known(sha256: str) -> bool:
    """Whether a row speaks of this file. Index: ``stored_file (sha256)``."""
    return bool(select("select 1 from stored_file where sha256 = ?", [sha256]))

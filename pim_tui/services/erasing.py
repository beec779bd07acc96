"""Erasing a customer: contact data and names are made anonymous, what the law keeps stays (P5).

Posted money is never touched. The values that the journal kept of the person are emptied; its chain is over
their digests and stays unbroken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..db.bulk import update
from ..db.connection import current, select, write_tx
from ..db.filestore import store_of
from ..db.many import marks
from ..domain.jsontext import to_json
from ..domain.moments import day_of
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import fold, tidy
from ..errors import Difference, Fault, Invalid, Refused, Stale
from ..models import (
    Alert,
    Consent,
    Customer,
    Email,
    Erasure,
    ExternalId,
    FormerName,
    Phone,
    SearchDigits,
    SearchSound,
    SearchWord,
)
from ..queries.erasing import IDENTIFYING, ErasePreview, erase_preview, forgotten_files
from . import hold_rows
from .files import forget_pictures
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class EraseCustomer:
    """Erase a customer as it was seen. ``number`` is typed by hand, so that nobody does it by a slip.

    ``clinical``: notes, what is written at visits and medical documents go as well.
    """

    id: int
    version: int
    number: int
    reason: str
    clinical: bool = False
    request: str = ""


def erase_customer(session: Session, command: EraseCustomer) -> Done:
    """Make a customer anonymous: "Erased 1042" is left, found by the number alone.

    Files that nobody else has go from the disk once that is committed; ``check --sweep`` does so after a
    crash. Raises Invalid, NotFound, Stale, and Refused with what has to be done first (P5).
    """
    session.needs(Right.ERASE_CUSTOMER)
    done = _erase(session, command)
    forget_files(session)
    return done


def forget_files(session: Session) -> int:
    """Delete the files that were only of erased customers; how many that were."""
    session.needs(Right.ERASE_CUSTOMER)
    store = store_of(current())
    forget_pictures()
    # Inside the writers' queue, so that no row can come to speak of a file while it is deleted.
    with write_tx():
        return sum(map(store.forget, forgotten_files()))


@use_case(Right.ERASE_CUSTOMER)
def _erase(work: Work, command: EraseCustomer) -> Done:
    reason = tidy(command.reason, limit=Erasure.reason.limit)
    today = day_of(work.now, work.session.zone)
    seen = erase_preview(command.id, today, work.session.currency, clinical=command.clinical)
    _require(seen, command, reason)
    kept = to_json({"stays": seen.stays, "clinical": command.clinical})
    for id_ in seen.ids:
        Erasure.insert(
            customer=id_, at=work.now, staff=work.session.staff_id, reason=reason, kept=kept
        ).execute()
    _empty_journal(seen.ids, command.clinical)
    for id_ in seen.ids:
        _make_anonymous(id_)
        _take_files_off(work, id_, command.clinical)
        _drop_drafts(work, id_)
    _forget_merges(seen.ids)
    _end_series(seen.ids)
    _empty_messages(seen.ids)
    _empty_outside(seen.ids)
    _empty_waiting(work, seen.ids)
    if command.clinical:
        _empty_notes(seen.ids)
    for id_ in seen.ids:
        work.changed("erase", "customer", id_, None, {"clinical": command.clinical}, reason)
    return Done("customer", seen.ids, version=seen.version + 1, says=f"Customer {seen.number} is erased.")


def _require(seen: ErasePreview, command: EraseCustomer, reason: str) -> None:
    """Refuse with everything that stands against it."""
    if seen.version != command.version:
        versions = [Difference("version", str(command.version), str(seen.version), "")]
        raise Stale(f"Customer {seen.number}", versions, seen.version)
    faults = [] if reason else [Fault("reason", "is empty")]
    if command.number != seen.number:
        faults.append(Fault("number", f"is not that of {seen.name}"))
    if faults:
        raise Invalid(faults, "Nothing was erased.")
    if seen.against:
        raise Refused(f"{seen.name} cannot be erased yet.", " ".join(seen.against), rule="P5")


# --- what goes ---------------------------------------------------------------------------------------


def _make_anonymous(customer_id: int) -> None:
    """The row stays with its number and sex; everything that hangs on it goes."""
    ((number,),) = select("select number from customer where id = ?", [customer_id])
    name = f"Erased {number}"
    Customer.update(
        version=Customer.version + 1, prefix="", first_name="", middle_name="", last_name=name, suffix="",
        sort_name=fold(name), birth_date=None, death_date=None, address="", city="", region="",
        postal_code="", country="", active=False,
    ).where(Customer.id == customer_id).execute()  # fmt: skip
    for table in _HANGING:
        table.delete().where(table.customer == customer_id).execute()
    update(
        "update coverage set policy = '', version = version + 1 where customer_id = ? returning id",
        [customer_id],
    )


_HANGING = (Phone, Email, FormerName, ExternalId, Consent, Alert, SearchWord, SearchDigits, SearchSound)


def _take_files_off(work: Work, customer_id: int, clinical: bool) -> None:
    """Photo and papers of identity go, all of them when asked; the others lose their names."""
    rows = select(
        "select id, version, kind, subject, removed_at from attachment where customer_id = ? order by id",
        [customer_id],
    )
    for id_, version, kind, subject, removed_at in rows:
        goes = removed_at is None and (clinical or kind == "photo" or subject in IDENTIFYING)
        update(
            "update attachment set name = ?, version = ?, removed_at = coalesce(removed_at, ?),"
            " removed_reason = case when removed_at is null and ? = 1 then 'erased' else '' end"
            " where id = ? returning id",
            [f"{subject or kind} {id_}", version + 1, work.now if goes else removed_at, int(goes), id_],
        )
        if goes:
            work.changed("remove", "attachment", id_, None, {"removed_at": work.now}, "erased")


def _drop_drafts(work: Work, customer_id: int) -> None:
    """Parked bills have no number, so they go."""
    for (id_,) in select("select id from draft_bill where customer_id = ? order by id", [customer_id]):
        update("delete from draft_bill where id = ? returning id", [id_])
        work.changed("erase", "draft_bill", id_, None, None)


def _forget_merges(ids: Sequence[int]) -> None:
    """What would be needed to part records again is about the person, too."""
    update(
        "update customer_merge set filled = '{}', version = version + 1"
        f" where survivor_id in ({marks(ids)}) or loser_id in ({marks(ids)}) returning id",
        [*ids, *ids],
    )


def _end_series(ids: Sequence[int]) -> None:
    """What repeats goes on no more."""
    update(
        "update series set drawn_to = null, reason = '', note = '', version = version + 1"
        f" where customer_id in ({marks(ids)}) returning id",
        ids,
    )


def _empty_waiting(work: Work, ids: Sequence[int]) -> None:
    """They wait for nothing any more, no time is held for them, and what they wished is forgotten."""
    for (entry_id,) in select(
        "select distinct h.entry_id from hold h join waiting_entry w on w.id = h.entry_id"
        f" where w.customer_id in ({marks(ids)}) order by h.entry_id",
        ids,
    ):
        hold_rows.of_entry(work, entry_id)
    update(
        "update waiting_entry set note = '', state = case when state = 'waiting' then 'withdrawn' else state"
        " end, closed_at = coalesce(closed_at, ?), version = version + 1"
        f" where customer_id in ({marks(ids)}) returning id",
        [work.now, *ids],
    )
    update(
        "update waiting_offer set state = 'lapsed', answered_at = ?, version = version + 1"
        " where state = 'offered' and entry_id in (select id from waiting_entry where customer_id in"
        f" ({marks(ids)})) returning id",
        [work.now, *ids],
    )


def _empty_messages(ids: Sequence[int]) -> None:
    """Messages about their visits and documents say nothing any more; what waits is not sent, and nobody asks
    what became of the rest. Keys of texts may hold the number.

    What a service is told of their meetings names nobody: a meeting that is to go is removed all the same.
    """
    update(
        "update outbox set payload = '{}', state = case when state in ('draft', 'waiting') then 'withdrawn'"
        " else state end, why = case when kind = 'call' then '' else why end, look_at = null,"
        " key = case when channel = 'sms' then '' else key end"
        f" where channel <> 'meeting' and (customer_id in ({marks(ids)})"
        " or appointment_id in (select id from appointment"
        f" where customer_id in ({marks(ids)}))"
        " or (kind = 'email' and id in (select o.id from outbox o join posting p on o.payload like"
        f" ? || p.id || ? where o.kind = 'email' and p.customer_id in ({marks(ids)})))) returning id",
        [*ids, *ids, '%"posting_id": ', ",%", *ids],
    )


def _empty_outside(ids: Sequence[int]) -> None:
    """What services outside told of them is forgotten here, and links to their meetings lead nowhere."""
    some = marks(ids)
    update(
        "update booking set name = '', email = '', phone = '', answers = '', cancel_url = '', move_url = '',"
        f" join_url = '' where customer_id in ({some}) returning id",
        ids,
    )
    update(f"update inbound_text set sender = '', text = '' where customer_id in ({some}) returning id", ids)
    update(
        "update meeting set join_url = '', passcode = '', topic = '' where appointment_id in"
        f" (select id from appointment where customer_id in ({some})) returning id",
        ids,
    )


def _empty_notes(ids: Sequence[int]) -> None:
    update(
        f"update note set text = '', withdrawn = 1, version = version + 1 where customer_id in ({marks(ids)})"
        " returning id",
        ids,
    )
    update(
        "update appointment set reason = '', note = '', version = version + 1 where customer_id in"
        f" ({marks(ids)}) returning id",
        ids,
    )


def _empty_journal(ids: Sequence[int], clinical: bool) -> None:
    """Empty what the journal kept of the person (A1, P5). Index: ``journal (kind, row_id)``."""
    tables = ["attachment", "coverage", "draft_bill", *(["note", "appointment"] if clinical else [])]
    wanted = [("customer", f"select id from customer where id in ({marks(ids)})")]
    wanted += [(table, f"select id from {table} where customer_id in ({marks(ids)})") for table in tables]
    for kind, rows in wanted:
        update(
            "update journal_values set before = '', after = '', answer = '' where seq_id in"
            f" (select seq from journal where kind = ? and row_id in ({rows})) returning seq_id",
            [kind, *ids],
        )

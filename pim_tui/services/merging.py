"""Two records of one person become one, and can be parted again while nothing later depends on it (P4).

Rows change hands only while the merge is moving or undoing; the tables refuse it at any other time. Every
row that went along is remembered, so that exactly those go back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from ..db.bulk import insert, update
from ..db.connection import select
from ..domain.customer import NewCustomer
from ..domain.jsontext import to_json
from ..domain.moments import day_of
from ..domain.names import PersonName
from ..domain.people import Answer
from ..domain.rights import Right
from ..domain.text import fold
from ..errors import Difference, Refused, Stale
from ..models import (
    Consent,
    Customer,
    CustomerMerge,
    FormerName,
    MergedRow,
    SearchDigits,
    SearchSound,
    SearchWord,
)
from ..queries.customers import Record, record
from ..queries.merging import (
    ADDRESS,
    FILLED,
    GOING,
    Going,
    Merge,
    against_undoing,
    erased,
    merge,
    pointer,
    seal_of_rows,
)
from .customer_rows import Satellites
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class MergeCustomers:
    """Make ``loser_id`` part of ``survivor_id``, both as they were seen."""

    survivor_id: int
    loser_id: int
    survivor_version: int
    loser_version: int
    request: str = ""


@dataclass(frozen=True, slots=True)
class UnmergeCustomers:
    """Part two records again that became one."""

    merge_id: int
    version: int
    request: str = ""


@use_case(Right.MERGE_CUSTOMERS)
def merge_customers(work: Work, command: MergeCustomers) -> Done:
    """Everything of the one record becomes the other's; what the survivor knows already stays behind.

    Its values win and its blanks are filled. The other record stays as a pointer: its number finds the
    survivor. Raises NotFound, Refused (P4), Stale.
    """
    survivor = _standing(command.survivor_id, command.survivor_version)
    loser = _standing(command.loser_id, command.loser_version)
    if survivor.id == loser.id:
        raise Refused("That is one and the same record.", "Choose the other one.", rule="P4")
    merge_id = int(
        CustomerMerge.insert(
            survivor=survivor.id, loser=loser.id, at=work.now, staff=work.session.staff_id
        ).execute()
    )
    noted = _fill(survivor, loser)
    counts = {one.table: _move(one, merge_id, survivor.id, loser.id, noted) for one in GOING}
    noted["digest"] = {one.table: seal_of_rows(one, merge_id, survivor.id) for one in GOING if one.values}
    noted["named"] = _name(survivor, loser)
    _leave(loser)
    _find_anew(work, survivor.id)
    _forget_words(loser.id)
    _become(Merge(merge_id, 1, survivor.id, loser.id, "moving", noted, work.now), "merged", noted)
    _tell(work, "merge", survivor, loser, {table: count for table, count in counts.items() if count})
    says = f"Customer {loser.number} is part of customer {survivor.number} now."
    return Done("customer", (survivor.id, loser.id), version=survivor.version + 1, says=says)


@use_case(Right.MERGE_CUSTOMERS)
def unmerge_customers(work: Work, command: UnmergeCustomers) -> Done:
    """Give back exactly what came along; what was added since stays with the survivor.

    Visits that a series has drawn since go with their series. Raises NotFound, Stale, and Refused with the
    names of what depends on it by now (P4).
    """
    found = merge(command.merge_id)
    if found.version != command.version or found.state != "merged":
        differences = [Difference("state", "merged", found.state, "")]
        raise Stale("This merge", differences, found.version)
    if against := against_undoing(found, work.session.zone):
        raise Refused(
            f"It cannot be taken back: {'; '.join(against[:_NAMED])}.", "See to that first.", rule="P4"
        )
    _become(found, "undoing", found.filled)
    counts = {one.table: _move_back(one, found) for one in GOING}
    _drawn_since(found)
    _empty_again(found)
    for id_ in (found.survivor_id, found.loser_id):
        _find_anew(work, id_)
    _become(replace(found, version=found.version + 1), "undone", found.filled)
    survivor, loser = record(found.survivor_id), record(found.loser_id)
    _tell(work, "unmerge", survivor, loser, {table: count for table, count in counts.items() if count})
    says = f"Customer {loser.number} stands on its own again."
    return Done("customer", (survivor.id, loser.id), version=survivor.version, says=says)


_NAMED = 5


def _standing(customer_id: int, version: int) -> Record:
    """A record that may be merged."""
    found = record(customer_id)
    if elsewhere := pointer(customer_id):
        raise Refused(
            f"Customer {found.number} is part of customer {elsewhere.survivor_number} already.",
            f"Take customer {elsewhere.survivor_number}.",
            rule="P4",
        )
    if erased(customer_id):
        raise Refused(f"Customer {found.number} was erased.", "Nothing of it can be moved.", rule="P5")
    if found.version != version:
        versions = [Difference("version", str(version), str(found.version), "")]
        raise Stale(f"Customer {found.number}", versions, found.version)
    return found


def _become(found: Merge, state: str, noted: dict[str, Any]) -> None:
    """The next step of the merge, with what is needed to take it back."""
    CustomerMerge.update(state=state, version=found.version + 1, filled=to_json(noted)).where(
        CustomerMerge.id == found.id
    ).execute()


def _tell(work: Work, action: str, survivor: Record, loser: Record, counts: dict[str, int]) -> None:
    """A line for each of the two records."""
    work.changed(action, "customer", survivor.id, None, {"loser_id": loser.id, "rows": counts})
    work.changed(action, "customer", loser.id, None, {"survivor_id": survivor.id})


# --- rows --------------------------------------------------------------------------------------------


def _move(one: Going, merge_id: int, survivor_id: int, loser_id: int, noted: dict[str, Any]) -> int:
    """Let the rows of a table change hands, and remember which; how many."""
    sets, params = "customer_id = ?", list[object]([survivor_id])
    if one.versioned:
        sets += ", version = version + 1"
    if one.placed:
        behind = _behind(one.table, survivor_id)
        noted["shift"][one.table] = behind
        sets, params = f"{sets}, position = position + ?", [*params, behind]
    where = "t.customer_id = ?"
    chosen: list[object] = [loser_id]
    if one.stays:
        where, chosen = f"{where} and not ({one.stays})", [*chosen, survivor_id]
    moved = update(
        f"update {one.table} set {sets} where id in (select t.id from {one.table} t where {where})"
        " returning id",
        [*params, *chosen],
    )
    insert(
        [MergedRow.merge, MergedRow.kind, MergedRow.row_id], ((merge_id, one.table, id_) for (id_,) in moved)
    )
    if one.table == "draft_bill":
        _readdress([id_ for (id_,) in moved], survivor_id)
    return len(moved)


def _move_back(one: Going, found: Merge) -> int:
    """Let exactly the rows that came along go back; how many."""
    sets, params = "customer_id = ?", list[object]([found.loser_id])
    if one.versioned:
        sets += ", version = version + 1"
    if one.placed:
        sets, params = f"{sets}, position = position - ?", [*params, found.filled["shift"][one.table]]
    # The number of a draft that was posted may be another draft's by now.
    young = " and created_at <= ?" if one.table == "draft_bill" else ""
    moved = update(
        f"update {one.table} set {sets} where customer_id = ? and id in"
        f" (select row_id from merged_row where merge_id = ? and kind = ?){young} returning id",
        [*params, found.survivor_id, found.id, one.table, *([found.at] if young else [])],
    )
    if one.table == "draft_bill":
        _readdress([id_ for (id_,) in moved], found.loser_id)
    return len(moved)


def _behind(table: str, survivor_id: int) -> int:
    """The first place behind the survivor's own."""
    sql = f"select coalesce(max(position), -1) + 1 from {table} where customer_id = ?"
    return int(select(sql, [survivor_id])[0][0])


def _readdress(ids: list[int], customer_id: int) -> None:
    """What was typed of a parked bill names its customer as well."""
    for id_ in ids:
        ((text,),) = select("select basket from draft_bill where id = ?", [id_])
        typed = json.loads(text)
        typed["customer_id"] = customer_id
        kept = to_json(typed, compact=True)
        update(
            "update draft_bill set basket = ?, version = version + 1 where id = ? returning id", [kept, id_]
        )


def _drawn_since(found: Merge) -> None:
    """Visits that a series has drawn since it came along go back with it.

    Index: ``series_visit (series, recurrence_at)``.
    """
    update(
        "update appointment set customer_id = ?, version = version + 1 where customer_id = ? and id in"
        " (select v.appointment_id from merged_row r join series_visit v on v.series_id = r.row_id"
        " where r.merge_id = ? and r.kind = 'series') returning id",
        [found.loser_id, found.survivor_id, found.id],
    )


# --- the record itself -------------------------------------------------------------------------------


def _fill(survivor: Record, loser: Record) -> dict[str, Any]:
    """Fill the survivor's blanks; what they were and are now, so that they can be emptied again."""
    mine, theirs = _columns(survivor.id), _columns(loser.id)
    names = [name for name in FILLED if not mine[name] and theirs[name]]
    if not any(mine[name] for name in ADDRESS):
        names += [name for name in ADDRESS if theirs[name]]
    filled = {name: theirs[name] for name in names}
    _write(survivor.id, filled)
    return {
        "filled": {name: [mine[name], theirs[name]] for name in names},
        "consents": _fill_consents(survivor.id, loser.id),
        "shift": {},
        "active": loser.active,
    }


def _columns(customer_id: int) -> dict[str, Any]:
    names = (*FILLED, *ADDRESS)
    (row,) = select(f"select {', '.join(names)} from customer where id = ?", [customer_id])
    return dict(zip(names, row, strict=True))


def _write(customer_id: int, values: dict[str, Any]) -> None:
    """Write columns of a customer, and the list name that follows from them."""
    if values:
        Customer.update(version=Customer.version + 1, **values).where(Customer.id == customer_id).execute()
    else:
        Customer.update(version=Customer.version + 1).where(Customer.id == customer_id).execute()
    listed = fold(record(customer_id).customer.name.listed)
    if select("select 1 from customer where id = ? and sort_name <> ?", [customer_id, listed]):
        Customer.update(version=Customer.version + 1, sort_name=listed).where(
            Customer.id == customer_id
        ).execute()


def _fill_consents(survivor_id: int, loser_id: int) -> list[list[Any]]:
    """An answer that the survivor never gave is filled, and a no of the other record stands unless a yes is
    from a later day: [channel, before, after] of each (P5).
    """
    rows = select(
        "select m.channel, m.answer, m.given_on, m.source, t.answer, t.given_on, t.source from consent m"
        " join consent t on t.customer_id = ? and t.channel = m.channel where m.customer_id = ?"
        " and ((m.answer = ? and t.answer <> ?) or (m.answer = ? and t.answer = ?"
        " and coalesce(t.given_on, '9') >= coalesce(m.given_on, '')))",
        [loser_id, survivor_id, Answer.UNKNOWN, Answer.UNKNOWN, Answer.YES, Answer.NO],
    )
    for channel, *_, answer, given_on, source in rows:
        _answer(survivor_id, channel, [answer, given_on, source])
    return [[row[0], list(row[1:4]), list(row[4:])] for row in rows]


def _answer(customer_id: int, channel: str, values: list[Any]) -> None:
    answer, given_on, source = values
    Consent.update(answer=answer, given_on=given_on, source=source).where(
        Consent.customer == customer_id, Consent.channel == channel
    ).execute()


def _name(survivor: Record, loser: Record) -> str:
    """Keep the survivor findable by the other record's name (P1); the name, if it was not known."""
    spoken = _spoken(loser.customer)
    known = {_spoken(record(survivor.id).customer), *record(survivor.id).customer.former_names}
    if not spoken or fold(spoken) in {fold(name) for name in known}:
        return ""
    FormerName.insert(customer=survivor.id, name=spoken).execute()
    return spoken


def _spoken(customer: NewCustomer) -> str:
    name = customer.name
    return PersonName("", name.first, name.middle, name.last, "").full


def _leave(loser: Record) -> None:
    """The other record stays behind, out of use."""
    Customer.update(version=loser.version + 1, active=False).where(Customer.id == loser.id).execute()


def _empty_again(found: Merge) -> None:
    """Put the blanks back where nobody has written something else since; the other record is in use again."""
    now = _columns(found.survivor_id)
    blanks = {name: was for name, (was, filled) in found.filled["filled"].items() if now[name] == filled}
    _write(found.survivor_id, blanks)
    for channel, was, filled in found.filled["consents"]:
        (standing,) = select(
            "select answer, given_on, source from consent where customer_id = ? and channel = ?",
            [found.survivor_id, channel],
        ) or [(None,)]
        if list(standing) == filled:
            _answer(found.survivor_id, channel, was)
    update(
        "delete from former_name where name = ? and customer_id = ? returning id",
        [found.filled["named"], found.survivor_id],
    )
    Customer.update(version=Customer.version + 1, active=found.filled["active"]).where(
        Customer.id == found.loser_id
    ).execute()


# --- what they are found by --------------------------------------------------------------------------


def _forget_words(customer_id: int) -> None:
    for table in (SearchWord, SearchSound, SearchDigits):
        table.delete().where(table.customer == customer_id).execute()


def _find_anew(work: Work, customer_id: int) -> None:
    """Work out anew the words, sounds and digits that find a customer (P1)."""
    _forget_words(customer_id)
    customer = record(customer_id).customer
    made = Satellites(work.session.country, day_of(work.now, work.session.zone))
    made.add_names(customer_id, customer)
    made.add_phones(customer_id, customer)
    Satellites(made.region, made.today, words=made.words, sounds=made.sounds, digits=made.digits).write()

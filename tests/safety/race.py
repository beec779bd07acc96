"""Many desks at once on one book, and the careless ways that show what would happen without the walls."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from peewee import SqliteDatabase

from pim_tui.db.connection import open_book
from pim_tui.domain.productfields import ProductFields
from pim_tui.domain.session import Session
from pim_tui.domain.visit import Answers, Details
from pim_tui.domain.waiting import Slot, Wish
from pim_tui.errors import PimError, Refused, Stale
from pim_tui.models import Equipment, Staff
from pim_tui.queries.stock import lot, lots_of
from pim_tui.services.appointment_rows import stored
from pim_tui.services.booking import BookAppointment, ChangeAppointment, book, change
from pim_tui.services.catalogue import AddProduct, add_product
from pim_tui.services.holds import HoldTime, hold_time
from pim_tui.services.offers import AnswerOffer, OfferTime, answer_offer, offer_time
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from pim_tui.services.stock import AdjustStock, adjust_stock
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.safety.alone import crowd
from tests.services.clinic import JANE, LEE, Practice, at, broken_line, overlaps, practice

SAME = Answers(same_customer=True)
DAY = 86_400


def _made(folder: str) -> Practice:
    """A clinic whose book no process holds open yet: a connection must not cross a fork."""
    made = practice(Path(folder))
    made.open_always()
    made.store.close()
    return made


def _here(made: Practice, number: int) -> Session:
    """The session of a desk of this process's own."""
    open_book(str(made.store.file))
    return replace(made.session, key=f"desk-{number}")


def _slots(count: int) -> list[int]:
    """Half hours from eight on, sixteen a day."""
    return [at("2026-11-24 08:00") + slot // 16 * DAY + slot % 16 * 1800 for slot in range(count)]


def booking(folder: str, processes: int, slots: int) -> dict[str, Any]:
    """Everybody books every slot by the service, in an order of their own."""
    made = _made(folder)

    def desk(number: int) -> dict[str, int]:
        session, said = _here(made, number), Counter[str]()
        for start in Random(number).sample(_slots(slots), slots):
            details = Details(1 + number % 3, LEE, start, 30)
            try:
                book(session, BookAppointment(details, f"{number}-{start}", SAME))
                said["done"] += 1
            except Refused as error:
                said[f"refused {error.rule}"] += 1
            except Exception as error:
                said[f"{type(error).__name__}: {error}"] += 1
        return said

    answers = crowd(processes, desk)
    made.store.connect()
    return {
        "answers": answers,
        "booked": made.count(),
        "overlaps": overlaps(made.store),
        "broken": broken_line(made.store),
        "lines": made.count("journal"),
    }


def last_places(folder: str, processes: int, slots: int, places: int) -> dict[str, Any]:
    """Everybody books every slot for a staff member of their own, all with equipment of a few places."""
    made = _made(folder)
    made.store.connect()
    with made.store.write_tx():
        Equipment.create(name="Scales", initials="S", active=True, capacity=places)
        for number in range(processes):
            Staff.create(
                name=f"Dr {number}", initials="D", position=number, active=True, books=True, role="owner"
            )
    ((first,),) = made.store.select("select min(id) from staff where name like 'Dr _'")
    made.store.close()

    def desk(number: int) -> dict[str, int]:
        session, said = _here(made, number), Counter[str]()
        for start in Random(number).sample(_slots(slots), slots):
            details = Details(JANE, first + number, start, 30, equipment_ids=(1,))
            try:
                book(session, BookAppointment(details, f"{number}-{start}", SAME))
                said["done"] += 1
            except Refused as error:
                said[f"refused {error.rule}"] += 1
        return said

    answers = crowd(processes, desk)
    made.store.connect()
    taken = made.store.select("select count(*) from appointment_equipment group by occupied_from")
    return {"answers": answers, "taken": [count for (count,) in taken], "broken": broken_line(made.store)}


def naive_booking(folder: str, processes: int, slots: int) -> int:
    """Look, then insert, in a table without rules: how many slots were given away twice."""
    file = str(Path(folder) / "naive.db")
    with SqliteDatabase(file, pragmas={"journal_mode": "wal"}) as first:
        first.execute_sql("create table visit (starts integer)")

    def desk(number: int) -> int:
        own = SqliteDatabase(file, timeout=30)
        own.connect()
        for start in range(slots):
            if not own.execute_sql("select 1 from visit where starts = ?", (start,)).fetchall():
                os.sched_yield()  # a moment in which somebody else looks
                own.execute_sql("insert into visit values (?)", (start,))
        return number

    crowd(processes, desk)
    with SqliteDatabase(file) as last:
        rows = last.execute_sql("select starts from visit group by starts having count(*) > 1").fetchall()
    return len(rows)


def deferred_booking(folder: str, processes: int, slots: int) -> int:
    """The same in ordinary transactions: how often somebody is told that the database is locked."""
    file = str(Path(folder) / "deferred.db")
    with SqliteDatabase(file, pragmas={"journal_mode": "wal"}) as first:
        first.execute_sql("create table visit (starts integer)")

    def desk(number: int) -> int:
        own, locked = SqliteDatabase(file, timeout=30), 0
        own.connect()
        for start in range(slots):
            try:
                with own.atomic():
                    if not own.execute_sql("select 1 from visit where starts = ?", (start,)).fetchall():
                        own.execute_sql("insert into visit values (?)", (start,))
            except Exception as error:
                locked += "locked" in str(error)
        return locked

    return sum(crowd(processes, desk))


def same_request(folder: str, processes: int, requests: int) -> dict[str, Any]:
    """Everybody sends the same requests: what they were answered, and what was carried out."""
    made = _made(folder)

    def desk(number: int) -> list[list[Any]]:
        session = _here(made, number)
        answers: list[list[Any]] = []
        for place, start in enumerate(_slots(requests)):
            command = BookAppointment(Details(JANE, LEE, start, 30), f"request-{place}")
            try:
                answers.append([*book(session, command).ids])
            except PimError as error:
                answers.append([str(error)])
        return answers

    answers = crowd(processes, desk)
    made.store.connect()
    return {"answers": answers, "booked": made.count(), "lines": made.count("journal")}


def lost_updates(folder: str, processes: int, edits: int) -> dict[str, Any]:
    """Everybody adds a mark to one appointment's note, and looks again when somebody was quicker."""
    made = _made(folder)
    made.store.connect()
    id_ = made.book("10:00").ids[0]
    made.store.close()

    def desk(number: int) -> int:
        session, stale = _here(made, number), 0
        for edit in range(edits):
            while True:
                row = stored(id_)
                was = Details.of(row)
                now = replace(was, note=f"{was.note} {number}.{edit}")
                try:
                    change(session, ChangeAppointment(id_, row["version"], was, now))
                    break
                except Stale:
                    stale += 1
        return stale

    stale = sum(crowd(processes, desk))
    made.store.connect()
    row = made.row(id_)
    return {"marks": len(row["note"].split()), "version": row["version"], "stale": stale}


def taking_the_last(folder: str, processes: int, items: int, tries: int) -> dict[str, Any]:
    """Everybody takes single items off one stock, looking again when somebody was quicker (K1)."""
    made = _made(folder)
    made.store.connect()
    product = add_product(made.session, AddProduct(ProductFields(name="Gauze", tracked=True))).ids[0]
    receive_stock(made.session, ReceiveStock((Received(product, items),)))
    (row,) = lots_of(product)
    made.store.close()

    def desk(number: int) -> dict[str, int]:
        session, said = _here(made, number), Counter[str]()
        for _ in range(tries):
            while True:
                try:
                    command = AdjustStock(row.id, -1, "taken", lot(row.id).shelf)
                    adjust_stock(session, command)
                    said["done"] += 1
                except Stale:
                    said["stale"] += 1
                    continue
                except Refused as error:
                    said[f"refused {error.rule}"] += 1
                break
        return said

    answers = crowd(processes, desk)
    made.store.connect()
    ((moved,),) = made.store.select("select sum(quantity) from stock_movement")
    return {"answers": answers, "moved": moved, "left": lot(row.id).shelf, "broken": broken_line(made.store)}


def holding_the_same(folder: str, processes: int, slots: int) -> dict[str, Any]:
    """Everybody holds the same times, one after the other: who got each, and what the others were told."""
    made = _made(folder)

    def desk(number: int) -> dict[str, int]:
        here, said = _here(made, number), Counter[str]()
        for start in _slots(slots):
            try:
                # A session of its own for each, as one session holds one time.
                hold_time(replace(here, key=f"{here.key}-{start}"), HoldTime(LEE, None, start, 30))
                said["done"] += 1
            except PimError as error:
                said["held by" if "held by" in str(error) else str(error)] += 1
        return said

    answers = crowd(processes, desk)
    made.store.connect()
    ((kept, different),) = made.store.select("select count(*), count(distinct starts_at) from hold")
    return {"answers": answers, "kept": kept, "different": different, "broken": broken_line(made.store)}


def offering_the_same(folder: str, processes: int, slots: int) -> dict[str, Any]:
    """Everybody offers the same times to the same two who wait, and accepts what they have offered."""
    made = _made(folder)
    made.store.connect()
    for customer in (1, 2):
        add_waiting(made.session, AddWaiting(customer, Wish(30)))
    made.store.close()

    def desk(number: int) -> dict[str, int]:
        session, said = _here(made, number), Counter[str]()
        for start in _slots(slots):
            for entry in (1, 2):
                try:
                    made_offer = offer_time(session, OfferTime(entry, Slot(LEE, None, start, 30)))
                    said["offered"] += 1
                    answer_offer(session, AnswerOffer(made_offer.ids[0], "accepted"))
                    said["accepted"] += 1
                except PimError as error:
                    faster = "was faster" in str(error) or "does not wait" in str(error)
                    said["told" if faster or "is busy" in str(error) else str(error)] += 1
        return said

    answers = crowd(processes, desk)
    made.store.connect()
    states = made.store.select("select state, count(*) from waiting_offer group by state")
    return {
        "answers": answers,
        "states": dict(states),
        "booked": made.count(),
        "overlaps": overlaps(made.store),
        "holds": made.count("hold"),
        "broken": broken_line(made.store),
    }


def naive_updates(folder: str, processes: int, edits: int) -> int:
    """The same by reading, changing and writing back: how many marks are lost."""
    file = str(Path(folder) / "updates.db")
    with SqliteDatabase(file, pragmas={"journal_mode": "wal"}) as first:
        first.execute_sql("create table visit (note text)")
        first.execute_sql("insert into visit values ('')")

    def desk(number: int) -> int:
        own = SqliteDatabase(file, timeout=30)
        own.connect()
        for edit in range(edits):
            ((note,),) = own.execute_sql("select note from visit").fetchall()
            os.sched_yield()
            own.execute_sql("update visit set note = ?", (f"{note} {number}.{edit}",))
        return number

    crowd(processes, desk)
    with SqliteDatabase(file) as last:
        return processes * edits - len(last.execute_sql("select note from visit").fetchone()[0].split())


def naive_chain(folder: str, processes: int, lines: int) -> int:
    """A journal without lock and trigger: how many lines follow one that another line follows already."""
    file = str(Path(folder) / "chain.db")
    with SqliteDatabase(file, pragmas={"journal_mode": "wal"}) as first:
        first.execute_sql("create table line (prev integer, own integer primary key)")
        first.execute_sql("insert into line values (0, 1)")

    def desk(number: int) -> int:
        own = SqliteDatabase(file, timeout=30)
        own.connect()
        for _ in range(lines):
            ((last,),) = own.execute_sql("select max(own) from line").fetchall()
            os.sched_yield()
            own.execute_sql("insert into line (prev) values (?)", (last,))
        return number

    crowd(processes, desk)
    with SqliteDatabase(file) as last:
        return int(last.execute_sql("select count(*) - count(distinct prev) from line").fetchone()[0])

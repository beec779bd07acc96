"""The rules in the tables hold by themselves; with the wall taken away, each probe gets through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import BigIntegerField, IntegrityError, Model, SqliteDatabase

from pim_tui.db.connection import Book
from pim_tui.db.dialects import broken_rule
from pim_tui.domain.chain import Line, seal
from pim_tui.errors import Refused
from pim_tui.models import TABLES, Appointment, Customer, Room
from pim_tui.models.base import LineField, WholeField
from pim_tui.queries.checks import CHECKS
from pim_tui.services import audit
from pim_tui.services.audit import Change
from tests.db.walls import checks_of, take_away, take_away_checks, take_away_references
from tests.services.clinic import Practice, at, broken_line, practice

TEN = at("10:00")
HOUR, DAY = 3_600, 86_400
VERSIONED = ("staff", "customer", "note", "appointment_type", "room", "appointment")
KEPT = (*VERSIONED, "clinic", "journal", "journal_values", "journal_head")


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """A small clinic with an appointment, a note and a journal."""
    clinic.book("10:00", 30, room_id=1)
    put(clinic.store, "note", customer_id=1, author_id=1, text="Seen", written_at=TEN, withdrawn=0, version=1)
    return clinic


def put(store: Book, table: str, verb: str = "insert", **row: Any) -> int:
    """Insert by plain SQL, past every model and service."""
    marks = ", ".join("?" * len(row))
    cursor = store.db.execute_sql(
        f"{verb} into {table} ({', '.join(row)}) values ({marks}) returning *", tuple(row.values())
    )
    return int(cursor.fetchone()[0])


def visit(starts: int = TEN, minutes: int = 30, **over: Any) -> dict[str, Any]:
    """The columns of an appointment that is right in itself."""
    ends = starts + minutes * 60
    row = {
        "customer_id": 2, "staff_id": 2, "room_id": None, "type_id": 1, "mode": "in_person",
        "starts_at": starts, "ends_at": ends, "minutes": minutes, "day": "2026-11-23", "wall": "10:00",
        "zone": "Europe/Berlin", "crosses_midnight": 0, "occupied_from": starts, "occupied_to": ends,
        "status": "S", "reason": "", "note": "", "cancel_reason": "", "cancelled_by": "",
        "overbook_reason": "", "created_at": TEN, "created_by_id": 1, "version": 1,
    }  # fmt: skip
    return row | over


def book(store: Book, *when: int, **over: Any) -> int:
    """Insert an appointment by plain SQL."""
    return put(store, "appointment", **visit(*when, **over))


def rule_of(store: Book, sql: str) -> str:
    """The rule that refuses a statement; empty when none does."""
    try:
        store.db.execute_sql(sql)
    except IntegrityError as error:
        found = broken_rule(error)
        return found[0] if found else str(error)
    return ""


# --- kept for ever ---------------------------------------------------------------------------------


@pytest.mark.parametrize("table", KEPT)
def test_what_is_kept_is_never_deleted(clinic: Practice, table: str) -> None:
    assert rule_of(clinic.store, f"delete from {table}") == "A1"
    before = clinic.count(table)
    take_away(clinic.store, f"{table}_stays")
    take_away_references(clinic.store)
    assert rule_of(clinic.store, f"delete from {table}") == ""
    assert before > clinic.count(table) == 0


@pytest.mark.parametrize("key", [{"id": 1, "number": 99}, {"id": 99, "number": 1}])
@pytest.mark.sqlite
def test_replacing_a_row_does_not_get_round_that(clinic: Practice, key: dict[str, int]) -> None:
    names = (
        "prefix first_name middle_name last_name suffix sort_name sex address city region postal_code country"
    )
    row: dict[str, object] = dict.fromkeys(names.split(), "")
    row |= {"version": 1, "created_at": TEN, "active": 1, **key}

    with pytest.raises(IntegrityError, match="PIM A1"):
        put(clinic.store, "customer", "replace", **row)

    take_away_references(clinic.store)
    clinic.store.db.execute_sql("pragma recursive_triggers = 0")
    put(clinic.store, "customer", "replace", **row)
    assert clinic.store.select("select first_name from customer where number = ?", [key["number"]]) == [("",)]


@pytest.mark.parametrize("table", ["journal", "journal_values"])
def test_the_journal_is_never_changed(clinic: Practice, table: str) -> None:
    change = (
        f"update {table} set seq_id = 7" if table == "journal_values" else f"update {table} set reason = 'x'"
    )
    assert rule_of(clinic.store, change) == "A1"
    take_away(clinic.store, f"{table}_fixed")
    take_away_references(clinic.store)
    assert rule_of(clinic.store, change) == ""


def test_the_journal_only_goes_on_where_it_ended(clinic: Practice) -> None:
    with clinic.store.write_tx():
        audit.append(clinic.session, [Change("test", "clinic", 1)])
    (last,) = clinic.store.select("select seq, hash from journal order by seq desc limit 1")
    line: dict[str, Any] = dict.fromkeys(
        ("session", "action", "kind", "reason", "before_hash", "after_hash"), ""
    ) | {"at_ms": 0}

    for seq, prev in (
        (last[0] + 2, last[1]),
        (last[0] + 1, "0"),
        (last[0] + 1, "x"),
        (0, last[1]),
        (-1, last[1]),
    ):
        with pytest.raises(IntegrityError, match="PIM A1"):
            put(clinic.store, "journal", seq=seq, prev=prev, hash=f"{seq}{prev}", **line)
    assert broken_line(clinic.store) is None

    # The row that tells where the journal ends is a second wall.
    for rule in ("journal_chain", "journal_ends"):
        take_away(clinic.store, rule)
    put(clinic.store, "journal", seq=last[0] + 2, prev=last[1], hash="forged", **line)
    assert broken_line(clinic.store) == (last[0] + 1, f"line {last[0] + 1} is missing")


def tell(clinic: Practice) -> tuple[int, str]:
    """A line more; its number and hash."""
    with clinic.store.write_tx():
        audit.append(clinic.session, [Change("test", "clinic", 1)])
    return clinic.store.select("select seq, hash from journal order by seq desc limit 1")[0]  # type: ignore[no-any-return]


def ends(store: Book) -> list[str]:
    """What ``check`` says of the journal's lines."""
    looked = [found for check in CHECKS if check.code in ("C05", "C41") for found in check.look()]
    return [says for _, _, says in looked]


@pytest.mark.parametrize(
    "change",
    [
        "update journal_head set seq = seq - 1",
        "update journal_head set seq = seq + 1",
        "update journal_head set seq = 0, hash = '0'",
        "update journal_head set hash = 'x'",
        "update journal_head set seq = seq - 1, hash = (select prev from journal order by seq desc limit 1)",
        "update journal_head set id = 2",
        "insert into journal_head (id, seq, hash) values (2, 0, '0')",
    ],
)
def test_where_the_journal_ends_moves_on_with_its_lines_alone(clinic: Practice, change: str) -> None:
    last = tell(clinic)
    assert clinic.store.select("select seq, hash from journal_head") == [last]
    assert rule_of(clinic.store, change) == "A1"
    assert clinic.store.select("select seq, hash from journal_head") == [last]
    assert ends(clinic.store) == []


def test_lines_that_were_taken_away_from_the_end_are_missed_whatever_follows(clinic: Practice) -> None:
    before, (seq, _) = tell(clinic), tell(clinic)
    for rule in ("journal_stays", "journal_values_stays"):
        take_away(clinic.store, rule)
    clinic.store.db.execute_sql("delete from journal_values where seq_id = ?", (seq,))
    clinic.store.db.execute_sql("delete from journal where seq = ?", (seq,))
    assert ends(clinic.store) == [f"line {seq} is missing at its end"]

    # Whoever writes it anew does not get it past the table, and what the program writes goes on behind it.
    line = dict.fromkeys(("session", "action", "kind", "reason", "before_hash", "after_hash"), "")
    with pytest.raises(IntegrityError, match="PIM A1"):
        put(clinic.store, "journal", seq=seq, prev=before[1], hash="forged", at_ms=0, **line)
    assert tell(clinic)[0] == seq + 1
    assert ends(clinic.store) == [f"line {seq} is missing"]


def test_without_the_row_that_tells_it_nobody_would_miss_them(clinic: Practice) -> None:
    """The control: where the journal ends is set back with it."""
    before, (seq, _) = tell(clinic), tell(clinic)
    for rule in ("journal_stays", "journal_values_stays", "journal_head_moves_on"):
        take_away(clinic.store, rule)
    clinic.store.db.execute_sql("delete from journal_values where seq_id = ?", (seq,))
    clinic.store.db.execute_sql("delete from journal where seq = ?", (seq,))
    clinic.store.db.execute_sql("update journal_head set seq = ?, hash = ?", before)
    assert ends(clinic.store) == []


def test_where_nobody_knows_how_the_journal_ended_nothing_is_written_and_it_is_said_what_to_do(
    clinic: Practice,
) -> None:
    take_away(clinic.store, "journal_head_stays")
    clinic.store.db.execute_sql("delete from journal_head")
    with pytest.raises(Refused, match="does not continue where it ended") as told:
        clinic.book("14:00", 30)
    assert "pim-tui check" in told.value.hint
    assert clinic.count() == 1
    assert ends(clinic.store) == ["where the journal ends is not told any more"]


def test_a_line_slipped_in_at_the_end_is_found(clinic: Practice) -> None:
    (seq, hash_), line = tell(clinic), Line(0, 0, 1, "x", "export", "customer", None, "", None, "", "")
    line = line._replace(seq=seq + 1)
    for rule in ("journal_ends", "journal_chain"):
        take_away(clinic.store, rule)
    put(clinic.store, "journal", **line._asdict(), prev=hash_, hash=seal(hash_, line))
    assert ends(clinic.store) == [f"line {seq + 1} was slipped in at its end"]


def test_the_first_line_of_a_journal_follows_nothing(tmp_path: Path) -> None:
    made = practice(tmp_path)
    line: dict[str, Any] = dict.fromkeys(
        ("session", "action", "kind", "reason", "before_hash", "after_hash"), ""
    ) | {"at_ms": 0}

    for seq, prev in ((1, "x"), (2, "0")):
        with pytest.raises(IntegrityError, match="PIM A1"):
            put(made.store, "journal", seq=seq, prev=prev, hash="h", **line)
    put(made.store, "journal", seq=1, prev="0", hash="h", **line)
    made.store.close()


@pytest.mark.parametrize("table", VERSIONED)
@pytest.mark.parametrize("step", ["version", "version + 2", "1", "version - 1"])
def test_every_change_of_a_record_raises_its_version_by_one(clinic: Practice, table: str, step: str) -> None:
    assert rule_of(clinic.store, f"update {table} set version = {step}") == "V1"
    assert rule_of(clinic.store, f"update {table} set version = version + 1") == ""
    take_away(clinic.store, f"{table}_version")
    assert rule_of(clinic.store, f"update {table} set version = {step}") == ""


def test_what_others_refer_to_must_exist(clinic: Practice) -> None:
    wrong = (
        {"staff_id": 77},
        {"customer_id": 77},
        {"room_id": 77},
        {"type_id": 77},
        {"created_by_id": 77},
    )
    for number, over in enumerate(wrong):
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            book(clinic.store, TEN + (number + 1) * HOUR, **over)

    take_away_references(clinic.store)
    book(clinic.store, TEN + HOUR, customer_id=77)


# --- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [10.99, "ten", b"10"])
@pytest.mark.sqlite
def test_whole_numbers_stay_whole_in_the_tables(clinic: Practice, value: object) -> None:
    with pytest.raises(IntegrityError, match="cannot store"):
        book(clinic.store, TEN + HOUR, created_at=value)

    clinic.store.db.execute_sql("create table loose (number integer)")
    clinic.store.db.execute_sql("insert into loose values (?)", (value,))
    assert clinic.store.select("select number from loose") == [(value,)]


@pytest.mark.parametrize("value", [10.99, "7", True, None.__class__])
def test_whole_numbers_stay_whole_in_the_models(clinic: Practice, value: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        Room.update(position=value).where(Room.id == 1).execute()
    with pytest.raises(TypeError, match="whole number"):
        list(Room.select().where(Room.position == value))


def test_peewees_own_field_would_round() -> None:
    assert BigIntegerField().db_value(10.99) == 10
    assert isinstance(Room.position, WholeField)


@pytest.mark.sqlite
def test_every_table_is_strict(clinic: Practice) -> None:
    rows = clinic.store.select(
        "select name, strict from pragma_table_list where schema = 'main' and type = 'table'"
    )
    assert {name for name, strict in rows if not strict} <= {"sqlite_schema", "schema_migration"}
    assert {table._meta.table_name for table in TABLES} <= {name for name, strict in rows if strict}


@pytest.mark.parametrize("field", [
    pytest.param(field, id=f"{table.__name__}.{name}")
    for table in TABLES for name, field in table._meta.fields.items() if isinstance(field, LineField)
])  # fmt: skip
def test_no_text_is_longer_than_its_limit(clinic: Practice, field: LineField) -> None:
    table = field.model._meta.table_name
    made = checks_of(clinic.store, table)
    assert f"(length({field.column_name}) <= {field.limit})" in made
    assert len(field.db_value("x" * (field.limit + 10))) <= field.limit


FREED = {"occupied_from": None, "occupied_to": None}
BAD_ROWS: dict[str, dict[str, Any]] = {
    "a second in the start": {"starts_at": TEN + HOUR + 1, "occupied_from": TEN + HOUR + 1,
                              "ends_at": TEN + HOUR + 1801,
                                  "occupied_to": TEN + HOUR + 1801},
    "an end that is not start plus minutes": {"ends_at": TEN + HOUR + 1740},
    "no minutes": {"minutes": 0, "ends_at": TEN + HOUR},
    "an unknown status": {"status": "D"},
    "an unknown mode": {"mode": "fax"},
    "half an interval": {"occupied_to": None},
    "a scheduled one that occupies nothing": {"occupied_from": None, "occupied_to": None},
    "a canceled one that occupies": {"status": "X", "cancel_reason": "ill", "cancelled_by": "clinic"},
    "a canceled one without a reason": {"status": "X", "cancelled_by": "clinic", **FREED},
    "a canceled one without who asked": {"status": "X", "cancel_reason": "ill", **FREED},
    "canceled by nobody known": {"cancelled_by": "aunt"},
    "completed before it started": {"status": "C", "marked_at": TEN + HOUR - 1},
    "completed at no time": {"status": "C"},
    "missed at no time": {"status": "M"},
    "overbooked without a reason": {"overbooked_by_id": 1},
    "occupying from after its start": {"occupied_from": TEN + HOUR + 60},
    "occupying backwards": {"occupied_to": TEN + HOUR},
    "a reason that is too long": {"reason": "x" * 201},
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD_ROWS)
def test_an_appointment_that_contradicts_itself_is_refused(clinic: Practice, fault: str) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        book(clinic.store, TEN + HOUR, **BAD_ROWS[fault])

    take_away_checks(clinic.store)
    book(clinic.store, TEN + HOUR, **BAD_ROWS[fault])


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("clinic", {"id": 2, "name": "Second", "zone": "UTC", "created_at": 0}),
        ("working_hours", {"staff_id": 1, "weekday": 7, "starts": 0, "ends": 60}),
        ("working_hours", {"staff_id": 1, "weekday": 0, "starts": 60, "ends": 60}),
        ("working_hours", {"staff_id": 1, "weekday": 0, "starts": 60, "ends": 1441}),
        ("consent", {"customer_id": 1, "channel": "fax", "answer": "yes", "source": ""}),
        ("consent", {"customer_id": 1, "channel": "sms", "answer": "perhaps", "source": ""}),
    ],
)
def test_other_tables_refuse_what_cannot_be(clinic: Practice, table: str, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        put(clinic.store, table, **row)
    take_away_checks(clinic.store)
    put(clinic.store, table, **row)


# --- no double booking -----------------------------------------------------------------------------

OVERLAPPING = {"same": (0, 30), "inside": (10, 10), "around": (-10, 60), "into": (-15, 30),
               "out of": (15, 30), "a minute": (29, 30), "two days around": (-1440, 2880)}  # fmt: skip
FREE = {
    "before": (-30, 30),
    "after": (30, 30),
    "two days before": (-2880, 2880),
    "two days after": (30, 2880),
}


@pytest.mark.parametrize("shape", OVERLAPPING)
@pytest.mark.parametrize("resource", ["staff", "room"])
def test_one_time_is_booked_once(clinic: Practice, resource: str, shape: str) -> None:
    offset, minutes = OVERLAPPING[shape]
    when = (TEN + offset * 60, minutes)
    over = {"staff_id": 2} if resource == "staff" else {"staff_id": 3, "room_id": 1}

    with pytest.raises(
        IntegrityError, match=f"PIM T7: the {'staff member' if resource == 'staff' else 'room'}"
    ):
        book(clinic.store, *when, **over)

    assert book(clinic.store, *when, staff_id=3, room_id=2)


@pytest.mark.parametrize("resource", ["staff", "room"])
def test_without_the_trigger_one_time_is_booked_twice(clinic: Practice, resource: str) -> None:
    over = {"staff_id": 2} if resource == "staff" else {"staff_id": 3, "room_id": 1}
    take_away(clinic.store, f"appointment_{resource}_free")
    assert book(clinic.store, TEN, **over)


@pytest.mark.parametrize("shape", FREE)
def test_times_that_only_touch_are_both_booked(clinic: Practice, shape: str) -> None:
    offset, minutes = FREE[shape]
    assert book(clinic.store, TEN + offset * 60, minutes, room_id=1)


@pytest.mark.parametrize("hours", [25, 48, 240])
def test_a_stay_of_days_keeps_its_time(clinic: Practice, hours: int) -> None:
    start = TEN + 10 * DAY
    book(clinic.store, start, hours * 60, room_id=2)

    for inside in (start, start + 24 * HOUR + 60, start + hours * HOUR - 1800, start - 600):
        for over in ({"staff_id": 2}, {"staff_id": 3, "room_id": 2}):
            with pytest.raises(IntegrityError, match="PIM T7"):
                book(clinic.store, inside, **over)
    assert book(clinic.store, start + hours * HOUR)
    assert book(clinic.store, start - 1800)


def test_a_visit_over_midnight_keeps_its_time(clinic: Practice) -> None:
    night = at("23:30")
    book(clinic.store, night, 120)

    with pytest.raises(IntegrityError, match="PIM T7"):
        book(clinic.store, night + HOUR, day="2026-11-24")


def test_buffers_belong_to_the_time_taken(clinic: Practice) -> None:
    book(clinic.store, TEN + HOUR, occupied_from=TEN + HOUR - 600, occupied_to=TEN + HOUR + 2700)

    for start in (TEN + HOUR - 1800, TEN + HOUR + 1800):
        with pytest.raises(IntegrityError, match="PIM T7"):
            book(clinic.store, start)
    assert book(clinic.store, TEN + HOUR + 2700)


def test_overbooking_is_a_row_that_says_who_and_why(clinic: Practice) -> None:
    book(clinic.store, TEN, overbooked_by_id=1, overbook_reason="in pain")

    with pytest.raises(IntegrityError, match="PIM T7"):
        book(clinic.store, TEN + 600)


def test_canceled_and_missed_free_what_they_no_longer_take(clinic: Practice) -> None:
    nothing = {"occupied_from": None, "occupied_to": None}
    book(clinic.store, TEN, status="X", cancel_reason="ill", cancelled_by="customer", **nothing)
    missed = {"status": "M", "marked_at": TEN + HOUR + 600, "occupied_to": TEN + HOUR + 600}
    book(clinic.store, TEN + HOUR, **missed)

    with pytest.raises(IntegrityError, match="PIM T7"):
        book(clinic.store, TEN + HOUR + 540)
    assert book(clinic.store, TEN + HOUR + 600)


CHANGES = {
    "moved onto it": "starts_at = starts_at - 1800, ends_at = ends_at - 1800,"
    " occupied_from = occupied_from - 1800, occupied_to = occupied_to - 1800",
    "begun before it ends": "occupied_from = occupied_from - 60",
    "given to who has it": "staff_id = 2, starts_at = starts_at - 1800, ends_at = ends_at - 1800,"
    " occupied_from = occupied_from - 1800, occupied_to = occupied_to - 1800, room_id = 2",
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_takes_a_time_that_is_taken(clinic: Practice, change: str) -> None:
    id_ = book(clinic.store, TEN + 1800)
    sql = f"update appointment set version = version + 1, {CHANGES[change]} where id = {id_}"

    assert rule_of(clinic.store, sql) == "T7"
    take_away(clinic.store, "appointment_staff_still_free")
    assert rule_of(clinic.store, sql) == ""


def test_a_canceled_one_does_not_come_back_onto_a_taken_time(clinic: Practice) -> None:
    gone = {
        "status": "X",
        "cancel_reason": "ill",
        "cancelled_by": "clinic",
        "occupied_from": None,
        "occupied_to": None,
    }
    id_ = book(clinic.store, TEN, **gone)

    back = f"status = 'S', occupied_from = {TEN}, occupied_to = {TEN + 1800}"
    assert rule_of(clinic.store, f"update appointment set version = 2, {back} where id = {id_}") == "T7"


def test_a_room_is_given_to_one(clinic: Practice) -> None:
    id_ = book(clinic.store, TEN, staff_id=3)
    assert rule_of(clinic.store, f"update appointment set version = 2, room_id = 1 where id = {id_}") == "T7"
    assert rule_of(clinic.store, f"update appointment set version = 2, room_id = 2 where id = {id_}") == ""
    assert rule_of(clinic.store, f"update appointment set version = 3, room_id = 1 where id = {id_}") == "T7"


def test_an_overbooking_is_not_made_an_ordinary_booking_on_the_sly(clinic: Practice) -> None:
    id_ = book(clinic.store, TEN, overbooked_by_id=1, overbook_reason="in pain")
    sql = (
        f"update appointment set version = 2, overbooked_by_id = null, overbook_reason = '' where id = {id_}"
    )
    assert rule_of(clinic.store, sql) == "T7"


def test_who_is_overbooked_may_still_be_shortened_and_marked(clinic: Practice) -> None:
    book(clinic.store, TEN + 1200, overbooked_by_id=1, overbook_reason="in pain")
    shorter = f"minutes = 25, ends_at = {TEN + 1500}, occupied_to = {TEN + 1500}"
    marked = f"status = 'C', marked_at = {TEN + 1500}"
    assert (
        rule_of(clinic.store, f"update appointment set version = version + 1, {shorter} where id = 1") == ""
    )
    assert rule_of(clinic.store, f"update appointment set version = version + 1, {marked} where id = 1") == ""


# Starts and lengths in hours over a fortnight: plenty of stays beyond a day.
_STAYS = st.lists(
    st.tuples(st.integers(0, 14 * 24), st.sampled_from((1, 2, 12, 23, 24, 25, 36, 72)),
              st.sampled_from((2, 3)), st.sampled_from((None, 1, 2))),
    max_size=14,
)  # fmt: skip


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """One clinic for many tries, each of which is rolled back."""
    made = practice(tmp_path_factory.mktemp("ground"))
    yield made
    made.store.close()


@given(_STAYS)
@settings(max_examples=60, deadline=None)
def test_the_triggers_refuse_exactly_what_overlaps(
    ground: Practice, stays: list[tuple[int, int, int, Any]]
) -> None:
    kept: list[tuple[int, int, int, Any]] = []
    ground.store.connect()
    with ground.store.db.atomic() as tries:
        for start, hours, staff, room in stays:
            taken = any(
                start < other + long and other < start + hours and (staff == who or (room and room == where))
                for other, long, who, where in kept
            )
            try:
                with ground.store.db.atomic():
                    book(ground.store, TEN + start * HOUR, hours * 60, staff_id=staff, room_id=room)
            except IntegrityError:
                assert taken
            else:
                assert not taken
                kept.append((start, hours, staff, room))
        tries.rollback()


# --- how the program writes ------------------------------------------------------------------------


def test_saving_a_whole_row_without_a_new_version_is_refused(clinic: Practice) -> None:
    row = Customer.get_by_id(1)
    row.first_name = "Janet"
    with pytest.raises(IntegrityError, match="PIM V1"):
        row.save()


def test_two_people_who_edit_one_record_lose_nothing(clinic: Practice) -> None:
    def edit(**fields: object) -> int:
        query = Appointment.update(version=2, **fields)
        return int(query.where(Appointment.id == 1, Appointment.version == 1).execute())

    assert (edit(reason="phone"), edit(note="later")) == (1, 0)
    assert clinic.row(1)["reason"] == "phone"


def test_naive_saving_loses_the_other_persons_edit(tmp_path: Path) -> None:
    database = SqliteDatabase(str(tmp_path / "naive.db"))

    class Person(Model):
        phone = LineField(20)
        note = LineField(20)

        class Meta:
            pass

    with database.bind_ctx([Person]), database:
        database.create_tables([Person])
        Person.create(phone="1", note="old")
        mine, theirs = Person.get_by_id(1), Person.get_by_id(1)
        mine.phone = "2"
        mine.save()
        theirs.note = "new"
        theirs.save()
        assert Person.get_by_id(1).phone == "1"
    database.close()

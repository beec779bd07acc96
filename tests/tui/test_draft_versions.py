"""A draft of a record that somebody changed since is not saved over it unseen: both values are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Input

from pim_tui.db.drafts import OVER, DraftStore
from pim_tui.domain.messages import Words
from pim_tui.domain.payer import CoverageFields, PayerFields
from pim_tui.domain.productfields import ProductFields
from pim_tui.domain.resourcefields import ThingFields, TypeFields
from pim_tui.domain.series import Asked
from pim_tui.domain.stafflist import StaffFields
from pim_tui.domain.visit import Details
from pim_tui.domain.waiting import Wish
from pim_tui.domain.worktime import Absence
from pim_tui.queries.hours import hours_of, special_days
from pim_tui.services.catalogue import AddProduct, add_product
from pim_tui.services.hours import SetWeek, set_week
from pim_tui.services.leave import AddLeave, add_leave
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.payers import AddCoverage, AddPayer, add_coverage, add_payer
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from pim_tui.services.series_making import MakeSeries, make_series
from pim_tui.services.special_days import SetSpecialDays, set_special_days
from pim_tui.services.tax_classes import AddTaxClass, add_tax_class
from pim_tui.services.templates import SaveTemplate, save_template
from pim_tui.services.waiting import AddWaiting, add_waiting
from pim_tui.tui.dialogs.fields import FieldForm
from pim_tui.tui.dialogs.hours import days_over, weeks_over
from pim_tui.tui.screens.reopening import WAYS
from tests.tui.stage import TODAY, ZONE, Stage, at, playing, set_up

MEANWHILE = "was changed by somebody else while you were editing"
WRITTEN = "select count(*) from journal where action <> 'see'"
BEFORE = 99
"""A version that the record is not of."""
WED = date(2026, 11, 25)

Typed = tuple[str, dict[str, str]]
"""What a draft was typed over, and what was typed into it."""


def a_payer(stage: Stage) -> Typed:
    id_ = add_payer(stage.session, AddPayer(PayerFields("North Fund"))).ids[0]
    return str(id_), asdict(PayerFields("South Fund"))


def a_leave(stage: Stage) -> Typed:
    id_ = add_leave(stage.session, AddLeave(2, Absence(WED, date(2026, 11, 27)))).ids[0]
    return str(id_), {"first": "2026-11-25", "last": "2026-11-30", "part": "", "reason": "South"}


def a_week(stage: Stage) -> Typed:
    over = weeks_over(hours_of(2))
    set_week(stage.session, SetWeek(2, date(2026, 12, 7), hours_of(2), (((540, 720),),) * 7))
    return "2", {"mon": "9-17 & 18-19", "since": "25 nov 2026", OVER: over}


def some_days(stage: Stage) -> Typed:
    over = days_over(special_days(None, TODAY))
    set_special_days(stage.session, SetSpecialDays(WED, WED, None, (), "Outing"))
    return "0", {"first": "25 nov 2026", "last": "", "hours": "9-12", "name": "South", OVER: over}


def a_wish(stage: Stage) -> Typed:
    id_ = add_waiting(stage.session, AddWaiting(stage.customers["Jane Doe"], Wish(30))).ids[0]
    return str(id_), {"wishes": "30m", "note": "South"}


def a_template(stage: Stage) -> Typed:
    words = Words("Your visit", "You come on {date}.")
    save_template(stage.session, SaveTemplate("reminder", "email", "en", 0, words, words))
    return "reminder email en", {"subject": "South", "body": "Come on {date}."}


def a_customer(stage: Stage) -> Typed:
    return str(stage.customers["Jane Doe"]), {"first": "South"}


def a_note(stage: Stage) -> Typed:
    customer_id = stage.customers["Jane Doe"]
    id_ = add_note(stage.session, AddNote(customer_id, "North")).ids[0]
    return str(id_), {"customer_id": str(customer_id), "name": "Jane Doe", "text": "South"}


def a_product(stage: Stage) -> Typed:
    id_ = add_product(stage.session, AddProduct(ProductFields("North gauze"))).ids[0]
    return str(id_), asdict(ProductFields("South gauze")) | {"tracked": "no"}


def a_lot(stage: Stage) -> Typed:
    add_product(stage.session, AddProduct(ProductFields("Gauze", tracked=True, lots=True)))
    came = Received(1, 7, "A1", "", date(2027, 5, 31))
    receive_stock(stage.session, ReceiveStock((came,)))
    return "1 1", {"expires_on": "2027-05-31", "note": "South", "reason": "misread"}


def some_of_a_lot(stage: Stage) -> Typed:
    a_lot(stage)
    over = '{"shelf": 9, "quarantine": 0}'
    return "1 1", {"quantity": "2", "place": "shelf", "reason": "South", OVER: over}


def a_tax_class(stage: Stage) -> Typed:
    id_ = add_tax_class(stage.session, AddTaxClass("North tax", "VAT 19%")).ids[0]
    return str(id_), {"name": "South tax", "taxes": "VAT 19%"}


def a_coverage(stage: Stage) -> Typed:
    customer_id, (payer_id, _) = stage.customers["Jane Doe"], a_payer(stage)
    command = AddCoverage(customer_id, int(payer_id), CoverageFields("North", "80"), "dmy")
    id_ = add_coverage(stage.session, command).ids[0]
    return f"{customer_id} agreed {id_}", {"policy": "South", "share": "80", "valid_to": ""}


def a_count(stage: Stage) -> Typed:
    fields = ProductFields("Gauze", tracked=True)
    id_ = add_product(stage.session, AddProduct(fields)).ids[0]
    receive_stock(stage.session, ReceiveStock((Received(id_, 7),)))
    return str(id_), {"lot-1-shelf": "5", "reason": "South", OVER: '{"lot-1-shelf": 9}'}


def a_role(stage: Stage) -> Typed:
    return "1", {"name": "South", "rights": ""}


def a_colleague(stage: Stage) -> Typed:
    return "2", {**asdict(StaffFields("Dr South")), "books": "yes", "active": "yes"}


def a_room(stage: Stage) -> Typed:
    return "1", {**asdict(ThingFields("South room")), "active": "yes"}


def a_thing(stage: Stage) -> Typed:
    from pim_tui.services.resources import AddResource, add_resource

    add_resource(stage.session, AddResource("equipment", ThingFields("Couch")))
    return "1", {**asdict(ThingFields("South couch")), "active": "yes"}


def a_type(stage: Stage) -> Typed:
    return "1", {**asdict(TypeFields("South type", minutes="30")), "usual": "yes", "active": "yes"}


def a_visit(stage: Stage) -> Typed:
    id_ = stage.booked("Jane Doe", "2026-11-24 10:00")
    return str(id_), {
        "customer_id": "1", "customer": "Jane Doe", "day": "24 nov 2026", "time": "10:00", "minutes": "30",
        "type_id": "1", "staff_id": "2", "mode": "in_person", "reason": "South",
    }  # fmt: skip


def a_series(stage: Stage) -> Typed:
    details = Details(stage.customers["Jane Doe"], 2, at("2026-11-24 10:00"), 30, 1)
    make_series(stage.session, MakeSeries(Asked(details, "FREQ=WEEKLY;COUNT=4", ZONE)))
    return "1 all", {
        "staff": "2", "room": "", "type": "1", "day": "Tue 24 Nov 2026", "time": "10:00", "kind": "weeks",
        "every": "1", "on": "tue", "ends": "4 times", "reason": "South", "minutes": "30",
    }  # fmt: skip


TOLD_AT_ONCE: dict[str, Callable[[Stage], Typed]] = {
    "payer": a_payer, "message_template": a_template, "customer": a_customer, "note": a_note,
    "product": a_product, "role": a_role, "staff": a_colleague, "room": a_room, "equipment": a_thing,
    "appointment_type": a_type, "appointment": a_visit, "series": a_series, "lot": a_lot,
    "tax_class": a_tax_class, "coverage": a_coverage,
    **dict.fromkeys(("put_right", "set_aside", "throw_away"), some_of_a_lot),
}  # fmt: skip
TOLD_WHEN_SAVED: dict[str, Callable[[Stage], Typed]] = {
    "leave": a_leave, "working_hours": a_week, "special_hours": some_days, "waiting_entry": a_wish,
    "count": a_count,
}  # fmt: skip
ADDS = {
    "quick": "books a new appointment, against what is there by then",
    "till": "posts a new bill; one that was parked has its version in the basket",
    "bill": "posts a new document about one that never changes, against what is owed by then",
    "money_letter": "sends a new letter, with what is owed by then",
    "message": "sends a new message, with what is known of the visit by then",
    "call": "writes a new call down",
    "delivery": "takes in what came",
    "keyback": "one line, applied to the day as it is by then",
}
"""What changes no record that somebody else may have changed meanwhile."""


def test_of_every_form_that_keeps_drafts_it_is_known_what_it_is_saved_over() -> None:
    over = TOLD_AT_ONCE.keys() | TOLD_WHEN_SAVED.keys()
    assert over | ADDS.keys() == WAYS.keys()
    assert not over & ADDS.keys()


async def test_where_both_wrote_the_same_nothing_is_asked(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    record, _ = a_payer(stage)
    store = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    store.put(1, "payer", record, BEFORE, asdict(PayerFields("North Fund")))
    store.close()
    async with playing(stage) as p:
        await p.press("enter")
        assert MEANWHILE not in " ".join(p.screen.split())
        assert isinstance(p.app.screen, FieldForm)
    stage.book.close()


@pytest.mark.parametrize("form", [*TOLD_AT_ONCE, *TOLD_WHEN_SAVED])
async def test_what_was_changed_meanwhile_is_shown_before_it_is_saved_over(tmp_path: Path, form: str) -> None:
    stage = set_up(tmp_path)
    record, typed = (TOLD_AT_ONCE | TOLD_WHEN_SAVED)[form](stage)
    store = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    store.put(1, form, record, BEFORE, typed)
    store.close()
    written = stage.rows(WRITTEN)
    async with playing(stage) as p:
        await p.press("enter", *(("ctrl+s",) if form in TOLD_WHEN_SAVED else ()))
        assert MEANWHILE in " ".join(p.screen.split())
        assert "South" in p.screen or "18-19" in p.screen
    assert stage.rows(WRITTEN) == written
    stage.book.close()


@pytest.mark.parametrize(("keys", "customer"), [(("left",), "Jane Doe"), ((), "José García")])
async def test_the_name_in_a_form_is_of_whom_the_visit_is_for_whichever_is_kept(
    tmp_path: Path, keys: tuple[str, ...], customer: str
) -> None:
    stage = set_up(tmp_path)
    record, typed = a_visit(stage)
    other = {"customer_id": str(stage.customers["José García"]), "customer": "José García"}
    store = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    store.put(1, "appointment", record, BEFORE, typed | other)
    store.close()
    async with playing(stage) as p:
        await p.press("enter")
        assert "▶Customer yours Jane Doe José García" in " ".join(p.screen.replace("│", " ").split())
        await p.press(*keys, "enter")
        assert p.app.screen.query_one("#customer", Input).value == customer
        await p.press("ctrl+s")
        assert f"Saved: {customer}" in p.screen
    assert stage.rows("select customer_id, reason from appointment") == [(stage.customers[customer], "South")]
    stage.book.close()

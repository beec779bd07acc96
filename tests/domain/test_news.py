"""What another desk did, as the footer says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pim_tui.domain.moments import resolve
from pim_tui.domain.news import JournalLine, News, many, news_of, summed

ZONE = "Europe/Berlin"


def visit(when: str, minutes: int = 30, **more: Any) -> dict[str, Any]:
    """An appointment as the journal keeps it."""
    start = resolve(datetime.fromisoformat(when), ZONE)
    return {"starts_at": start, "ends_at": start + 60 * minutes, "minutes": minutes, "status": "S", **more}


def told(before: dict[str, Any], after: dict[str, Any], **more: Any) -> News:
    given = {"kind": "appointment", "action": "change", "customer": "Jane Doe", **more}
    return news_of(
        JournalLine("Dr Lee", given["action"], given["kind"], 7, before, after, 1, given["customer"]), ZONE
    )


AT = visit("2026-11-23 10:00")


GOODS = {"name": "Gauze", "lot": "A1", "place": "shelf"}


LENT = {"name": "Crutches (K-001)", "quantity": 1}
LOOK = "G in the profile says why"


@pytest.mark.parametrize(
    ("kind", "action", "after", "says"),
    [
        ("loan", "hand back", LENT, "Dr Lee took back 1 Crutches (K-001) of Jane Doe."),
        ("loan", "lose", LENT, "Dr Lee wrote down as lost 1 Crutches (K-001) of Jane Doe."),
        ("loan", "extend time", LENT, "Dr Lee gave Jane Doe more time for Crutches (K-001)."),
        ("series", "book", {}, "Dr Lee made a series for Jane Doe."),
        ("series", "undo", {}, "Dr Lee changed the series of Jane Doe."),
        ("drawer", "open", {"name": "till", "float": 5}, "Dr Lee opened the drawer."),
        ("drawer", "move", {"way": "out", "amount": 5}, "Dr Lee took cash out of the drawer."),
        ("drawer", "count", {"counted": 5, "expected": 6}, "Dr Lee counted the drawer."),
        ("day_close", "close", {"day": "2026-11-23", "number": 7}, "Dr Lee closed 2026-11-23: Z 7."),
        ("product", "create", {"name": "Gauze"}, "Dr Lee added Gauze."),
        ("product", "count", {"name": "Gauze"}, "Dr Lee counted Gauze."),
        ("product", "retire", {"name": "Gauze"}, "Dr Lee took out of use Gauze."),
        ("stock_movement", "receipt", {**GOODS, "quantity": 5}, "Dr Lee received 5 of Gauze."),
        ("stock_movement", "scrap", {**GOODS, "quantity": -2}, "Dr Lee threw away 2 of Gauze."),
        ("stock_movement", "adjust", {**GOODS, "quantity": -2}, "Dr Lee put the stock of Gauze right by -2."),
        ("stock_movement", "count", {**GOODS, "quantity": -2}, ""),
        ("stock_movement", "move", {**GOODS, "quantity": -2}, ""),
        ("stock_movement", "move", {**GOODS, "quantity": 2}, "Dr Lee put 2 of Gauze back on the shelf."),
        ("lot", "change", GOODS, "Dr Lee changed A1 of Gauze."),
        ("outbox", "fail", {"kind": "offer"}, f"Dr Lee could not send the offer to Jane Doe: {LOOK}."),
        ("outbox", "send", {"kind": "invitation"}, ""),
        (
            "inbound_text",
            "arrive",
            {"word": ""},
            "Dr Lee took in a text message from Jane Doe: G in the profile shows it.",
        ),
        ("inbound_text", "arrive", {"word": "stop"}, "Dr Lee took in STOP from Jane Doe: no more SMS."),
        (
            "outbox",
            "fail",
            {"kind": "reminder", "state": "unknown"},
            f"Dr Lee cannot tell whether the reminder went to Jane Doe: {LOOK}.",
        ),
        (
            "service",
            "hold",
            {"name": "Email", "why": "The mail server was not reached."},
            "Dr Lee cannot go on with Email: The mail server was not reached; G in the calendar tells more.",
        ),
        ("payer", "create", {"name": "Fund"}, "Dr Lee added the payer Fund."),
        ("coverage", "end", {"name": "Fund"}, "Dr Lee changed who pays for Jane Doe."),
        ("tax_class", "change", {"name": "Standard"}, "Dr Lee changed the tax class Standard."),
    ],
)
def test_goods_loans_and_cash_are_told_in_their_words(
    kind: str, action: str, after: dict[str, Any], says: str
) -> None:
    assert told({}, after, kind=kind, action=action).says == says


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({}, AT, "Dr Lee booked Jane Doe, Mon 23 Nov 10:00."),
        (AT, visit("2026-11-23 10:30"), "Dr Lee moved Jane Doe to 10:30."),
        (AT, visit("2026-11-30 10:30"), "Dr Lee moved Jane Doe to Mon 30 Nov 10:30."),
        (AT, visit("2026-11-23 10:00", 45), "Dr Lee made Jane Doe 10:00 45 minutes long."),
        (AT, AT | {"status": "X"}, "Dr Lee canceled Jane Doe 10:00."),
        (AT, AT | {"status": "C"}, "Dr Lee marked Jane Doe 10:00 Completed."),
        (AT, AT | {"status": "M"}, "Dr Lee marked Jane Doe 10:00 Missed."),
        (AT | {"status": "X"}, AT, "Dr Lee set Jane Doe 10:00 back to Scheduled."),
        (AT, AT | {"reason": "knee"}, "Dr Lee changed Jane Doe 10:00."),
        ({}, {}, "Dr Lee changed Jane Doe."),
    ],
)
def test_a_change_of_an_appointment_is_told_by_what_it_did(
    before: dict[str, Any], after: dict[str, Any], says: str
) -> None:
    assert told(before, after).says == says


def test_a_moved_appointment_names_the_day_it_left_and_the_day_it_came_to() -> None:
    assert told(AT, visit("2026-11-30 23:45")).days == ("2026-11-23", "2026-11-30", "2026-12-01")


def test_values_that_were_erased_or_are_of_another_kind_name_no_day() -> None:
    assert told({"starts_at": "soon", "ends_at": None}, {}).days == ()
    assert told({}, {"text": "secret"}, kind="note", action="write").says == (
        "Dr Lee wrote a note about Jane Doe."
    )
    assert told({}, {}, kind="customer", action="create").says == "Dr Lee added Jane Doe."
    assert told({}, {"name": "Gel"}, kind="product", action="import").says == "Dr Lee brought in Gel."
    assert told({}, {}, kind="attachment", action="attach").says == "Dr Lee added a file for Jane Doe."
    assert told({}, AT, action="draw").says == ""
    assert told({}, {}, kind="series", action="extend").says == ""


def test_an_import_taken_back_is_told_as_such() -> None:
    assert told(AT, {}, action="take back").says == "Dr Lee took back what was imported: Jane Doe."
    assert told(AT, {}, action="take back", customer="").says == "Dr Lee took back what was imported."


def test_several_become_one_sentence() -> None:
    first, second = told({}, AT), told(AT, AT | {"status": "X"})
    assert summed([first, second]) == "Dr Lee canceled Jane Doe 10:00 (and 1 more)."
    assert summed([first, first]) == first.says
    assert summed([]) == ""
    assert many(("Dr Lee", "Anna Berg")).says == "Many changes by Dr Lee, Anna Berg."


@pytest.mark.parametrize(
    ("action", "after", "says"),
    [
        ("post", {"code": "S-2026-000012"}, "Dr Lee posted S-2026-000012 for Jane Doe."),
        ("pay", {"code": "P-2026-000003"}, "Dr Lee took the payment P-2026-000003 of Jane Doe."),
        (
            "void",
            {"code": "V-2026-000001", "of": "S-2026-000012"},
            "Dr Lee voided S-2026-000012 for Jane Doe.",
        ),
        ("write off", {"of": "S-2026-000012"}, "Dr Lee wrote off a part of S-2026-000012 for Jane Doe."),
        ("settle", {"code": "S-2026-000012"}, "Dr Lee settled S-2026-000012."),
        ("unsettle", {"code": "S-2026-000012"}, "Dr Lee parted a payment from S-2026-000012."),
    ],
)
def test_money_is_told_by_its_number_and_never_by_how_much(
    action: str, after: dict[str, Any], says: str
) -> None:
    assert told({}, {**after, "amount": 8000}, kind="posting", action=action).says == says


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("park", "Dr Lee parked a bill for Jane Doe."),
        ("drop", "Dr Lee dropped a bill for Jane Doe."),
        ("post", ""),
    ],
)
def test_a_parked_bill_is_told_until_it_is_posted(action: str, says: str) -> None:
    assert told({}, {"amount": 1}, kind="draft_bill", action=action).says == says

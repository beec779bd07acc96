"""Every way in which Calendly says no ends as the trouble that it is, in a sentence for the desk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.bookings import Wanted
from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.errors import SettingsError
from pim_tui.integrations.calendly import Calendly
from pim_tui.integrations.calendly_read import event_of, invitee_of, path_of
from tests.peers.calendly import ADDED, BASE, HOME, TOKEN, FakeCalendly
from tests.peers.fakeweb import Asked, Said, Trick, faults

NOW = 1_790_000_000 - 1_790_000_000 % 60
DAY = 86_400
ROWS = (
    {"when": {"http": 401, "title": "Unauthenticated"}, "class": "auth"},
    {"when": {"http": 403, "title": "Permission Denied"}, "class": "config"},
    {"when": {"http": 404}, "class": "gone_ok"},
    {"when": {"http": 400, "title": "Invalid Argument"}, "class": "permanent"},
    {"when": {"http": 409, "title": "Already Exists"}, "class": "permanent"},
    {"when": {"http": 424}, "class": "retry"},
    {"when": {"http": 429, "header": "X-RateLimit-Reset"}, "class": "retry_after"},
    {"when": {"http": "5xx"}, "class": "retry"},
)
"""What is known of its errors; the shared map, where it is at hand, is to say the same."""
TROUBLES = {
    "auth": Trouble.LOGIN, "config": Trouble.PLAN, "permanent": Trouble.CONTENT, "retry": Trouble.BUSY,
    "retry_after": Trouble.LATER,
}  # fmt: skip


@dataclass
class There:
    web: FakeCalendly
    service: Calendly


@pytest.fixture(scope="module")
def opened() -> Iterator[There]:
    """Opening a line takes as long as a test: it is kept."""
    web = FakeCalendly([NOW], {"LEE": "lee@clinic.example"})
    with web.serving() as base, web.soon_given_up():
        made = There(web, Calendly(lambda: TOKEN, lambda: NOW, base))
        yield made
        made.service.close()


@pytest.fixture
def there(opened: There) -> There:
    opened.web.tricks.clear()
    return opened


def said(row: dict[str, Any]) -> Said:
    status = row["when"]["http"]
    headers = {"X-RateLimit-Reset": "42"} if "header" in row["when"] else {}
    body = {"title": row["when"].get("title", ""), "message": "Say it", "details": []}
    return Said(500 if status == "5xx" else status, body, headers)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["when"]["http"]))
def test_every_error_of_the_map_is_its_trouble_in_words_for_the_desk(
    there: There, row: dict[str, Any]
) -> None:
    there.web.tricks.append(Trick(said(row), only="GET /scheduled_events"))
    if row["class"] == "gone_ok":
        assert there.service.event(f"{HOME}/scheduled_events/E1") is None
        return
    with pytest.raises(Undelivered) as raised:
        there.service.events(NOW, NOW + DAY)
    assert raised.value.trouble == TROUBLES[row["class"]]
    assert raised.value.at == (NOW + 42 if row["class"] == "retry_after" else None)
    assert raised.value.says.startswith("Calendly ")
    assert raised.value.says.endswith(".")
    assert not {"http", "40", "50", TOKEN} & set(raised.value.says.casefold().split())


def test_the_map_that_is_shared_says_the_same(shared: Path) -> None:
    rows = json.loads((shared / "specs" / "provider-errors.json").read_text())["calendly"]
    assert [(row["when"], row["class"]) for row in rows] == [(row["when"], row["class"]) for row in ROWS]


EVENT = f"{HOME}/scheduled_events/E1"
BOOK = Wanted(f"{HOME}/event_types/T1", NOW + 3600, "Jane Doe", "jane@mail.example", "Europe/Berlin")
DONE: dict[str, Callable[[There], object]] = {
    "POST /invitees": lambda there: there.service.book(BOOK),
    "POST /cancellation": lambda there: there.service.cancel(EVENT, "why"),
    "POST /invitee_no_shows": lambda there: there.service.mark_no_show(
        f"{HOME}/scheduled_events/E/invitees/I"
    ),
    "DELETE /invitee_no_shows": lambda there: there.service.take_back_no_show(f"{HOME}/invitee_no_shows/N"),
}


UNSURE = [(what, Trick(Said(503))) for what in DONE]
UNSURE += [("POST /invitees", Trick(cut=True)), ("POST /invitees", Trick(hang=True))]


@pytest.mark.parametrize(("what", "trick"), UNSURE)
def test_what_may_have_been_done_is_unsure(there: There, what: str, trick: Trick) -> None:
    there.web.tricks.append(trick)
    with pytest.raises(Undelivered) as raised:
        DONE[what](there)
    assert raised.value.trouble == Trouble.UNSURE


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("POST /cancellation", Said(404, {})),
        ("POST /cancellation", Said(403, {"message": "Event is already canceled"})),
        ("POST /cancellation", Said(400, {"message": "Event is already canceled"})),
        ("POST /invitee_no_shows", Said(404, {})),
        ("DELETE /invitee_no_shows", Said(404, {})),
    ],
)
def test_what_is_so_already_counts_as_done(there: There, what: str, answer: Said) -> None:
    there.web.tricks.append(Trick(answer))
    DONE[what](there)
    method, _, part = what.partition(" ")
    assert there.web.asked[-1].method == method
    assert part in there.web.asked[-1].path
    assert not there.web.tricks, "it was answered so"


@pytest.mark.parametrize(
    ("answer", "trouble", "part"),
    [
        (Said(403, {"message": "no"}), Trouble.PLAN, "paid plan"),
        (Said(400, {"details": [{"parameter": "invitee.email", "message": "x"}]}), Trouble.CONTENT, "email"),
        (Said(404, {}), Trouble.CONTENT, "kind of event"),
        (Said(201, {"resource": {}}), Trouble.UNSURE, "did not say"),
        (Said(302, {}), Trouble.SETTINGS, "calendly_url"),
    ],
)
def test_a_booking_that_is_refused_says_what_is_missing(
    there: There, answer: Said, trouble: Trouble, part: str
) -> None:
    there.web.tricks.append(Trick(answer))
    with pytest.raises(Undelivered, match=part) as raised:
        there.service.book(BOOK)
    assert raised.value.trouble == trouble


@pytest.mark.parametrize("reset", ["", "soon", "-5", "9" * 30])
def test_a_wait_that_is_no_number_is_a_minute(there: There, reset: str) -> None:
    there.web.tricks.append(Trick(Said(429, {}, {"X-RateLimit-Reset": reset})))
    with pytest.raises(Undelivered) as raised:
        there.service.offerings()
    assert raised.value.at == NOW + 60


def test_a_list_without_sense_or_end_is_not_believed(there: There) -> None:
    there.service.offerings()
    there.web.tricks.append(Trick(Said(200, b"<html>"), only="GET /scheduled_events"))
    with pytest.raises(Undelivered, match="makes no sense"):
        there.service.events(NOW, NOW + DAY)


def test_a_secret_that_is_missing_names_its_setting() -> None:
    def none() -> str:
        raise SettingsError("The variable X is not set.")

    with pytest.raises(Undelivered, match="calendly_token: The variable X is not set") as raised:
        Calendly(none, lambda: NOW, "http://127.0.0.1:9").offerings()
    assert raised.value.trouble == Trouble.SETTINGS


def test_keys_and_times_that_are_none_lead_nowhere(there: There) -> None:
    assert (
        path_of("https://api.calendly.com/scheduled_events/E1/invitees/I1")
        == "/scheduled_events/E1/invitees/I1"
    )
    for odd in (
        "",
        "ftp://x/y/z",
        "https://evil/../../users/me",
        "https://x/scheduled_events/E1?a=b",
        "x" * 500,
    ):
        assert path_of(odd) == ""
    times = {"uri": f"{HOME}/scheduled_events/E", "start_time": "2026-11-27T09:30:20Z"}
    assert event_of({**times, "end_time": "2026-11-27T09:00:00Z"}) is None
    assert event_of({**times, "end_time": "9999-11-27T09:00:00Z"}) is None
    event = event_of({**times, "end_time": "2026-11-27T10:00:00Z", "location": 3, "event_memberships": "x"})
    assert event is not None
    assert (event.starts_at % 60, event.minutes, event.hosts) == (0, 30, ())
    assert invitee_of({"uri": f"{HOME}/scheduled_events/E/invitees/I", "event": 7}) is None
    with pytest.raises(Undelivered, match="address that is none"):
        there.service.invitees("https://evil")


@pytest.mark.walk
def test_the_fake_refuses_what_the_description_does_not_name(shared: Path) -> None:
    base, added = shared / "specs" / BASE, shared / "specs" / ADDED
    wrong = Asked("GET", "/scheduled_events", {"status": "active", "sort_by": "x"}, {}, b"")
    assert faults(base, "", wrong) == ["GET /scheduled_events: ?sort_by is not named"]
    body = {"reason": "x", "because": "y"}
    canceled = Asked("POST", "/scheduled_events/E/cancellation", {}, {}, json.dumps(body).encode())
    assert faults(base, "", canceled) == ["POST /scheduled_events/E/cancellation: because is not named"]
    who = {"email": "j@mail.example", "timezone": "Europe/Berlin", "name": "J", "phone": "1"}
    asked = {"event_type": BOOK.offering, "start_time": "2026-11-27T09:30:00Z", "invitee": who}
    assert faults(added, "", Asked("POST", "/invitees", {}, {}, json.dumps(asked).encode()))

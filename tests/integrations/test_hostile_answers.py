"""Answers that no service would give: read as far as they make sense, or told as a trouble in a sentence."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from itertools import islice
from random import Random
from typing import Any

import pytest

from pim_tui.domain.bookings import Wanted
from pim_tui.domain.delivery import Undelivered
from pim_tui.domain.meetings import Pass, Wish
from pim_tui.domain.texts import Search, Text
from pim_tui.integrations.calendly import Calendly
from pim_tui.integrations.sms.gateway import Gateway, Shape
from pim_tui.integrations.sms.twilio import Twilio
from pim_tui.integrations.sms.vonage import Vonage
from pim_tui.integrations.web import LARGEST, Answer, Web
from pim_tui.integrations.zoom import SignIn, Zoom
from tests.peers.fakeweb import Asked, FakeWeb, Said

NOW = 1_795_422_060
NONSENSE: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, float("inf"), float("nan"), "", "\ud800", "\x00\x1b[2J", "9" * 5000, "²",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "Mon, 01 Jan 0001 00:00:00 +0000",
    "https://evil.example/x", "//evil", "http://[::1", [], {}, [None], [[]], ["x"], {"href": 3},
)  # fmt: skip
BODIES = (b"", b"[", b"\xff\xfe", b"[" * 100_000, b'"\\ud800"', b"null")
STATUSES = (200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503)
WAITS = ("", "5", "9" * 5000, "-3", "Fri, 31 Dec 9999 23:59:59 GMT", "²", "9999-12-31T23:59:59")


class Babbler:
    """A line to a service that answers ``sense`` with some of it replaced by nonsense."""

    name = base = "https://service.example"

    def __init__(self, seed: int, sense: Any) -> None:
        self._draw, self._sense = Random(seed), sense

    def ask(self, *_: Any, **__: Any) -> Answer:
        draw = self._draw
        body = json.dumps(self._mixed(self._sense, draw.choice((0.02, 0.1, 0.3)))).encode()
        body = draw.choice(BODIES) if draw.random() < 0.05 else body
        waits = {"retry-after": draw.choice(WAITS), "x-ratelimit-reset": draw.choice(WAITS)}
        return Answer(draw.choice(STATUSES), waits, body)

    def close(self) -> None:
        """There is no line."""

    def _mixed(self, value: Any, share: float) -> Any:
        if self._draw.random() < share:
            return self._draw.choice(NONSENSE)
        if isinstance(value, dict):
            return {name: self._mixed(one, share) for name, one in value.items()}
        return [self._mixed(one, share) for one in value] if isinstance(value, list) else value


class Passes:
    """Always the same pass."""

    def current(self) -> Pass:
        return Pass("token", "")

    def renewed(self, refused: Pass) -> Pass:
        return Pass("token", "")


DATE, WHEN = "Wed, 25 Nov 2026 12:00:00 +0000", "2026-11-27T10:00:00Z"
AT = "https://api.calendly.com"
TWILIO = {
    "sid": "SM1", "code": 21610, "message": "m", "status": "failed", "error_code": 30007,
    "next_page_uri": "/n",
    "messages": [
        {"sid": "SM1", "from": "+49151", "body": "hi", "direction": "inbound", "date_sent": DATE},
        {"sid": "SM2", "direction": "outbound-api", "body": "hi", "date_created": DATE},
    ],
}  # fmt: skip
VONAGE = {
    "messages": [{"status": "0", "message-id": "m1", "error-text": "e"}], "title": "t",
    "records": [{"message_id": "m", "client_ref": "ref", "status": "failed", "date_received": WHEN}],
    "_links": {"next": {"href": "https://service.example/n"}},
}  # fmt: skip
ZOOM = {
    "id": 123, "join_url": "https://zoom.us/j/1", "start_url": "https://zoom.us/s/1", "start_time": WHEN,
    "duration": 30, "code": 124, "message": "m", "meetings": [{"id": 5, "agenda": "REF x"}],
    "next_page_token": "t", "access_token": "T", "expires_in": 3600, "api_url": "https://api.zoom.us",
}  # fmt: skip
EVENT = {
    "uri": f"{AT}/scheduled_events/A", "event": f"{AT}/scheduled_events/A", "name": "Visit",
    "email": "a@x.example",
    "start_time": WHEN, "end_time": "2026-11-27T10:30:00Z", "status": "active", "updated_at": WHEN,
    "location": {"type": "zoom", "join_url": "https://zoom.us/j/1"}, "active": True, "duration": 30,
    "invitees_counter": {"active": 1, "total": 1}, "event_memberships": [{"user": f"{AT}/users/B"}],
    "questions_and_answers": [{"question": "q", "answer": "a"}], "profile": {"owner": f"{AT}/users/B"},
    "no_show": {"uri": f"{AT}/invitee_no_shows/N"}, "cancel_url": "https://calendly.com/c",
    "current_organization": f"{AT}/organizations/O", "user": {"uri": f"{AT}/users/B", "email": "b@x.example"},
}  # fmt: skip
CALENDLY = {
    "resource": EVENT,
    "collection": [EVENT, EVENT],
    "message": "past",
    "details": [{"parameter": "p"}],
}
TEXT = Text("+4915112345678", "hi", "ref", 100)
SEARCH = Search(TEXT, NOW - 100, lambda key: False)
GIVEN = {"topic": "t", "starts_at": NOW + 100, "minutes": 30, "zone": "UTC", "reference": "REF"}
WISH = Wish(**{one.name: GIVEN.get(one.name, "x") for one in fields(Wish)})


def texters(seed: int) -> Iterable[Callable[[], Any]]:
    """Everything that the services of text messages are asked."""
    twilio = Twilio(Babbler(seed, TWILIO), "AC", "u", lambda: "p", "+1", lambda: NOW)  # type: ignore[arg-type]
    reports: Any = Babbler(seed + 1, VONAGE)
    vonage = Vonage(Babbler(seed, VONAGE), reports, "k", lambda: "p", "+1", lambda: NOW)  # type: ignore[arg-type]
    for one in (twilio, vonage):
        yield from (
            lambda one=one: one.send(TEXT),
            lambda one=one: one.find(SEARCH),
            lambda one=one: one.status("m1 m2"),
            lambda one=one: one.inbound(NOW - 100),
        )
    yield lambda: gateway(Babbler(seed, {"data": [{"id": "7"}], "message": "x"})).send(TEXT)


def gateway(line: Any) -> Gateway:
    return Gateway(
        line, Shape("/x", {"to": "{to}"}, pointer="/data/0/id"), "+1", lambda: "canary", lambda: NOW
    )


def rooms(seed: int) -> Iterable[Callable[[], Any]]:
    """Everything that Zoom is asked."""
    line: Any = Babbler(seed, ZOOM)
    zoom = Zoom(Passes(), lambda: NOW, lambda base: line)
    yield lambda: zoom.make(WISH)
    yield lambda: zoom.change("1", WISH)
    yield lambda: zoom.remove("1")
    yield lambda: zoom.find("me", "REF", NOW + 100)
    yield lambda: zoom.start_link("1")
    yield SignIn("a", "c", lambda: "p", lambda: NOW, line)


def bookings(seed: int) -> Iterable[Callable[[], Any]]:
    """Everything that Calendly is asked."""
    made = Calendly(lambda: "t", lambda: NOW)
    made._web = Babbler(seed, CALENDLY)  # type: ignore[assignment]
    made._organization = f"{AT}/organizations/O" if seed % 4 else ""
    event, invitee = f"{AT}/scheduled_events/A", f"{AT}/scheduled_events/A/invitees/I"
    yield lambda: [made.with_hosts(one) for one in made.events(NOW, NOW + 86_400)]
    yield lambda: made.invitees(event)
    yield lambda: made.invitee(invitee)
    yield made.offerings
    yield lambda: made.free("x", NOW, NOW + 86_400)
    yield lambda: made.booked("a@x.example", 1_795_773_600)
    yield lambda: made.cancel(event, "r")
    yield lambda: made.mark_no_show("x")
    yield lambda: made.book(Wanted("o", NOW, "n", "a@x.example", "UTC"))


@pytest.mark.parametrize("asked", [texters, rooms, bookings])
def test_no_answer_ends_a_worker(asked: Callable[[int], Iterable[Callable[[], Any]]]) -> None:
    for seed in range(60):
        for act in asked(seed):
            try:
                found = act()
                said = list(islice(found, 200)) if hasattr(found, "__next__") else found
            except Undelivered as undelivered:
                said = undelivered.says
                assert said
            if isinstance(said, str):
                said.encode()


class Packer(FakeWeb):
    """Answers with ``body`` packed as it is asked for in the path, so many times."""

    body = b'{"id": 1}'

    def do(self, asked: Asked) -> Said:
        packings, body = asked.path.strip("/").split("-"), self.body
        for packing in filter(None, packings):
            body = zlib.compress(body, 9, wbits=31 if packing == "gzip" else 15)
        return Said(200, body, {"Content-Encoding": ", ".join(packings)})


def asked_once(base: str, method: str, path: str) -> Answer:
    web = Web("The service", base)
    try:
        return web.ask(method, path)
    finally:
        web.close()


@pytest.mark.parametrize("packed", ["", "gzip", "deflate"])
def test_a_packed_answer_is_read(packed: str) -> None:
    with Packer().serving() as base:
        assert asked_once(base, "GET", f"/{packed}").json() == {"id": 1}


@pytest.mark.parametrize("said", ["utf8", "none", "identity"])
def test_what_is_no_packing_is_not_unpacked(said: str) -> None:
    class Misnaming(FakeWeb):
        def do(self, asked: Asked) -> Said:
            return Said(200, {"id": 1}, {"Content-Encoding": said})

    with Misnaming().serving() as base:
        assert asked_once(base, "POST", "/").json() == {"id": 1}


@pytest.mark.parametrize("packed", ["gzip", "gzip-gzip", "br", "gzip-gzip-gzip"])
def test_what_is_packed_to_burst_takes_no_room(packed: str) -> None:
    fake = Packer()
    fake.body = bytes(8 * LARGEST)
    with fake.serving() as base:
        web = Web("The service", base)
        tracemalloc.start()
        with pytest.raises(Undelivered):
            web.ask("GET", f"/{packed}")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        web.close()
    assert most < 5 * LARGEST


@pytest.mark.parametrize("said", [{"message": "no such key: canary"}, {"error": {"sent": ["canary"]}}])
def test_a_gateway_that_repeats_the_secret_is_not_quoted(said: Mapping[str, Any]) -> None:
    class Echo(Babbler):
        def ask(self, *_: Any, **__: Any) -> Answer:
            return Answer(400, {}, json.dumps(said).encode())

    with pytest.raises(Undelivered, match="does not take this text") as refused:
        gateway(Echo(1, {})).send(TEXT)
    assert "canary" not in str(refused.value)

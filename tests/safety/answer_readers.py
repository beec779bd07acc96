"""What the fuzzers feed, third part: answers of services, settings, and what the program once wrote."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import fields
from itertools import islice
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pim_tui import config, settingchecks
from pim_tui.domain.basket import Basket, faults, from_json, to_json
from pim_tui.domain.bookings import Wanted
from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.domain.meetings import Pass, Wish
from pim_tui.domain.texts import Search, Text, word_of
from pim_tui.errors import Invalid, SettingsError
from pim_tui.integrations import printqueue, uploadpage
from pim_tui.integrations.caldav import Calendar
from pim_tui.integrations.calendly import Calendly
from pim_tui.integrations.multistatus import LONGEST_HREF, Unreadable, href_in, member, names, read
from pim_tui.integrations.sms.gammu import written
from pim_tui.integrations.sms.gateway import Gateway, Shape
from pim_tui.integrations.sms.twilio import Twilio
from pim_tui.integrations.sms.vonage import Vonage
from pim_tui.integrations.web import Answer
from pim_tui.integrations.zoom import SignIn, Zoom
from tests.safety.reader import Reader

NOW = 1_795_422_060
STATUSES = (200, 201, 204, 207, 301, 400, 401, 403, 404, 409, 412, 418, 422, 424, 429, 500, 503, 507)
PAGES = 6
"""Answers after which the line drops: how long a list may be is tested elsewhere."""
HTTP = "https://service.example"


class Line:
    """A line to a service that answers with the parts of ``data``, one after the other and from the front
    again: a letter for the status, a line for the headers, and a body.
    """

    name, base = "The service", HTTP

    def __init__(self, data: bytes) -> None:
        self._parts = data.split(b"\0") or [b""]
        self._asked = 0

    def ask(self, *_: Any, **__: Any) -> Answer:
        part = self._parts[self._asked % len(self._parts)]
        self._asked += 1
        if self._asked > PAGES:
            raise Undelivered(Trouble.LINE, "The line has dropped.")
        header, _end, body = part[1:].partition(b"\n")
        told = header.decode("latin-1")
        known = ("retry-after", "x-ratelimit-reset", "etag", "location", "dav")
        return Answer(STATUSES[(part[:1] or b"A")[0] % len(STATUSES)], dict.fromkeys(known, told), body)

    def close(self) -> None:
        """There is no line."""


class Passes:
    """Always the same pass."""

    def current(self) -> Pass:
        return Pass("token", "")

    def renewed(self, refused: Pass) -> Pass:
        return Pass("token", "")


def ask_all(questions: Iterable[Callable[[], Any]]) -> None:
    """Ask each: it answers with values of the program's, or tells a trouble in a sentence."""
    for question in questions:
        try:
            answered = question()
            if isinstance(answered, Iterator):
                answered = list(islice(answered, 2_000))
        except Undelivered as trouble:
            answered = trouble.says, trouble.at
        _storable(answered)


def _storable(value: Any) -> None:
    """What comes of an answer is written into the book: text in UTF-8, numbers of 64 bits."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, int):
        assert abs(value) < 1 << 63, value
    elif isinstance(value, (list, tuple, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            _storable(one)
    elif hasattr(value, "__dataclass_fields__"):
        for one in fields(value):
            _storable(getattr(value, one.name))


def read_zoom(data: bytes) -> None:
    """Everything that is asked of Zoom."""
    wish = Wish("anna@clinic.example", "Visit", NOW + 3600, 30, "Europe/Berlin", "[pim-tui x 1]")

    def zoom() -> Zoom:
        return Zoom(Passes(), lambda: NOW, lambda _: cast(Any, Line(data)))

    ask_all((
        lambda: zoom().make(wish), lambda: zoom().change("7", wish), lambda: zoom().remove("7"),
        lambda: zoom().find(wish.host, wish.reference, wish.starts_at), lambda: zoom().start_link("7"),
        lambda: SignIn("a", "c", lambda: "s", lambda: NOW, cast(Any, Line(data)))(),
    ))  # fmt: skip


def read_calendly(data: bytes) -> None:
    """Everything that is asked of Calendly."""
    at = "https://api.calendly.com"
    event, host = f"{at}/scheduled_events/E1", f"{at}/event_types/T1"

    def calendly() -> Calendly:
        made = Calendly(lambda: "token", lambda: NOW)
        made._web = cast(Any, Line(data))
        return made

    def with_hosts() -> Any:
        service = calendly()
        return [service.with_hosts(one) for one in service.events(NOW, NOW + 86_400)]

    wanted = Wanted(host, NOW + 3600, "Jane Doe", "jane@example.org", "Europe/Berlin")
    ask_all((
        with_hosts, lambda: calendly().event(event), lambda: calendly().invitees(event),
        lambda: calendly().offerings(), lambda: calendly().free(host, NOW, NOW + 86_400),
        lambda: calendly().booked("jane@example.org", NOW), lambda: calendly().cancel(event, "ill"),
        lambda: calendly().mark_no_show(f"{event}/invitees/I1"), lambda: calendly().book(wanted),
        lambda: calendly().take_back_no_show(f"{at}/invitee_no_shows/N1"),
    ))  # fmt: skip


def read_texts(data: bytes) -> None:
    """Answers of the services that send text messages, and the texts that came in through them."""
    text = Text("+4915112345678", "See you tomorrow", "ref-1", 3600)
    search = Search(text, NOW - 60, lambda _: False)
    shape = Shape("/send", {"to": "{to}", "text": "{text}"}, pointer="/messages/0/id")

    def twilio() -> Twilio:
        return Twilio(cast(Any, Line(data)), "AC1", "SK1", lambda: "s", "+4930123456", lambda: NOW)

    def vonage() -> Vonage:
        line = cast(Any, Line(data))
        return Vonage(line, line, "key", lambda: "s", "+4930123456", lambda: NOW)

    services: tuple[Callable[[], Any], ...] = (
        twilio,
        vonage,
        lambda: Gateway(cast(Any, Line(data)), shape, "clinic", lambda: "s", lambda: NOW),
    )
    for service in services:
        ask_all(_asked_of(service, text, search))
    word_of(written(data))


def _asked_of(service: Callable[[], Any], text: Text, search: Search) -> tuple[Callable[[], Any], ...]:
    return (
        lambda: service().send(text),
        lambda: service().find(search),
        lambda: service().status("SM1"),
        lambda: service().inbound(NOW - 86_400),
    )


def read_caldav(data: bytes) -> None:
    """Everything that is asked of a calendar server, and the bare documents it answers with."""
    address, href = f"{HTTP}/anna/calendar/".replace("//", "//anna@", 1), "/anna/calendar/1.ics"

    def calendar() -> Calendar:
        made = Calendar("Anna", address, clock=lambda: NOW)
        made._line._web = cast(Any, Line(data))
        return made

    ask_all((
        lambda: calendar().offers(), lambda: calendar().standing(), lambda: calendar().listing(NOW, NOW + 9),
        lambda: calendar().fetched([href, "/anna/calendar/2.ics"]), lambda: calendar().get(href),
        lambda: calendar().put(href, b"x", None), lambda: calendar().put(href, b"x", '"e"'),
        lambda: calendar().where("uid"), lambda: calendar().delete(href, '"e"'), lambda: changes(calendar()),
    ))  # fmt: skip
    names(data, "{DAV:}valid-sync-token")
    href_in(data, "{DAV:}no-uid-conflict")
    try:
        found = read(data)
    except Unreadable:
        return
    for one in found.responses:
        inside = member(one.href, HTTP, "/anna/calendar/")
        assert len(inside) <= LONGEST_HREF, one
        assert not inside or (inside.startswith("/anna/calendar/") and inside.isascii()), one
        assert one.etag.isascii(), one


def changes(calendar: Calendar) -> Any:
    """What has changed; nothing where the server does not know the token any more."""
    from pim_tui.domain.calendars import TokenVoid

    try:
        return calendar.changes("token")
    except TokenVoid:
        return None


def read_printers(data: bytes) -> None:
    """What CUPS says of its queues and jobs."""
    said = data.decode("utf-8", "replace")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(printqueue, "_ask", lambda *_: (0, said))
        printqueue.queues()
        printqueue.queue_states()
        told = printqueue.job_state("laser-7")
    assert len(told.why) < 10_000, told


def read_settings(data: bytes) -> None:
    """A settings file, and each of its lines as a variable; whatever is taken can be used."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        file = Path(folder) / "settings.toml"
        file.write_bytes(data)
        for place, env in ((file, {}), (Path(folder) / "none", _variables(data))):
            with suppress(SettingsError):
                _use(config.load(place, env))


def _variables(data: bytes) -> dict[str, str]:
    """``name = value`` in each line, as the variables of a process."""
    pairs = (line.partition("=") for line in data.decode("utf-8", "replace").splitlines())
    return {f"PIM_{name.strip().upper()}": value.strip() for name, equals, value in pairs if equals}


def _use(settings: config.Settings) -> None:
    assert 0 <= settings.opens_at < settings.closes_at <= 24 * 60, settings
    assert len(settings.quiet_hours) == 2
    assert settings.zone_name
    assert settingchecks.read_windows(settings.reminders) is not None, settings
    assert settingchecks.read_success(settings.sms_success) is not None, settings
    config.references(settings)
    settingchecks.read_address(settings.upload_address)
    assert all(map(settingchecks.read_calendar, settings.caldav.values())), settings


def read_parked(data: bytes) -> None:
    """A parked basket, as a later version reads it; whatever is taken can be written and read again."""
    try:
        basket: Basket = from_json(data.decode("utf-8", "replace"))
    except Invalid:
        return
    assert all(one.message for one in faults(basket)), basket
    assert from_json(to_json(basket)) == basket, basket


def read_upload(data: bytes) -> None:
    """A request to the page for telephones, byte by byte as it comes over the line."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        # A line holds some hundred kilobytes: what is longer is sent while it is read.
        sender = Thread(target=_send, args=(theirs, data.replace(b"SECRET", b"s" * 22)), daemon=True)
        sender.start()
        at = uploadpage.Listening("127.0.0.1", 0, most=1 << 20)
        door = SimpleNamespace(is_open=lambda secret: True, take=_look_at)
        server = SimpleNamespace(at=at, door=door, secured=None, pace=uploadpage._Pace(1_000_000))
        try:
            uploadpage._Request(ours, ("127.0.0.1", 1), cast(Any, server), time.monotonic() + 5)
        except (OSError, ValueError):
            pass  # as the server has it: hung up, or nonsense
        finally:
            ours.shutdown(socket.SHUT_RDWR)
            sender.join()


def _send(line: socket.socket, data: bytes) -> None:
    with suppress(OSError):  # hung up
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)


def _look_at(secret: str, picture: bytes) -> None:
    from pim_tui.domain.filekinds import picture_kind_of

    assert secret == "s" * 22, secret
    picture_kind_of(picture)


JSON = (
    "{", "}", "[", "]", '"', ":", ",", "null", "true", "-1", "1e999", "9" * 30, '"\\ud800"', "\0", "\n", "A",
    "2026-11-27T10:00:00Z", "0001-01-01T00:00:00+23:59", "Fri, 31 Dec 9999 23:59:59 GMT", "B", "5",
)  # fmt: skip
"""What answers in JSON are made of, and what parts them here."""
ZOOM = (
    'A\n{"id":7,"join_url":"https://zoom.us/j/7","start_url":"https://zoom.us/s/7","duration":30,'
    '"start_time":"2026-11-27T10:00:00Z","password":"x","agenda":"[pim-tui x 1]","code":3001,"message":"m",'
    '"meetings":[{"id":7,"agenda":"[pim-tui x 1]"}],"next_page_token":"n","access_token":"t","expires_in":9,'
    '"api_url":"https://api.zoom.us"}',
)  # fmt: skip
CALENDLY = (
    'A\n{"resource":{"uri":"https://api.calendly.com/scheduled_events/E1","current_organization":'
    '"https://api.calendly.com/organizations/O1","start_time":"2026-11-27T10:00:00Z","end_time":'
    '"2026-11-27T10:30:00Z"},"collection":[{"uri":"https://api.calendly.com/scheduled_events/E1/invitees/I1",'
    '"event":"https://api.calendly.com/scheduled_events/E1","name":"x","location":{"type":"zoom","join_url":'
    '"https://zoom.us/j/1"},"invitees_counter":{"active":1,"total":1},"event_memberships":[{"user_email":'
    '"a@b"}],"questions_and_answers":[{"question":"q","answer":"a"}],"cancellation":{"reason":"r"},'
    '"duration":30,"active":true,"user":{"uri":"https://api.calendly.com/users/U1","email":"a@b"}}],'
    '"pagination":{"next_page_token":"n"},"message":"m","details":[{"parameter":"p"}]}',
)  # fmt: skip
SMS = (
    'A\n{"sid":"SM1","code":21610,"status":"failed","error_code":30007,"next_page_uri":"/n","messages":'
    '[{"sid":"SM1","from":"+49151","body":"See you tomorrow","direction":"inbound","status":"0","message-id":'
    '"m","id":"1","date_sent":"Wed, 25 Nov 2026 12:00:00 +0000","date_created":"Wed, 25 Nov 2026"}],'
    '"records":[{"message_id":"m","from":"49151","message_body":"STOP","status":"failed","error_code":"4",'
    '"date_received":"2026-11-27T10:00:00Z","client_ref":"ref-1"}],"_links":{"next":{"href":"/n"}}}',
    "[SMSBackup000]\n", "Text00 = 00480069\r\n", "Text01 = D83D", "\ufeff",
)  # fmt: skip
DAV = (
    'D\n<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response>'
    '<href>/anna/calendar/1.ics</href><propstat><prop><getetag>"e"</getetag>'
    "<C:calendar-data>BEGIN:VCALENDAR</C:calendar-data><resourcetype><collection/><C:calendar/>"
    "</resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response>"
    "<sync-token>t</sync-token></multistatus>",
    "<status>HTTP/1.1 404 Not Found</status>", "<!DOCTYPE x>", "<!ENTITY a 'b'>", "&a;", "&#x0;", "]]>",
    "<![CDATA[", "<?xml version='1.0' encoding='utf-7'?>", "<C:no-uid-conflict><href>/x</href>", "%2e%2e/",
    "//evil/", "calendar-access", "\0", "D\n", "A\n", "K\n",
)  # fmt: skip
CUPS = (
    "laser-7  anna  1024  Fri 27 Nov 2026\n", "\tStatus: printer failed\n", "\tAlerts: job-canceled\n",
    "printer laser is idle.  enabled since Fri\n", "printer laser disabled since Fri -\n", "\tout of paper\n",
)  # fmt: skip
UPLOAD = (
    "GET /SECRET HTTP/1.1\r\n\r\n",
    "POST /SECRET HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 77\r\n\r\n"
    '--b\r\nContent-Disposition: form-data; name="picture"\r\n\r\n\u0089PNG\r\n--b--\r\n',
    "Transfer-Encoding: chunked\r\n", "X-Forwarded-For: 1.2.3.4\r\n", "Expect: 100-continue\r\n", "HEAD ",
    "PUT ", "HTTP/0.9", "HTTP/2.0", "\r\n\r\n", "--b", "Content-Length: -1", "9" * 20, "\0",
)  # fmt: skip
SETTINGS = tuple(
    word
    for one in fields(config.Settings)
    for word in (f"{one.name} = ", f"[{one.name}]\n")
    if word[0] != "[" or one.name in ("keys", "printers", "caldav", "sms_fields", "sms_headers")
)
VALUES = (
    '"', "'", '"""', "\n", "=", "[", "]", "{", "}", "true", "-1", "1e9", "0x7f", "1979-05-27", "08:30",
    "²:00", "48h, 7d", "200 /a", "https://", "http://localhost", "[::1", "env:X", "file:/x", "cups:q",
    "socket:h:1", "Europe/Berlin", "{to}", "{secret}", "twilio", "gateway", "zoom", "dmy", "yes",
    "\\u0000", "USD",
)  # fmt: skip
BASKET = (
    '{"kind":"sale","lines":[{"description":"x","quantity":2,"unit_price":500,"taxes":{"id":1,"name":"VAT",'
    '"taxes":[{"name":"VAT","rate":19000,"kind":"percent"}]},"discount":{"percent":5000},"payer":'
    '{"amount":5},"due_on":"2026-12-01"}],"payer_id":1,"note":"n","customer_id":3}',
    '"list_price":', '"lot_id":', '"directions":', '"in_next_base":true', '"2026-02-30"',
    "9223372036854775808",
)  # fmt: skip

ANSWERS: dict[str, Reader] = {
    "zoom": Reader(read_zoom, words=(*ZOOM, *JSON)),
    "calendly": Reader(read_calendly, words=(*CALENDLY, *JSON)),
    "sms": Reader(read_texts, words=(*SMS, *JSON)),
    "caldav": Reader(read_caldav, words=DAV),
    "cups": Reader(read_printers, words=CUPS),
    "upload": Reader(read_upload, words=UPLOAD),
    "settings": Reader(read_settings, words=(*SETTINGS, *VALUES)),
    "parked": Reader(read_parked, words=(*BASKET, *JSON)),
}
"""Every service that answers, every page that is asked, and files of the program's own."""

"""What calendar servers answer, right and wrong and hostile, is what it is and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pim_tui.config import read_calendar
from pim_tui.domain.calendars import Member, Put, TokenVoid
from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.errors import SettingsError
from pim_tui.integrations.caldav import Calendar
from pim_tui.integrations.multistatus import Unreadable, member, read, sound_etag
from tests.peers.davserver import PATH, XML, DavServer
from tests.peers.fakeweb import Said, Trick

TOKEN = "http://dav.example/sync/0"
EVENT = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20261123T080000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


NOW = 1_795_435_200
"""Mon 23 Nov 2026 12:00 UTC."""


def clock() -> int:
    """The present of these tests."""
    return NOW


@pytest.fixture
def server() -> DavServer:
    return DavServer()


@pytest.fixture
def line(server: DavServer) -> Iterator[Calendar]:
    with server.serving() as base:
        made = Calendar("Dr Lee", f"{base}{PATH}", clock=clock, timeout=2)
        yield made
        made.close()


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("120", NOW + 120),
        ("Mon, 23 Nov 2026 12:10:00 GMT", NOW + 600),
        ("2026-11-23T12:10:00Z", NOW + 600),
        ("Wed, 21 Oct 2099 07:28:00 GMT", NOW + 86_400),
        ("Wed, 21 Oct 2009 07:28:00 GMT", NOW + 1),
    ],
)
def test_a_server_is_left_alone_for_as_long_as_it_says_but_a_day_at_most(
    server: DavServer, line: Calendar, said: str, at: int
) -> None:
    server.tricks.append(Trick(said=Said(503, None, {"Retry-After": said})))
    with pytest.raises(Undelivered) as told:
        line.standing()
    assert (told.value.trouble, told.value.at) == (Trouble.LATER, at)


def answers(line: Calendar, call: str) -> str:
    """What a call comes to: the name of its trouble, or what it says."""
    calls: dict[str, Any] = {
        "standing": line.standing,
        "sync-collection": lambda: line.changes(TOKEN),
        "listing": lambda: line.listing(0, 99),
        "PUT with If-Match": lambda: line.put(f"{PATH}a.ics", EVENT, '"v1"'),
        "PUT with If-None-Match": lambda: line.put(f"{PATH}a.ics", EVENT, None),
        "DELETE": lambda: line.delete(f"{PATH}a.ics", '"v1"'),
        "GET": lambda: line.get(f"{PATH}a.ics"),
    }
    try:
        found = calls[call]()
    except TokenVoid:
        return "resync"
    except Undelivered as undelivered:
        said = undelivered.says.startswith("The calendar of Dr Lee") and len(undelivered.says) <= 200
        return undelivered.trouble.value if said else undelivered.says
    return found.end if isinstance(found, Put) else str(found)


MEANS: dict[str, tuple[str, ...]] = {
    "auth": ("login",),
    "resync": ("resync",),
    "conflict": ("conflict", "elsewhere", "False"),
    "gone_ok": ("True",),
    "permanent": ("content", "refused"),
    "retry": ("busy",),
}
"""What each class of the map comes to here."""
OWN = (
    ({"http": 401}, "auth"),
    ({"http": 403, "body": "valid-sync-token"}, "resync"),
    ({"http": 412, "body": "valid-sync-token"}, "resync"),
    ({"http": 418, "on": "sync-collection"}, "resync"),
    ({"http": 507}, "resync"),
    ({"http": 412, "on": "PUT|DELETE with If-Match"}, "conflict"),
    ({"http": 409, "body": "no-uid-conflict"}, "conflict"),
    ({"http": 404, "on": "DELETE"}, "gone_ok"),
    ({"http": 423}, "retry"),
    ({"http": "5xx"}, "retry"),
)


def check(server: DavServer, line: Calendar, when: dict[str, Any], class_: str) -> None:
    status = 503 if when["http"] == "5xx" else when["http"]
    condition = when.get("body", "")
    space = "DAV:" if condition.startswith("valid") else "urn:ietf:params:xml:ns:caldav"
    body = f'<D:error xmlns:D="DAV:"><x:{condition} xmlns:x="{space}"/></D:error>'.encode()
    said = Said(status, body, XML) if condition else Said(status)
    on = when.get("on", "")
    if class_ == "resync":
        calls = ["sync-collection"]
    elif "If-None-Match" in on or condition == "no-uid-conflict":
        calls = ["PUT with If-None-Match"]
    elif "If-Match" in on:
        calls = ["PUT with If-Match", "DELETE"]
    else:
        calls = ["DELETE"] if on else ["standing", "PUT with If-Match"]
    for call in calls:
        server.tricks.append(Trick(said=said))
        assert answers(line, call) in MEANS[class_], (when, call)


@pytest.mark.parametrize(("when", "class_"), OWN, ids=lambda one: str(one))
def test_each_answer_comes_to_what_it_means(
    server: DavServer, line: Calendar, when: dict[str, Any], class_: str
) -> None:
    check(server, line, when, class_)


def test_every_error_of_the_map_ends_as_it_says(server: DavServer, line: Calendar, shared: Path) -> None:
    rows = json.loads((shared / "specs" / "provider-errors.json").read_text("utf-8"))["caldav"]
    assert rows
    for row in rows:
        check(server, line, row["when"], row["class"])


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Said(301, None, {"Location": "http://127.0.0.1:1/steal"}), Trouble.SETTINGS),
        (Said(307, None, {"Location": PATH}), Trouble.SETTINGS),
        (Said(404), Trouble.SETTINGS),
        (Said(403), Trouble.SETTINGS),
        (Said(429, None, {"Retry-After": "120"}), Trouble.LATER),
        (Said(503, None, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}), Trouble.LATER),
        (Said(429), Trouble.BUSY),
        (Said(200, b"<html>hello</html>", XML), Trouble.CONTENT),
        (Said(207, b"{}", XML), Trouble.CONTENT),
        (Said(207, b'<multistatus xmlns="urn:other"/>', XML), Trouble.CONTENT),
        (Said(207, b'<multistatus xmlns="DAV:"/>', XML), Trouble.SETTINGS),
    ],
    ids=str,
)
def test_what_is_no_answer_is_a_trouble_in_a_sentence(
    server: DavServer, line: Calendar, said: Said, trouble: Trouble
) -> None:
    server.tricks.append(Trick(said=said))
    assert answers(line, "standing") == trouble.value
    again = [one for one in server.asked[1:] if one.path == PATH and b"supported-report-set" in one.body]
    assert again == [], "it is not asked again"
    assert "/steal" not in [one.path for one in server.asked]


def test_a_line_that_breaks_or_hangs_is_told_by_what_may_have_been_done(
    server: DavServer, line: Calendar
) -> None:
    for call, trouble in (("listing", "line"), ("PUT with If-None-Match", "unsure")):
        server.tricks.append(Trick(cut=True, done=True))
        assert answers(line, call) == trouble


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
)
FILE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize("body", [BOMB, FILE, b"<!DOCTYPE x><x/>", b"", b"\xff\xfe", b"<a>" * 5000])
def test_an_attack_is_no_document(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


def _multistatus(*hrefs: str, etag: str = '"1"') -> bytes:
    told = "".join(
        f"<D:response><D:href>{href}</D:href><D:propstat><D:prop><D:getetag>{etag}</D:getetag></D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        for href in hrefs
    )
    return f'<D:multistatus xmlns:D="DAV:">{told}</D:multistatus>'.encode()


def test_only_members_of_the_calendar_are_heard_of(server: DavServer, line: Calendar) -> None:
    good = f"{PATH}a%20b.ics"
    strange = (
        PATH, f"{PATH}../secret.ics", f"{PATH}sub/x.ics", f"{PATH}sub/", "/other/x.ics", f"{PATH}..",
        f"http://evil.example{PATH}x.ics", "//evil.example/anna/visits/x.ics", f"{PATH}{'x' * 600}", "",
        "http://[", f"{PATH}%2e%2e",
    )  # fmt: skip
    server.tricks.append(Trick(said=Said(207, _multistatus(good, *strange), XML)))
    assert line.listing(0, 99) == {good: '"1"'}


def test_one_member_has_one_spelling() -> None:
    spelled = {
        member(href, "http://x.example", "/a@b/c/")
        for href in ("/a@b/c/d e.ics", "/a%40b/c/d%20e.ics", "http://X.example/a@b/c/d%20e.ics")
    }
    assert spelled == {"/a%40b/c/d%20e.ics"}


@pytest.mark.parametrize("etag", ['"a\r\nX-Evil: 1"', '"\x1b[2J"', '"' + "x" * 300 + '"', '"ä"'])
def test_an_etag_that_cannot_go_back_is_none(etag: str) -> None:
    assert sound_etag(etag) == ""


def test_a_resource_without_end_costs_itself_only(
    server: DavServer, line: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pim_tui.integrations.web.LARGEST", 3000)
    server.event("small", "20261123T080000Z")
    server.event("huge", "20261123T080000Z", "DESCRIPTION:" + "x" * 5000)
    found = line.fetched([f"{PATH}small.ics", f"{PATH}huge.ics", f"{PATH}gone.ics"])
    assert [(one.href, bool(one.data)) for one in found] == [
        (f"{PATH}small.ics", True),
        (f"{PATH}huge.ics", False),
    ]


def test_what_is_no_xml_in_one_answer_is_asked_for_one_by_one(server: DavServer, line: Calendar) -> None:
    server.event("a", "20261123T080000Z", "SUMMARY:\x1b[31m")
    (found,) = line.fetched([f"{PATH}a.ics"])
    assert isinstance(found, Member)
    assert b"\x1b[31m" in found.data


def test_where_there_is_no_calendar_those_that_there_are_are_named(server: DavServer) -> None:
    with server.serving() as base:
        line = Calendar("Dr Lee", f"{base}/anna/typo/", clock=clock)
        with pytest.raises(Undelivered, match=r"setting caldav; there is /anna/visits/\.$"):
            line.standing()
        server.tricks.append(Trick(only="GET /.well-known", cut=True))
        with pytest.raises(Undelivered, match=r"setting caldav\.$"):
            line.standing()
        line.close()


def test_the_password_goes_only_to_who_is_meant_and_is_asked_for_once(server: DavServer) -> None:
    asked: list[int] = []

    def password() -> str:
        asked.append(1)
        return "pass"

    with server.serving() as base:
        line = Calendar("Dr Lee", f"{base.replace('//', '//l%40ee@')}{PATH}", password, clock=clock)
        line.standing()
        line.standing()
        with pytest.raises(Undelivered, match="not its own"):
            line.get("http://127.0.0.1:1/x")
        line.close()
    assert {one.headers["authorization"] for one in server.asked} == {"Basic bEBlZTpwYXNz"}
    assert len(asked) == 1

    def missing() -> str:
        raise SettingsError("The variable X is not set.", "Set it.")

    with pytest.raises(Undelivered, match=r"The variable X is not set\. See caldav_passwords"):
        Calendar("Dr Lee", f"http://lee@localhost{PATH}", missing, clock=clock).standing()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://dav.example/anna/visits", ("", "https://dav.example", "/anna/visits/")),
        ("https://a%40b@dav.example:8443/x/", ("a@b", "https://dav.example:8443", "/x/")),
        ("http://[::1]:5232/x/", ("", "http://[::1]:5232", "/x/")),
        ("http://dav.example/x/", None),
        ("https://a:secret@dav.example/x/", None),
        ("https:///x/", None),
        ("https://dav.example:port/", None),
        ("https://dav.example/x?y", None),
        ("ftp://dav.example/", None),
        ("", None),
    ],
)
def test_an_address_is_one_or_it_is_refused(text: str, found: object) -> None:
    assert read_calendar(text) == found

"""Every way in which Zoom does not say yes ends as it should, with a sentence for the desk."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.domain.meetings import Issued, Pass, Wish
from pim_tui.integrations.web import Answer, Web
from pim_tui.integrations.zoom import SignIn, Zoom

NOW = 1_795_428_000
"""10:00 UTC on 23 November 2026."""
MIDNIGHT = 1_795_478_400
WISH = Wish("lee@clinic.example", "Harbour Clinic: video visit", NOW + 9000, 30, "Europe/Berlin", "[ref]")
DAILY = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests"


class Passes:
    """Gives out passes and counts them."""

    def __init__(self) -> None:
        self.renewals = 0

    def current(self) -> Pass:
        return Pass("pass")

    def renewed(self, refused: Pass) -> Pass:
        self.renewals += 1
        return Pass("another")


class Line(Web):
    """Answers the same whatever it is asked."""

    def __init__(self, status: int, body: Any = None, **headers: str) -> None:
        super().__init__("Zoom", "https://api.zoom.us")
        self.answer = Answer(
            status, {k.replace("_", "-"): v for k, v in headers.items()}, json.dumps(body).encode()
        )
        self.asked = 0

    def ask(self, method: str, path: str, **more: Any) -> Answer:
        self.asked += 1
        return self.answer


def makes(line: Web) -> object:
    return Zoom(Passes(), lambda: NOW, lambda base: line).make(WISH)


def signs_in(line: Web) -> Issued:
    return SignIn("account", "client", lambda: "secret", lambda: NOW, line)()


def changes(line: Web) -> object:
    return Zoom(Passes(), lambda: NOW, lambda base: line).change("123", WISH)


def closed() -> Web:
    """Nobody is there, nor comes there meanwhile."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    line = Web("Zoom", f"http://127.0.0.1:{door.getsockname()[1]}")
    line.door = door  # type: ignore[attr-defined]
    return line


def silent() -> Web:
    """Somebody is there and says nothing."""
    door = socket.create_server(("127.0.0.1", 0))
    line = Web("Zoom", f"http://127.0.0.1:{door.getsockname()[1]}", timeout=0.05)
    line.door = door  # type: ignore[attr-defined]
    return line


Case = tuple[Callable[[Any], object], Callable[[], Web], Trouble, str]
CASES: dict[str, Case] = {
    '{"http": 401, "code": 124}': (
        makes, lambda: Line(401, {"code": 124}), Trouble.LOGIN,
        "Zoom does not let us in, not even with a new pass. Check the clinic's app there.",
    ),
    '{"http": 400, "where": "token"}': (
        signs_in, lambda: Line(400, {"reason": "Bad"}), Trouble.LOGIN,
        "Zoom does not know the clinic's account. Check zoom_account.",
    ),
    '{"http": 401, "where": "token"}': (
        signs_in, lambda: Line(401, {"reason": "Bad"}), Trouble.LOGIN,
        "Zoom does not take our name or secret. Check zoom_client and zoom_secret.",
    ),
    '{"http": 400, "code": 4711}': (
        makes, lambda: Line(400, {"code": 4711}), Trouble.PLAN,
        "The clinic's app at Zoom may not do this: it lacks the scope meeting:write:meeting:admin.",
    ),
    '{"http": 400, "code": 4717}': (
        makes, lambda: Line(400, {"code": 4717}), Trouble.PLAN,
        "The clinic's app at Zoom is switched off. Switch it on there.",
    ),
    '{"http": 429, "header": "Retry-After"}': (
        makes, lambda: Line(429, {"code": 429}, retry_after="2026-11-23T10:20:00Z"), Trouble.LATER,
        "Zoom asks us to come again later.",
    ),
    '{"http": 429, "message_contains": "daily rate limit (100)"}': (
        makes, lambda: Line(429, {"code": 429, "message": DAILY}), Trouble.BUSY,
        "Zoom takes no more than 100 changes a day for one host; this one goes on after midnight UTC.",
    ),
    '{"http": 404, "code": 1001}': (
        makes, lambda: Line(404, {"code": 1001}), Trouble.SETTINGS,
        "Zoom does not know whose meeting it is to be. Check zoom_host, or the email in the staff list.",
    ),
    '{"http": 400, "code": 300}': (
        makes, lambda: Line(400, {"code": 300, "message": "Bad topic."}), Trouble.CONTENT,
        "Zoom does not take this meeting (300): Bad topic.",
    ),
    '{"http": 400, "code": 3000}': (
        makes, lambda: Line(400, {"code": 3000}), Trouble.CONTENT, "Zoom does not take this meeting (3000).",
    ),
    '{"http": 400, "code": 3161}': (
        makes, lambda: Line(400, {"code": 3161}), Trouble.PLAN,
        "Zoom does not let this host plan meetings. Give them the right there, or a licence.",
    ),
    '{"http": 400, "code": 3018}': (
        makes, lambda: Line(400, {"code": 3018}), Trouble.CONTENT, "Zoom does not take this meeting (3018).",
    ),
    '{"http": "5xx"}': (
        makes, lambda: Line(503), Trouble.UNSURE,
        "Zoom broke down over it (503). It may be done: that is looked up next.",
    ),
    '{"transport": "timeout after send"}': (
        makes, silent, Trouble.UNSURE, "Zoom did not answer: what was asked for may have been done.",
    ),
    '{"transport": "connect error"}': (makes, closed, Trouble.LINE, "Zoom was not reached."),
    # Beyond the map.
    "429 while signing in": (
        signs_in, lambda: Line(429, {}, retry_after="30"), Trouble.LATER, "Zoom asks us to come again later.",
    ),
    "5xx while signing in": (
        signs_in, lambda: Line(502), Trouble.BUSY, "Zoom cannot answer at present (502).",
    ),
    "silence while signing in": (
        signs_in, silent, Trouble.LINE, "Zoom did not answer when it was to sign us in.",
    ),
    "a pass that is none": (
        signs_in, lambda: Line(200, {"access_token": 7}), Trouble.LINE,
        "Zoom's answer to our signing in cannot be read.",
    ),
    "a plan that lacks it": (
        makes, lambda: Line(403, {"message": "Paid accounts only."}), Trouble.PLAN,
        "Zoom does not allow this to the clinic's account: Paid accounts only.",
    ),
    "somewhere else": (
        makes, lambda: Line(302), Trouble.SETTINGS,
        "Zoom is not at this address. Check zoom_url and zoom_login_url.",
    ),
    "made, and no link": (
        makes, lambda: Line(201, {"id": 5, "join_url": "javascript:alert(1)"}), Trouble.UNSURE,
        "Zoom's answer cannot be read: the meeting may be there.",
    ),
    "changed, and unreadable": (
        changes, lambda: Line(200, []), Trouble.BUSY, "What Zoom says of a meeting cannot be read.",
    ),
}  # fmt: skip
ENDS = {
    "auth": (Trouble.LOGIN,), "config": (Trouble.PLAN, Trouble.SETTINGS), "permanent": (Trouble.CONTENT,),
    "retry_after": (Trouble.LATER, Trouble.BUSY), "maybe_done": (Trouble.UNSURE,), "retry": (Trouble.LINE,),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_zoom_says_is_told_in_words_for_the_desk(case: str) -> None:
    act, line, trouble, says = CASES[case]
    asked = line()
    try:
        with pytest.raises(Undelivered) as told:
            act(asked)
    finally:
        asked.close()
        if door := getattr(asked, "door", None):
            door.close()
    assert (told.value.trouble, told.value.says) == (trouble, says)


def test_the_map_of_errors_is_kept_row_by_row(shared: Path) -> None:
    rows = json.loads((shared / "specs" / "provider-errors.json").read_text("utf-8"))["zoom"]
    assert len(rows) > 10
    for row in rows:
        if row["class"] != "gone_ok":
            assert CASES[json.dumps(row["when"])][2] in ENDS[row["class"]], row


def test_what_is_gone_already_is_removed_and_what_is_changed_is_to_be_made_anew() -> None:
    line = Line(404, {"code": 3001})
    zoom = Zoom(Passes(), lambda: NOW, lambda base: line)
    zoom.remove("123")
    assert zoom.change("123", WISH) is None
    with pytest.raises(Undelivered, match="no more"):
        zoom.start_link("123")


@pytest.mark.parametrize(
    ("header", "at"),
    [
        ("2026-11-23T10:20:00Z", NOW + 1200),
        ("2026-11-23T10:20:00", NOW + 1200),
        ("2026-11-23T11:20:00+01:00", NOW + 1200),
        ("40", NOW + 40),
        ("0", NOW + 1),
        ("9999-12-31T23:59:59Z", NOW + 86_400),
        ("2001-01-01T00:00:00Z", NOW + 1),
        ("999999999", NOW + 86_400),
        ("soon", NOW + 60),
        ("", NOW + 60),
    ],
)
def test_when_to_come_again_is_a_date_or_seconds_and_never_past_a_day(header: str, at: int) -> None:
    with pytest.raises(Undelivered) as told:
        makes(Line(429, {"code": 429, "message": "Too many."}, retry_after=header))
    assert (told.value.trouble, told.value.at) == (Trouble.LATER, at)


def test_the_share_of_a_day_comes_back_at_midnight_utc() -> None:
    with pytest.raises(Undelivered) as told:
        makes(Line(429, {"code": 429, "message": DAILY}))
    assert told.value.at == MIDNIGHT


def test_a_refused_pass_is_renewed_once_and_the_question_repeated_once() -> None:
    passes, line = Passes(), Line(401, {"code": 124})
    with pytest.raises(Undelivered):
        Zoom(passes, lambda: NOW, lambda base: line).make(WISH)
    assert (passes.renewals, line.asked) == (1, 2)


def test_a_list_that_never_ends_is_given_up() -> None:
    line = Line(200, {"meetings": [], "next_page_token": "again"})
    with pytest.raises(Undelivered, match="does not end"):
        Zoom(Passes(), lambda: NOW, lambda base: line).find("lee@clinic.example", "[ref]", NOW)
    assert line.asked == 10

"""Text messages by each service against a fake of it: what is sent, what refusals mean, what is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.delivery import ENDS, End, Trouble, Undelivered
from pim_tui.domain.texts import Came, Fate, Search, Stand, Text, Texter, next_look, word_of
from pim_tui.integrations.sms.gateway import Gateway, Shape, pointed
from pim_tui.integrations.sms.twilio import LOST, REFUSED, Twilio
from pim_tui.integrations.sms.vonage import Vonage
from pim_tui.integrations.web import Web
from tests.peers.fakeweb import Asked, FakeWeb, Said, Trick
from tests.peers.twilio import ACCOUNT, OURS, USER, WORD, FakeTwilio, refused, refusing
from tests.peers.vonage import KEY, FakeVonage

NOW = 1_795_000_000
JANE = Text("+4915112345678", "Harbour Clinic: Tue 10:30, Größe {x} €", "clinic-7", 7200)
FOLLOWS = {
    "retry": {End.RETRY}, "retry_after": {End.HOLD}, "permanent": {End.FAIL}, "bad_address": {End.FAIL},
    "auth": {End.SETTINGS}, "config": {End.SETTINGS}, "opt_out": {End.FAIL},
}  # fmt: skip
"""What the worker does, by the class of an error."""
ALONE = (21408, 21608, "29")
"""Codes of class ``config`` that are about one country or number: it is the feature that pauses, not all."""


@contextmanager
def twilio(**more: Any) -> Iterator[tuple[FakeTwilio, Twilio]]:
    fake = FakeTwilio(lambda: NOW, **more)
    with fake.serving() as base, fake.soon_given_up():
        web = Web("Twilio", base)
        made = Twilio(web, ACCOUNT, USER, lambda: WORD, OURS, lambda: NOW)
        yield fake, made
        made.close()


@contextmanager
def vonage() -> Iterator[tuple[FakeVonage, Vonage]]:
    fake = FakeVonage(lambda: NOW)
    with fake.serving() as base, fake.soon_given_up():
        web, reports = Web("Vonage", base), Web("Vonage", base)
        made = Vonage(web, reports, KEY, lambda: WORD, OURS, lambda: NOW + 60)
        yield fake, made
        made.close()
    assert fake.wrong == []


def trouble(act: Callable[[], object]) -> Undelivered:
    """What is told: a sentence, without numbers or secrets."""
    with pytest.raises(Undelivered) as undelivered:
        act()
    says = undelivered.value.says
    assert says[0].isupper()
    assert says.endswith(".")
    assert len(says) < 120
    assert WORD not in says
    assert JANE.to not in says
    return undelivered.value


def ends(wanted: str, code: object) -> set[End]:
    return {End.FAIL} if code in ALONE else FOLLOWS[wanted]


def search(text: Text = JANE, *known: str) -> Search:
    return Search(text, NOW, known.__contains__)


# --- Twilio ---------------------------------------------------------------------------------------


def test_twilio_is_asked_as_its_description_says(shared: Path) -> None:
    with twilio(page=1) as (fake, made):
        fake.against(shared / "specs")
        key = made.send(JANE)
        made.send(Text("+4915112345679", "x", "clinic-8", 10**6))
        assert made.find(search()) == key
        assert made.status(key) == Fate(Stand.UNDER_WAY)
        fake.arrives(JANE.to, "Stop!")
        assert [one.text for one in made.inbound(NOW - 60)] == ["Stop!"]
        assert fake.wrong == []


def test_twilio_is_given_the_text_with_how_long_it_matters() -> None:
    with twilio() as (fake, made):
        made.send(JANE)
        made.send(Text(JANE.to, "x", "clinic-8", 10**6))
        forms = [asked.form for asked in fake.asked]
        assert forms[0] == {
            "To": JANE.to, "From": OURS, "Body": JANE.text, "ValidityPeriod": "7200", "SmartEncoded": "true",
        }  # fmt: skip
        assert forms[1]["ValidityPeriod"] == "36000"


def test_twilio_finds_what_it_has_and_no_other() -> None:
    with twilio(page=1) as (fake, made):
        assert made.find(search()) is None
        older = fake._kept("outbound-api", OURS, JANE.to, JANE.text, "delivered", NOW - 3600)
        fake._kept("inbound", OURS, JANE.to, JANE.text, "received")
        fake._kept("outbound-api", OURS, JANE.to, "another", "queued")
        assert made.find(search()) is None
        fake.tricks.append(Trick(refused(500, 20500), done=True))
        assert trouble(lambda: made.send(JANE)).trouble == Trouble.UNSURE
        found = made.find(search())
        assert found == fake.messages[0]["sid"] != older["sid"]
        assert made.find(search(JANE, str(found))) is None


@pytest.mark.parametrize(
    "trick", [Trick(cut=True, done=True), Trick(hang=True, done=True), Trick(Said(502, b"<html>"), done=True)]
)
def test_where_twilio_gives_no_answer_nobody_knows_until_it_is_asked(trick: Trick) -> None:
    with twilio() as (fake, made):
        fake.tricks.append(trick)
        assert trouble(lambda: made.send(JANE)).trouble == Trouble.UNSURE
        assert made.find(search()) == fake.messages[0]["sid"]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (refused(429, 20429, **{"Retry-After": "90"}), NOW + 90),
        (refused(429, 20429, **{"Retry-After": "Thu, 18 Nov 2026 11:08:00 GMT"}), 1_795_000_080),
        (refused(429, 20429), NOW + 60),
        (Said(429, b"slow down", {"Retry-After": "never"}), NOW + 60),
        (refused(400, 21611), NOW + 3600),
    ],
)
def test_twilio_says_how_long_to_leave_it_alone(said: Said, at: int) -> None:
    with twilio() as (fake, made):
        fake.tricks.append(Trick(said))
        found = trouble(lambda: made.send(JANE))
        assert (found.trouble, found.at) == (Trouble.LATER, at)
        assert fake.messages == []


def test_of_twilios_refusals_only_those_that_may_pass_are_tried_again() -> None:
    with twilio() as (fake, made):
        for said, expected in (
            (Said(400, {"code": 29999, "message": "Odd."}), Trouble.CONTENT),
            (Said(403, b""), Trouble.LOGIN),
            (Said(404, {"code": 20404}), Trouble.SETTINGS),
            (Said(201, {"sid": ""}), Trouble.UNSURE),
        ):
            fake.tricks.append(Trick(said))
            assert trouble(lambda: made.send(JANE)).trouble == expected
        fake.tricks.append(Trick(Said(500, {})))
        assert trouble(lambda: made.status("SM1")).trouble == Trouble.LINE
        assert made.status("SM1") == Fate(Stand.TAKEN)


def test_what_twilio_says_later_is_told_in_our_words() -> None:
    with twilio() as (fake, made):
        key = made.send(JANE)
        for status, code, stand in (
            ("accepted", None, Stand.UNDER_WAY),
            ("sent", None, Stand.UNDER_WAY),
            ("delivered", None, Stand.DELIVERED),
            ("undelivered", 30003, Stand.AGAIN),
            ("failed", 39999, Stand.FAILED),
            ("canceled", None, Stand.FAILED),
            ("partially_delivered", None, Stand.FAILED),
        ):
            fake.messages[0] |= {"status": status, "error_code": code}
            fate = made.status(key)
            assert fate.stand == stand
            assert bool(fate.says) == (stand in (Stand.AGAIN, Stand.FAILED))


def test_every_error_of_twilios_map_ends_as_the_map_says(shared: Path) -> None:
    rows = json.loads((shared / "specs" / "provider-errors.json").read_text("utf-8"))["twilio"]
    with twilio() as (fake, made):
        sent = made.send(JANE)
        for row in rows:
            when, wanted = row["when"], row["class"]
            if "error_code" in when:
                fake.messages[-1] |= {
                    "status": when["status"].split("|")[0],
                    "error_code": when["error_code"],
                }
                fate = made.status(sent)
                _fits(wanted, fate, when)
                continue
            before = len(fake.messages)
            fake.tricks.append(
                Trick(hang=True, done=True)
                if "transport" in when
                else Trick(refused(when["http"], when["code"]), done=when["code"] == 20500)
            )
            if wanted == "gone_ok":
                assert made.status("SM9") == Fate(Stand.TAKEN)
                continue
            found = trouble(lambda: made.send(JANE))
            if wanted == "maybe_done":
                assert found.trouble == Trouble.UNSURE
                assert len(fake.messages) == before + 1
            else:
                assert ENDS[found.trouble] in ends(wanted, when["code"]), when
            assert (found.trouble == Trouble.OPT_OUT) == (wanted == "opt_out")
            assert (found.trouble == Trouble.ADDRESS) == (wanted == "bad_address")
    named = {row["when"].get("code") or row["when"].get("error_code") for row in rows}
    assert {*REFUSED, *LOST} <= named


def _fits(wanted: str, fate: Fate, when: object) -> None:
    """What becomes of a text that did not arrive, by the class of its error."""
    assert fate.says.endswith("."), when
    assert (fate.stand == Stand.AGAIN) == (wanted in ("retry", "retry_after")), when
    assert (fate.trouble == Trouble.OPT_OUT) == (wanted == "opt_out"), when
    assert (fate.trouble == Trouble.PLAN) == (wanted == "config"), when
    if wanted == "bad_address":
        assert fate.trouble == Trouble.ADDRESS, when


@pytest.mark.parametrize("code", [21408, 21608])
def test_a_number_that_the_account_may_not_reach_holds_no_other(code: int) -> None:
    with twilio() as (fake, made):
        fake.tricks.append(refusing(400, code))
        found = trouble(lambda: made.send(JANE))
        assert ENDS[found.trouble] == End.FAIL
        assert "at Twilio" in found.says
        assert made.send(JANE)


def test_a_wrong_secret_holds_everything() -> None:
    with twilio() as (fake, made):
        fake.tricks.append(refusing(401, 20003))
        assert trouble(lambda: made.send(JANE)).trouble == Trouble.LOGIN
        assert made.send(JANE)


# --- Vonage ---------------------------------------------------------------------------------------


def test_vonage_is_given_our_mark_and_finds_it_again() -> None:
    with vonage() as (fake, made):
        text = Text(JANE.to, "Я" * 80, "clinic-9", 7200)
        key = made.send(text)
        assert len(key.split()) == 2
        (form,) = (asked.form for asked in fake.asked)
        assert (form["type"], form["ttl"], form["to"]) == ("unicode", "7200000", "4915112345678")
        assert made.find(search(text)) == key
        fake.late = True
        assert trouble(lambda: made.find(search(text))).trouble == Trouble.UNSURE
        fake.reported = False
        assert trouble(lambda: made.find(search(text))).trouble == Trouble.PLAN


def test_of_the_parts_of_a_text_the_worst_counts() -> None:
    with vonage() as (fake, made):
        key = made.send(Text(JANE.to, "x" * 400, "clinic-9", 60))
        for at, status in enumerate(("delivered", "accepted", "delivered")):
            fake.records[at]["status"] = status
        assert made.status(key).stand == Stand.UNDER_WAY
        fake.records[1] |= {"status": "failed", "error_code": "9"}
        fate = made.status(key)
        assert (fate.stand, fate.trouble) == (Stand.FAILED, Trouble.ADDRESS)
        fake.says = ["0", "1", "0"]
        assert trouble(lambda: made.send(Text(JANE.to, "x" * 400, "n", 60))).trouble == Trouble.CONTENT


def test_every_error_of_vonages_map_ends_as_the_map_says(shared: Path) -> None:
    rows = json.loads((shared / "specs" / "provider-errors.json").read_text("utf-8"))["vonage_sms"]
    with vonage() as (fake, made):
        for row in rows:
            if "when" not in row:
                continue
            fake.says = [row["when"]["status"]]
            if row["class"] == "ok":
                assert made.send(JANE)
                continue
            found = trouble(lambda: made.send(JANE))
            if row["class"] == "maybe_done":
                assert found.trouble == Trouble.UNSURE
            else:
                assert ENDS[found.trouble] in ends(row["class"], row["when"]["status"]), row
            assert (found.trouble == Trouble.ADDRESS) == (row["class"] == "bad_address")


def test_vonage_without_an_answer_is_not_told_twice() -> None:
    with vonage() as (fake, made):
        for said, expected in (
            (Said(500), Trouble.UNSURE),
            (Said(200, {}), Trouble.UNSURE),
            (Said(401), Trouble.LOGIN),
            (Said(429), Trouble.LATER),
            (Said(400, {"title": "Odd"}), Trouble.CONTENT),
        ):
            fake.tricks.append(Trick(said))
            assert trouble(lambda: made.send(JANE)).trouble == expected
        fake.says = ["99"]
        assert trouble(lambda: made.send(JANE)).says == "Vonage does not take this text (No.)."


BROKEN = [Trick(cut=True, done=True), Trick(hang=True, done=True)]


@pytest.mark.parametrize("trick", BROKEN)
def test_where_the_line_to_vonage_breaks_the_text_is_found_by_our_mark(trick: Trick) -> None:
    with vonage() as (fake, made):
        fake.tricks.append(trick)
        assert trouble(lambda: made.send(JANE)).trouble == Trouble.UNSURE
        assert made.find(search()) == fake.records[0]["message_id"]
        fake.tricks.append(trick)
        assert trouble(lambda: made.status("0A")).trouble in (Trouble.LINE, Trouble.UNSURE)
        assert len(fake.records) == 1


def test_texts_to_us_come_in_from_vonage_day_by_day() -> None:
    with vonage() as (fake, made):
        fake.arrives("4915112345678", "STOP")
        fake.arrives("Carrier", "hello")
        came = list(made.inbound(NOW - 3 * 86_400))
        assert [(one.sender, one.text) for one in came] == [("+4915112345678", "STOP"), ("Carrier", "hello")]


# --- any gateway ----------------------------------------------------------------------------------


class FakeGateway(FakeWeb):
    """Takes anything and calls it by a number."""

    def do(self, asked: Asked) -> Said:
        return Said(202, {"messages": [{"id": len(self.asked)}]})


FIELDS = {"to": "{to}", "message": "{text}", "note": "{ref} {from} {secret} {to}"}


@pytest.mark.parametrize("as_form", [False, True])
def test_a_gateway_is_sent_what_the_settings_say(as_form: bool) -> None:
    fake = FakeGateway()
    shape = Shape("/send?x=1", FIELDS, {"X-Key": "k {secret}"}, as_form, 202, "/messages/0/id")
    with fake.serving() as base:
        made = Gateway(Web("The SMS gateway", base), shape, "{text}", lambda: WORD, lambda: NOW)
        assert made.send(JANE) == "1"
        (asked,) = fake.asked
        assert (asked.path, asked.query, asked.headers["x-key"]) == ("/send", {"x": "1"}, f"k {WORD}")
        assert (asked.form if as_form else asked.json) == {
            "to": JANE.to,
            "message": JANE.text,
            "note": f"clinic-7 {{text}} {WORD} {JANE.to}",
        }
        for said, expected in (
            (Said(200), Trouble.UNSURE), (Said(202, {}), Trouble.CONTENT), (Said(500), Trouble.UNSURE),
            (Said(403), Trouble.LOGIN), (Said(404), Trouble.SETTINGS), (Said(302), Trouble.SETTINGS),
            (Said(422, {"error": "Odd"}), Trouble.CONTENT), (Said(429), Trouble.LATER),
        ):  # fmt: skip
            fake.tricks.append(Trick(said))
            assert trouble(lambda: made.send(JANE)).trouble == expected
        assert trouble(lambda: made.find(search())).trouble == Trouble.UNSURE
        made.close()


@pytest.mark.parametrize("text", ["two\r\nBcc: x", "Grüße", "nul\0", " blank "])
def test_no_text_gets_into_a_header(text: str) -> None:
    fake = FakeGateway()
    shape = Shape("/send", FIELDS, {"X-Text": "{text}", "X-Ref": "{ref}"}, status=202)
    with fake.serving() as base:
        made = Gateway(Web("The SMS gateway", base), shape, "clinic", lambda: WORD, lambda: NOW)
        assert made.send(replace(JANE, text=text)) == JANE.ref
        (asked,) = fake.asked
        assert (asked.json["message"], asked.headers["x-text"]) == (text, "{text}")
        assert "bcc" not in asked.headers
        made.close()


@pytest.mark.parametrize("secret", ["ü", "a\nb", "a\x1b"])
def test_a_secret_that_no_header_can_have_is_told_and_nothing_is_sent(secret: str) -> None:
    fake = FakeGateway()
    shape = Shape("/send", FIELDS, {"Authorization": "Bearer {secret}"})
    with fake.serving() as base:
        made = Gateway(Web("The SMS gateway", base), shape, "clinic", lambda: secret, lambda: NOW)
        found = trouble(lambda: made.send(JANE))
        assert (found.trouble, fake.asked) == (Trouble.SETTINGS, [])
        assert "the header Authorization has letters that none can have" in str(found)
        assert secret not in str(found)
        made.close()


@pytest.mark.parametrize("trick", BROKEN)
def test_where_the_line_to_a_gateway_breaks_a_person_decides(trick: Trick) -> None:
    fake = FakeGateway()
    fake.tricks.append(trick)
    with fake.serving() as base, fake.soon_given_up():
        web = Web("The SMS gateway", base)
        made = Gateway(web, Shape("/send", FIELDS), "{text}", lambda: WORD, lambda: NOW)
        assert trouble(lambda: made.send(JANE)).trouble == Trouble.UNSURE
        assert trouble(lambda: made.find(search())).trouble == Trouble.UNSURE
        assert len(fake.asked) == 1
        made.close()


def test_a_pointer_leads_to_text_or_nowhere() -> None:
    found = {"a/b": [{"~": 7}], "no": True, "list": []}
    assert pointed(found, "/a~1b/0/~0") == "7"
    for nowhere in ("/a~1b/1", "/a~1b/x", "/no", "/list", "/none/0", "/a~1b/0/~0/deeper"):
        assert pointed(found, nowhere) == ""


# --- rules ----------------------------------------------------------------------------------------


def test_only_a_word_alone_stops_or_starts() -> None:
    assert {word_of(text) for text in ("STOP", " stop. ", "Stop All", "Arrêt", "UNSUBSCRIBE!")} == {"stop"}
    assert {word_of(text) for text in ("Start", "UNSTOP")} == {"start"}
    assert {word_of(text) for text in ("Stop by at 5?", "yes", "", "🛑", "please stop")} == {""}


def test_it_is_asked_after_one_five_and_thirty_minutes_and_then_seldom() -> None:
    looks, at = [], NOW
    while (later := next_look(NOW, at)) is not None:
        looks.append((later - NOW) // 60)
        at = later
    assert looks == [1, 5, 30, 120, 720, 1440, 2880]


def test_the_fakes_are_services() -> None:
    made: list[Texter] = []
    with twilio() as (_, one), vonage() as (_, two):
        made += [one, two]
    assert [one.name for one in made] == ["twilio", "vonage"]
    assert Came("k", "+1", "x", 1).key == "k"

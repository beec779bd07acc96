"""Real calendar servers, and another client that works in the same calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.calendars import Account, TokenVoid
from pim_tui.domain.delivery import Undelivered
from pim_tui.domain.states import Status
from pim_tui.integrations.caldav import Calendar
from pim_tui.queries.exporting import clinic_key
from pim_tui.services.calendar_pass import KeepAlike
from pim_tui.services.chores import Turn, run_chores
from tests.peers.davpeers import Peer, radicale, xandikos
from tests.services.clinic import JOHN, LEE, Practice, at, broken_line, practice

pytestmark = pytest.mark.peer
SERVERS = {"radicale": radicale, "xandikos": xandikos}


class Both:
    """The clinic, a real server with a calendar, and a second client in it."""

    def __init__(self, clinic: Practice, peer: Peer, theirs: Any) -> None:
        self.clinic, self.peer, self.theirs = clinic, peer, theirs
        self.account = Account("Dr Lee", peer.address, 60, False)
        self.lines = ExitStack()

    def ours(self, address: str = "", password: str = "") -> Calendar:
        """The clinic's line to the calendar, which is closed with ``lines``."""
        line = Calendar(
            "Dr Lee",
            address or self.peer.address,
            lambda: password or self.peer.password,
            clock=self.clinic.session.clock,
        )
        return self.lines.enter_context(closing(line))

    def passes(self, names: bool = False) -> str:
        account = replace(self.account, names=names)
        (ran,) = run_chores(self.clinic.session, [KeepAlike(account, self.ours)], Turn(now=True))
        assert ran.trouble == ""
        return ran.says

    def event(self, uid: str, start: str, *more: str) -> Any:
        """The other client makes an event of an hour."""
        return self.theirs.add_event(
            "\r\n".join((
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:other", "BEGIN:VEVENT", f"UID:{uid}",
                "DTSTAMP:20261101T000000Z", start, "DURATION:PT1H", "SUMMARY:Dentist", *more, "END:VEVENT",
                "END:VCALENDAR", "",
            ))
        )  # fmt: skip

    def seen(self) -> dict[str, tuple[datetime, timedelta]]:
        """What the other client sees: start and length by uid."""
        found = {}
        for one in self.theirs.events():
            (event,) = one.icalendar_instance.walk("VEVENT")
            found[str(event["UID"])] = (event.start.astimezone(UTC), event.end - event.start)
        return found

    def blocked(self) -> list[int]:
        return [at_ for (at_,) in select("select starts_at from blocked_time order by starts_at")]


@contextmanager
def both(folder: Path, start: Callable[[Path], Any]) -> Iterator[Both]:
    import caldav

    clinic = practice(folder / "clinic")
    (folder / "server").mkdir()
    with start(folder / "server") as peer:
        client = caldav.DAVClient(peer.base, username=peer.user or None, password=peer.password or None)
        theirs = client.calendar(url=peer.base + peer.path)
        if peer.name == "radicale":
            client.principal().make_calendar(cal_id="visits")
        made = Both(clinic, peer, theirs)
        with made.lines:
            yield made
        client.close()
    assert broken_line(clinic.store) is None
    clinic.store.close()


@pytest.fixture(params=SERVERS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Both]:
    (tmp_path / "clinic").mkdir()
    with both(tmp_path, SERVERS[request.param]) as made:
        yield made


def test_both_ways_with_another_client_in_the_same_calendar(pair: Both) -> None:
    first, second = pair.clinic.book("10:00").ids[0], pair.clinic.book("11:00", customer_id=JOHN).ids[0]
    theirs = pair.event("a@other", "DTSTART:20261123T130000Z")
    pair.event("w@other", "DTSTART;TZID=Europe/Berlin:20261124T100000", "RRULE:FREQ=WEEKLY;COUNT=3")
    pair.passes()
    uid, other = (f"visit-{one}@{clinic_key()}.pim-tui" for one in (first, second))
    half = timedelta(minutes=30)
    seen = pair.seen()
    assert seen[uid] == (datetime(2026, 11, 23, 9, tzinfo=UTC), half)
    assert seen[other] == (datetime(2026, 11, 23, 10, tzinfo=UTC), half)
    weekly = [at(f"2026-{day} 10:00") for day in ("11-24", "12-01", "12-08")]
    assert pair.blocked() == [at("14:00"), *weekly]
    assert pair.passes() == ""

    # Each side changes something of its own, and the other client meddles with ours.
    theirs.icalendar_component["DTSTART"].dt = datetime(2026, 11, 23, 14, tzinfo=UTC)
    theirs.save()
    mine = pair.theirs.event_by_uid(uid)
    mine.icalendar_component["DTSTART"].dt = datetime(2026, 11, 23, 15, tzinfo=UTC)
    mine.save()
    pair.clinic.change(second, starts_at=at("12:00"))
    assert "1 visit that was changed or deleted" in pair.passes()
    seen = pair.seen()
    assert seen[uid] == (datetime(2026, 11, 23, 9, tzinfo=UTC), half)
    assert seen[other] == (datetime(2026, 11, 23, 11, tzinfo=UTC), half)
    assert pair.blocked() == [at("15:00"), *weekly]
    assert pair.clinic.row(first)["starts_at"] == at("10:00")

    # And deletes.
    pair.theirs.event_by_uid(uid).delete()
    pair.theirs.event_by_uid("w@other").delete()
    pair.clinic.mark(second, Status.CANCELED, "ill", "customer")
    pair.passes()
    assert set(pair.seen()) == {uid, "a@other"}
    assert pair.blocked() == [at("15:00")]
    assert pair.passes() == ""
    assert pair.passes(names=True).startswith("1 visit put into")
    assert pair.passes(names=True) == ""


def test_a_day_later_what_repeats_is_read_again(pair: Both) -> None:
    pair.event("d@other", "DTSTART;TZID=Europe/Berlin:20261123T120000", "RRULE:FREQ=DAILY")
    pair.passes()
    assert len(pair.blocked()) == 61
    pair.clinic.clock[0] = at("2026-11-25 08:00")
    pair.passes()
    assert len(pair.blocked()) == 63
    assert select("select count(*), max(staff_id) from calendar_item") == [(1, LEE)]


def test_tokens_conflicts_and_wrong_names_are_what_they_are(pair: Both) -> None:
    ours = pair.ours()
    token = ours.standing().token
    assert ours.standing().syncs
    pair.event("a@other", "DTSTART:20261123T130000Z")
    (href,) = ours.changes(token).there
    data = ours.fetched([href])[0]
    assert b"a@other" in data.data
    assert ours.get(href) == data or ours.get(href).etag == data.etag  # type: ignore[union-attr]
    for wrong in ("http://nobody.example/1", "garbage"):
        with pytest.raises(TokenVoid):
            ours.changes(wrong)
    text = data.data.replace(b"a@other", b"b@ours")
    new = ours.named("b.ics")
    made = ours.put(new, text, None)
    assert (made.end, bool(made.etag)) == ("done", True)
    assert ours.put(new, text, None).end == "conflict"
    assert ours.put(new, text, '"stale"').end == "conflict"
    twice = ours.put(ours.named("c.ics"), text, None)
    if twice.end == "elsewhere":
        assert (twice.href or ours.where("b@ours")) == new
    else:
        assert twice.end == "done"
    assert not ours.delete(new, '"stale"')
    assert ours.delete(new, made.etag)
    assert ours.get(new) is None
    assert "is there" in ours.offers()
    missing = pair.ours(pair.peer.address.removesuffix("/") + "-none/")
    with pytest.raises(Undelivered, match=f"there is {pair.peer.path}"):
        missing.standing()
    if pair.peer.user:
        with pytest.raises(Undelivered, match="name or password"):
            pair.ours(password="wrong").standing()

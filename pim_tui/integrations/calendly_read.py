"""What Calendly says, as values of ours: whatever is missing or of another kind is taken for nothing.

All of it was typed by strangers. Keys are taken only where they look like Calendly's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..domain.bookings import Event, Invitee, Offering
from ..domain.links import meeting
from ..domain.moments import MINUTE
from ..domain.scheduling import LONGEST
from ..domain.text import tidy
from .instants import instant

_KEY = re.compile(r"https?://[\w.:-]{1,80}((?:/[a-z_]{1,30}/[\w-]{1,80}){1,2})", re.ASCII)
_MODES = {
    "physical": "in_person", "ask_invitee": "", "custom": "", "inbound_call": "phone",
    "outbound_call": "phone",
}  # fmt: skip
LATEST = 7_258_118_400
"""UTC seconds: the year 2200; what is later is a slip of the pen."""
_ANSWERS = 20
"""Questions of one form that are kept."""


def path_of(key: str) -> str:
    """The path that a key names, ``/scheduled_events/ABC``; empty where it is no key."""
    found = _KEY.fullmatch(key)
    return found[1] if found else ""


def last_of(key: str) -> str:
    """The last part of a key, which tells it apart from others of its kind."""
    return key.rpartition("/")[2]


def event_of(raw: Mapping[str, Any]) -> Event | None:
    """One event, its hosts not yet looked up; None where it cannot be one."""
    key, starts, ends = key_in(raw, "uri"), instant(raw.get("start_time")), instant(raw.get("end_time"))
    if not key or starts is None or ends is None:
        return None
    starts -= starts % MINUTE
    minutes = -(-(ends - starts) // MINUTE)
    if not (0 < minutes <= LONGEST and 0 < starts < LATEST):
        return None
    place, counted = _part(raw, "location"), _part(raw, "invitees_counter")
    join = meeting(text(place, "join_url", 1000))
    active, total = _count(counted, "active"), _count(counted, "total")
    return Event(
        key,
        text(raw, "name", 200),
        starts,
        minutes,
        f"{text(raw, 'updated_at', 28)} {total}/{active}"[:40],
        raw.get("status") == "canceled",
        hosts_in(raw),
        _mode(text(place, "type", 40), join),
        text(place, "location", 300),
        join,
    )


def hosts_in(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom an event is with: an email address where the answer has it, else the key of a user."""
    several = raw.get("event_memberships")
    found = (
        text(one, "user_email", 254) or key_in(one, "user")
        for one in (several if isinstance(several, list) else ())
        if isinstance(one, dict)
    )
    return tuple(filter(None, found))


def invitee_of(raw: Mapping[str, Any]) -> Invitee | None:
    """One invitee; None where it cannot be one."""
    key, event = key_in(raw, "uri"), key_in(raw, "event")
    if not key or not event:
        return None
    gone, answers = _part(raw, "cancellation"), _answers(raw)
    name = text(raw, "name", 300) or " ".join(
        filter(None, (text(raw, "first_name", 150), text(raw, "last_name", 150)))
    )
    return Invitee(
        key, event, name, text(raw, "email", 254), text(raw, "text_reminder_number", 60),
        raw.get("status") == "canceled", raw.get("rescheduled") is True, key_in(raw, "old_invitee"),
        key_in(raw, "new_invitee"), "clinic" if gone.get("canceler_type") == "host" else "customer",
        text(gone, "reason", 200), answers, key_in(_part(raw, "no_show"), "uri"),
        meeting(text(raw, "cancel_url", 500)), meeting(text(raw, "reschedule_url", 500)),
    )  # fmt: skip


def offering_of(raw: Mapping[str, Any]) -> Offering | None:
    """A kind of event; its host is the key of a user. None for one that is out of use."""
    key, minutes = key_in(raw, "uri"), raw.get("duration")
    if not key or raw.get("active") is not True or type(minutes) is not int or not 0 < minutes <= LONGEST:
        return None
    return Offering(key, text(raw, "name", 200), minutes, key_in(_part(raw, "profile"), "owner"))


def key_in(raw: Mapping[str, Any], name: str) -> str:
    """A key of Calendly's, or nothing."""
    found = raw.get(name)
    return found if isinstance(found, str) and path_of(found) else ""


def text(raw: Mapping[str, Any], name: str, limit: int) -> str:
    """A line of text, or nothing."""
    found = raw.get(name)
    return tidy(found, limit=limit) if isinstance(found, str) else ""


def start_of(raw: Mapping[str, Any]) -> int | None:
    """When a time that is free begins."""
    return instant(raw.get("start_time"))


def _mode(kind: str, join: str) -> str:
    """How they meet; empty where that is not told. Conferences of other makers end like that."""
    if kind in _MODES:
        return _MODES[kind]
    return "virtual" if join or kind == "zoom" or kind.endswith("_conference") else ""


def _part(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _count(raw: Mapping[str, Any], name: str) -> int:
    """A number of invitees: one where it is not told."""
    found: object = raw.get(name)
    return found if isinstance(found, int) else 1


def _answers(raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    several = raw.get("questions_and_answers")
    asked = [one for one in several if isinstance(one, dict)] if isinstance(several, list) else []
    pairs = ((text(one, "question", 200), text(one, "answer", 500)) for one in asked[:_ANSWERS])
    return tuple(pair for pair in pairs if pair[1])


def told(at: int) -> str:
    """An instant as Calendly reads it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S.000000Z}"

"""A Calendly of our own: people book there, move and cancel, and the program finds out by asking."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.peers.fakeweb import Asked, FakeWeb, Said

HOME = "https://api.calendly.com"
ORGANIZATION = f"{HOME}/organizations/CLINIC"
BASE = "calendly-v2-base.openapi.json"
ADDED = "calendly-v2-additions.handwritten.openapi.json"
TOKEN = "a token"


def told(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%S.000000Z}"


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


_held_against = set[tuple[str, ...]]()


def _is_new(asked: Asked) -> bool:
    """Whether no such question was held against the description yet, which takes its time."""
    shape = (asked.method, re.sub(r"/[A-Z]\w*", "/_", asked.path), *sorted(asked.query))
    known = asked.method == "GET" and shape in _held_against
    _held_against.add(shape)
    return not known


@dataclass
class Booked:
    """One invitee as Calendly keeps them."""

    event: str
    uuid: str
    name: str
    email: str
    phone: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    canceled: tuple[str, str] | None = None
    rescheduled: bool = False
    old: str | None = None
    new: str | None = None
    no_show: str = ""

    @property
    def uri(self) -> str:
        return f"{self.event}/invitees/{self.uuid}"

    @property
    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "uri": self.uri, "email": self.email, "name": self.name, "first_name": None, "last_name": None,
            "status": "canceled" if self.canceled else "active", "timezone": "Europe/Berlin",
            "event": self.event, "created_at": told(0), "updated_at": told(0), "tracking": {},
            "questions_and_answers": [
                {"question": question, "answer": answer, "position": at}
                for at, (question, answer) in enumerate(self.answers.items())
            ],
            "text_reminder_number": self.phone, "rescheduled": self.rescheduled, "old_invitee": self.old,
            "new_invitee": self.new, "routing_form_submission": None, "payment": None,
            "cancel_url": f"https://calendly.com/cancellations/{self.uuid}",
            "reschedule_url": f"https://calendly.com/reschedulings/{self.uuid}",
            "no_show": {"uri": self.no_show, "created_at": told(0)} if self.no_show else None,
            "reconfirmation": None,
        }  # fmt: skip
        if self.canceled:
            by, why = self.canceled
            shown["cancellation"] = {"canceled_by": "Somebody", "reason": why, "canceler_type": by}
        return shown


@dataclass
class Time:
    """One event as Calendly keeps it."""

    uri: str
    starts: int
    minutes: int
    title: str
    host: str
    changed: int
    invitees: list[Booked] = field(default_factory=list)
    location: dict[str, Any] = field(default_factory=lambda: {"type": "physical", "location": "Here"})

    @property
    def canceled(self) -> bool:
        return all(one.canceled for one in self.invitees)

    @property
    def shown(self) -> dict[str, Any]:
        active = sum(not one.canceled for one in self.invitees)
        return {
            "uri": self.uri, "name": self.title, "status": "canceled" if self.canceled else "active",
            "start_time": told(self.starts), "end_time": told(self.starts + self.minutes * 60),
            "event_type": f"{HOME}/event_types/T", "location": self.location,
            "invitees_counter": {"total": len(self.invitees), "active": active, "limit": 9},
            "created_at": told(0), "updated_at": told(self.changed), "event_guests": [],
            "event_memberships": [{"user": f"{HOME}/users/{self.host}"}], "calendar_event": None,
        }  # fmt: skip


class FakeCalendly(FakeWeb):
    """``users`` are the hosts: email addresses by the last part of their key. ``page`` is rows of a page."""

    def __init__(self, clock: list[int], users: dict[str, str], page: int = 100) -> None:
        super().__init__()
        self.clock, self.users, self.page = clock, users, page
        self.times: dict[str, Time] = {}
        self.free: list[int] = []
        self.types = {"Follow-up": ("T1", 30, next(iter(users), ""))}
        self.hidden: set[str] = set()
        self._made = 0
        self._folder: Path | None = None

    # --- what people do there ---------------------------------------------------------------------

    def next(self) -> int:
        """A number that nothing has yet; each change is later than the one before."""
        self._made += 1
        return self._made

    def book(
        self, starts: int, email: str, name: str = "Jane Doe", title: str = "Follow-up", minutes: int = 30,
        host: str = "LEE", **more: Any,
    ) -> Booked:  # fmt: skip
        time = Time(f"{HOME}/scheduled_events/E{self.next()}", starts, minutes, title, host, self.stamp())
        self.times[time.uri] = time
        return self.join(time.uri, email, name, **more)

    def join(self, event: str, email: str, name: str = "Jane Doe", **more: Any) -> Booked:
        booked = Booked(event, f"I{self.next()}", name, email, **more)
        self.times[event].invitees.append(booked)
        self.times[event].changed = self.stamp()
        return booked

    def stamp(self) -> int:
        return self.clock[0] + self.next()

    def cancel(self, booked: Booked, by: str = "invitee", why: str = "No time") -> None:
        booked.canceled = (by, why)
        self.times[booked.event].changed = self.stamp()

    def move(self, booked: Booked, starts: int) -> Booked:
        """Reschedule: a new event and invitee; the old ones are canceled."""
        time = self.times[booked.event]
        new = self.book(starts, booked.email, booked.name, time.title, time.minutes, time.host)
        booked.rescheduled, booked.new, new.old = True, new.uri, booked.uri
        self.cancel(booked, why="moved")
        return new

    def mark(self, booked: Booked, *, missed: bool = True) -> None:
        booked.no_show = f"{HOME}/invitee_no_shows/N{self.next()}" if missed else ""
        self.times[booked.event].changed = self.stamp()

    # --- what it answers --------------------------------------------------------------------------

    def described(self, asked: Asked) -> Path | None:
        """Bookings by programs are described in a document of their own."""
        if self._folder is None or not _is_new(asked):
            return None
        return self._folder / (ADDED if asked.path == "/invitees" else BASE)

    def against(self, folder: Path) -> None:
        self._folder = folder

    def do(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Said(401, {"title": "Unauthenticated", "message": "The access token is invalid"})
        parts = asked.path.strip("/").split("/")
        act = getattr(self, f"_{asked.method.lower()}_{parts[0]}")
        said: Said = act(asked, parts[1:])
        return said

    def _get_users(self, asked: Asked, rest: list[str]) -> Said:
        return Said(200, {"resource": {"uri": f"{HOME}/users/ME", "current_organization": ORGANIZATION}})

    def _get_organization_memberships(self, asked: Asked, rest: list[str]) -> Said:
        users = [{"uri": f"{HOME}/users/{key}", "email": email} for key, email in self.users.items()]
        return self._paged(asked, [{"user": user} for user in users])

    def _get_event_types(self, asked: Asked, rest: list[str]) -> Said:
        return self._paged(
            asked,
            [
                {"uri": f"{HOME}/event_types/{key}", "name": name, "active": True, "duration": minutes,
                 "profile": {"type": "User", "name": "x", "owner": f"{HOME}/users/{host}"}}
                for name, (key, minutes, host) in self.types.items()
            ],
        )  # fmt: skip

    def _get_event_type_available_times(self, asked: Asked, rest: list[str]) -> Said:
        window = range(seconds(asked.query["start_time"]), seconds(asked.query["end_time"]))
        free = [{"status": "available", "start_time": told(at)} for at in self.free if at in window]
        return Said(200, {"collection": free})

    def _get_scheduled_events(self, asked: Asked, rest: list[str]) -> Said:
        if not rest:
            window = range(seconds(asked.query["min_start_time"]), seconds(asked.query["max_start_time"]))
            email = asked.query.get("invitee_email")
            found = [
                time.shown
                for time in sorted(self.times.values(), key=lambda time: time.starts)
                if time.starts in window
                and time.uri not in self.hidden
                and (email is None or any(one.email == email for one in time.invitees))
                and asked.query.get("status") in (None, time.shown["status"])
            ]
            return self._paged(asked, found)
        time = self.times.get(f"{HOME}/scheduled_events/{rest[0]}")
        if time is None:
            return Said(404, {"title": "Resource Not Found", "message": "gone"})
        if len(rest) == 1:
            return Said(200, {"resource": time.shown})
        if len(rest) == 2:
            return self._paged(asked, [one.shown for one in time.invitees])
        return Said(200, {"resource": next(one for one in time.invitees if one.uuid == rest[2]).shown})

    def _paged(self, asked: Asked, rows: list[dict[str, Any]]) -> Said:
        start, size = int(asked.query.get("page_token", "0")), min(self.page, int(asked.query["count"]))
        token = str(start + size) if start + size < len(rows) else None
        some = rows[start : start + size]
        return Said(200, {"collection": some, "pagination": {"count": len(some), "next_page_token": token}})

    def _post_scheduled_events(self, asked: Asked, rest: list[str]) -> Said:
        time = self.times[f"{HOME}/scheduled_events/{rest[0]}"]
        if time.canceled:
            return Said(403, {"title": "Permission Denied", "message": "Event is already canceled"})
        for one in time.invitees:
            self.cancel(one, "host", asked.json["reason"])
        return Said(201, {"resource": time.invitees[0].shown["cancellation"]})

    def _post_invitee_no_shows(self, asked: Asked, rest: list[str]) -> Said:
        uri = asked.json["invitee"]
        booked = next(one for time in self.times.values() for one in time.invitees if one.uri == uri)
        self.mark(booked)
        return Said(201, {"resource": {"uri": booked.no_show, "invitee": uri, "created_at": told(0)}})

    def _delete_invitee_no_shows(self, asked: Asked, rest: list[str]) -> Said:
        uri = f"{HOME}/invitee_no_shows/{rest[0]}"
        for time in self.times.values():
            for one in time.invitees:
                if one.no_show == uri:
                    self.mark(one, missed=False)
                    return Said(204)
        return Said(404, {"title": "Resource Not Found", "message": "gone"})

    def _post_invitees(self, asked: Asked, rest: list[str]) -> Said:
        starts, who = seconds(asked.json["start_time"]), asked.json["invitee"]
        if starts not in self.free:
            return Said(400, {"title": "Invalid Argument", "message": "The supplied parameters are invalid."})
        self.free.remove(starts)
        key = asked.json["event_type"].rpartition("/")[2]
        name, (_, minutes, host) = next(one for one in self.types.items() if one[1][0] == key)
        return Said(
            201, {"resource": self.book(starts, who["email"], who["name"], name, minutes, host).shown}
        )

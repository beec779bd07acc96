"""Calendly: what was booked there, and the little that it lets others do.

There is no feed of changes: what lies ahead is listed again each time, a hundred at a time, by tokens that
are good for one listing. Keys are addresses; only their last parts are ever used, so that nothing that
Calendly says leads anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..domain.bookings import DAY, Event, Invitee, Offering, Wanted
from ..domain.delivery import Trouble, Undelivered
from ..domain.text import tidy
from ..errors import SettingsError
from .calendly_read import (
    event_of,
    invitee_of,
    key_in,
    last_of,
    offering_of,
    path_of,
    start_of,
    text,
    told,
)
from .web import Answer, Web, quoted

ADDRESS = "https://api.calendly.com"
AT_ONCE = "100"
"""Rows of one page: the most that it gives."""
PAGES = 500
"""Pages of one listing: more are no clinic's."""
WINDOW = 60
"""Seconds to wait where it asks for patience and does not say how long."""
TRACKING = dict.fromkeys(
    ("utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term", "salesforce_uuid")
)
"""All of its six keys or none: else it refuses."""


class Calendly:
    """A :class:`~pim_tui.domain.bookings.BookingService` over one account's token.

    ``token`` is read the moment it is needed; ``clock`` tells UTC seconds.
    """

    def __init__(
        self, token: Callable[[], str], clock: Callable[[], int], base: str = "", timeout: float = 20.0
    ) -> None:
        self._token, self._clock = token, clock
        self._web = Web("Calendly", base or ADDRESS, timeout=timeout)
        self._organization = ""
        self._users: dict[str, str] | None = None

    def close(self) -> None:
        """Let go of the line."""
        self._web.close()

    # --- what is there ----------------------------------------------------------------------------

    def events(self, since: int, until: int) -> list[Event]:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        window = {"min_start_time": told(since), "max_start_time": told(until), "sort": "start_time:asc"}
        return self._events(window)

    def event(self, key: str) -> Event | None:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        found = self._one(_path(key))
        return event_of(found) if found else None

    def with_hosts(self, event: Event) -> Event:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        hosts = tuple(filter(None, (one if "@" in one else self._user(one) for one in event.hosts)))
        return replace(event, hosts=hosts)

    def invitees(self, event: str) -> list[Invitee]:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        return list(filter(None, map(invitee_of, self._listed(_path(event, "/invitees"), {}))))

    def invitee(self, key: str) -> Invitee | None:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        found = self._one(_path(key))
        return invitee_of(found) if found else None

    def offerings(self) -> list[Offering]:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        asked = {"organization": self._whose(), "active": "true"}
        found = filter(None, map(offering_of, self._listed("/event_types", asked)))
        return [Offering(one.key, one.name, one.minutes, self._user(one.host)) for one in found]

    def free(self, offering: str, since: int, until: int) -> list[int]:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        window = {"start_time": told(since), "end_time": told(min(until, since + 31 * DAY))}
        found = self._listed("/event_type_available_times", {"event_type": offering, **window}, paged=False)
        return [start for one in found if (start := start_of(one)) is not None]

    def booked(self, email: str, starts_at: int) -> tuple[Event, Invitee] | None:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        around = {"min_start_time": told(starts_at - 60), "max_start_time": told(starts_at + 60)}
        for event in self._events({"invitee_email": email, "status": "active", **around}):
            for invitee in self.invitees(event.key) if event.starts_at == starts_at else ():
                if invitee.email.casefold() == email.casefold() and not invitee.canceled:
                    return event, invitee
        return None

    # --- what is done -----------------------------------------------------------------------------

    def cancel(self, event: str, reason: str) -> None:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        answer = self._ask("POST", _path(event, "/cancellation"), json={"reason": tidy(reason, limit=1000)})
        said = str(_body(answer).get("message", "")).casefold()
        if answer.status == 404 or (answer.status in (400, 403) and "already" in said):
            return
        if answer.status == 403 and "past" in said:
            raise Undelivered(Trouble.CONTENT, "Calendly cancels nothing that has begun.")
        self._checked(answer, "POST", 201)

    def mark_no_show(self, invitee: str) -> str:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        answer = self._ask("POST", "/invitee_no_shows", json={"invitee": invitee})
        return "" if answer.status == 404 else key_in(self._checked(answer, "POST", 201), "uri")

    def take_back_no_show(self, mark: str) -> None:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        answer = self._ask("DELETE", f"/invitee_no_shows/{last_of(mark)}")
        if answer.status not in (204, 404):
            self._checked(answer, "DELETE", 204)

    def book(self, wanted: Wanted) -> Invitee:
        """See :class:`~pim_tui.domain.bookings.BookingService`."""
        who = {"name": wanted.name, "email": wanted.email, "timezone": wanted.zone}
        starts = told(wanted.starts_at)
        asked = {"event_type": wanted.offering, "start_time": starts, "invitee": who, "tracking": TRACKING}
        answer = self._ask("POST", "/invitees", json=asked)
        if answer.status == 403:
            raise Undelivered(
                Trouble.PLAN,
                "The clinic's Calendly plan does not let the program book: it takes a paid plan, and a token"
                " that may write.",
            )
        if answer.status == 404:
            raise Undelivered(Trouble.CONTENT, "Calendly does not know this kind of event any more.")
        found = invitee_of(self._checked(answer, "POST", 201))
        if found is None:
            raise Undelivered(Trouble.UNSURE, "Calendly did not say what it booked.")
        return found

    # --- asking -----------------------------------------------------------------------------------

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, json: Any = None
    ) -> Answer:
        try:
            token = self._token()
        except SettingsError as error:
            raise Undelivered(Trouble.SETTINGS, f"calendly_token: {error.message}") from error
        return self._web.ask(
            method, path, query=query, json=json, headers={"Authorization": f"Bearer {token}"}
        )

    def _checked(self, answer: Answer, method: str, wanted: int) -> dict[str, Any]:
        """The ``resource`` of an answer; raises :class:`Undelivered` for any but the ``wanted`` one."""
        if answer.status == wanted:
            found = _body(answer).get("resource")
            return found if isinstance(found, dict) else {}
        raise _trouble(answer, method, self._clock())

    def _one(self, path: str) -> dict[str, Any] | None:
        answer = self._ask("GET", path)
        return None if answer.status == 404 else self._checked(answer, "GET", 200)

    def _listed(self, path: str, query: Mapping[str, str], *, paged: bool = True) -> Iterator[dict[str, Any]]:
        """Every row of a listing, page after page."""
        asked = {**query, **({"count": AT_ONCE} if paged else {})}
        for _ in range(PAGES):
            answer = self._ask("GET", path, asked)
            if answer.status == 404:
                return
            self._checked(answer, "GET", 200)
            body = _body(answer)
            rows, page = body.get("collection"), body.get("pagination")
            if not isinstance(rows, list):
                raise Undelivered(Trouble.BUSY, "Calendly's answer makes no sense.")
            yield from (row for row in rows if isinstance(row, dict))
            token = page.get("next_page_token") if isinstance(page, dict) else None
            if not isinstance(token, str) or not token:
                return
            asked["page_token"] = token
        raise Undelivered(Trouble.BUSY, "Calendly does not come to an end with its list.")

    def _events(self, query: Mapping[str, str]) -> list[Event]:
        asked = {"organization": self._whose(), **query}
        return list(filter(None, map(event_of, self._listed("/scheduled_events", asked))))

    def _whose(self) -> str:
        """The organization that the token belongs to."""
        if not self._organization:
            me = self._one("/users/me") or {}
            self._organization = key_in(me, "current_organization")
            if not self._organization:
                raise Undelivered(Trouble.LOGIN, "Calendly does not say whose token calendly_token is.")
        return self._organization

    def _user(self, key: str) -> str:
        """The email address of a user; empty where nobody of the clinic is meant."""
        if self._users is None:
            rows = self._listed("/organization_memberships", {"organization": self._whose()})
            users = [row["user"] for row in rows if isinstance(row.get("user"), dict)]
            self._users = {key_in(one, "uri"): text(one, "email", 254) for one in users}
        return self._users.get(key, "")


def _path(key: str, more: str = "") -> str:
    """Where to ask for what a key names."""
    if not (path := path_of(key)):
        raise Undelivered(Trouble.CONTENT, "Calendly names something by an address that is none.")
    return path + more


def _body(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    return found if isinstance(found, dict) else {}


def _trouble(answer: Answer, method: str, now: int) -> Undelivered:
    """What an answer means that was not hoped for, in a sentence for the desk."""
    status, reads = answer.status, method == "GET"
    if status == 401:
        says = "Calendly does not accept the token: put a new one where calendly_token says."
        return Undelivered(Trouble.LOGIN, says)
    if status == 403:
        says = "Calendly does not allow this to the clinic's token or plan" + quoted(answer, "message")
        return Undelivered(Trouble.PLAN, f"{says}.")
    if status == 429:
        reset = answer.headers.get("x-ratelimit-reset", "")
        wait = min(int(reset), DAY) if reset.isascii() and reset.isdigit() and len(reset) < 9 else WINDOW
        return Undelivered(
            Trouble.LATER, "Calendly asks for patience: too much was asked.", now + max(wait, 1)
        )
    if status == 424 or (status >= 500 and reads):
        return Undelivered(Trouble.BUSY, "Calendly has a fault of its own at present.")
    if status >= 500:
        return Undelivered(Trouble.UNSURE, "Calendly had a fault: what was asked for may have been done.")
    if status == 404:
        return Undelivered(Trouble.CONTENT, "Calendly does not know this booking any more.")
    if status == 409:
        return Undelivered(Trouble.CONTENT, "Calendly has this already.")
    if 300 <= status < 400:
        return Undelivered(Trouble.SETTINGS, "Calendly sends elsewhere: check calendly_url.")
    return Undelivered(Trouble.CONTENT, f"Calendly does not take this{_blamed(answer)}.")


def _blamed(answer: Answer) -> str:
    """The field that is wrong, where it says which."""
    details = _body(answer).get("details")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    field = text(first, "parameter", 60)
    return f": {field}" if field else quoted(answer, "message")

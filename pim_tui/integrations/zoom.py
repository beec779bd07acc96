"""Zoom: meetings of the clinic's own account, made and changed by its server-to-server app.

A meeting is found again by our reference, which is the first thing in its agenda: a list shows no more than
the beginning. The link that starts a meeting is read out and handed on, and nothing else is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from ..domain.delivery import Trouble, Undelivered
from ..domain.links import meeting as safe_link
from ..domain.meetings import Issued, Made, Pass, Passes, Wish
from ..domain.text import clean
from .instants import instant, written
from .web import A_DAY, Answer, Web
from .zoom_answers import gone, passed, refused

API, LOGIN = "https://api.zoom.us", "https://zoom.us"
SCHEDULED = 2
"""A meeting with a time, once."""
NO_REGISTRATION = 2
PAGE, PAGES = 300, 10
LONGEST_LINK, LONGEST_MEETING = 1000, 10_000
"""Characters of a link that is kept, and minutes of a meeting: no answer with more is taken for one."""
_TOKEN = re.compile(r"[!-~]{1,4000}")
SCOPES = {
    "POST": "meeting:write:meeting:admin",
    "PATCH": "meeting:update:meeting:admin",
    "DELETE": "meeting:delete:meeting:admin",
    "GET": "meeting:read:meeting:admin, meeting:read:list_meetings:admin",
}
"""What the clinic's app must be allowed, by what is asked."""


class Zoom:
    """:class:`~pim_tui.domain.meetings.Meetings` at Zoom. ``line`` opens one to an address."""

    def __init__(
        self, passes: Passes, clock: Callable[[], int], line: Callable[[str], Web] | None = None
    ) -> None:
        self._passes, self._clock = passes, clock
        self._line = line or (lambda base: Web("Zoom", base))
        self._web: Web | None = None

    def make(self, wish: Wish) -> Made:
        """See :class:`~pim_tui.domain.meetings.Meetings`."""
        answer = self._ask("POST", f"users/{_host(wish.host)}/meetings", json=_new(wish))
        if (made := _made(answer.json(), wish.host)) is None:
            raise Undelivered(Trouble.UNSURE, "Zoom's answer cannot be read: the meeting may be there.")
        return made

    def change(self, key: str, wish: Wish) -> Made | None:
        """See :class:`~pim_tui.domain.meetings.Meetings`. A start that has passed is ignored without a word,
        so the meeting is read back.
        """
        if gone(self._ask("PATCH", _meeting(key), json=_told(wish))):
            return None
        answer = self._ask("GET", _meeting(key))
        return None if gone(answer) else _read(answer, wish.host)

    def remove(self, key: str) -> None:
        """See :class:`~pim_tui.domain.meetings.Meetings`."""
        nobody = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}
        self._ask("DELETE", _meeting(key), query=nobody)

    def find(self, host: str, reference: str, starts_at: int) -> tuple[Made, ...]:
        """See :class:`~pim_tui.domain.meetings.Meetings`. A list shows no passcodes: each is read."""
        found = [one for one in self._listed(host, starts_at) if _agenda(one).startswith(reference)]
        answers = [self._ask("GET", _meeting(str(one.get("id", "")))) for one in found]
        return tuple(_read(answer, host) for answer in answers if not gone(answer))

    def start_link(self, key: str) -> str:
        """See :class:`~pim_tui.domain.meetings.Meetings`."""
        answer = self._ask("GET", _meeting(key))
        if gone(answer):
            raise Undelivered(Trouble.CONTENT, "Zoom has this meeting no more.")
        found = answer.json()
        if not (link := safe_link(str(found.get("start_url", "")) if isinstance(found, dict) else "")):
            raise Undelivered(Trouble.CONTENT, "Zoom names no link that could be opened.")
        return link

    def close(self) -> None:
        """See :class:`~pim_tui.domain.meetings.Meetings`."""
        if self._web is not None:
            self._web.close()
            self._web = None

    def _listed(self, host: str, starts_at: int) -> Iterator[Mapping[str, Any]]:
        """The host's meetings of the days about ``starts_at``, page by page."""
        day = datetime.fromtimestamp(starts_at, UTC).date()
        # What has begun is upcoming no more, unless somebody is in it.
        kind = "upcoming" if starts_at > self._clock() else "scheduled"
        before, after = str(day - timedelta(1)), str(day + timedelta(1))
        query = {"type": kind, "page_size": str(PAGE), "from": before, "to": after}
        for _ in range(PAGES):
            found = self._ask("GET", f"users/{_host(host)}/meetings", query=query).json()
            if not isinstance(found, dict):
                raise Undelivered(Trouble.BUSY, "Zoom's list of meetings cannot be read.")
            rows = found.get("meetings")
            yield from (one for one in (rows if isinstance(rows, list) else ()) if isinstance(one, dict))
            if not (more := found.get("next_page_token")):
                return
            query["next_page_token"] = str(more)
        raise Undelivered(Trouble.BUSY, "Zoom's list of meetings does not end.")

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        """The answer where it is a yes, or that there is no such meeting. A pass that is refused is renewed
        once, and what was asked repeated once.
        """
        mine = self._passes.current()
        answer = self._once(mine, method, path, **more)
        if passed(answer):
            answer = self._once(self._passes.renewed(mine), method, path, **more)
        if answer.status < 300 or gone(answer):
            return answer
        raise refused(answer, self._clock(), reads=method == "GET", scopes=SCOPES[method])

    def _once(self, mine: Pass, method: str, path: str, **more: Any) -> Answer:
        base = (mine.base or API).rstrip("/")
        if self._web is None or self._web.base != base:
            self.close()
            self._web = self._line(base)
        headers = {"Authorization": f"Bearer {mine.token}"}
        return self._web.ask(method, f"v2/{path}", headers=headers, **more)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Asks for a pass with the clinic's own account; ``secret`` is called the moment it is needed. ``api`` is
    where meetings are made, empty for where Zoom says.

    What names the account goes in the body, which no server on the way writes into its log.
    """

    account: str
    client: str
    secret: Callable[[], str] = field(repr=False)
    clock: Callable[[], int]
    web: Web
    api: str = ""

    def __call__(self) -> Issued:
        """A new pass, which makes every other one void. Raises Undelivered."""
        answer = self._asked()
        if answer.status >= 300:
            raise refused(answer, self.clock(), signs_in=True)
        found = answer.json() if isinstance(answer.json(), dict) else {}
        token, seconds = found.get("access_token"), found.get("expires_in")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token) or type(seconds) is not int:
            raise Undelivered(Trouble.LINE, "Zoom's answer to our signing in cannot be read.")
        return Issued(token, min(seconds, A_DAY), self.api or str(found.get("api_url") or ""))

    def _asked(self) -> Answer:
        form = {"grant_type": "account_credentials", "account_id": self.account}
        try:
            return self.web.ask("POST", "oauth/token", form=form, basic=(self.client, self.secret()))
        except Undelivered as undelivered:
            # Whether a pass was given out or not, no meeting was touched.
            if undelivered.trouble == Trouble.UNSURE:
                raise Undelivered(Trouble.LINE, "Zoom did not answer when it was to sign us in.") from None
            raise
        finally:
            self.web.close()


def _new(wish: Wish) -> dict[str, Any]:
    """A meeting that nobody enters before the host, which is not recorded and of which nobody is told."""
    settings = {
        "waiting_room": True,
        "join_before_host": False,
        "approval_type": NO_REGISTRATION,
        "auto_recording": "none",
        "use_pmi": False,
        "email_notification": False,
    }
    return {**_told(wish), "type": SCHEDULED, "default_password": True, "settings": settings}


def _told(wish: Wish) -> dict[str, Any]:
    return {
        "topic": wish.topic,
        "start_time": written(wish.starts_at),
        "duration": wish.minutes,
        "timezone": wish.zone,
        "agenda": f"{wish.reference} Booked in the clinic's appointment book.",
    }


def _read(answer: Answer, host: str) -> Made:
    if (made := _made(answer.json(), host)) is None:
        raise Undelivered(Trouble.BUSY, "What Zoom says of a meeting cannot be read.")
    return made


def _made(found: Any, host: str) -> Made | None:
    """A meeting in Zoom's words; None where it is none that anybody could join."""
    if not isinstance(found, dict):
        return None
    key, link = found.get("id"), safe_link(str(found.get("join_url", "")))
    starts_at, minutes = instant(found.get("start_time")), found.get("duration")
    if type(key) is not int or not link or len(link) > LONGEST_LINK or starts_at is None:
        return None
    if type(minutes) is not int or not 0 < minutes < LONGEST_MEETING:
        return None
    return Made(str(key), host, link, clean(str(found.get("password") or ""), limit=40), starts_at, minutes)


def _agenda(found: Mapping[str, Any]) -> str:
    return str(found.get("agenda") or "").lstrip()


def _host(host: str) -> str:
    return quote(host, safe="@")


def _meeting(key: str) -> str:
    return f"meetings/{quote(key, safe='')}"

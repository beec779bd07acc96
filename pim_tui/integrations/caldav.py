"""A calendar on a CalDAV server (RFC 4791, RFC 6578): eight requests, and what each answer means.

Servers differ. One says with 403 that it does not know a token, others with 412, 418 or 507; one gives no
etag for what was put; one has no report of changes at all. All of that ends here. Nothing is followed to
another address, and what does not read as an answer is a trouble in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from xml.sax.saxutils import escape

from ..domain.calendars import Changes, Member, Put, Standing, TokenVoid
from ..domain.delivery import Trouble, Undelivered
from .davline import CANNOT, NAMESPACES, DavLine, is_calendar
from .multistatus import (
    CAL,
    DAV,
    LONGEST_TOKEN,
    SERVER,
    Multistatus,
    Response,
    Unreadable,
    href_in,
    names,
    read,
    sound,
    sound_etag,
    spelling,
)
from .web import TIMEOUT_SECONDS

AT_ONCE = 50
"""Resources that one report is asked for."""
LARGEST_EVENT = 4 * 1024 * 1024
"""Bytes of one resource that are looked at."""
VOID = (409, 410, 412, 418, 507)
"""What servers answer to a token they do not know, or to a question that would take too long to answer;
403 is one where its body says so.
"""
_MOST_PAGES = 200
_TOKEN = f"{DAV}sync-token"


class Calendar:
    """A :class:`~pim_tui.domain.calendars.RemoteCalendar`; made of what :class:`DavLine` is made of."""

    def __init__(
        self,
        whose: str,
        address: str,
        password: Callable[[], str] | None = None,
        *,
        clock: Callable[[], int],
        ca_file: str = "",
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._line = DavLine(whose, address, password, clock=clock, ca_file=ca_file, timeout=timeout)
        self.name = self._line.name

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()

    def named(self, name: str) -> str:
        """The href of the member called ``name``."""
        return f"{self._line.path}{spelling(name)}"

    # --- reading ------------------------------------------------------------------------------------

    def offers(self) -> str:
        """What the server can do, for whoever tries the settings out: a sentence."""
        answer = self._line.ask("OPTIONS", self._line.path)
        self._line.require(answer, 200, 204)
        if "calendar-access" not in answer.headers.get("dav", ""):
            raise Undelivered(Trouble.SETTINGS, f"{self.name}: the server is no calendar server.")
        syncs = self.standing().syncs
        return f"{self.name} is there{'' if syncs else '; the server does not tell changes, all is listed'}."

    def standing(self) -> Standing:
        """How it stands; refuses an address at which there is no calendar."""
        answer = self._line.asked(
            "PROPFIND",
            f"<D:propfind {NAMESPACES}><D:prop><D:resourcetype/><D:sync-token/><S:getctag/>"
            "<D:supported-report-set/></D:prop></D:propfind>",
            depth="0",
        )
        self._line.require(answer, 207)
        found = self._line.read(answer).responses
        if not found or not is_calendar(found[0]):
            raise self._line.not_there()
        token, mark = (found[0].text(name, LONGEST_TOKEN) for name in (_TOKEN, f"{SERVER}getctag"))
        token = token if sound(token, LONGEST_TOKEN) else ""
        reports = found[0].found.get(f"{DAV}supported-report-set")
        syncs = reports is None or reports.find(f".//{DAV}sync-collection") is not None
        return Standing(token, mark, bool(token) and syncs)

    def changes(self, token: str) -> Changes:
        """What has changed since ``token``; raises :class:`TokenVoid`."""
        there: dict[str, str] = {}
        gone: dict[str, None] = {}
        for _ in range(_MOST_PAGES):
            page, more = self._page(token)
            for one in page.responses:
                href = self._line.member(one.href)
                if href and one.status in (404, 410):
                    there.pop(href, None)
                    gone[href] = None
                elif href and one.status == 200:
                    gone.pop(href, None)
                    there[href] = one.etag
            if not page.token or (more and page.token == token):
                break
            token = page.token
            if not more:
                return Changes(there, tuple(gone), token)
        raise TokenVoid

    def _page(self, token: str) -> tuple[Multistatus, bool]:
        """What the server tells in one answer, and whether it has kept something back (RFC 6578 3.6)."""
        answer = self._line.asked(
            "REPORT",
            f"<D:sync-collection {NAMESPACES}><D:sync-token>{escape(token)}</D:sync-token>"
            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>",
            depth="0",
        )
        lost = names(answer.body, f"{DAV}valid-sync-token") if answer.status >= 400 else False
        if lost or answer.status in VOID or answer.status in CANNOT:
            raise TokenVoid
        self._line.require(answer, 207)
        page = self._line.read(answer)
        return page, any(one.status == 507 for one in page.responses)

    def listing(self, first: int, last: int) -> Mapping[str, str]:
        """The etags of the events that touch ``[first, last)``, and perhaps of others, by href.

        Where the server does not answer by time, of all that is there.
        """
        window = f'<C:time-range start="{_stamp(first)}" end="{_stamp(last)}"/>'
        answer = self._line.asked("REPORT", _query(window), depth="1")
        if answer.status in CANNOT or answer.status == 507:
            answer = self._line.asked(
                "PROPFIND",
                f"<D:propfind {NAMESPACES}><D:prop><D:getetag/></D:prop></D:propfind>",
                depth="1",
            )
        self._line.require(answer, 207)
        responses = self._line.read(answer).responses
        found = {self._line.member(one.href): one.etag for one in responses if one.status == 200}
        return {href: etag for href, etag in found.items() if href}

    def fetched(self, hrefs: Sequence[str]) -> Sequence[Member]:
        """These resources; those that are gone are left out, those too large come without their data."""
        found: list[Member] = []
        for at in range(0, len(hrefs), AT_ONCE):
            found += self._together(hrefs[at : at + AT_ONCE])
        return found

    def _together(self, hrefs: Sequence[str]) -> Sequence[Member]:
        """Some by one report; one by one what is not in its answer, or where there is none."""
        told: dict[str, Member | None] = {}
        answer = self._line.unless_endless(partial(self._line.asked, "REPORT", _multiget(hrefs), depth="1"))
        if answer is not None and answer.status not in CANNOT:
            self._line.require(answer, 207)
            with suppress(Unreadable):
                told = dict(map(self._told, read(answer.body).responses))
        members = (told[href] if href in told else self.get(href) for href in hrefs)
        return [one for one in members if one is not None]

    def _told(self, one: Response) -> tuple[str, Member | None]:
        href = self._line.member(one.href)
        if one.status in (404, 410) or f"{CAL}calendar-data" not in one.found:
            return (href, None) if one.status in (404, 410) else ("", None)
        text = "".join(one.found[f"{CAL}calendar-data"].itertext())
        data = text.encode("utf-8", "replace")
        return href, Member(href, one.etag, data if len(data) <= LARGEST_EVENT else b"")

    def get(self, href: str) -> Member | None:
        """One resource; None where it is gone."""
        answer = self._line.unless_endless(partial(self._line.ask, "GET", href))
        if answer is None:
            return Member(href, "", b"")
        if answer.status in (404, 410):
            return None
        self._line.require(answer, 200)
        data = answer.body if len(answer.body) <= LARGEST_EVENT else b""
        return Member(href, sound_etag(answer.headers.get("etag", "").strip()), data)

    # --- writing ------------------------------------------------------------------------------------

    def put(self, href: str, data: bytes, etag: str | None) -> Put:
        """Write a resource: in the place of that with ``etag``, or with None where there is none.

        An etag that is not known is asked for once.
        """
        expects = {"If-None-Match": "*"} if etag is None else {"If-Match": etag} if etag else {}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **expects}
        answer = self._line.ask("PUT", href, headers=headers, body=data)
        if answer.status in (200, 201, 204):
            given = sound_etag(answer.headers.get("etag", "").strip())
            if not given and (there := self.get(href)) is not None:
                given = there.etag
            return Put("done", given)
        if answer.status in (404, 410, 412) and not names(answer.body, f"{CAL}no-uid-conflict"):
            return Put("conflict")
        if names(answer.body, f"{CAL}no-uid-conflict"):
            return Put("elsewhere", href=self._line.member(href_in(answer.body, f"{CAL}no-uid-conflict")))
        if answer.status in (400, 403, 409, 413, 415, 422):
            return Put("refused", says=f"{self.name} does not take a visit (answer {answer.status}).")
        self._line.require(answer)
        raise AssertionError("a refusal always raises")

    def where(self, uid: str) -> str:
        """The href of the event that has this uid; empty where the server does not find it."""
        match = f'<C:text-match collation="i;octet">{escape(uid)}</C:text-match>'
        answer = self._line.asked(
            "REPORT", _query(f'<C:prop-filter name="UID">{match}</C:prop-filter>'), depth="1"
        )
        if answer.status != 207:
            return ""
        found = [
            self._line.member(one.href) for one in self._line.read(answer).responses if one.status == 200
        ]
        return found[0] if len(found) == 1 else ""

    def delete(self, href: str, etag: str) -> bool:
        """Delete the resource with ``etag``; False where it is another by now, True where it is gone."""
        answer = self._line.ask("DELETE", href, headers={"If-Match": etag} if etag else {})
        if answer.status == 412:
            return False
        if answer.status not in (404, 410):
            self._line.require(answer, 200, 202, 204)
        return True


def _query(part: str) -> str:
    return (
        f"<C:calendar-query {NAMESPACES}><D:prop><D:getetag/></D:prop><C:filter>"
        f'<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{part}'
        "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )


def _multiget(hrefs: Sequence[str]) -> str:
    named = "".join(f"<D:href>{escape(href)}</D:href>" for href in hrefs)
    return (
        f"<C:calendar-multiget {NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{named}"
        "</C:calendar-multiget>"
    )


def _stamp(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"

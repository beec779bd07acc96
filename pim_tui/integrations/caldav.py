"""A calendar on a CalDAV server (RFC 4791, RFC 6578): eight requests, and what each answer means.

Servers differ. One says with 403 that it does not know a token, others with 412, 418 or 507; one gives no
etag for what was put; one has no report of changes at all. All of that ends here. Nothing is followed to
another address, and what does not read as an answer is a trouble in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from xml.sax.saxutils import escape

from pim_tui.config import read_calendar
from pim_tui.domain.calendars import Changes, Member, Put, Standing, TokenVoid
from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.errors import SettingsError

from .multistatus import (
    CAL,
    DAV,
    LONGEST_TOKEN,
    SERVER,
    Multistatus,
    Response,
    Unreadable,
    href_in,
    member,
    names,
    read,
    sound,
    sound_etag,
    spelling,
)
from .web import TIMEOUT_SECONDS, Answer, Web

AT_ONCE = 50
"""Resources that one report is asked for."""
LARGEST_EVENT = 4 * 1024 * 1024
"""Bytes of one resource that are looked at."""
VOID = (409, 410, 412, 418, 507)
"""What servers answer to a token they do not know, or to a question that would take too long to answer;
403 is one where its body says so.
"""
_MOST_PAGES = 200
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'


class Calendar:
    """A :class:`~pim_tui.domain.calendars.RemoteCalendar` at an address as in the settings.

    ``whose`` names its owner in sentences. ``password`` is asked for when the first request is made.
    """

    def __init__(
        self,
        whose: str,
        address: str,
        password: Callable[[], str] | None = None,
        *,
        ca_file: str = "",
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        found = read_calendar(address)
        if found is None:
            raise Undelivered(Trouble.SETTINGS, f"The setting caldav has no address for {whose}.")
        self.name = f"The calendar of {whose}"
        self._user, self._origin, path = found
        self._path, self._password = spelling(path), password
        self._basic: tuple[str, str] | None = None
        self._web = Web(self.name, self._origin, timeout=timeout, ca_file=ca_file)

    def close(self) -> None:
        """Let go of the line."""
        self._web.close()

    def named(self, name: str) -> str:
        """The href of the member called ``name``."""
        return f"{self._path}{spelling(name)}"

    # --- reading ------------------------------------------------------------------------------------

    def offers(self) -> str:
        """What the server can do, for whoever tries the settings out: a sentence."""
        answer = self._ask("OPTIONS", self._path)
        self._require(answer, 200, 204)
        if "calendar-access" not in answer.headers.get("dav", ""):
            raise Undelivered(Trouble.SETTINGS, f"{self.name}: the server is no calendar server.")
        syncs = self.standing().syncs
        return f"{self.name} is there{'' if syncs else '; the server does not tell changes, all is listed'}."

    def standing(self) -> Standing:
        """How it stands; refuses an address at which there is no calendar."""
        answer = self._asked(
            "PROPFIND",
            f"<D:propfind {_NAMESPACES}><D:prop><D:resourcetype/><D:sync-token/><S:getctag/>"
            "<D:supported-report-set/></D:prop></D:propfind>",
            depth="0",
        )
        self._require(answer, 207)
        found = self._read(answer).responses
        if not found or not _is_calendar(found[0]):
            raise Undelivered(Trouble.SETTINGS, f"{self.name} is not at its address: see the setting caldav.")
        token, mark = (
            found[0].text(name, LONGEST_TOKEN) for name in (f"{DAV}sync-token", f"{SERVER}getctag")
        )
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
                href = self._member(one.href)
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
        answer = self._asked(
            "REPORT",
            f"<D:sync-collection {_NAMESPACES}><D:sync-token>{escape(token)}</D:sync-token>"
            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>",
            depth="0",
        )
        lost = names(answer.body, f"{DAV}valid-sync-token") if answer.status >= 400 else False
        if lost or answer.status in VOID or answer.status in _CANNOT:
            raise TokenVoid
        self._require(answer, 207)
        page = self._read(answer)
        return page, any(one.status == 507 for one in page.responses)

    def listing(self, first: int, last: int) -> Mapping[str, str]:
        """The etags of the events that touch ``[first, last)``, and perhaps of others, by href.

        Where the server does not answer by time, of all that is there.
        """
        window = f'<C:time-range start="{_stamp(first)}" end="{_stamp(last)}"/>'
        answer = self._asked("REPORT", _query(window), depth="1")
        if answer.status in _CANNOT or answer.status == 507:
            answer = self._asked(
                "PROPFIND",
                f"<D:propfind {_NAMESPACES}><D:prop><D:getetag/></D:prop></D:propfind>",
                depth="1",
            )
        self._require(answer, 207)
        responses = self._read(answer).responses
        found = {self._member(one.href): one.etag for one in responses if one.status == 200}
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
        answer = self._unless_endless(partial(self._asked, "REPORT", _multiget(hrefs), depth="1"))
        if answer is not None and answer.status not in _CANNOT:
            self._require(answer, 207)
            with suppress(Unreadable):
                told = dict(map(self._told, read(answer.body).responses))
        members = (told[href] if href in told else self.get(href) for href in hrefs)
        return [one for one in members if one is not None]

    def _told(self, one: Response) -> tuple[str, Member | None]:
        href = self._member(one.href)
        if one.status in (404, 410) or f"{CAL}calendar-data" not in one.found:
            return (href, None) if one.status in (404, 410) else ("", None)
        text = "".join(one.found[f"{CAL}calendar-data"].itertext())
        data = text.encode("utf-8", "replace")
        return href, Member(href, one.etag, data if len(data) <= LARGEST_EVENT else b"")

    def get(self, href: str) -> Member | None:
        """One resource; None where it is gone."""
        answer = self._unless_endless(partial(self._ask, "GET", href))
        if answer is None:
            return Member(href, "", b"")
        if answer.status in (404, 410):
            return None
        self._require(answer, 200)
        data = answer.body if len(answer.body) <= LARGEST_EVENT else b""
        return Member(href, sound_etag(answer.headers.get("etag", "").strip()), data)

    def _unless_endless(self, ask: Callable[[], Answer]) -> Answer | None:
        """The answer to a question; None for one that does not come to its end."""
        try:
            return ask()
        except Undelivered as error:
            if error.trouble != Trouble.BUSY:
                raise
            return None

    # --- writing ------------------------------------------------------------------------------------

    def put(self, href: str, data: bytes, etag: str | None) -> Put:
        """Write a resource: in the place of that with ``etag``, or with None where there is none.

        An etag that is not known is asked for once.
        """
        expects = {"If-None-Match": "*"} if etag is None else {"If-Match": etag} if etag else {}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **expects}
        answer = self._ask("PUT", href, headers=headers, body=data)
        if answer.status in (200, 201, 204):
            given = sound_etag(answer.headers.get("etag", "").strip())
            if not given and (there := self.get(href)) is not None:
                given = there.etag
            return Put("done", given)
        if answer.status in (404, 410, 412) and not names(answer.body, f"{CAL}no-uid-conflict"):
            return Put("conflict")
        if names(answer.body, f"{CAL}no-uid-conflict"):
            return Put("elsewhere", href=self._member(href_in(answer.body, f"{CAL}no-uid-conflict")))
        if answer.status in (400, 403, 409, 413, 415, 422):
            return Put("refused", says=f"{self.name} does not take a visit (answer {answer.status}).")
        self._require(answer)
        raise AssertionError("a refusal always raises")

    def where(self, uid: str) -> str:
        """The href of the event that has this uid; empty where the server does not find it."""
        match = f'<C:text-match collation="i;octet">{escape(uid)}</C:text-match>'
        answer = self._asked(
            "REPORT", _query(f'<C:prop-filter name="UID">{match}</C:prop-filter>'), depth="1"
        )
        if answer.status != 207:
            return ""
        found = [self._member(one.href) for one in self._read(answer).responses if one.status == 200]
        return found[0] if len(found) == 1 else ""

    def delete(self, href: str, etag: str) -> bool:
        """Delete the resource with ``etag``; False where it is another by now, True where it is gone."""
        answer = self._ask("DELETE", href, headers={"If-Match": etag} if etag else {})
        if answer.status == 412:
            return False
        if answer.status not in (404, 410):
            self._require(answer, 200, 202, 204)
        return True

    # --- asking -------------------------------------------------------------------------------------

    def _asked(self, method: str, text: str, *, depth: str) -> Answer:
        """A question in XML about the calendar itself."""
        body = f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
        return self._ask(method, self._path, headers={**_XML, "Depth": depth}, body=body)

    def _ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        return self._web.ask(method, path, headers=headers, body=body, basic=self._signed())

    def _signed(self) -> tuple[str, str] | None:
        """Name and password, read once for each pass."""
        if self._user and self._basic is None:
            try:
                self._basic = self._user, self._password() if self._password else ""
            except SettingsError as error:
                raise Undelivered(Trouble.SETTINGS, f"{error.message} See caldav_passwords.") from error
        return self._basic

    def _member(self, href: str) -> str:
        return member(href, self._origin, self._path) if href else ""

    def _read(self, answer: Answer) -> Multistatus:
        try:
            return read(answer.body)
        except Unreadable as error:
            raise Undelivered(Trouble.CONTENT, f"{self.name}: the server's answer cannot be read.") from error

    def _not_there(self) -> Undelivered:
        return Undelivered(Trouble.SETTINGS, f"{self.name} is not at its address: see the setting caldav.")

    def _require(self, answer: Answer, *good: int) -> None:
        """Raise what the status of an answer means, unless it is one of those wanted."""
        status = answer.status
        if status in good:
            return
        if status == 401:
            raise Undelivered(Trouble.LOGIN, f"{self.name}: the server does not take the name or password.")
        if status in (403, 405):
            raise Undelivered(Trouble.SETTINGS, f"{self.name}: the server does not allow the program this.")
        if status in (404, 410):
            raise self._not_there()
        if 300 <= status < 400:
            raise Undelivered(
                Trouble.SETTINGS, f"{self.name} has moved: put its new address into the setting caldav."
            )
        if status in (429, 503) and (at := _later(answer)) is not None:
            raise Undelivered(Trouble.LATER, f"{self.name}: the server asks to come again later.", at)
        if status in (408, 423, 429) or status >= 500:
            raise Undelivered(Trouble.BUSY, f"{self.name}: the server cannot do it now (answer {status}).")
        raise Undelivered(Trouble.CONTENT, f"{self.name}: the server did not understand (answer {status}).")


_TOKEN = f"{DAV}sync-token"
_CANNOT = (400, 403, 405, 415, 422, 501)
"""How servers say that they do not know a report."""


def _is_calendar(one: Response) -> bool:
    kind = one.found.get(f"{DAV}resourcetype")
    return kind is not None and kind.find(f"{CAL}calendar") is not None


def _query(part: str) -> str:
    return (
        f"<C:calendar-query {_NAMESPACES}><D:prop><D:getetag/></D:prop><C:filter>"
        f'<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{part}'
        "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )


def _multiget(hrefs: Sequence[str]) -> str:
    named = "".join(f"<D:href>{escape(href)}</D:href>" for href in hrefs)
    return (
        f"<C:calendar-multiget {_NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{named}"
        "</C:calendar-multiget>"
    )


def _stamp(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"


def _later(answer: Answer) -> int | None:
    """When the server wants to be asked again, UTC seconds, within a day; None where it does not say."""
    text = answer.headers.get("retry-after", "").strip()
    now = int(datetime.now(UTC).timestamp())
    if text.isascii() and text.isdecimal():
        return now + min(int(text[:6]), 86_400)
    try:
        at = int(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(at, now), now + 86_400)

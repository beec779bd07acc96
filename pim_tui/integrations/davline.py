"""A line to a WebDAV server: questions in XML about one collection, and what a status means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..domain.delivery import Trouble, Undelivered
from ..domain.text import tidy
from ..errors import SettingsError
from ..settingchecks import read_calendar
from .multistatus import CAL, DAV, Multistatus, Response, Unreadable, local, member, read, spelling
from .web import TIMEOUT_SECONDS, Answer, Web, waits_until

NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'
CANNOT = (400, 403, 405, 415, 422, 501)
"""How servers say that they do not know a report."""
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_WELL_KNOWN = "/.well-known/caldav"
_MOST_NAMED = 3


class DavLine:
    """A line to the collection at an address as in the settings.

    ``whose`` names its owner in sentences. ``password`` is asked for when the first request is made,
    ``clock`` for the present, UTC seconds. Raises :class:`Undelivered` wherever it cannot go on.
    """

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
        found = read_calendar(address)
        if found is None:
            raise Undelivered(Trouble.SETTINGS, f"The setting caldav has no address for {whose}.")
        self.name = f"The calendar of {whose}"
        self._user, self._origin, path = found
        self.path, self._password = spelling(path), password
        self._basic: tuple[str, str] | None = None
        self._clock = clock
        self._web = Web(self.name, self._origin, timeout=timeout, ca_file=ca_file)

    def close(self) -> None:
        """Let go of the line."""
        self._web.close()

    def asked(self, method: str, text: str, *, depth: str, path: str = "") -> Answer:
        """The answer to a question in XML, about the collection itself unless told otherwise."""
        body = f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
        return self.ask(method, path or self.path, headers={**_XML, "Depth": depth}, body=body)

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """The answer to a question, whatever its status."""
        return self._web.ask(method, path, headers=headers, body=body, basic=self._signed())

    def unless_endless(self, ask: Callable[[], Answer]) -> Answer | None:
        """The answer to a question; None for one that does not come to its end."""
        try:
            return ask()
        except Undelivered as error:
            if error.trouble != Trouble.BUSY:
                raise
            return None

    def member(self, href: str) -> str:
        """The href of a member in its one spelling; empty for anything else."""
        return member(href, self._origin, self.path) if href else ""

    def read(self, answer: Answer) -> Multistatus:
        """The responses of an answer."""
        try:
            return read(answer.body)
        except Unreadable as error:
            raise Undelivered(Trouble.CONTENT, f"{self.name}: the server's answer cannot be read.") from error

    def require(self, answer: Answer, *good: int) -> None:
        """Raise what the status of an answer means, unless it is one of those wanted."""
        if (status := answer.status) in good:
            return
        if status == 401:
            raise Undelivered(Trouble.LOGIN, f"{self.name}: the server does not take the name or password.")
        if status in (403, 405):
            raise Undelivered(Trouble.SETTINGS, f"{self.name}: the server does not allow the program this.")
        if status in (404, 410):
            raise self.not_there()
        if 300 <= status < 400:
            raise Undelivered(
                Trouble.SETTINGS, f"{self.name} has moved: put its new address into the setting caldav."
            )
        if status in (429, 503) and (at := waits_until(answer, self._clock())) is not None:
            raise Undelivered(Trouble.LATER, f"{self.name}: the server asks to come again later.", at)
        if status in (408, 423, 429) or status >= 500:
            raise Undelivered(Trouble.BUSY, f"{self.name}: the server cannot do it now (answer {status}).")
        raise Undelivered(Trouble.CONTENT, f"{self.name}: the server did not understand (answer {status}).")

    def not_there(self) -> Undelivered:
        """There is no calendar at the address; what there is is named, so that somebody can put it right."""
        try:
            found = self._calendars()
        except (Undelivered, Unreadable):
            found = []
        there = f"; there is {', '.join(found[:_MOST_NAMED])}" if found else ""
        says = f"{self.name} is not at its address, see the setting caldav{there}."
        return Undelivered(Trouble.SETTINGS, tidy(says))

    # --- looking for calendars ----------------------------------------------------------------------

    def _calendars(self) -> list[str]:
        """The paths of the calendars that the user has: whoever they are, their home, what is in it."""
        begin = self._web.ask("GET", _WELL_KNOWN, basic=self._signed()).headers.get("location", "")
        for path in dict.fromkeys((self.path, local(begin, self._origin) or "/", "/")):
            principal = self._href(path, f"{DAV}current-user-principal")
            home = self._href(principal, f"{CAL}calendar-home-set") if principal else ""
            if home:
                inside = self._properties(home, f"{DAV}resourcetype", depth="1")
                paths = (local(one.href, self._origin) for one in inside if is_calendar(one))
                return [one for one in paths if one]
        return []

    def _href(self, path: str, name: str) -> str:
        """The path that a property of what is at ``path`` names; empty where it names none."""
        for one in self._properties(path, name, depth="0"):
            href = one.found[name].findtext(f"{DAV}href") if name in one.found else None
            return local((href or "").strip(), self._origin)
        return ""

    def _properties(self, path: str, name: str, *, depth: str) -> tuple[Response, ...]:
        space, _, local_name = name[1:].partition("}")
        wanted = f'<x:{local_name} xmlns:x="{space}"/>'
        text = f"<D:propfind {NAMESPACES}><D:prop>{wanted}</D:prop></D:propfind>"
        answer = self.asked("PROPFIND", text, depth=depth, path=path)
        return read(answer.body).responses if answer.status == 207 else ()

    def _signed(self) -> tuple[str, str] | None:
        """Name and password, read once for each pass."""
        if self._user and self._basic is None:
            try:
                self._basic = self._user, self._password() if self._password else ""
            except SettingsError as error:
                raise Undelivered(Trouble.SETTINGS, f"{error.message} See caldav_passwords.") from error
        return self._basic


def is_calendar(one: Response) -> bool:
    """Whether a resource is a calendar."""
    kind = one.found.get(f"{DAV}resourcetype")
    return kind is not None and kind.find(f"{CAL}calendar") is not None

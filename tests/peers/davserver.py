"""A calendar server of this test alone: small, right where it is asked to be, and odd where it is told to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote
from xml.sax.saxutils import escape

from tests.peers.fakeweb import Asked, FakeWeb, Said

PATH = "/anna/visits/"
XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass
class Odd:
    """What this server does otherwise than it should, or only may."""

    no_sync: bool = False
    no_ctag: bool = False
    no_multiget: bool = False
    no_query: bool = False
    no_etag_on_put: bool = False
    void: Said | None = None
    """The answer to a token that is not known."""
    one_uid: bool = False
    """The same uid at another href is refused, as it may be."""
    prefix: str = "D"
    pages: int = 0
    """So many changes in one answer at most; 0: all."""


@dataclass
class Entry:
    """A resource: its text, and when it changed last."""

    text: str
    version: int

    @property
    def etag(self) -> str:
        return f'"v{self.version}"'


@dataclass
class DavServer(FakeWeb):
    """One calendar at :data:`PATH`. ``entries`` are its resources by file name."""

    odd: Odd = field(default_factory=Odd)

    def __post_init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self.dead: dict[str, int] = {}
        self.version = 0
        self.since = 0
        """Tokens older than this are forgotten."""

    # --- what others do in it -----------------------------------------------------------------------

    def write(self, name: str, *lines: str) -> None:
        """Somebody else puts an event there."""
        self.version += 1
        self.dead.pop(name, None)
        body = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""))
        self.entries[name] = Entry(body, self.version)

    def event(self, name: str, start: str, *more: str, minutes: int = 60) -> None:
        """Somebody else puts a plain event there; ``start`` as the file has it: ``20261123T090000Z``."""
        told = (
            () if any(one.startswith(("DURATION", "DTEND")) for one in more) else (f"DURATION:PT{minutes}M",)
        )
        begin = start if start.startswith("DTSTART") else f"DTSTART:{start}"
        summary = () if any(one.startswith("SUMMARY") for one in more) else ("SUMMARY:Dentist",)
        lines = (f"UID:{name}@elsewhere", "DTSTAMP:20261101T000000Z", begin, *told, *summary, *more)
        self.write(f"{name}.ics", "BEGIN:VEVENT", *lines, "END:VEVENT")

    def remove(self, name: str) -> None:
        """Somebody else deletes one."""
        self.version += 1
        del self.entries[name]
        self.dead[name] = self.version

    def edit(self, name: str, old: str, new: str) -> None:
        """Somebody else changes one."""
        self.version += 1
        entry = self.entries[name]
        assert old in entry.text, entry.text
        self.entries[name] = Entry(entry.text.replace(old, new), self.version)

    def count(self, method: str, part: str = "") -> int:
        """How often it was asked so."""
        return sum(one.method == method and part in one.body.decode("utf-8", "replace") for one in self.asked)

    # --- what it answers ----------------------------------------------------------------------------

    def do(self, asked: Asked) -> Said:
        if asked.method in ("PROPFIND", "REPORT") and "xml" not in asked.headers.get("content-type", ""):
            return Said(415)
        path = unquote(asked.path)
        if not path.startswith(PATH):
            return self._around(path, asked.body.decode())
        name = path.removeprefix(PATH)
        handle = {
            "OPTIONS": self._options,
            "PROPFIND": self._propfind,
            "REPORT": self._report,
            "GET": self._get,
            "PUT": self._put,
            "DELETE": self._delete,
        }
        return handle[asked.method](name, asked)

    def _around(self, path: str, body: str) -> Said:
        """Who somebody is, where they are at home, and what they have there."""
        if path == "/.well-known/caldav":
            return Said(301, None, {"Location": "/dav/"})
        if path == "/dav/" and "current-user-principal" in body:
            href = "<D:current-user-principal><D:href>/anna/</D:href></D:current-user-principal>"
            return self._multi([self._found(path, href)])
        if path == "/anna/" and "calendar-home-set" in body:
            href = "<C:calendar-home-set><D:href>/anna/</D:href></C:calendar-home-set>"
            return self._multi([self._found(path, href)])
        if path == "/anna/":
            folder = "<D:resourcetype><D:collection/></D:resourcetype>"
            calendar = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
            elsewhere = self._found("https://evil.example/x/", calendar)
            return self._multi([self._found("/anna/", folder), self._found(PATH, calendar), elsewhere])
        return Said(404)

    def _options(self, name: str, asked: Asked) -> Said:
        return Said(200, None, {"DAV": "1, 2, calendar-access"})

    def _propfind(self, name: str, asked: Asked) -> Said:
        if asked.headers.get("depth") == "1":
            return self._multi([self._etag(one) for one in self.entries])
        report = (
            ""
            if self.odd.no_sync
            else "<D:supported-report><D:report><D:sync-collection/></D:report></D:supported-report>"
        )
        token = "" if self.odd.no_sync else f"<D:sync-token>{self._token()}</D:sync-token>"
        ctag = "" if self.odd.no_ctag else f"<S:getctag>{self.version}</S:getctag>"
        kind = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
        props = f"{kind}{token}{ctag}<D:supported-report-set>{report}</D:supported-report-set>"
        return self._multi([self._found(PATH, props)])

    def _report(self, name: str, asked: Asked) -> Said:
        body = asked.body.decode()
        if "sync-collection" in body:
            return self._changes(body)
        if "calendar-multiget" in body:
            return self._several(body)
        if self.odd.no_query:
            return Said(501)
        if uid := re.search(r'name="UID"><C:text-match[^>]*>([^<]+)', body):
            found = [one for one, entry in self.entries.items() if uid[1] in entry.text]
            return self._multi([self._etag(one) for one in found])
        first, last = re.findall(r"(?:start|end)=\"(\d{8}T\d{6}Z)\"", body)
        near = [one for one, entry in self.entries.items() if self._touches(entry.text, first, last)]
        return self._multi([self._etag(one) for one in near])

    def _touches(self, text: str, first: str, last: str) -> bool:
        """A plain start in UTC is looked at; everything else is said to be within."""
        start = re.search(r"DTSTART:(\d{8}T\d{6}Z)", text)
        if start is None or "RRULE" in text or "DTEND" in text:
            return True
        begins = datetime.strptime(start[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return f"{begins:%Y%m%dT%H%M%SZ}" < last and f"{begins:%Y%m%dT%H%M%SZ}" >= first[:8]

    def _changes(self, body: str) -> Said:
        token = (re.search(r"<D:sync-token>([^<]*)</D:sync-token>", body) or ["", ""])[1]
        known = re.fullmatch(r"http://dav\.example/sync/(\d+)", token)
        if self.odd.no_sync:
            return Said(403)
        if known is None or int(known[1]) < self.since:
            return self.odd.void or Said(403, self._error("<D:valid-sync-token/>"), XML)
        since = int(known[1])
        events = [
            (entry.version, self._etag(one)) for one, entry in self.entries.items() if entry.version > since
        ]
        events += [(at, self._gone(one)) for one, at in self.dead.items() if at > since]
        events.sort()
        reached = self.version
        if self.odd.pages and len(events) > self.odd.pages:
            events = events[: self.odd.pages]
            reached = events[-1][0]
            events.append(
                (
                    reached,
                    f"<D:response><D:href>{PATH}</D:href><D:status>HTTP/1.1 507 x</D:status></D:response>",
                )
            )
        return self._multi([one for _, one in events], self._token(reached))

    def _several(self, body: str) -> Said:
        if self.odd.no_multiget:
            return Said(403)
        found = []
        for href in re.findall(r"<D:href>([^<]+)</D:href>", body):
            name = unquote(href).removeprefix(PATH)
            entry = self.entries.get(name)
            if entry is None:
                found.append(self._gone(name))
                continue
            data = f"<C:calendar-data>{escape(entry.text)}</C:calendar-data>"
            found.append(self._found(f"{PATH}{name}", f"<D:getetag>{escape(entry.etag)}</D:getetag>{data}"))
        return self._multi(found)

    def _get(self, name: str, asked: Asked) -> Said:
        entry = self.entries.get(name)
        if entry is None:
            return Said(404)
        return Said(200, entry.text.encode(), {"ETag": entry.etag, "Content-Type": "text/calendar"})

    def _put(self, name: str, asked: Asked) -> Said:
        entry, text = self.entries.get(name), asked.body.decode()
        if asked.headers.get("if-none-match") == "*" and entry is not None:
            return Said(412)
        if "if-match" in asked.headers and (entry is None or entry.etag != asked.headers["if-match"]):
            return Said(412)
        uid = _uid(text)
        if self.odd.one_uid and any(_uid(one.text) == uid and at != name for at, one in self.entries.items()):
            return Said(409, self._error("<C:no-uid-conflict/>"), XML)
        self.version += 1
        self.dead.pop(name, None)
        self.entries[name] = Entry(text, self.version)
        return Said(201, None, {} if self.odd.no_etag_on_put else {"ETag": self.entries[name].etag})

    def _delete(self, name: str, asked: Asked) -> Said:
        entry = self.entries.get(name)
        if entry is None:
            return Said(404)
        if asked.headers.get("if-match") not in (None, entry.etag):
            return Said(412)
        self.remove(name)
        return Said(204)

    # --- how it says it -----------------------------------------------------------------------------

    def _token(self, version: int | None = None) -> str:
        return f"http://dav.example/sync/{self.version if version is None else version}"

    def _etag(self, name: str) -> str:
        etag = escape(self.entries[name].etag)
        return self._found(f"{PATH}{name}", f"<D:getetag>{etag}</D:getetag>")

    def _found(self, path: str, props: str) -> str:
        href = f"<D:href>{escape(path)}</D:href>"
        return (
            f"<D:response>{href}<D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 200 OK</D:status>"
            "</D:propstat></D:response>"
        )

    def _gone(self, name: str) -> str:
        href = f"<D:href>{escape(PATH + name)}</D:href>"
        return f"<D:response>{href}<D:status>HTTP/1.1 404 Not Found</D:status></D:response>"

    def _multi(self, responses: list[str], token: str = "") -> Said:
        told = f"<D:sync-token>{token}</D:sync-token>" if token else ""
        return Said(
            207, self._xml(f"<D:multistatus {_NAMES}>{''.join(responses)}{told}</D:multistatus>"), XML
        )

    def _error(self, condition: str) -> bytes:
        return self._xml(f"<D:error {_NAMES}>{condition}</D:error>")

    def _xml(self, text: str) -> bytes:
        """With the prefix that this server likes."""
        liked = text.replace("<D:", f"<{self.odd.prefix}:").replace("</D:", f"</{self.odd.prefix}:")
        return liked.replace("xmlns:D=", f"xmlns:{self.odd.prefix}=").encode()


_NAMES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'


def _uid(text: str) -> str:
    return (re.search(r"^UID:(.+)$", text, re.MULTILINE) or ["", ""])[1].strip()

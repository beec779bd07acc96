"""Answers of calendar servers (WebDAV): many responses in one XML document, read by namespace.

What is in it is a stranger's. Entities and document types are refused before they are looked at; an href
counts only where it is a member of the collection that was asked, and is compared in one spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DAV = "{DAV:}"
CAL = "{urn:ietf:params:xml:ns:caldav}"
SERVER = "{http://calendarserver.org/ns/}"
MOST = 100_000
"""Responses in one answer."""
LONGEST_HREF, LONGEST_ETAG, LONGEST_TOKEN = 500, 200, 2_000


class Unreadable(Exception):
    """It is no such document."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is said of one href: a status, 200 where only properties are told, and the properties it has."""

    href: str
    status: int
    found: dict[str, Element] = field(default_factory=dict)

    def text(self, name: str, limit: int) -> str:
        """The text of a property; empty where it has none, or one too long to be any good."""
        text = "".join(self.found[name].itertext()).strip() if name in self.found else ""
        return text if len(text) <= limit else ""

    @property
    def etag(self) -> str:
        """The etag, as :func:`sound_etag`."""
        return sound_etag(self.text(f"{DAV}getetag", LONGEST_ETAG))


@dataclass(frozen=True, slots=True)
class Multistatus:
    """All of an answer; ``token`` is its sync-token."""

    responses: tuple[Response, ...]
    token: str = ""


def parsed(body: bytes) -> Element:
    """The root of an XML document; raises :class:`Unreadable` also for one that is an attack."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    return root


def read(body: bytes) -> Multistatus:
    """The responses of a multistatus; raises :class:`Unreadable`."""
    root = parsed(body)
    if root.tag != f"{DAV}multistatus":
        raise Unreadable("not a multistatus")
    found = root.findall(f"{DAV}response")
    if len(found) > MOST:
        raise Unreadable("too many responses")
    token = (root.findtext(f"{DAV}sync-token") or "").strip()
    return Multistatus(tuple(map(_response, found)), token if sound(token, LONGEST_TOKEN) else "")


def names(body: bytes, condition: str) -> bool:
    """Whether an error document names ``condition``; False for what is none."""
    try:
        return parsed(body).find(f".//{condition}") is not None
    except Unreadable:
        return False


def href_in(body: bytes, condition: str) -> str:
    """The href that an error document gives with ``condition``; empty where it gives none."""
    try:
        return (parsed(body).findtext(f".//{condition}/{DAV}href") or "").strip()
    except Unreadable:
        return ""


def sound(text: str, limit: int) -> bool:
    """Whether a text of the server's can go back to it: printable ASCII, and not too much of it."""
    return len(text) <= limit and text.isascii() and text.isprintable()


def sound_etag(text: str) -> str:
    """An etag that can be kept and sent; else empty, which means that it is not known."""
    return text if sound(text, LONGEST_ETAG) else ""


def member(href: str, origin: str, path: str) -> str:
    """The path of a member of the collection at ``path``, spelled in one way; empty for anything else.

    ``href`` may be a path or an address at ``origin``.
    """
    spelled, folder = local(href, origin), spelling(path)
    name = spelled.removeprefix(folder)
    fits = spelled.startswith(folder) and name and "/" not in name and name not in (".", "..")
    return spelled if fits and len(spelled) <= LONGEST_HREF else ""


def local(href: str, origin: str) -> str:
    """The path that an href means at ``origin``, spelled in one way; empty where it is another place."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return ""
    if parts.netloc and f"{parts.scheme}://{parts.netloc}".lower() != origin.lower():
        return ""
    return spelling(parts.path) if parts.path.startswith("/") else ""


def spelling(path: str) -> str:
    """A path with each of its parts escaped in the same way; ASCII only."""
    return "/".join(quote(unquote(part), safe="") for part in path.split("/"))


def _response(one: Element) -> Response:
    status = _status(one.findtext(f"{DAV}status")) if one.find(f"{DAV}status") is not None else 200
    return Response((one.findtext(f"{DAV}href") or "").strip(), status, dict(_properties(one)))


def _properties(one: Element) -> Iterator[tuple[str, Element]]:
    for group in one.findall(f"{DAV}propstat"):
        if _status(group.findtext(f"{DAV}status")) == 200:
            for prop in group.findall(f"{DAV}prop"):
                yield from ((child.tag, child) for child in prop)


def _status(line: str | None) -> int:
    """The code of ``HTTP/1.1 404 Not Found``; 0 where there is none."""
    words = (line or "")[:200].split()
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdecimal() else 0

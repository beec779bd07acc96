"""Services that speak HTTP: one question, one answer, and what it means where none came.

The one place that knows which library does it. Nothing goes over a line in clear but to this machine
itself, nothing is followed to another address, and an answer is read up to a size and for a time.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..domain.delivery import Trouble, Undelivered
from ..domain.text import tidy
from ..settingchecks import HERE
from .instants import instant

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 20.0
"""For reaching the service, and for each piece of its answer."""
LONGEST_SECONDS = 60.0
"""For all of an answer."""
LARGEST = 16 * 1024 * 1024
"""Bytes of one answer."""
A_DAY = 86_400
"""No service is left alone for longer than this, whatever it says."""
_DIGITS = 10
_PACKINGS = ("gzip", "x-gzip", "deflate")
_NOT_ASKED_FOR = ("br", "zstd", "compress", "x-compress")
_EITHER = zlib.MAX_WBITS | 32
"""The two formats of zlib, told apart by how they begin."""
ONLY_READ = frozenset(("GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"))
"""What changes nothing there: where no answer came, nothing was done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said. Names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body read as JSON, halves of letters in it replaced; an empty dict where it is none."""
        import json

        try:
            found = json.loads(self.body)
            if b"\\u" not in self.body:
                return found
            return json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return {}


class Web:
    """A line to one service, kept open between questions. ``name`` is what people call it."""

    def __init__(
        self,
        name: str,
        base: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        ca_file: str = "",
        longest: float = LONGEST_SECONDS,
    ) -> None:
        self.name, self.base = name, base.rstrip("/")
        self._timeout, self._longest, self._ca_file = timeout, longest, ca_file
        self._client: httpx.Client | None = None

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        body: bytes | None = None,
        basic: tuple[str, str] | None = None,
    ) -> Answer:
        """The answer, whatever its status. ``path`` may be a whole address, of the same machine.

        Raises :class:`Undelivered`: LINE where the service was not reached or nothing can have been done,
        UNSURE where it may have been, SETTINGS where the line would not be safe.
        """
        address = self._address(path)
        self._require_sendable(headers or {})
        with self._failures(method):
            line = self._opened()
            with line.stream(
                method, address, params=query, headers=headers, data=form, json=json, content=body, auth=basic
            ) as answer:
                return Answer(
                    answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, self._read(answer)
                )

    def close(self) -> None:
        """Let go of the line."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _address(self, path: str) -> str:
        whole = path if "://" in path else f"{self.base}/{path.lstrip('/')}"
        try:
            asked, ours = urlsplit(whole), urlsplit(self.base)
            host = asked.hostname or ""
        except ValueError as error:
            raise Undelivered(Trouble.SETTINGS, f"The address of {self.name} is not one.") from error
        if asked.netloc != ours.netloc:
            raise Undelivered(Trouble.SETTINGS, f"{self.name} names an address that is not its own.")
        if asked.scheme != "https" and not (asked.scheme == "http" and host in HERE):
            raise Undelivered(
                Trouble.SETTINGS, f"{self.name} is spoken to over https, or on this machine itself."
            )
        return whole

    def _require_sendable(self, headers: Mapping[str, str]) -> None:
        """Nothing in a header ends it or cannot be written in it: it is told before anything is sent."""
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable() and value == value.strip()):
                what = f"the header {tidy(name, limit=20)} has letters that none can have"
                raise Undelivered(Trouble.SETTINGS, f"{self.name}: {what}; see its settings and its secret.")

    def _opened(self) -> httpx.Client:
        if self._client is None:
            import ssl

            import httpx

            try:
                # To this machine itself it is not encrypted: nobody's certificate is taken, and none is read.
                trust = (
                    ssl.create_default_context(cafile=self._ca_file or None)
                    if self.base.startswith("https:")
                    else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                )
            except OSError as error:
                raise Undelivered(
                    Trouble.SETTINGS, f"The file with the certificates that {self.name} needs cannot be used."
                ) from error
            self._client = httpx.Client(
                headers={"Accept-Encoding": "gzip"},
                timeout=self._timeout,
                verify=trust,
                follow_redirects=False,
            )
        return self._client

    def _read(self, answer: httpx.Response) -> bytes:
        """The body. It is unpacked here: the library unpacks each piece as a whole, and a few kilobytes that
        are packed twice hold gigabytes."""
        ends, found = time.monotonic() + self._longest, bytearray()
        unpack = _unpacking(answer.headers.get("content-encoding", "").strip().lower())
        for piece in answer.iter_raw():
            found += unpack(piece, LARGEST + 1 - len(found))
            if len(found) > LARGEST or time.monotonic() > ends:
                raise Undelivered(Trouble.BUSY, f"{self.name} does not come to an end with its answer.")
        return bytes(found)

    @contextmanager
    def _failures(self, method: str) -> Iterator[None]:
        """What the library raises, as a trouble."""
        import httpx

        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            self.close()
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Undelivered(
                    Trouble.SETTINGS, f"The certificate of {self.name} is not to be trusted."
                ) from error
            raise Undelivered(Trouble.LINE, f"{self.name} was not reached.") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise Undelivered(Trouble.SETTINGS, f"The address of {self.name} is not one.") from error
        except httpx.HTTPError as error:
            self.close()
            if method.upper() in ONLY_READ:
                raise Undelivered(Trouble.LINE, f"{self.name} did not answer.") from error
            raise Undelivered(
                Trouble.UNSURE, f"{self.name} did not answer: what was asked for may have been done."
            ) from error


def _unpacking(packed: str) -> Callable[[bytes, int], bytes]:
    """What gives so many bytes at most of a piece that was packed so; a packing that was not asked for is an
    answer that cannot be read. Some services put there what is none, such as ``utf-8``."""
    import httpx

    if "," in packed or packed in _NOT_ASKED_FOR:
        raise httpx.DecodingError("packed in a way that nobody asked for")
    if packed not in _PACKINGS:
        return lambda piece, most: piece[:most]
    unpacker = zlib.decompressobj(_EITHER)

    def unpacked(piece: bytes, most: int) -> bytes:
        try:
            return unpacker.decompress(piece, most)
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error

    return unpacked


def quoted(answer: Answer, *words: str) -> str:
    """What the service said, cut short, for the end of a sentence; empty where it said nothing of use.

    ``words`` are the names under which its JSON may hold a sentence.
    """
    found = answer.json()
    said = next((str(found[word]) for word in words if isinstance(found, dict) and found.get(word)), "")
    return f": {tidy(said, limit=100)}".rstrip(" .:") if said else ""


def waits_until(answer: Answer, now: int) -> int | None:
    """Until when a service asks to be left alone, UTC seconds, from one second to a day from ``now``:
    ``Retry-After`` as seconds, as a date of HTTP (RFC 9110), or in ISO 8601 as Zoom writes it. None where it
    does not say.
    """
    said = answer.headers.get("retry-after", "").strip()
    at = now + int(said[:_DIGITS]) if said.isascii() and said.isdigit() else _moment(said)
    return None if at is None else min(max(at, now + 1), now + A_DAY)


def told_to_wait(answer: Answer, now: int, otherwise: int) -> int:
    """The same; ``otherwise`` seconds from now where it does not say."""
    at = waits_until(answer, now)
    return now + otherwise if at is None else at


def _moment(said: str) -> int | None:
    from email.utils import parsedate_to_datetime

    try:
        return int(parsedate_to_datetime(said).timestamp())
    except (ValueError, TypeError, OverflowError):
        return instant(said)

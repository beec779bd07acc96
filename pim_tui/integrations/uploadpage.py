"""The page that takes one picture from a telephone: HTTP over TLS, two requests and nothing else.

A page is its address, whose last part is a secret. Every other address, method and form is answered with the
same sentence, and no answer tells whose page it is. Each connection is one request, has so many seconds in
all, however slowly its bytes come, and is one of a few; from one place so many are answered in a minute.
Nothing is logged: addresses hold secrets.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BufferedReader, RawIOBase
from typing import Any, Final, Protocol

from ..errors import FileProblem, NotFound, PimError, SettingsError
from ..settingchecks import HERE

SECONDS: Final = 60.0
"""For a whole request; a picture over a slow line takes half of that."""
AT_ONCE: Final = 16
"""Connections; whoever comes above that is hung up on."""
A_MINUTE: Final = 30
"""Requests from one place that are answered."""
_PLACES: Final = 1000
_ROOM: Final = 4096
"""Bytes of a form around its picture."""
_DRAINED: Final = 1.0
_SECRET: Final = re.compile(r"/([A-Za-z0-9_-]{22})")
_BOUNDARY: Final = re.compile(
    r"multipart/form-data; *boundary=\"?([A-Za-z0-9'()+_,./:=?-]{1,70})\"?", re.IGNORECASE
)
_FIELD: Final = re.compile(
    rb'^content-disposition: *form-data; *name="picture"', re.IGNORECASE | re.MULTILINE
)
_STYLE: Final = (
    "body{font:1.2em sans-serif;max-width:30em;margin:2em auto;padding:0 1em}"
    "input,button{font-size:1em;margin:1em 0;display:block}"
)
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NOT_OPEN: Final = "This page is not open. Please ask for a new code."
_FORM: Final = (
    '<form method="post" enctype="multipart/form-data"><label>One picture, 10 MB at most'
    '<input type="file" name="picture" accept="image/jpeg,image/png,image/webp" required></label>'
    "<button>Send</button></form>"
)


class Door(Protocol):
    """What stands behind the page. Called on the threads of connections."""

    def is_open(self, secret: str) -> bool:
        """Whether a page with this secret takes a picture now."""

    def take(self, secret: str, data: bytes) -> object:
        """Keep the picture. Raises NotFound where the page is not open, FileProblem for no picture."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where it listens; without a certificate only on this machine itself. ``most`` is bytes of a picture."""

    host: str
    port: int
    certificate: str = ""
    key: str = ""
    most: int = 10 << 20
    seconds: float = SECONDS
    a_minute: int = A_MINUTE


def trust(certificate: str, key: str) -> ssl.SSLContext:
    """The certificate and its key, read; :class:`SettingsError` says which setting is wrong."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if os.stat(key).st_mode & 0o007:
            raise SettingsError("Others can read the file in upload_key.", "Keep them out: chmod o-rwx")
        made.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        why = "do not fit together" if isinstance(error, ssl.SSLError) else "cannot be read"
        raise SettingsError(
            f"The files in upload_certificate and upload_key {why}.",
            "Both are PEM files, without a password.",
        ) from None
    return made


class UploadPage:
    """Serves until it is closed, on a thread of its own. Raises SettingsError where it cannot listen."""

    def __init__(self, at: Listening, door: Door) -> None:
        if not at.certificate and at.host not in HERE:
            raise SettingsError(
                "The upload page goes unencrypted to this machine alone.", "Set upload_certificate."
            )
        secured = trust(at.certificate, at.key) if at.certificate else None
        try:
            self._server = _Server(at, door, secured)
        except OSError as error:
            raise SettingsError(
                f"The upload page cannot listen on {at.host}:{at.port}: {error.strerror}.",
                "See upload_address.",
            ) from None
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="page", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Take nobody any more; returns once it listens no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(HTTPServer):
    """A thread for each connection, of a few."""

    request_queue_size = 32

    def __init__(self, at: Listening, door: Door, secured: ssl.SSLContext | None) -> None:
        self.at, self.door, self.secured = at, door, secured
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self.pace = _Pace(at.a_minute)
        self.address_family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
        super().__init__((at.host, at.port), BaseHTTPRequestHandler)

    def server_bind(self) -> None:
        """Nobody is asked what this machine is called."""
        super(HTTPServer, self).server_bind()

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        threading.Thread(
            target=self._served, args=(request, client_address), name="upload", daemon=True
        ).start()

    def _served(self, request: socket.socket, client_address: Any) -> None:
        line, ends = request, time.monotonic() + self.at.seconds
        try:
            request.settimeout(min(10.0, self.at.seconds))
            if self.secured is not None:
                line = self.secured.wrap_socket(request, server_side=True)
            _Request(line, client_address, self, ends)
        except (OSError, ValueError):
            # Hung up, too slow, or no TLS: there is nobody to answer.
            pass
        finally:
            self.shutdown_request(line)
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What a stranger sends is no fault of the program, and nothing is printed."""


class _Pace:
    """How many requests each place has had in this minute; places that came long ago are forgotten."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute, self._lock = a_minute, threading.Lock()
        self._had: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, place: str, now: float) -> bool:
        minute = int(now // 60)
        with self._lock:
            began, count = self._had.pop(place, (minute, 0))
            count = count + 1 if began == minute else 1
            self._had[place] = minute, count
            if len(self._had) > _PLACES:
                self._had.popitem(last=False)
            return count <= self._a_minute


class _Slow(RawIOBase):
    """What comes on a line until a moment of the monotonic clock; then TimeoutError, however it drips."""

    def __init__(self, line: socket.socket, ends: float) -> None:
        self._line, self._ends = line, ends

    def end_by(self, moment: float) -> None:
        """No later than that, from now on."""
        self._ends = min(self._ends, moment)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if (left := self._ends - time.monotonic()) <= 0:
            raise TimeoutError
        self._line.settimeout(left)
        return self._line.recv_into(buffer)


class _Request(BaseHTTPRequestHandler):
    """One request on a connection, and its answer."""

    def __init__(self, line: socket.socket, place: Any, server: _Server, ends: float) -> None:
        self._ends, self._ours = ends, server
        super().__init__(line, place, server)

    def setup(self) -> None:
        super().setup()
        self._slow = _Slow(self.connection, self._ends)
        self.rfile = BufferedReader(self._slow)

    def handle(self) -> None:
        self.handle_one_request()

    def do_GET(self) -> None:
        """The form, where the page is open."""
        if (secret := self._secret()) and self._ours.door.is_open(secret):
            self._answer(200, _FORM)
        else:
            self._answer(404, NOT_OPEN)

    def do_POST(self) -> None:
        """One picture."""
        secret = self._secret()
        if not secret or not self._ours.door.is_open(secret):
            self._answer(404, NOT_OPEN)
            return
        try:
            self._ours.door.take(secret, self._picture())
        except _Unfit as unfit:
            self._answer(unfit.status, unfit.says)
        except NotFound:
            self._answer(404, NOT_OPEN)
        except FileProblem as problem:
            self._answer(422, f"That cannot be taken. {problem}")
        except PimError:
            self._answer(503, "It cannot be kept now. Please try again in a moment.")
        else:
            self._answer(200, "Thank you, it has arrived. You may close this page.")

    def _secret(self) -> str:
        """The secret in the address; empty where there is none, or where this place asks too often."""
        found = _SECRET.fullmatch(self.path)
        return found[1] if found and self._ours.pace.allows(self._place(), time.monotonic()) else ""

    def _place(self) -> str:
        """Where a request comes from; a proxy on this machine says so in a header, and adds it at the end."""
        told = self.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        behind = self._ours.secured is None and bool(told)
        return told[:64] if behind else str(self.client_address[0])

    def _picture(self) -> bytes:
        """The one file of the form. Raises :class:`_Unfit`."""
        length, kind = self.headers.get("Content-Length", ""), self.headers.get("Content-Type", "")
        marked = _BOUNDARY.fullmatch(kind.strip())
        if marked is None:
            raise _Unfit(415, "Please send it with the form.")
        if not (length.isascii() and length.isdigit()) or self.headers.get("Transfer-Encoding"):
            raise _Unfit(411, "Please send it with the form.")
        if len(length) > 12 or int(length) > self._ours.at.most + _ROOM:
            raise _Unfit(413, f"The picture is larger than {self._ours.at.most >> 20} MB.")
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            raise _Unfit(400, "It did not arrive whole. Please send it again.")
        return _only_part(body, marked[1].encode(), self._ours.at.most)

    def _answer(self, status: int, content: str) -> None:
        from html import escape

        shown = content if content is _FORM else f"<p>{escape(content)}</p>"
        page = (
            '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
            f"<title>Picture</title><style>{_STYLE}</style>{shown}</html>"
        ).encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)
        self._drain()

    def _drain(self) -> None:
        """Take a little of what still comes: a line closed on it would lose the answer as well."""
        self._slow.end_by(time.monotonic() + _DRAINED)
        if self.headers.get("Content-Length"):
            self.connection.shutdown(socket.SHUT_WR)
            while self.rfile.read1(1 << 16):
                pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Whatever else is asked: the one sentence."""
        self.command = self.command or ""
        self.headers = getattr(self, "headers", Message())
        self._answer(404, NOT_OPEN)

    def version_string(self) -> str:
        """Nobody has to know what runs here."""
        return "page"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: addresses hold secrets."""


class _Unfit(Exception):
    """A form that is none; ``status`` and ``says`` are the answer."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status, self.says = status, says


def _only_part(body: bytes, boundary: bytes, most: int) -> bytes:
    """The content of a form that has one part, the file; anything around it is refused."""
    line = b"--" + boundary
    head, _, rest = body.partition(b"\r\n\r\n")
    data, mark, end = rest.partition(b"\r\n" + line)
    if not head.startswith(line + b"\r\n") or not _FIELD.search(head) or not mark or end.strip() != b"--":
        raise _Unfit(400, "Please send one picture with the form.")
    if len(data) > most:
        raise _Unfit(413, f"The picture is larger than {most >> 20} MB.")
    return data

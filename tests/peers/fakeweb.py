"""A service of the web on this machine that can be told to misbehave, and checks what it is asked.

A fake of one service is a subclass that answers `do`. Every request is kept. Where the interface
description of the service is at hand, requests are held against it, and properties it does not name are
refused: the vendors' own documents allow them, and a misspelt field would pass.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from pim_tui.integrations.web import Web

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Names of ``headers`` are in lower case; ``query`` and ``form`` keep the first value."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), True).items()}


@dataclass(frozen=True, slots=True)
class Said:
    """One answer; ``body`` is sent as JSON unless it is bytes already."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True)
class Trick:
    """How one request is treated: ``said`` instead of the answer; ``done`` whether its work is done before.

    ``cut`` breaks the line instead of answering, ``hang`` keeps it open without a word until the end.
    ``only`` picks requests by method and a part of the path: ``POST /meetings``; ``after`` so many of them
    go well before.
    """

    said: Said | None = None
    done: bool = False
    cut: bool = False
    hang: bool = False
    only: str = ""
    after: int = 0

    def meant(self, asked: Asked) -> bool:
        method, _, part = self.only.partition(" ")
        return not self.only or (asked.method == method and part in asked.path)


class FakeWeb:
    """Subclass and answer `do`; tell ``tricks`` what is to go wrong, in turn.

    ``spec`` is a file of interface descriptions (OpenAPI), by the file's name in the folder of `against`.
    """

    spec = ""
    prefix = ""
    """What stands before the paths of the description, as its ``servers`` say it: ``/v2``."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._wrong: list[str] = []
        self._unchecked: list[tuple[Path, Asked]] = []
        self.tricks: deque[Trick] = deque()
        self.lock = threading.RLock()
        self._decided = threading.Condition(self.lock)
        self._hung: dict[int, bool] = {}
        self._base = ""
        self._well = 0
        self._against: Path | None = None
        self._ended = threading.Event()

    def do(self, asked: Asked) -> Said:
        """The answer, and its work. Called with the lock held."""
        raise NotImplementedError

    def against(self, folder: Path) -> None:
        """Hold every request against the descriptions in ``folder``."""
        self._against = folder / self.spec

    def described(self, asked: Asked) -> Path | None:
        """The description that a request is held against; None for none."""
        return self._against

    @property
    def wrong(self) -> list[str]:
        """What was wrong with the requests so far, each in a sentence.

        They are held against their descriptions only now: whoever asks would lose patience meanwhile.
        """
        with self.lock:
            unchecked, self._unchecked = self._unchecked, []
            for described, asked in unchecked:
                self._wrong += faults(described, self.prefix, asked)
            return self._wrong

    def blame(self, wrong: str) -> None:
        """Keep what is wrong with a request besides, in a sentence."""
        self._wrong.append(wrong)

    def answer(self, asked: Asked) -> Said | None:
        """The answer; None where the line is to break."""
        with self.lock:
            number = len(self.asked)
            self.asked.append(asked)
            if (described := self.described(asked)) is not None:
                self._unchecked.append((described, asked))
            trick = self._trick(asked)
            said = self.do(asked) if trick is None or trick.done else Said()
            self._hung[number] = trick is not None and trick.hang
            self._decided.notify_all()
        if trick is None:
            return said
        if trick.hang:
            self._ended.wait(30)
        return None if trick.cut or trick.hang else trick.said or said

    def _trick(self, asked: Asked) -> Trick | None:
        if not self.tricks or not self.tricks[0].meant(asked):
            return None
        self._well += 1
        if self._well <= self.tricks[0].after:
            return None
        self._well = 0
        return self.tricks.popleft()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address, ``http://127.0.0.1:port``, for as long as it serves."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            self._base = f"http://127.0.0.1:{server.server_address[1]}"
            yield self._base
        finally:
            self._ended.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def hangs(self, number: int) -> bool:
        """Whether it hangs over the request of this number, from 0; waits until that is known."""
        with self._decided:
            self._decided.wait_for(lambda: number in self._hung, 30)
            return self._hung.get(number, False)

    @contextmanager
    def soon_given_up(self) -> Iterator[None]:
        """Lines to it, of one thread, give up as soon as it hangs and has done its work, and wait for as long
        as ever where it does not: how busy the machine is makes no difference."""
        opened = Web._opened

        def watching(web: Web) -> httpx.Client:
            made = opened(web)
            if web.base.startswith(self._base):
                made.event_hooks = {"request": [self._watched]}
            return made

        with mock.patch.object(Web, "_opened", watching):
            yield

    def _watched(self, request: httpx.Request) -> None:
        request.extensions["timeout"] = _Patience(self, request.extensions["timeout"])


class _Patience(dict[str, float]):
    """How long a request waits for each of its steps."""

    def __init__(self, fake: FakeWeb, usual: Mapping[str, float]) -> None:
        super().__init__(usual)
        self._fake, self._number = fake, len(fake.asked)

    def get(self, step: str, otherwise: Any = None) -> Any:
        return 0.01 if step == "read" and self._fake.hangs(self._number) else super().get(step, otherwise)


def _handler(fake: FakeWeb) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def _any(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query, True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            said = fake.answer(Asked(self.command, address.path, query, headers, body))
            if said is None:
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(said.status)
            if said.raw and "content-type" not in {name.lower() for name in said.headers}:
                self.send_header("Content-Type", "application/json")
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.raw)))
            with suppress(OSError):  # Whoever asked may have been killed meanwhile.
                self.end_headers()
                self.wfile.write(said.raw)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_PROPFIND = do_REPORT = do_OPTIONS = _any

        def log_message(self, format: str, *args: object) -> None:
            """Nobody listens."""

    return Handler


@cache
def _described(file: Path) -> tuple[Any, dict[str, Any]]:
    """Who may ask is left out: the fakes look at that themselves, and the library does not know each way."""
    from openapi_core import OpenAPI

    document = json.loads(file.read_text("utf-8"))
    for part in (document, *(one for item in document["paths"].values() for one in item.values())):
        if isinstance(part, dict):
            part.pop("security", None)
    return OpenAPI.from_dict(document), document


def faults(file: Path, prefix: str, asked: Asked) -> list[str]:
    """What is wrong with a request by the description in ``file``, each in a sentence."""
    from openapi_core.testing import MockRequest

    described, document = _described(file)
    server = document["servers"][0]["url"].rstrip("/")
    path = asked.path.removeprefix(prefix)
    kind = asked.headers.get("content-type", "application/json").partition(";")[0]
    request = MockRequest(
        server.partition("://")[0] + "://" + urlsplit(server).netloc,
        asked.method.lower(),
        urlsplit(server).path + path,
        args=dict(asked.query),
        headers=dict(asked.headers),
        data=asked.body or None,
        content_type=kind,
    )
    found = [f"{asked.method} {asked.path}: {error}" for error in described.iter_request_errors(request)]
    try:
        operation = described.unmarshal_request(request) if not found else None
    except Exception as error:
        return [*found, f"{asked.method} {asked.path}: {error}"]
    if operation is not None:
        found += unasked(document, path, asked)
    if operation is not None and asked.body:
        found += unnamed(document, path, asked, kind)
    return found


def unasked(document: Mapping[str, Any], path: str, asked: Asked) -> list[str]:
    """Names in a request's query that its description does not name."""
    item = next((item for template, item in document["paths"].items() if _fits(template, path)), {})
    told = (*item.get("parameters", ()), *item.get(asked.method.lower(), {}).get("parameters", ()))
    named = {_meant(document, one)["name"] for one in told if _meant(document, one)["in"] == "query"}
    return [f"{asked.method} {asked.path}: ?{name} is not named" for name in asked.query if name not in named]


def unnamed(document: Mapping[str, Any], path: str, asked: Asked, kind: str) -> list[str]:
    """Properties of a request's body that its description does not name."""
    item = next((item for template, item in document["paths"].items() if _fits(template, path)), {})
    content = item.get(asked.method.lower(), {}).get("requestBody", {}).get("content", {})
    schema = content.get(kind, {}).get("schema", {})
    value = asked.form if "form" in kind else asked.json
    return [f"{asked.method} {asked.path}: {name} is not named" for name in _strange(document, schema, value)]


def _fits(template: str, path: str) -> bool:
    ours, theirs = template.strip("/").split("/"), path.strip("/").split("/")
    return len(ours) == len(theirs) and all(
        a == b or (a.startswith("{") and b) or ("{" in a and b.endswith(a.partition("}")[2]))
        for a, b in zip(ours, theirs, strict=True)
    )


def _strange(document: Mapping[str, Any], schema: Any, value: Any, place: str = "") -> Iterator[str]:
    schema = _meant(document, schema)
    if isinstance(value, list):
        for one in value:
            yield from _strange(document, schema.get("items", {}), one, f"{place}[]")
    if not isinstance(value, dict) or not isinstance(schema, dict):
        return
    named: dict[str, Any] = {}
    for part in (schema, *(_meant(document, one) for one in schema.get("allOf", ()))):
        named |= part.get("properties", {})
    if not named:
        return
    for name, inner in value.items():
        if name not in named:
            yield f"{place}.{name}".lstrip(".")
        else:
            yield from _strange(document, named[name], inner, f"{place}.{name}")


def _meant(document: Mapping[str, Any], schema: Any) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].lstrip("#/").split("/"):
            found = found[part.replace("~1", "/")]
        schema = found
    return schema

"""A real mail server on this machine, with encryption and sign-in, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, WORD = "clinic", "right-horse"


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl on this machine to make a certificate (Debian: openssl)")
    subprocess.run(
        (
            program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{folder.name}/key.pem", "-out", f"{folder.name}/cert.pem", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        ),
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    return folder


def certificate() -> Path:
    """The certificate of the servers here, which no system trusts by itself."""
    return Path(_made().name) / "cert.pem"


@dataclass
class MailServer:
    """What arrived, and what the server says.

    ``answers`` are by command: ``MAIL``, ``RCPT``, ``DATA``; each is said as often as it stands there.
    ``cut`` breaks the line when the message is there and before it is answered; ``hang`` never answers, and
    sets ``hung`` once it has the message.
    """

    port: int = 0
    arrived: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    cut: int = 0
    cut_early: int = 0
    hang: bool = False
    hung: threading.Event = field(default_factory=threading.Event)
    signed: bool = False
    signed_in: int = 0
    lines: int = 0

    def mail(self, at: int = -1) -> EmailMessage:
        """One of those that arrived, as a mail program reads it."""
        return cast(EmailMessage, message_from_bytes(self.arrived[at], policy=default))

    @property
    def ids(self) -> list[str]:
        """The Message-IDs in the order of their arrival."""
        return [str(self.mail(at)["Message-ID"]) for at in range(len(self.arrived))]

    def sign_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password) == (USER.encode(), WORD.encode())
        self.signed_in += good
        return AuthResult(success=good, handled=False)

    def _answer(self, command: str) -> str | None:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.signed and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return self._answer("MAIL") or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.cut_early:
            self.cut_early -= 1
            cast(asyncio.Transport, server.transport).abort()
        said = self._answer("RCPT") or "250 OK"
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hang:
            self.hung.set()
            await asyncio.sleep(60)
        if (refused := self._answer("DATA")) is not None:
            return refused
        assert isinstance(envelope.content, bytes)
        self.arrived.append(envelope.content)
        self.to += envelope.rcpt_tos
        if self.cut:
            self.cut -= 1
            cast(asyncio.Transport, server.transport).abort()
        return "250 OK"


@contextmanager
def mail_server(
    security: str = "none", *, signed: bool = False, offers_tls: bool = True
) -> Iterator[MailServer]:
    """A server on a port of its own; ``signed``: it takes nothing from who has not signed in."""
    made = MailServer(signed=signed)
    context = None
    if security != "none" and offers_tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate(), certificate().with_name("key.pem"))
    options: dict[str, Any] = {"hostname": "mail.example", "enable_SMTPUTF8": True}
    if signed:
        options |= {"authenticator": made.sign_in, "auth_require_tls": security == "starttls"}
    if security == "starttls" and context:
        options |= {"tls_context": context, "require_starttls": True}
    loop = asyncio.new_event_loop()

    def serve() -> SMTP:
        made.lines += 1
        return SMTP(made, loop=loop, **options)

    server = loop.run_until_complete(
        loop.create_server(serve, "127.0.0.1", 0, ssl=context if security == "tls" else None)
    )
    made.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        server.close()
        loop.run_until_complete(_ended(loop))
        loop.close()


async def _ended(loop: asyncio.AbstractEventLoop) -> None:
    """Let what still waits for a client end."""
    tasks = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

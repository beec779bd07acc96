"""Whether somebody listens, and whether a folder takes files: asked, and nothing is left there."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from tempfile import TemporaryFile

from ..domain.text import visible
from ..errors import FileProblem, Refused

TIMEOUT_SECONDS = 4.0
SOON = 14 * 86_400
"""Seconds before its end from which a certificate is told of."""


def require_listening(host: str, port: int, timeout: float = TIMEOUT_SECONDS) -> None:
    """Raise :class:`Refused` where nobody takes a connection."""
    try:
        socket.create_connection((host, port), timeout).close()
    except OSError as error:
        why = error.strerror or "no answer"
        raise Refused(f"Nobody listens on {visible(host)}:{port} ({why}).", "Is it on?") from None


def require_writable(folder: Path) -> None:
    """Raise :class:`FileProblem` where no file can be put into ``folder``."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        shown = visible(str(folder))
        raise FileProblem(f"{shown} takes no file: {error.strerror}.", "Check the folder's owner.") from None


def certificate_ends(host: str, port: int, certificate: str, timeout: float = TIMEOUT_SECONDS) -> int:
    """Until when the certificate is good that is shown there, UTC seconds: it must be the one in this file.

    Raises :class:`Refused` where nobody listens, or it is another one or over.
    """
    trusted = ssl.create_default_context(cafile=certificate)
    trusted.check_hostname = False
    trusted.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        with (
            socket.create_connection((host, port), timeout) as plain,
            trusted.wrap_socket(plain, server_hostname=host) as line,
        ):
            shown = line.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        raise Refused(
            f"Its certificate is not good: {error.verify_message}.", "Put a new one into upload_certificate."
        ) from None
    except OSError as error:
        raise Refused(
            f"Nobody serves it on {visible(host)}:{port} ({error.strerror or 'no answer'}).",
            "Start pim-tui deliver --loop, or pim-tui upload-page.",
        ) from None
    return ssl.cert_time_to_seconds(str(shown["notAfter"]))

"""Email by SMTP: one server, one line that is kept for the next message, one receiver per message.

The line is encrypted and the server's certificate is checked, or nothing is sent: there is no falling back.
Only to this machine itself a clear line is allowed, and never a password over it.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ..domain.delivery import Mail, Trouble, Undelivered
from ..domain.text import tidy
from ..errors import SettingsError
from ..settingchecks import HERE
from .mime import written
from .smtpline import Clear, Encrypted

PORTS = {"starttls": 587, "tls": 465, "none": 25}
TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where emails go, and from whom. ``security`` is ``starttls``, ``tls`` or ``none``; ``port`` 0 the usual
    one of it. ``password`` is asked for the moment it is needed. ``ca_file`` names who else is trusted.
    """

    host: str
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: Callable[[], str] | None = None
    sender: str = ""
    sender_name: str = ""
    ca_file: str = ""
    timeout: float = TIMEOUT_SECONDS


class Smtp:
    """A :class:`~pim_tui.domain.delivery.Carrier` over one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._line: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> None:
        """Hand one message over; see :class:`~pim_tui.domain.delivery.Carrier`."""
        raw, wide = written(mail, self._server.sender, self._server.sender_name)
        line = self._opened()
        try:
            with _phases(self._server.host):
                self._envelope(line, mail.to, wide=wide)
                _handed(line, raw)
        except Undelivered as undelivered:
            # After a refusal the line may be used again, after anything else nobody knows what it says next.
            if undelivered.trouble not in (Trouble.ADDRESS, Trouble.CONTENT) or not self._reset():
                self.close()
            raise

    def try_out(self) -> None:
        """Reach the server and sign in, and send nothing. Raises as :meth:`send`."""
        self._opened()
        self.close()

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()
            line.close()

    def _reset(self) -> bool:
        with suppress(smtplib.SMTPException, OSError):
            return self._line is not None and self._line.rset()[0] == 250
        return False

    def _opened(self) -> smtplib.SMTP:
        """The line that is there, if the server still answers on it; else a new one."""
        if self._line is not None and not self._reset():
            self.close()
        if self._line is None:
            self._line = _connected(self._server)
        return self._line

    def _envelope(self, line: smtplib.SMTP, to: str, *, wide: bool) -> None:
        if wide and not line.has_extn("smtputf8"):
            raise Undelivered(
                Trouble.ADDRESS, "The mail server cannot write to an address with such letters."
            )
        code, said = line.mail(self._server.sender, ["SMTPUTF8", "BODY=8BITMIME"] if wide else [])
        if code >= 500:
            raise Undelivered(
                Trouble.SETTINGS, f"The mail server refuses our own address{_quoted(code, said)}"
            )
        _require(code, said, Trouble.ADDRESS)
        code, said = line.rcpt(to)
        _require(code, said, Trouble.ADDRESS)


def _connected(server: Server) -> smtplib.SMTP:
    """A line that is encrypted and signed in on, as the settings say."""
    if not server.host:
        raise Undelivered(Trouble.SETTINGS, "The setting smtp_host names no mail server.")
    if server.security == "none" and server.host not in HERE:
        raise Undelivered(
            Trouble.SETTINGS, "Email goes unencrypted to this machine alone: see smtp_security."
        )
    if server.security == "none" and server.user:
        raise Undelivered(Trouble.SETTINGS, "A password never goes over a line in clear: see smtp_security.")
    line = _reached(server)
    try:
        with _phases(server.host, begins=True):
            line.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                _encrypted(line, server)
            if server.user:
                _signed_in(line, server)
    except Undelivered:
        line.close()
        raise
    return line


def _reached(server: Server) -> smtplib.SMTP:
    port = server.port or PORTS[server.security]
    with _phases(server.host, begins=True):
        if server.security == "tls":
            return Encrypted(server.host, port, timeout=server.timeout, context=_trust(server.ca_file))
        return Clear(server.host, port, timeout=server.timeout)


def _trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise Undelivered(Trouble.SETTINGS, "The file in smtp_ca_file cannot be used.") from error


def _encrypted(line: smtplib.SMTP, server: Server) -> None:
    if not line.has_extn("starttls"):
        raise Undelivered(Trouble.SETTINGS, "The mail server offers no encryption, so nothing is sent.")
    line.starttls(context=_trust(server.ca_file))
    line.ehlo()


def _signed_in(line: smtplib.SMTP, server: Server) -> None:
    if server.password is None:
        raise Undelivered(Trouble.SETTINGS, "smtp_user is set, and smtp_password says nothing.")
    try:
        word = server.password()
    except SettingsError as error:
        raise Undelivered(Trouble.SETTINGS, str(error)) from error
    try:
        line.login(server.user, word)
    except smtplib.SMTPAuthenticationError as error:
        # What the server says here may repeat what it was told.
        busy = 400 <= error.smtp_code < 500
        what = "cannot sign us in now" if busy else "does not take the name or the password"
        raise Undelivered(
            Trouble.LINE if busy else Trouble.LOGIN, f"The mail server {what} ({error.smtp_code})."
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise Undelivered(Trouble.SETTINGS, "The mail server has no way to sign in that we know.") from error


def _handed(line: smtplib.SMTP, raw: bytes) -> None:
    """The message itself. A line that breaks here may have carried all of it."""
    try:
        code, said = line.data(raw)
    except smtplib.SMTPDataError as error:
        _require(error.smtp_code, error.smtp_error, Trouble.CONTENT)
        raise Undelivered(Trouble.BUSY, "The mail server did not ask for the message.") from error
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise Undelivered(
            Trouble.UNSURE, "The line broke before the mail server answered: it may have gone."
        ) from error
    _require(code, said, Trouble.CONTENT)


@contextmanager
def _phases(host: str, *, begins: bool = False) -> Iterator[None]:
    """What the libraries raise, as a trouble. While a line ``begins``, the fault is the line's and not the
    message's.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Undelivered(
            Trouble.SETTINGS, f"The certificate of {tidy(host)} is not to be trusted: {error.verify_message}."
        ) from error
    except ssl.SSLError as error:
        raise Undelivered(Trouble.LINE, f"No safe line to {tidy(host)} could be made.") from error
    except UnicodeError as error:
        raise Undelivered(
            Trouble.SETTINGS, "A setting of the mail server has letters that it cannot have."
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        trouble = Trouble.LINE if begins else Trouble.BUSY
        what = "was not reached" if begins else "broke off before the message was sent"
        raise Undelivered(trouble, f"The mail server {tidy(host)} {what}.") from error


def _require(code: int, said: bytes | str, refused: Trouble) -> None:
    """Nothing for a yes; a refusal for good is ``refused``."""
    if 200 <= code < 300:
        return
    trouble = refused if code >= 500 else Trouble.BUSY
    what = {Trouble.ADDRESS: "does not know this address", Trouble.CONTENT: "does not take this message"}
    raise Undelivered(trouble, f"The mail server {what.get(trouble, 'asks to wait')}{_quoted(code, said)}")


def _quoted(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f": {code} {tidy(text, limit=100)}".rstrip(" .") + "."

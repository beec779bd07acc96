"""An email as bytes: built of parts, so that nothing in a name, a subject or a text can steer it.

An invitation is told three times over: in words, as HTML, and for calendar programs, which look for it in one
of two places. Some read only the alternative of the words that names its method, others only the file.
"""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate
from html import escape

from ..domain.customer import is_email
from ..domain.delivery import Mail, Trouble, Undelivered
from ..domain.invites import CalendarPart
from ..domain.text import tidy, visible

MOST = 25 << 20
"""Bytes of a file that may go with a message; servers take no more, and say so only at the end."""


def written(mail: Mail, sender: str, sender_name: str) -> tuple[bytes, bool]:
    """The message as it goes over the line, and whether its addresses take more than ASCII.

    Raises :class:`Undelivered` for what is no address, and a file that is too large.
    """
    if not is_email(sender):
        raise Undelivered(Trouble.SETTINGS, "The setting mail_from has no email address.")
    if not is_email(mail.to):
        raise Undelivered(Trouble.ADDRESS, "This is no email address.")
    if mail.file is not None and len(mail.file.data) > MOST:
        raise Undelivered(Trouble.CONTENT, "The file is too large for an email.")
    wide = not (mail.to.isascii() and sender.isascii())
    # Servers that know nothing of 8BITMIME are still about.
    message = EmailMessage(policy=SMTPUTF8 if wide else SMTP.clone(cte_type="7bit"))
    message["From"] = _address(sender, tidy(sender_name), Trouble.SETTINGS)
    message["To"] = _address(mail.to, "", Trouble.ADDRESS)
    message["Subject"] = tidy(mail.subject, limit=200)
    message["Date"] = formatdate(mail.sent_at, usegmt=True)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    text = visible(mail.text)
    message.set_content(text)
    if mail.calendar is not None:
        _invite(message, text, mail.calendar)
    if mail.file is not None:
        message.add_attachment(
            mail.file.data, maintype="application", subtype="pdf", filename=tidy(mail.file.name)
        )
    return message.as_bytes(), wide


def _invite(message: EmailMessage, text: str, calendar: CalendarPart) -> None:
    """The alternatives for programs, and the same once more as a file."""
    method, invite = calendar.method.value, calendar.text
    message.add_alternative(as_html(text), subtype="html")
    message.add_alternative(invite, subtype="calendar", params={"method": method})
    message.add_attachment(
        invite.encode(),
        maintype="application",
        subtype="ics",
        filename="invite.ics",
        params={"method": method},
    )


def as_html(text: str) -> str:
    """The same words for programs that show HTML first: no style, no picture, nothing that is fetched."""
    parts = _LINK.split(text)
    told = "".join(_linked(part) if at % 2 else escape(part) for at, part in enumerate(parts))
    lines = told.replace("\n", "<br>\n")
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{lines}\n</body></html>\n'


def _linked(link: str) -> str:
    return f'<a href="{escape(link)}">{escape(link)}</a>'


_LINK = re.compile(r"(https://[^\s<>\"']+[^\s<>\"'.,;:!?)])")


def _address(spec: str, name: str, wrong: Trouble) -> Address:
    """One address out of its parts: whatever stands in it, it stays one."""
    user, _, host = spec.partition("@")
    try:
        # What is all ASCII is read strictly; the library knows no way to do that with other letters.
        return Address(name, addr_spec=spec) if spec.isascii() else Address(name, user, host)
    except (ValueError, IndexError, MessageError) as error:
        raise Undelivered(wrong, "This is no email address.") from error

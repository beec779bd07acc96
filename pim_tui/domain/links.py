"""Links that a terminal may open: to a telephone, a text message, an email and a meeting, nothing else.

What comes from a record is hostile until it has passed here: a link is one line of plain ASCII, its parts
percent-encoded, so that nothing in it can end the sequence it is sent in or become another kind of address.
An empty text means that there is no link.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from .customer import is_email

LONGEST = 2000
"""Characters of a link; that which starts a meeting is the longest."""
_NUMBER = re.compile(r"\+[0-9]{5,15}")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_REST = r"[A-Za-z0-9:/?#@!$&'()*+,;=%._~-]"
_LINK = re.compile(
    rf"(?:tel|sms):\+[0-9]{{5,15}}|mailto:{_REST}+|https://[a-z0-9.-]+(?::[1-6]?[0-9]{{1,4}})?(?:[/?#]{_REST}*)?"
)
_KEPT = ":/?#@!$&'()*+,;=%-._~"
"""What a meeting's address may hold besides letters and digits: all else is percent-encoded."""


def tel(e164: str) -> str:
    """A number to call; only of one in E.164."""
    return f"tel:{e164}" if _NUMBER.fullmatch(e164) else ""


def sms(e164: str) -> str:
    """A number to send a text message to; only of one in E.164."""
    return f"sms:{e164}" if _NUMBER.fullmatch(e164) else ""


def mailto(address: str) -> str:
    """An address to write to: one, without a subject or anything else that it may have brought along."""
    one = address.strip()
    return f"mailto:{quote(one, safe='@')}" if one.count("@") == 1 and is_email(one) else ""


def meeting(url: str) -> str:
    """A meeting's address: HTTPS, a plain host, no name and password before it."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return ""
    path = quote(parts.path, safe=_KEPT.replace("?", "").replace("#", ""))
    query = f"?{quote(parts.query, safe=_KEPT.replace('#', ''))}" if parts.query else ""
    rest = f"#{quote(parts.fragment, safe=_KEPT.replace('#', ''))}" if parts.fragment else ""
    link = f"https://{host}{'' if port is None else f':{port}'}{path}{query}{rest}"
    return link if len(link) <= LONGEST else ""


def is_link(text: str) -> bool:
    """Whether ``text`` is a link as this module makes them."""
    return len(text) <= LONGEST and _LINK.fullmatch(text) is not None

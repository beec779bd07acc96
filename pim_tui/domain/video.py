"""The room of a video visit where no service makes meetings: a link that needs no account.

Whoever knows the link may enter, so it cannot be guessed; and it stands in calendars and messages, so it
stays what it is. Both come of a secret that the book was given when it was made: the room's name is a keyed
digest of what it is for. Nothing has to be stored for each visit, moving it keeps its room, and a series has
one.
"""

from __future__ import annotations

import hmac
from base64 import b32encode

NAMED = 16
"""Bytes of the digest that a name is made of: 128 bits."""


def room_link(base: str, secret: str, purpose: str) -> str:
    """The link of the room that is for ``purpose``; empty where links or the secret are not set up."""
    if not base or not secret:
        return ""
    digest = hmac.digest(secret.encode(), purpose.encode(), "sha256")[:NAMED]
    return f"{base.rstrip('/')}/{b32encode(digest).decode().rstrip('=').lower()}"

"""How long somebody stays signed in: whoever types nothing is locked out, and nothing lasts for ever."""

from __future__ import annotations

LOCKED = 60 * 60
"""Seconds after which the session of somebody who has locked and is away ends."""
AT_MOST = 12 * 60 * 60
"""Seconds after which a session ends in any case."""
FIRST_WORD = 5 * 60
"""Seconds before that at which it is said."""
CHOOSING = 5 * 60
"""Seconds that somebody with a given PIN has to choose one of their own."""
WARNED = 60
"""Seconds between the word of it and the end, for whoever has no PIN to lock with."""

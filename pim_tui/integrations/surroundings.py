"""What other programs see of this one's environment: secrets may stand in it, which are none of theirs."""

from __future__ import annotations

import os
from collections.abc import Iterable

_ALWAYS = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "TZ", "USER")


def lent(names: Iterable[str] = (), **given: str) -> dict[str, str]:
    """The environment for a program: what every one needs, variables of these ``names``, what is ``given``.

    Nothing else: whatever a setting of ours reads a secret from stays here.
    """
    return {name: os.environ[name] for name in (*_ALWAYS, *names) if name in os.environ} | given

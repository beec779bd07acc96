"""JSON as text that is cleaned when it is stored, and is the same JSON afterwards."""

from __future__ import annotations

import json
import re
from typing import Any

from .text import visible

_BEHIND_ESCAPE = r"(\\(?:[bfnrt]|u[0-9a-f]{4}))([^\x00-\x7f]+)"


def to_json(value: Any, *, sort_keys: bool = False, compact: bool = False) -> str:
    """``value`` as JSON, its letters as they are.

    An accent that begins a line would become one letter with the ``n`` of the escape before it when the
    text is normalised, and nobody could read it any more. So what follows an escape is escaped as well.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":") if compact else None
    )
    return re.sub(_BEHIND_ESCAPE, _escaped, text) if "\\" in text else text


def from_json(text: str) -> dict[str, Any]:
    """The values of a JSON object; none of what was erased, or is no object."""
    found = json.loads(text or "{}")
    return found if isinstance(found, dict) else {}


def _escaped(found: re.Match[str]) -> str:
    return found[1] + json.dumps(visible(found[2]))[1:-1]

"""Rules as vCalendar 1.0 writes them (``W2 MO TH #10``), said in the words of RFC 5545.

The letters tell the steps, the number behind them how many of these are one interval; what follows are
days, and at the end how often (``#10``; ``#0`` is for ever) or until when. Where it tells neither, it is
twice. A time of day among them is not read: the rule is then refused as any other that means nothing.
"""

from __future__ import annotations

import re

_RULE = re.compile(
    r"(D|W|MP|MD|YM|YD)(\d{1,4})((?:\s+(?!\d{8}T)[^\s#]{1,8})*)(?:\s+#(\d{1,6}))?(?:\s+(\d{8}T\d{4,6}Z?))?",
    re.IGNORECASE,
)
_STEPS = {
    "D": ("DAILY", ""), "W": ("WEEKLY", "BYDAY"), "MP": ("MONTHLY", "BYDAY"), "MD": ("MONTHLY", "BYMONTHDAY"),
    "YM": ("YEARLY", "BYMONTH"), "YD": ("YEARLY", "BYYEARDAY"),
}  # fmt: skip
_PLACE = re.compile(r"[1-5][+-]?")
_TWICE = "2"


def in_new_words(text: str) -> str:
    """The rule as RFC 5545 writes it; any other text as it is."""
    found = _RULE.fullmatch(text.strip()[:500])
    if found is None:
        return text
    letters, interval, listed, count, until = found.groups()
    frequency, by = _STEPS[letters.upper()]
    words = listed.upper().split()
    days = _placed(words) if letters.upper() == "MP" else [_number(word) for word in words]
    parts = [f"FREQ={frequency}", f"INTERVAL={interval}"]
    if days:
        parts.append(f"{by or 'BYDAY'}={','.join(days)}")
    if until:
        parts.append(f"UNTIL={until.upper()}")
    elif count != "0":
        parts.append(f"COUNT={count or _TWICE}")
    return ";".join(parts)


def _placed(words: list[str]) -> list[str]:
    """``1+ TU 2- FR`` as ``1TU -2FR``: a place holds for the weekdays behind it."""
    days, place = [], ""
    for word in words:
        if _PLACE.fullmatch(word):
            place = _number(word)
        else:
            days.append(f"{place}{word}")
    return days


def _number(word: str) -> str:
    """A number with its sign before it; the last day of the month is ``LD``."""
    if word == "LD":
        return "-1"
    return f"-{word[:-1]}" if word.endswith("-") else word.removesuffix("+")

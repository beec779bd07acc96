"""Words that change a line which books: they take the place of what the line says of the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..domain.quickline import Reader, Reading
from ..domain.quickline.shapes import Span


def amended(reader: Reader, line: str, more: str, *, customer: bool = False) -> str | None:
    """``line`` with ``more`` in it: a day for its day, a reason for its reason, anything for what was not
    understood of it. None where that makes no sense.

    Only with ``customer`` may it name somebody. What names nobody never changes who is meant, whatever is
    left over of it; where somebody is chosen already, what is left over alone, such as a slip, is no reason.
    """
    put = _amended(reader, line, more, customer)
    if put is None and not customer and reader.means_staff(more):
        return _amended(reader, line, f"with {more}", customer)
    return put


def _amended(reader: Reader, line: str, more: str, customer: bool) -> str | None:
    if not customer and _is_left_over(reader, more):
        return None
    before, alone = reader.read(line), reader.read(more)
    kinds = {span.kind for span in alone.spans} | {"unknown"}
    out = [span for span in before.spans if span.kind in kinds and (customer or span.kind != "customer")]
    put = _put(line, more, out, at_end="reason" in kinds)
    after = reader.read(put)
    understood = bool(kinds - {"unknown", "customer"}) or len(out) > 0 or customer
    if not understood or _is_wrong(after) or not (customer or _same_person(before, after)):
        return None
    return put


def _is_left_over(reader: Reader, more: str) -> bool:
    """Whether there is nothing in it but words that would be a reason only because it is known for whom."""
    if reader.names.customer is None:
        return False
    found = Reader(replace(reader.names, customer=None)).read(more).spans
    return {span.kind for span in found} <= {"customer", "unknown"}


def _put(line: str, more: str, out: Iterable[Span], *, at_end: bool) -> str:
    """``line`` without these pieces and with ``more``: where the first was, else in front, a reason last."""
    places = sorted((span.start, span.end) for span in out)
    for start, end in reversed(places):
        line = f"{line[:start]} {line[end:]}"
    at = len(line) if at_end else places[0][0] if places else 0
    return " ".join(f"{line[:at].rstrip(' -') if at_end else line[:at]} {more} {line[at:]}".split())


def _is_wrong(reading: Reading) -> bool:
    return any(ask.why == "unknown" for ask in reading.asks)


def _same_person(before: Reading, after: Reading) -> bool:
    return (before.customer, before.customer_words) == (after.customer, after.customer_words)

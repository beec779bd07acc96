"""Sealing PINs, and what a use case added to money and stock, by the journal's line that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..queries.money_seals import CHANGING, Marks, digest, sealed_since
from .audit import Change

_EMPTIED = frozenset(("customer", "note", "attachment", "appointment", "coverage", "draft_bill"))
"""Kinds of lines whose values may be erased for a person's sake: no seal may be lost with them."""


def sealed(changes: Sequence[Change], before: Marks) -> list[Change]:
    """The changes, with the seals of what was added since ``before`` and of what went to another state.

    They go along with the first line that nobody's erasure empties; with a line of their own without one.
    """
    found: dict[str, object] = dict(sealed_since(before))
    told = [with_state(change) for change in changes]
    if not found:
        return told
    for place, change in enumerate(told):
        if change.kind not in _EMPTIED:
            told[place] = _with(change, found)
            return told
    return [*told, Change("seal", "ledger", None, None, {"sealed": found})]


def with_state(change: Change) -> Change:
    """The change with the seal of the row it tells of, as that is now, where it goes from state to state."""
    if change.kind not in CHANGING or change.row_id is None:
        return change
    id_ = change.row_id
    return _with(change, {change.kind: (id_, id_, digest(change.kind, id_, id_))})


def _with(change: Change, seals: dict[str, object]) -> Change:
    after = dict(change.after or {})
    kept = after.get("sealed")
    return replace(change, after={**after, "sealed": {**(kept if isinstance(kept, dict) else {}), **seals}})

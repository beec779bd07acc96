"""What is being typed into forms, and what was left last with Esc: a slip of a finger costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ..db.drafts import Draft


class Unsaved:
    """Remembers forms as they were last typed, for as long as the program runs."""

    def __init__(self) -> None:
        self._typed: dict[tuple[int, str, str], Draft] = {}
        self._first: dict[tuple[int, str, str], Mapping[str, str]] = {}
        """How each was told of first: as it was opened, or with one letter in it, which is no loss."""
        self._left: dict[int, Draft] = {}

    def typed(self, draft: Draft) -> None:
        """A form is as ``draft`` has it now."""
        key = (draft.person, draft.form, draft.record)
        self._first.setdefault(key, draft.fields)
        self._typed[key] = draft

    def saved(self, person: int, form: str, record: str) -> None:
        """What was typed into a form is in the book, or of no interest any more."""
        self._first.pop((person, form, record), None)
        self._typed.pop((person, form, record), None)

    def left(self, person: int, form: str, record: str) -> bool:
        """The form was left without saving; whether anything had been typed into it."""
        key = (person, form, record)
        draft, first = self._typed.pop(key, None), self._first.pop(key, None)
        if draft is None or draft.fields == first:
            return False
        self._left[person] = draft
        return True

    def take_up(self, person: int) -> Draft | None:
        """What this person left last, once; all of it counts as typed from now on."""
        draft = self._left.pop(person, None)
        if draft is not None:
            self._first[person, draft.form, draft.record] = {}
        return draft

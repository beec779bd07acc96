"""A time that is offered to somebody who waits: whom to call, what to say, what they answer."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Digits, Static

from ...domain.waiting import URGENCIES, Answered, slot_words
from ...queries.waiting import Contact, Offer, Waiting
from ..base import PimDialog
from ..textsafe import show

_WIDEST = 24
"""Figures that fit in a row of 80 columns at three columns each."""


class OfferDialog(PimDialog[Answered]):
    """The telephone number is large; one key writes the answer down. Esc and l leave the offer open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("a", "answer('accepted')", "Accepted"),
        ("d", "answer('declined')", "Declined"),
        ("l,escape", "dismiss_none", "Later"),
    ]

    def __init__(self, made: Offer, one: Waiting, way: Contact, message: str) -> None:
        super().__init__()
        self._made, self._one, self._way, self._message = made, one, way, message

    def compose(self) -> ComposeResult:
        """Who, when, the number, the message, the keys."""
        made, one = self._made, self._one
        zone = self.pim.desk.session.zone
        urgency = f" · {URGENCIES[one.urgency]}" if one.urgency else ""
        with Vertical(classes="panel"):
            yield Static(
                show(f"Offer {slot_words(made.slot, made.staff, zone)} to {one.customer}{urgency}"),
                classes="heading",
            )
            yield from self._number()
            yield Static(
                show(" · ".join(filter(None, (one.wishes, one.standing_visit, one.note)))), classes="reading"
            )
            yield Static(show(f"{self._by}: {self._message}"), classes="reading")
            yield Static(show("a accepted: book it   d declined: offer it to the next   l later"))

    def _number(self) -> ComposeResult:
        """The first number, three lines high where the terminal can draw that; the others behind it."""
        first, *others = self._way.phones or ("no telephone number",)
        figures = _figures(first)
        if figures and not self.pim.plain:
            yield Digits(figures)
        else:
            yield Static(show(" ".join(figures) or first), classes="heading")
        if others:
            yield Static(show(" · ".join(others)), classes="reading")

    @property
    def _by(self) -> str:
        told = {"sms": "SMS drafted", "email": "Email drafted"}.get(self._way.channel)
        return f"{told} to {self._way.to}" if told else "By telephone"

    def action_answer(self, answer: Answered) -> None:
        """Return what they said."""
        self.dismiss(answer)


def _figures(number: str) -> str:
    """The number in figures that can be drawn large and fit, empty where it has other signs."""
    plain = " ".join(re.sub(r"[()./-]", " ", number).split())
    if not re.fullmatch(r"\+?[0-9 ]+", plain):
        return ""
    return (
        plain if len(plain) <= _WIDEST else plain.replace(" ", "") * (len(plain.replace(" ", "")) <= _WIDEST)
    )

"""What was asked when a line broke off, offered when whoever was asked is back."""

from __future__ import annotations

from collections.abc import Mapping

from ..db.drafts import Draft
from ..domain.quickline import Start
from .answers import Say, Talk, which
from .booking import FORM, booked
from .clerk import LINE_FORM, Clerk
from .commands import BY_NAME
from .listed import Booked, Person

_CHOICES = ("Go on with it", "Give it up")


def offered(clerk: Clerk, drafts: list[Draft], first: str) -> Talk:
    """Offer what the line can go on with, one after the other; ``first`` is said before."""
    ours = [draft for draft in drafts if draft.form in (FORM, LINE_FORM)]
    for draft in ours:
        what = draft.fields.get("what") or f"book {draft.fields.get('line', '')}"
        ask = which(f"{first} Not finished: {what.strip()}.", _CHOICES, otherwise="It is kept for later.")
        if int((yield ask)) == 1:
            clerk.drafts.take_up(draft)
            return (yield from _gone_on_with(clerk, draft))
        clerk.drafts.give_up(draft)
        first = "Given up."
    others = len(drafts) - len(ours)
    return Say(first, details=(f"Typed on the screens and kept there: {others}." if others else "",))


def _about(fields: Mapping[str, str]) -> Booked | Person:
    """What the number 1 stands for in the line."""
    person = Person(int(fields["customer_id"]), fields["customer"])
    if not fields["id"]:
        return person
    return Booked(int(fields["id"]), int(fields["version"]), person, fields["label"])


def _gone_on_with(clerk: Clerk, draft: Draft) -> Talk:
    """The question as it stood. Its answer is asked for anew: nothing is written by going on."""
    fields = draft.fields
    if draft.form == FORM:
        start = Start.of_draft(fields)
        return (yield from booked(clerk, start.text, start))
    if fields["customer_id"]:
        clerk.listed.show([_about(fields)])
    clerk.resumed = fields.get("request", "")
    name, _, text = fields["line"].partition(" ")
    talk = BY_NAME[name].carry_out(clerk, text)
    return talk if isinstance(talk, Say) else (yield from talk)

"""Offering a free time to somebody who waits: held meanwhile, a message drafted, the answer written down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..domain.jsontext import to_json
from ..domain.messages import House, Told, filled, values_of
from ..domain.moments import MINUTE, clock, days_touched
from ..domain.rights import Right
from ..domain.visit import NO_ANSWERS, Answers, Details
from ..domain.waiting import Answered, Slot, slot_words
from ..errors import Refused
from ..models import Outbox, WaitingOffer
from ..queries.fitting import candidate_of
from ..queries.templates import words_for
from ..queries.waiting import Offer, Waiting, contact, details_for, offer, open_offers
from . import booking, hold_rows
from .appointment_rows import stored
from .offer_rows import answered, told_of, window_of
from .usecase import use_case
from .waiting_rows import closed, open_entry
from .work import Done, Work

NOWHERE = House()


@dataclass(frozen=True, slots=True)
class OfferTime:
    """Offer a free time to entry ``entry_id``; ``house`` is the clinic as its messages name it."""

    entry_id: int
    slot: Slot
    house: House = NOWHERE
    request: str = ""


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """What became of offer ``id``; ``answers`` are those to the questions a booking can raise."""

    id: int
    answer: Answered
    request: str = ""
    answers: Answers = NO_ANSWERS


@use_case(Right.WAITING_LIST)
def offer_time(work: Work, command: OfferTime) -> Done:
    """Offer a free time: a hold is placed and a message drafted.

    :class:`Refused` tells who was faster: somebody offered this customer a time, or this time to
    somebody else; or what is in the way by now (T7, T8).
    """
    found, slot = open_entry(work, command.entry_id), command.slot
    _make_way(work, found, slot)
    if slot.minutes < found.minutes:
        raise Refused(f"{found.customer} needs {found.minutes} minutes.", "Offer a longer time.", rule="T2")
    slot = slot._replace(minutes=found.minutes)
    # With the buffers and equipment of its type; whether the customer is elsewhere is asked when it is taken.
    candidate = candidate_of(details_for(found, slot), found.moves)
    hold_rows.placed(work, replace(candidate, customer_id=None), found.id)
    id_ = int(
        WaitingOffer.insert(
            entry=found.id,
            staff=slot.staff_id,
            room=slot.room_id,
            starts_at=slot.starts_at,
            minutes=slot.minutes,
            offered_at=work.now,
            offered_by=work.session.staff_id,
        ).execute()
    )
    made = offer(id_)
    _draft_message(work, found, made, command.house)
    work.changed("offer", "waiting_offer", id_, None, told_of(made, found))
    says = f"Offered to {found.customer}: {slot_words(slot, made.staff, work.session.zone)}"
    return Done("waiting_offer", (id_,), _days(work, slot), 1, says)


@use_case(Right.WAITING_LIST)
def answer_offer(work: Work, command: AnswerOffer) -> Done:
    """Write the answer down. An accepted time is booked, or the customer's later visit moved to it, in the
    same transaction; raises as :func:`booking.book` does, and Refused when it was answered already.
    """
    made = offer(command.id)
    if made.state == "lapsed":
        raise Refused(
            f"The offer to {made.customer} has lapsed: that time is taken or over.",
            f"Look at the waiting list again: {made.customer} can be offered another time.",
            rule="T8",
        )
    if made.state != "offered":
        raise Refused(
            f"{made.customer} has {made.state} already.", "Look at the waiting list again.", rule="T8"
        )
    found = open_entry(work, made.entry_id)
    answered(work, made, command.answer)
    if command.answer != "accepted":
        slot = made.slot
        says = f"{made.customer} {command.answer}: {slot_words(slot, made.staff, work.session.zone)}"
        return Done("waiting_offer", (made.id,), _days(work, slot), made.version + 1, says)
    booked = _book(work, found, made, command.answers)
    closed(work, found, "book", state="booked", booked_id=booked.ids[0])
    return booked


def _book(work: Work, found: Waiting, made: Offer, answers: Answers) -> Done:
    """A new visit; or the later one there is, moved to the earlier time, so that the chain is kept (T12)."""
    details = details_for(found, made.slot)
    if found.moves is None:
        work.session.needs(Right.BOOK)
        return booking.booked(
            work, booking.BookAppointment(details, "", answers, rebooked_from=found.appointment_id)
        )
    work.session.needs(Right.CHANGE_APPOINTMENT)
    row = stored(found.moves)
    command = booking.ChangeAppointment(
        found.moves, row["version"], Details.of(row), details, "", answers, "move"
    )
    return booking.changed(work, command)


def _make_way(work: Work, found: Waiting, slot: Slot) -> None:
    """Offers of times that are over lapse; any other one that is open was faster."""
    for made in open_offers(found.id, slot.staff_id, slot.starts_at):
        if made.starts_at <= work.now:
            answered(work, made, "lapsed")
            continue
        when = clock(made.offered_at, work.session.zone)
        what = slot_words(made.slot, made.staff, work.session.zone)
        raise Refused(
            f"{made.who} was faster: {made.customer} was offered {what} at {when}.",
            "Write that answer down first: Enter on the waiting list.",
            rule="T8",
        )


def _draft_message(work: Work, found: Waiting, made: Offer, house: House) -> None:
    """The words of the offer, for a person to send or to read out; never sent by itself (S7)."""
    rules = work.session.calendar
    way, language = contact(found.customer_id, rules.unknown), rules.language
    # What is read out on the telephone is as short as a text message.
    template, spoken = words_for("offer", "email" if way.channel == "email" else "sms", language)
    told = Told(
        way.first_name,
        way.last_name,
        made.starts_at,
        made.minutes,
        work.session.zone,
        made.staff,
        made.room,
        found.mode,
    )
    words = filled(template, values_of(told, house, spoken))
    payload = {"to": way.to, "subject": words.subject, "text": words.body}
    ends = work.now + rules.hold * MINUTE
    Outbox.insert(
        kind="offer",
        customer=found.customer_id,
        channel=way.channel,
        state="draft",
        window=window_of(made.id),
        payload=to_json(payload),
        due_at=work.now,
        expires_at=min(ends, made.starts_at),
        created_at=work.now,
    ).execute()


def _days(work: Work, slot: Slot) -> tuple[str, ...]:
    return days_touched(slot.starts_at, slot.starts_at + slot.minutes * MINUTE, work.session.zone)

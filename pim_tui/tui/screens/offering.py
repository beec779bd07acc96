"""Offering a time to somebody who waits, and writing the answer down: the same from every screen."""

from __future__ import annotations

from collections.abc import Callable

from ...domain.visit import NO_ANSWERS, Answers
from ...domain.waiting import Answered, Slot, slot_words
from ...errors import NeedsAnswer, PimError
from ...queries import waiting
from ...queries.calendar import Visit, visit
from ...queries.waiting import Offer, Waiting
from ...services.house import house_of
from ...services.offers import AnswerOffer, OfferTime, answer_offer, offer_time
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.offer import OfferDialog
from ..dialogs.refused import Choose, Way
from ..requests import new_request


class Offering:
    """Offers on behalf of ``screen``; ``landed`` hears of what was booked."""

    def __init__(self, screen: PimScreen, landed: Callable[[Done], object]) -> None:
        self.screen, self.app, self._landed = screen, screen.pim, landed
        self._zone = screen.pim.desk.session.zone

    def offer(self, one: Waiting, slot: Slot, on_refused: Callable[[PimError], object] | None = None) -> None:
        """Offer the time: it is held, a message is drafted, and the answer is asked for."""
        command = OfferTime(one.id, slot, house_of(self.app.desk.settings), new_request())

        def offered(done: Done) -> None:
            self.app.let_go_at_end()
            self.ask(done.ids[0], slot)

        self.app.submit(offer_time, command, offered, on_refused)

    def ask(self, offer_id: int, slot: Slot | None = None) -> None:
        """Ask what became of an offer; ``slot`` is all of the free time, of which it may be a part."""
        self.screen.load(self._ask, offer_id, slot, group="offer")

    async def _ask(self, offer_id: int, slot: Slot | None) -> None:
        made = await self.screen.fetch(waiting.offer, offer_id)
        one = await self.screen.fetch(waiting.entry, made.entry_id, self._zone)
        unknown = self.app.desk.session.calendar.unknown
        way = await self.screen.fetch(waiting.contact, one.customer_id, unknown)
        message = await self.screen.fetch(waiting.message_of, offer_id)
        later = await self.screen.fetch(visit, one.appointment_id) if one.appointment_id else None

        def answered(answer: Answered | None) -> None:
            if answer is None:
                self.app.say(f"Offered to {one.customer}: W and Enter write the answer down later.")
            elif answer == "accepted":
                self._accept(made, later)
            else:
                self._decline(made, slot or made.slot)

        self.app.push_screen(OfferDialog(made, one, way, message), answered)

    def _accept(self, made: Offer, later: Visit | None, answers: Answers = NO_ANSWERS) -> None:
        """Book it; ``later`` is the visit that is moved. Whoever is elsewhere at that time is asked about."""

        def booked(done: Done) -> None:
            self.app.say(done.says)
            self._landed(done)
            if later is not None:
                from .freed import FreedTime

                FreedTime(self.screen, self._landed).look(done, [later])

        def refused(error: PimError) -> None:
            if not isinstance(error, NeedsAnswer):
                self.app.tell(error)
                return

            def taken(way: Way | None) -> None:
                if way is not None and way.yes:
                    self._accept(made, later, way.answers(answers))

            self.app.push_screen(Choose(error, self._zone), taken)

        command = AnswerOffer(made.id, "accepted", new_request(), answers)
        self.app.submit(answer_offer, command, booked, refused)

    def _decline(self, made: Offer, slot: Slot) -> None:
        """Write it down, and offer the time to the next one."""
        command = AnswerOffer(made.id, "declined", new_request())
        self.app.submit(
            answer_offer, command, lambda done: self.screen.load(self._next, slot, made.staff, group="offer")
        )

    async def _next(self, slot: Slot, staff: str) -> None:
        session = self.app.desk.session.key
        found = await self.screen.fetch(waiting.fitting, slot, self._zone, self.app.now, 1, session=session)
        if found:
            self.offer(found[0], slot)
        else:
            self.app.say(f"Declined. Nobody else who waits fits {slot_words(slot, staff, self._zone)}.")

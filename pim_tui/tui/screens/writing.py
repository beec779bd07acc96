"""Somebody at the desk writes to a customer: the form, what is asked about consent, and the draft."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...domain.contact import OWN as OWN_WORDS
from ...domain.contact import Person, values_for
from ...domain.messages import Told
from ...domain.people import Channel
from ...domain.rights import Right
from ...errors import NeedsAnswer, PimError
from ...queries.contact import Contact, contact
from ...queries.templates import templates
from ...services.contact import NoteRefusal, WriteMessage, note_refusal, write_message
from ...services.house import house_of
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.composer import FORM, OWN, Composer, Finished, Template, Written
from ..dialogs.contact import BY
from ..dialogs.pick import Pick
from ..requests import new_request

if TYPE_CHECKING:
    from ...db.drafts import Draft
    from ..app import PimApp

OF_VISITS = ("invitation", "reminder", "cancellation", "offer")
"""Templates that somebody may send by hand."""


class Writing:
    """Writes to one customer, on top of ``screen``."""

    def __init__(self, screen: PimScreen) -> None:
        self._screen = screen
        self._pim = screen.pim

    def write(self, found: Contact, channel: Channel) -> None:
        """Open the form, with the first address or number and room for own words."""
        if self._screen.allowed(Right.SEND_MESSAGE):
            self._screen.load(self._compose, found, channel, None, new_request(), group="contact")

    async def _compose(
        self,
        found: Contact,
        channel: Channel,
        written: Written | None,
        request: str,
        refusal: PimError | None = None,
    ) -> None:
        words = await self._screen.fetch(self._templates, found, channel)
        to = addresses(found.person, channel)
        record = f"{channel} {found.person.id} {found.visit.id if found.visit else 0}"
        form = written or await self._left(record, words) or Written(to[0][0], OWN, words[0].words)
        about = f"{BY[channel]} to {found.person.name}"

        def keep(now: Written) -> None:
            self._pim.keep_draft(FORM, {"what": about, **now.fields()}, record)

        def answered(answer: Finished | None) -> None:
            if answer is not None:
                self._send(found, channel, answer, request, record)
            elif dialog.touched or written:
                self._pim.say("Nothing is sent; what you typed is there when you write to them again.")
            else:
                self._pim.drop_draft(FORM, record)

        delay = self._pim.desk.session.calendar.delay
        dialog = Composer(about, channel, to, words, form, delay=delay, refusal=refusal, keep=keep)
        self._pim.push_screen(dialog, answered)

    async def _left(self, record: str, words: Sequence[Template]) -> Written | None:
        """What was typed here before and left by Escape; it is given up by leaving it as it is."""
        desk = self._pim.desk
        drafts = await self._pim.outside(desk.drafts.latest, desk.session.staff_id)
        kept = next((one for one in drafts if (one.form, one.record) == (FORM, record)), None)
        if kept is None:
            return None
        await self._pim.outside(desk.drafts.take_up, kept)
        written = Written.of_draft(kept.fields)
        known = {one.key for one in words}
        return written if written.template in known else replace(written, template=OWN)

    def _templates(self, found: Contact, channel: Channel) -> list[Template]:
        """Own words, then those of the clinic in every language it has them in; on a database thread."""
        person, visit = found.person, found.visit
        session, house = self._pim.desk.session, house_of(self._pim.desk.settings)
        told = visit and Told(
            person.first_name,
            person.last_name,
            visit.starts_at,
            visit.minutes,
            visit.zone,
            visit.staff,
            visit.room,
            visit.mode,
            found.join if found.video and found.video.id == visit.id else "",
        )
        own = values_for(person, told, house, session.calendar.language)
        made = [Template(OWN, "own words", OWN_WORDS[channel], own)]
        for row in templates() if told else ():
            if row.channel == channel and row.kind in OF_VISITS:
                label = f"{row.kind}, {row.language}"
                made.append(Template(label, label, row.words, values_for(person, told, house, row.language)))
        return made

    def _send(self, found: Contact, channel: Channel, answer: Finished, request: str, record: str) -> None:
        """Queue it; who was never asked is asked now."""
        visit = found.visit.id if found.visit else None
        command = WriteMessage(
            found.person.id,
            channel,
            answer.form.to,
            answer.message.subject,
            answer.message.body,
            visit,
            urgent=answer.form.urgent,
            request=request,
        )

        def done(result: Done) -> None:
            self._pim.drop_draft(FORM, record)
            self._pim.say(result.says)
            wait = 0 if answer.form.urgent else self._pim.desk.session.calendar.delay * 60
            self._pim.errands.carry(result.ids[0], self._pim.now + wait)

        def again(error: PimError | None) -> None:
            self._screen.load(self._compose, found, channel, answer.form, request, error, group="contact")

        def refused(error: PimError) -> None:
            if isinstance(error, NeedsAnswer) and error.question == "consent":
                self._ask(command, record, done, again, error)
            else:
                again(error)

        self._pim.submit(write_message, command, done, refused)

    def _ask(
        self,
        command: WriteMessage,
        record: str,
        done: Callable[[Done], None],
        again: Callable[[PimError | None], None],
        error: PimError,
    ) -> None:
        """Whether they agree; what they say is written down either way (P5)."""
        channel = command.channel.word
        options: list[tuple[Hashable, str]] = [
            ("yes", f"they agree to {channel}: write it down, and send"),
            ("no", f"they do not want {channel}: write it down, send nothing"),
        ]

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer == ("yes",):
                self._pim.submit(write_message, replace(command, agreed=True), done, again)
            elif answer == ("no",):
                self._pim.drop_draft(FORM, record)
                refusal = NoteRefusal(command.customer_id, command.channel, new_request())
                self._pim.submit(note_refusal, refusal, lambda result: self._pim.say(result.says))
            else:
                again(None)

        self._pim.push_screen(Pick("May they be written to?", options, told=str(error)), answered)

    # --- drafts -----------------------------------------------------------------------------------

    def restore(self, draft: Draft) -> None:
        """Open the message that a draft was typed in, as it was."""
        channel, customer_id, appointment_id = draft.record.split(" ")
        self._screen.load(
            self._restore,
            Channel(channel),
            int(customer_id),
            int(appointment_id) or None,
            Written.of_draft(draft.fields),
            group="contact",
        )

    async def _restore(
        self, channel: Channel, customer_id: int, appointment_id: int | None, written: Written
    ) -> None:
        found = await self._screen.fetch(
            contact, customer_id, appointment_id, self._pim.now, self._pim.desk.settings.video_base
        )
        await self._compose(found, channel, written, new_request())


def addresses(person: Person, channel: Channel) -> list[tuple[str, str]]:
    """Where a message may go, with what it is called."""
    if channel is Channel.EMAIL:
        return [(address, address) for address in person.emails] or [("", "-")]
    return [(one.e164, one.told) for one in person.texted] or [("", "-")]


def reopen_message(pim: PimApp, draft: Draft) -> None:
    """Go to the customer and open the message there."""
    from .profile import ProfileScreen

    screen = ProfileScreen(int(draft.record.split(" ")[1]))
    pim.push_then(screen, lambda: Writing(screen).restore(draft))

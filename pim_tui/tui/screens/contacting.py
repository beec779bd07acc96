"""What becomes of the contact key: somebody is written to, called, met by video, or their number copied."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ...domain import links
from ...domain.contact import Person, Way, ways
from ...domain.moments import moment_label
from ...domain.people import Channel
from ...queries.contact import Contact, VisitFacts, contact
from ...services.zoom import missing
from ..base import PimScreen
from ..dialogs.contact import BY, LINK, ContactDialog
from ..dialogs.links import START, LinkDialog
from ..dialogs.pick import Pick
from .calling import Calling
from .starting import Starting
from .writing import Writing

if TYPE_CHECKING:
    from ...config import Settings

MODES = {"in_person": "in person", "virtual": "video", "phone": "by telephone"}


class Contacting:
    """Opens the ways to reach one customer, on top of ``screen``."""

    def __init__(self, screen: PimScreen) -> None:
        self._screen = screen
        self._pim = screen.pim

    def open(self, customer_id: int, appointment_id: int | None = None) -> None:
        """Show the ways; ``appointment_id`` is the visit under the cursor, else it is the next one."""
        self._screen.load(self._open, customer_id, appointment_id, group="contact")

    async def _open(self, customer_id: int, appointment_id: int | None) -> None:
        found = await self._screen.fetch(
            contact, customer_id, appointment_id, self._pim.now, self._pim.desk.settings.video_base
        )
        there = self._ways(found)

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self._take(found, there, answer)

        title = f"Contact {found.person.name}"
        told = f"{found.waiting} waiting" + (f", {found.failed} not arrived" if found.failed else "")
        self._pim.push_screen(ContactDialog(title, self._about(found.visit), there, told), chosen)

    def _ways(self, found: Contact) -> tuple[Way, ...]:
        settings, unknown = self._pim.desk.settings, self._pim.desk.session.calendar.unknown
        return ways(found.person, found.join, no_video(found, settings), unset(settings), unknown=unknown)

    def _about(self, visit: VisitFacts | None) -> str:
        if visit is None:
            return ""
        when = moment_label(visit.starts_at, visit.zone)
        return f"Visit: {when}, {MODES[visit.mode]}, {visit.staff}"

    def _take(self, found: Contact, there: Sequence[Way], answer: str) -> None:
        if answer.startswith(LINK):
            self._show_link(found, next(way for way in there if f"{LINK} {way.key}" == answer))
            return
        {
            "email": partial(Writing(self._screen).write, found, Channel.EMAIL),
            "sms": partial(Writing(self._screen).write, found, Channel.SMS),
            "call": partial(Calling(self._screen).call, found),
            "video": partial(self._video, found),
            "copy": partial(self._copy, found),
            "messages": partial(self._messages, found.person),
            "profile": partial(self._profile, found.person),
        }[answer]()

    # --- links and copies -------------------------------------------------------------------------

    def _show_link(self, found: Contact, way: Way) -> None:
        title = f"{BY[way.key]}: {found.person.name} · {way.uses}"
        code = way.link.upper() if way.key == "call" else way.link
        self._pim.push_screen(LinkDialog(title, "", way.link, code))

    def _video(self, found: Contact) -> None:
        told = self._about(found.video).removeprefix("Visit: ")
        title, starts = f"Video visit of {found.person.name}", self._pim.desk.settings.video_service == "zoom"

        def chosen(answer: str | None) -> None:
            if answer == START and found.video is not None:
                Starting(self._screen).start(found.video.id, title)

        self._pim.push_screen(LinkDialog(title, told, links.meeting(found.join), starts=starts), chosen)

    def _copy(self, found: Contact) -> None:
        person = found.person
        options: list[tuple[Hashable, str]] = [(one.number, f"phone    {one.told}") for one in person.phones]
        options += [(address, f"email    {address}") for address in person.emails]
        if person.address:
            lines = (person.name, *person.address)
            options.append(("\n".join(lines), f"address  {', '.join(person.address)}"))
        if link := links.meeting(found.join):
            options.append((link, f"video    {link}"))
        options += [
            (str(person.number), f"number   {person.number}"),
            (person.name, f"name     {person.name}"),
        ]

        def chosen(answer: tuple[Hashable] | None) -> None:
            if answer is not None:
                self._pim.copy_to_clipboard(str(answer[0]))

        self._pim.push_screen(Pick(f"Copy of {person.name}   (Enter copies, Esc leaves)", options), chosen)

    def _messages(self, person: Person) -> None:
        from .messages import MessagesScreen

        self._pim.push_screen(MessagesScreen(person.id, person.name))

    def _profile(self, person: Person) -> None:
        from .profile import ProfileScreen

        self._pim.push_screen(ProfileScreen(person.id))


def unset(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The settings that a channel still needs, by their names."""
    needed = {"email": ("smtp_host", "mail_from"), "sms": ("sms_service",)}
    return {
        channel: tuple(name for name in names if not getattr(settings, name))
        for channel, names in needed.items()
    }


def no_video(found: Contact, settings: Settings) -> str:
    """Why there is no link of a video visit."""
    if found.video is None:
        return "no video visit ahead"
    if not settings.video_service:
        return "not set: video_service"
    lacks = missing(settings) if settings.video_service == "zoom" else ()
    return f"not set: {', '.join(lacks)}" if lacks else "the meeting has no link yet"

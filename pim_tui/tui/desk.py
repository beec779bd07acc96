"""What one person's session is wired from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..config import Settings
from ..db.connection import Book
from ..db.drafts import DraftStore
from ..domain.session import Session
from ..paths import Places, private_folder

if TYPE_CHECKING:
    from ..services.backups import Copier
    from ..services.signing import Door
    from .errands import Couriers


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a session is wired from: who, which book, which settings, where drafts go.

    ``couriers`` makes what takes a message out of the house for a session; None where none does. ``door`` is
    where people sign in; without one nobody locks. Before anybody has, ``session`` is nobody's
    (:meth:`~pim_tui.services.signing.Door.nobody`).
    ``account`` is whose account of the operating system this is, None where that does not matter: everybody
    else who works in it has an inbox and an outbox of their own. ``copier`` makes what makes backups; None
    where none are made from here.
    """

    session: Session
    book: Book
    settings: Settings
    places: Places
    drafts: DraftStore
    couriers: Couriers | None = None
    door: Door | None = None
    account: int | None = None
    copier: Callable[[], Copier] | None = None

    @property
    def own(self) -> Places:
        """The folders of whoever works here now."""
        if self.account in (None, self.session.staff_id):
            return self.places
        return self.places.of(self.session.staff_id)

    def outbox_file(self, name: str) -> str:
        """Where a file for this person goes; the folder is made when first needed."""
        return str(private_folder(self.own.outbox) / name)

    def new_outbox_file(self, name: str, ending: str) -> str:
        """The same, and no file of that name is there yet."""
        from ..exports.outfile import fresh

        return str(fresh(private_folder(self.own.outbox), name, ending))

"""Whoever works at the line: what they may read and do, by the same two doors as the screens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, ParamSpec, TypeVar

from ..config import Settings
from ..db.drafts import DraftStore
from ..domain.dates import Order
from ..domain.moments import Zone, day_of
from ..domain.quickline import Names
from ..domain.rights import Right
from ..domain.session import Session
from ..queries.catalogue import Catalogue
from ..queries.gate import on_behalf_of
from ..services.refusals import called, refusals_told
from ..services.views import Views
from ..services.work import Done
from .listed import Listed, Person

P = ParamSpec("P")
R = TypeVar("R")

LINE_FORM = "line"
"""The drafts of what was asked besides bookings: a command as far as it was answered."""


def new_request() -> str:
    """An id that no other question has: what is answered twice is carried out once."""
    return secrets.token_hex(12)


@dataclass(slots=True)
class Clerk:
    """One person at work. ``kept`` are the drafts of the question under way, by form and record."""

    session: Session
    settings: Settings
    views: Views
    drafts: DraftStore
    listed: Listed = field(default_factory=Listed)
    kept: set[tuple[str, str]] = field(default_factory=set)
    plain: bool = False
    """Whether only ASCII can be said: then people of other letters go by their number as well."""
    resumed: str = ""
    """The request of a question that is gone on with: what was done already is not done again."""

    @property
    def now(self) -> int:
        """The present, UTC seconds."""
        return self.session.clock()

    @property
    def zone(self) -> Zone:
        """Where the clinic is."""
        return self.session.zone

    @property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return day_of(self.now, self.zone)

    @property
    def order(self) -> Order:
        """How a date such as 3/4/2026 is read."""
        return self.settings.date_order

    def may(self, right: Right) -> bool:
        """Whether this person has the right."""
        return right in self.session.rights

    def spoken(self, known: Catalogue, customer: tuple[int, str] | None = None) -> Names:
        """The clinic's names as a typed line is read by; ``customer`` is somebody who is chosen already."""
        settings = self.settings
        return known.names(
            self.zone,
            self.now,
            self.order,
            settings.default_minutes,
            settings.opens_at,
            settings.closes_at,
            customer,
        )

    def require(self, right: Right) -> None:
        """Raise Forbidden, with who may, unless this person has the right: before anything is asked."""
        with refusals_told(self.session, "line"):
            self.session.needs(right)

    # --- the two doors ----------------------------------------------------------------------------

    def fetch(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Read on behalf of this person; what they look at is noted, what is refused as well."""
        seen = partial(self.views.read, session=self.session)
        with on_behalf_of(self.session, seen), refusals_told(self.session, called(query)):
            found = query(*args, **kwargs)
        if not self.plain:
            return found
        from ..queries.toldapart import told_apart

        return told_apart(found)

    def carry_out(self, service: Callable[[Session, Any], Done], command: Any) -> Done:
        """Write; raises what the service refuses."""
        with refusals_told(self.session, called(service)):
            return service(self.session, command)

    # --- drafts -----------------------------------------------------------------------------------

    def keep(self, form: str, fields: Mapping[str, str], record: str = "") -> None:
        """Keep what was answered so far, in case that the line breaks off."""
        self.kept.add((form, record))
        self.drafts.put(self.session.staff_id, form, record, 0, fields)

    def keep_about(self, person: Person, what: str, line: str, request: str) -> None:
        """Keep what is asked about somebody; ``line`` says it again where they are number 1, under the same
        ``request``."""
        who = {"id": "", "customer_id": str(person.id), "customer": person.name, "request": request}
        self.keep(LINE_FORM, {"what": what, "line": line.strip(), **who}, what)

    def request(self) -> str:
        """That of the question that is gone on with, else a new one."""
        request, self.resumed = self.resumed or new_request(), ""
        return request

    def drop(self) -> None:
        """The question is done with: nothing of it is kept."""
        for form, record in self.kept:
            self.drafts.discard(self.session.staff_id, form, record)
        self.kept.clear()

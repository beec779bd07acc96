"""What is done with the cash drawer by key: float, cash in and out, blind count, correction (M9)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ...domain.moments import clock
from ...domain.money import read_amount, read_signed, shown
from ...errors import PimError, Refused
from ...queries.drawers import DrawerRow
from ...services.drawer import (
    CloseDrawer,
    CorrectCount,
    MoveCash,
    OpenDrawer,
    close_drawer,
    correct_count,
    move_cash,
    open_drawer,
)
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.typedlines import Field, Fields, Typed
from ..requests import new_request

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

REASON = Field("reason", "Reason", limit=200)
Act = Callable[[Typed, str], tuple[Callable[..., Done], Any]]


class DrawerKeys(_Base):
    """A screen says which drawers it shows."""

    @property
    @abstractmethod
    def drawers(self) -> tuple[DrawerRow, ...]:
        """The drawers that the keys work on, the newest last."""

    def action_float(self) -> None:
        """Open the drawer with what was counted into it."""
        self._ask_drawer(
            "Open the drawer",
            (Field("amount", "Float", "", 20),),
            lambda now: (
                f"{self._shown(self._amount(now))} are in it."
                if now["amount"].strip()
                else "What was counted into it, such as 150."
            ),
            lambda now, request: (open_drawer, OpenDrawer(self._amount(now), request)),
        )

    def action_cash(self) -> None:
        """Put cash in or take it out."""
        if self._open_drawer() is None:
            return

        def told(now: Typed) -> str:
            if not now["amount"].strip():
                return "25 puts cash in, -25 takes it out."
            amount = self._signed(now)
            return f"{'Puts in' if amount > 0 else 'Takes out'} {self._shown(abs(amount))}."

        def act(now: Typed, request: str) -> tuple[Callable[..., Done], Any]:
            amount = self._signed(now)
            way = "in" if amount > 0 else "out"
            return move_cash, MoveCash(way, abs(amount), now["reason"], request)

        self._ask_drawer("Cash in or out", (Field("amount", "Amount", "", 20), REASON), told, act)

    def action_count(self) -> None:
        """Count what is in the drawer; what should be is told afterwards."""
        if (drawer := self._open_drawer()) is None:
            return
        self._ask_drawer(
            "Count the drawer, and close it",
            (Field("amount", "Counted", "", 20),),
            lambda now: (
                f"{self._shown(self._amount(now))} were counted; the difference is told afterwards."
                if now["amount"].strip()
                else "What should be in it is told afterwards."
            ),
            lambda now, request: (
                close_drawer,
                CloseDrawer(drawer.id, drawer.version, self._amount(now), request),
            ),
        )

    def _open_drawer(self) -> DrawerRow | None:
        """The drawer that is open; None once it is said that there is none, before anybody types."""
        drawer = next((one for one in self.drawers if one.closed_at is None), None)
        if drawer is None:
            self.pim.tell(Refused("No drawer is open.", "f opens it with a counted float.", rule="M9"))
        return drawer

    @property
    @abstractmethod
    def drawer_chosen(self) -> DrawerRow | None:
        """The drawer under the cursor."""

    @abstractmethod
    def counted_in(self, drawer: DrawerRow) -> int:
        """What counts as counted in a drawer that was, its corrections with it; minor units."""

    def action_correct(self) -> None:
        """Put a count right, that of the drawer under the cursor or else the last one: what was in it is
        typed, and how that differs is told.
        """
        counted = [one for one in self.drawers if one.closed_at is not None]
        if not counted:
            self.pim.tell(Refused("No drawer was counted.", "b counts the one that is open.", rule="M9"))
            return

        drawer = next((one for one in counted if one == self.drawer_chosen), counted[-1])
        before = self.counted_in(drawer)

        def told(now: Typed) -> str:
            if not now["amount"].strip():
                return f"{self._shown(before)} were counted. Type what was in it; the count itself stays."
            more = self._amount(now) - before
            than = f"{'more' if more > 0 else 'fewer'} than the {self._shown(before)} counted before"
            return f"{self._shown(abs(more))} {than}." if more else "That is what was counted before."

        self._ask_drawer(
            f"Correct the count of the drawer of {clock(drawer.opened_at, self.pim.desk.session.zone)}",
            (Field("amount", "Counted", "", 20), REASON),
            told,
            lambda now, request: (
                correct_count,
                CorrectCount(drawer.id, self._amount(now), now["reason"], request),
            ),
        )

    def _ask_drawer(
        self,
        title: str,
        fields: tuple[Field, ...],
        told: Callable[[Typed], str],
        act: Act,
        typed: Typed | None = None,
        refusal: PimError | None = None,
        request: str = "",
    ) -> None:
        """Ask, then carry it out; what is refused is asked again as it was typed."""
        id_ = request or new_request()

        def answered(now: Typed | None) -> None:
            if now is None:
                return
            service, command = act(now, id_)
            again = partial(self._ask_drawer, title, fields, told, act, now, request=id_)
            self.pim.submit(service, command, self.pim.said, lambda error: again(refusal=error))

        self.app.push_screen(Fields(title, fields, told, typed=typed, refusal=refusal), answered)

    def _amount(self, now: Typed) -> int:
        return read_amount(now["amount"], self.pim.desk.session.currency, field="amount")

    def _signed(self, now: Typed) -> int:
        return read_signed(now["amount"], self.pim.desk.session.currency)

    def _shown(self, amount: int) -> str:
        return shown(amount, self.pim.desk.session.currency)

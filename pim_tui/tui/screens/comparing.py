"""Two people in one record: both values of every difference, and what is kept saved over the record as it is.

Every form over a record that carries a version ends here when somebody else was quicker.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from ...domain.versions import field_text, meanwhile
from ...errors import Difference, PimError, Stale
from ..base import PimScreen
from ..dialogs.stale import Kept, StaleDialog, merged

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Form = TypeVar("Form", bound=DataclassInstance)


class Versioned(Protocol):
    """A record as it was read."""

    @property
    def version(self) -> int:
        """Goes up by one with every change."""


Record = TypeVar("Record", bound=Versioned)


def refused_over(
    screen: PimScreen,
    titles: Mapping[str, str],
    read: Callable[[], Awaitable[Record]],
    *,
    save: Callable[[Record, Kept], object],
    anew: Callable[[], object],
    back: Callable[[PimError | None], object],
) -> Callable[[PimError], None]:
    """What is done when a form over a record is refused. ``back`` opens it again as it was typed, with what
    was refused of it; where somebody else was quicker, :func:`compare` comes first.
    """

    def refused(error: PimError) -> None:
        if isinstance(error, Stale):
            compare(screen, error, titles, read, save=save, anew=anew, back=partial(back, None))
        else:
            back(error)

    return refused


def compare(
    screen: PimScreen,
    error: Stale,
    titles: Mapping[str, str],
    read: Callable[[], Awaitable[Record]],
    *,
    save: Callable[[Record, Kept], object],
    anew: Callable[[], object],
    back: Callable[[], object],
) -> None:
    """Show what somebody else changed beside what was typed, and ask which stays.

    ``read`` gives the record as it is now, and ``save`` saves over it what is kept. ``back`` opens the form
    again as it was typed. ``anew`` saves as it was saved first, and so leads back here: for a record that was
    changed once more meanwhile, of which what the dialog did not show would be overwritten unseen.
    """

    def answered(choice: Kept | None) -> None:
        if choice is None:
            back()
        else:
            screen.load(again, choice, group="record")

    async def again(choice: Kept) -> None:
        now = await read()
        if now.version == error.version:
            save(now, choice)
        else:
            anew()

    screen.app.push_screen(StaleDialog(error, titles), answered)


def take_up(
    screen: PimScreen,
    what: str,
    versions: tuple[int, int],
    now: Form,
    typed: Form,
    titles: Mapping[str, str],
    edit: Callable[[Form], object],
    text: Callable[[Form, str], str] = field_text,
) -> None:
    """Go on with a draft: ``edit`` opens the form with what was ``typed`` in it.

    ``versions`` are that of the record when it was typed, and by now. Where they are not the same it is shown
    where the two differ, and asked which stays; Esc leaves the draft for later.
    """
    then, by_now = versions
    if then == by_now:
        edit(typed)
        return
    ask_which_stays(
        screen,
        what,
        by_now,
        meanwhile(typed, now, typed, text),
        titles,
        lambda choice: edit(merged(typed, now, choice)),
    )


def ask_which_stays(
    screen: PimScreen,
    what: str,
    version: int,
    differences: Iterable[Difference],
    titles: Mapping[str, str],
    edit: Callable[[Kept], object],
) -> None:
    """The same of differences. What the draft was typed over is gone: ``was`` of them does not count.

    Where nothing differs there is nothing to ask.
    """

    def answered(choice: Kept | None) -> None:
        if choice is not None:
            edit(choice)

    shown = [replace(one, was="") for one in differences]
    if not shown:
        edit(Kept(frozenset()))
        return
    screen.app.push_screen(StaleDialog(Stale(what, shown, version), titles), answered)

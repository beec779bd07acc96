"""What every screen and dialog shares: its scope in the key table, and its way to the data."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar, cast

from textual.screen import ModalScreen, Screen

from ..errors import PimError

if TYPE_CHECKING:
    from .app import PimApp

P = ParamSpec("P")
R = TypeVar("R")
Result = TypeVar("Result")


class PimScreen(Screen[None]):
    """A whole screen. ``scope`` names its rows in the key table."""

    scope: ClassVar[str] = "app"

    def __init__(self) -> None:
        super().__init__()
        for binding in self.pim.keys.bindings(self.scope):
            self._bindings.bind(binding.key, binding.action, binding.description, show=False)

    @property
    def pim(self) -> PimApp:
        """The app, by its own type."""
        return cast("PimApp", self.app)

    async def fetch(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Read: frozen rows come back from the reading connection."""
        return await self.pim.fetch(query, *args, **kwargs)

    def load(self, reading: Coroutine[Any, Any, None], group: str = "load") -> None:
        """Run a coroutine that reads and shows; a newer one of the same group replaces it."""
        self.pim.turns.reading(+1)
        self.run_worker(self._told(reading), group=group, exclusive=True)

    async def _told(self, reading: Coroutine[Any, Any, None]) -> None:
        try:
            await reading
        except PimError as error:
            self.pim.tell(error)
        finally:
            self.pim.turns.reading(-1)


class PimDialog(ModalScreen[Result]):
    """A question: it returns a value, or None when it is left with Esc, and writes nothing."""

    scope: ClassVar[str] = "dialog"

    @property
    def pim(self) -> PimApp:
        """The app, by its own type."""
        return cast("PimApp", self.app)

    async def fetch(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Read: frozen rows come back from the reading connection."""
        return await self.pim.fetch(query, *args, **kwargs)

    def action_dismiss_none(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)

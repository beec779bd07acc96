"""The keys that open a page from anywhere, and the page itself once only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from textual.actions import ActionParseResult
from textual.dom import DOMNode

from ..domain.rights import Right
from .base import PimScreen, Reads
from .dealing import DealingApp
from .keys import Key, Keys

if TYPE_CHECKING:
    from ..manual.subjects import Subject
    from .app import PimApp


class PagesApp(DealingApp):
    """A part of :class:`~pim_tui.tui.app.PimApp`."""

    keys: Keys

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Carry out what a key stands for, unless it needs a right that is missing, or something else than
        what is shown: then that is said."""
        screen, asked = self.screen, default_namespace
        scope = "app" if asked is self else asked.scope if isinstance(asked, PimScreen) else ""
        if isinstance(action, str) and isinstance(screen, PimScreen):
            if screen.lacks(action, scope):
                return True
            if asked is screen and (told := screen.elsewhere(action)):
                screen.pim.say(told)
                return True
        return await super().run_action(action, default_namespace, namespaces)

    def _allowed(self, right: Right) -> bool:
        """Whether whoever works here has the right; else the screen says who has it."""
        screen = self.screen
        return right in self.desk.session.rights or (isinstance(screen, Reads) and screen.allowed(right))

    def push_then(self, screen: PimScreen, act: Callable[[], object]) -> None:
        """Show a screen and open something there; keys typed meanwhile are meant for that."""

        def opened() -> None:
            act()
            self.turns.reading(-1)

        self.turns.reading(+1)
        self.push_screen(screen)
        screen.call_after_refresh(opened)

    def action_help(self) -> None:
        """Show the keys of the screen below."""
        from .dialogs.help import HelpDialog

        def left(manual: bool | None) -> None:
            if manual:
                self.action_manual()

        if isinstance(self.screen, PimScreen):
            self.push_screen(HelpDialog(self.screen.scope), left)

    def action_manual(self, at: str = "") -> None:
        """Open the subjects of the manual, with the cursor ``at`` one, and then the one that is chosen."""
        from .dialogs.manual import ManualDialog
        from .screens.manual import ManualScreen

        def chosen(one: Subject | None) -> None:
            if one is not None:
                self.push_screen(ManualScreen(one, lambda: self.action_manual(one.title)))

        self.push_screen(ManualDialog(at), chosen)

    def action_told(self) -> None:
        """Show what whoever works here was told, the newest first."""
        from .dialogs.told import ToldDialog

        self.push_screen(ToldDialog([*reversed(self.seat.told)]))

    def action_palette(self) -> None:
        """Find a command of the screen below by its name, and carry it out."""
        from .dialogs.palette import Palette

        screen = self.screen
        if not isinstance(screen, PimScreen):
            return

        async def chosen(key: Key | None) -> None:
            if key is not None:
                await self.run_action(key.action, self if key.scope == "app" else screen)

        keys = [key for key in self.keys.of(screen.scope) if key.action != "palette"]
        self.push_screen(Palette(keys), chosen)

    def action_calendar(self) -> None:
        """Go back to the calendar."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_customers(self) -> None:
        """Open the list of customers; where it is open, somebody else is looked for."""
        from .screens.customers import CustomersScreen

        if isinstance(self.screen, CustomersScreen):
            self.screen.begin_anew()
        else:
            self.push_screen(CustomersScreen())

    def action_imports(self) -> None:
        """Open the list of files and imports, and what is under way or was not looked at yet."""
        from .screens.imports import open_imports

        if self._allowed(Right.IMPORT):
            open_imports(cast("PimApp", self))

    def action_till(self) -> None:
        """Open the till; there, go to the next kind of bill."""
        from .screens.till import TillScreen

        if not self._allowed(Right.POST_BILL):
            return
        if isinstance(self.screen, TillScreen):
            self.screen.next_kind()
        elif any(isinstance(screen, TillScreen) for screen in self.screen_stack):
            while not isinstance(self.screen, TillScreen):
                self.pop_screen()
        else:
            shown = self.screen.customer_shown if isinstance(self.screen, PimScreen) else None
            self.push_screen(TillScreen(customer_id=shown))

    def action_refunds(self) -> None:
        """Open the list of what waits to be approved or paid back."""
        from .screens.refunds import RefundsScreen

        if self._allowed(Right.SEE_BILL) and not isinstance(self.screen, RefundsScreen):
            self.push_screen(RefundsScreen())

    def action_staff(self) -> None:
        """Open the staff list."""
        from .screens.staff import StaffScreen

        if not isinstance(self.screen, StaffScreen):
            self.push_screen(StaffScreen())

    def action_roles(self) -> None:
        """Open the table of roles and rights."""
        from .screens.roles import RolesScreen

        if not isinstance(self.screen, RolesScreen):
            self.push_screen(RolesScreen())

    def action_products(self) -> None:
        """Open the list of products."""
        from .screens.products import ProductsScreen

        if self._allowed(Right.SEE_PRODUCT) and not isinstance(self.screen, ProductsScreen):
            self.push_screen(ProductsScreen())

    def action_day_close(self) -> None:
        """Open the close of the day."""
        from .screens.dayclose import DayCloseScreen

        if self._allowed(Right.SEE_BILL) and not isinstance(self.screen, DayCloseScreen):
            self.push_screen(DayCloseScreen())

    def action_lists(self) -> None:
        """Open the lists of the whole clinic."""
        from .screens.cliniclists import ListsScreen

        if self._allowed(Right.SEE_BILL) and not isinstance(self.screen, ListsScreen):
            self.push_screen(ListsScreen())

    def action_journal(self) -> None:
        """Open the journal: of what the screen shows, where it is one record; there, all of it."""
        from .screens.journal import JournalScreen

        if not self._allowed(Right.SEE_JOURNAL):
            return
        if isinstance(self.screen, JournalScreen):
            self.screen.action_whole()
        elif isinstance(self.screen, PimScreen):
            self.push_screen(JournalScreen(*(self.screen.journal_about or ())))

    def action_glass(self) -> None:
        """Open the list of records that were opened for a reason."""
        from .screens.glass import GlassScreen

        if self._allowed(Right.REVIEW_GLASS) and not isinstance(self.screen, GlassScreen):
            self.push_screen(GlassScreen())

    def action_back_up(self) -> None:
        """Make a backup of the book, or see how the one under way stands."""
        from .dialogs.backup import BackupDialog

        if self.desk.copier is None:
            self.say("No backup is made from here: pim-tui backup makes one.")
        elif self._allowed(Right.BACK_UP):
            self.push_screen(BackupDialog(self.desk.copier()))

    def action_find(self) -> None:
        """Find a customer and open the profile."""
        from .dialogs.find import FindDialog, Person
        from .screens.profile import ProfileScreen

        def found(person: Person | None) -> None:
            if person is not None:
                self.push_screen(ProfileScreen(person.id))

        self.push_screen(FindDialog(), found)

    def action_export(self) -> None:
        """Write what the screen shows to a file."""
        from .screens.handing import Exports

        if isinstance(self.screen, Exports):
            self.screen.export()
        else:
            self.say("There is nothing here that could be exported.")

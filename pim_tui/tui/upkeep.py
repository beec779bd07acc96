"""What is done once a start, behind everything else, and by whoever comes first who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.rights import Right
from ..errors import PimError, SettingsError

if TYPE_CHECKING:
    from ..services.work import Done
    from .app import PimApp


class Upkeep:
    """Looks after the book and its calendar for ``app``."""

    def __init__(self, app: PimApp) -> None:
        self._app, self._told_of_keys, self._looked_around, self._kept_up = app, False, False, False

    async def look_after(self) -> None:
        """Somebody has come: what is still to be done is done on their behalf."""
        app = self._app
        from ..queries.series import any_due

        if not self._told_of_keys:
            self._told_of_keys = True
            if told := app.keys.told():
                app.notify(told, timeout=20)
        if not self._looked_around and not app.is_headless:
            self._looked_around = True
            await self.look_around()
        if not self._kept_up and Right.BOOK in app.desk.session.rights:
            self._kept_up = True
            if await app.fetch(any_due, app.now):
                self._make_further_visits()
            await self._fill_holidays()

    async def look_around(self) -> None:
        """Tell whoever has just come what is wrong with the book, its disk or the clock."""
        from ..services.morning import look_around, pages_due

        app = self._app
        apart = app.outside if pages_due(app.today.isoformat()) else app.fetch
        try:
            found = await apart(look_around, app.desk.session)
        except PimError as error:
            app.tell(error)
        else:
            for text in found:
                app.notify(text, severity="warning", timeout=60)

    async def _fill_holidays(self) -> None:
        """Once a year, or when the settings name another place: behind everything else."""
        from ..domain.worktime import place_code
        from ..queries.hours import holidays_due

        app, session = self._app, self._app.desk.session
        place, kept = place_code(session.country, session.calendar.region), session.calendar.holidays
        if await app.fetch(holidays_due, place, kept, app.today):
            from ..services.holidays import FillHolidays, fill_holidays

            app.submit(fill_holidays, FillHolidays(), None, self._not_filled, waits=False)

    def _not_filled(self, error: PimError) -> None:
        """A place that nobody knows is told; that another desk was faster is not."""
        if isinstance(error, SettingsError):
            self._app.notify(str(error), severity="warning", timeout=20)

    def _make_further_visits(self) -> None:
        """Series go on by themselves: a batch at a time, behind everything else, until none needs any."""
        from ..services.series import ExtendSeries, extend_series

        def made(done: Done) -> None:
            if done.says:
                self._app.notify(done.says, severity="warning", timeout=20)
            self._make_further_visits()

        self._app.submit(extend_series, ExtendSeries(), made, lambda error: None, waits=False)

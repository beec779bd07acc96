"""What screens that can hand out their list share: ask for the kind of file, write it, say where it is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from ...services.leaving import Form
    from ..app import PimApp


class Exports:
    """A screen whose list can be exported: it answers :meth:`export`, mostly by :meth:`hand_out`."""

    exports: ClassVar[bool] = True

    if TYPE_CHECKING:

        @property
        def pim(self) -> PimApp: ...

    @abstractmethod
    def export(self) -> None:
        """Export what is shown."""

    def hand_out(
        self,
        what: str,
        name: str,
        kinds: Mapping[str, str],
        service: Callable[..., Any],
        command: Callable[[Form], Any],
    ) -> None:
        """Ask for the kind, then write ``name`` with its ending into the outbox.

        ``what`` is for the heading of the question; ``command`` makes the service's command.
        """
        from ..dialogs.exporting import ExportDialog

        pim = self.pim

        def chosen(kind: str | None) -> None:
            if kind is None:
                return
            from ...services.leaving import Form
            from ...services.printing import stationery
            from ..stepping import submit_with_pin

            form = Form(kind, pim.desk.new_outbox_file(name, kind), stationery(pim.desk.settings))
            pim.say("Writing…")
            submit_with_pin(pim, service, command(form), pim.said, waits=False)

        pim.push_screen(ExportDialog(what, kinds), chosen)

"""What the keys of arrival do. Loaded with the first of them, as :mod:`.acts` is."""

from __future__ import annotations

from dataclasses import replace

from ...domain import dates
from ...domain.moments import moment_label, resolve, wall
from ...domain.states import STEPS, Arrival, Status, check_comes
from ...domain.text import tidy
from ...errors import PimError, Refused
from ...queries.calendar import Visit
from ...services.arrivals import TakeStep, take_step
from ..dialogs.prompt import Prompt
from ..requests import new_request
from .acts import AppointmentActs

ASKED = {
    "confirmed": "When did {} confirm?",
    "arrived": "When did {} arrive?",
    "seated": "When was {} seated?",
    "left": "When did {} leave?",
}
HINT = "9:05 · seated 9:10 (confirmed, arrived, seated, left)"


class ArrivalActs(AppointmentActs):
    """Carries out the keys of arrival on the appointment under the cursor."""

    def take(self, step: str) -> None:
        """Take the step now, or take it back."""
        if (block := self._chosen()) is not None:
            command = TakeStep(block.id, block.version, step, new_request())
            self.app.submit(take_step, command, self._booked(""))

    def correct(self) -> None:
        """Ask when a step was taken: the last one, unless another is named."""

        def opened(seen: Visit) -> None:
            check_comes(Status(seen.status))  # Nobody types a time for nothing.
            self._ask_time(seen)

        self.with_chosen(opened)

    def _ask_time(self, seen: Visit, text: str = "", refusal: PimError | None = None) -> None:
        def told(text: str) -> str:
            step, at = self._read(text, seen)
            return f"{step} {moment_label(at, self._zone)}"

        def answered(answer: str | None) -> None:
            if answer is not None:
                step, at = self._read(answer, seen)
                command = TakeStep(seen.id, seen.version, step, new_request(), at)
                self.app.submit(
                    take_step, command, self._booked(""), lambda error: self._ask_time(seen, answer, error)
                )

        title = ASKED[_last_step(seen)].format(seen.customer)
        self.app.push_screen(Prompt(title, told, hint=HINT, text=text, refusal=refusal), answered)

    def _read(self, text: str, seen: Visit) -> tuple[str, int]:
        """The step and the instant that are meant, on the day of the appointment."""
        first, _, rest = text.strip().partition(" ")
        named = [step for step in STEPS if len(first) > 1 and step.startswith(first.casefold())]
        step, time = (named[0], rest) if named else (_last_step(seen), text)
        then = wall(getattr(seen, f"{step}_at") or seen.starts_at, self._zone)
        starts = dates.read_start(time, self.app.today, then, self.app.order)
        if starts is None:
            raise Refused(f"“{tidy(time, limit=30)}” is not a time.", f"Such as: {HINT}.")
        return step, resolve(starts, self._zone)

    def walk_in(self) -> None:
        """Open the quick line for somebody who is here now."""
        self.quick(replace(self.screen.start(), walk_in=True, text="", starts_at=None))


def _last_step(seen: Visit) -> str:
    """The step that was taken last; nobody having taken one, arrived."""
    given = Arrival(seen.confirmed_at, seen.arrived_at, seen.seated_at, seen.left_at).given()
    return given[-1][0] if given else "arrived"

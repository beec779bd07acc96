"""Style sheets are read by Textual's slow reader once in a process, however many screens come and go.

Textual (8.2) reads everything anew when a screen brings a sheet of its own. What was read is kept here by its
text and by the colours it was read with; a session that was forked from a warm process finds it all done.
"""

from __future__ import annotations

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_Read = tuple[str, CSSLocation, bool, int, str]
"""What a sheet's rules depend on, but for the variables: text, place, whether a default, rank, scope."""

_KEPT: dict[frozenset[tuple[str, str]], dict[_Read, list[RuleSet]]] = {}
"""Rules by the variables they were read with. Nobody changes rules once they are read."""


class ParsedSheets(Stylesheet):
    """Textual's style sheet over rules that the whole process shares."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._keep_for(self._variables)

    def _keep_for(self, variables: dict[str, str]) -> None:
        self._kept = _KEPT.setdefault(frozenset(variables.items()), {})

    def set_variables(self, variables: dict[str, str]) -> None:
        """Another theme: rules read with other variables are other rules."""
        super().set_variables(variables)
        self._keep_for(variables)

    def copy(self) -> ParsedSheets:
        """The same sources, not read yet."""
        made = ParsedSheets(variables=self._variables.copy())
        made.source = self.source.copy()
        return made

    def reparse(self) -> None:
        """Only what has come since is read; what was there is found again. Raises as :meth:`parse`."""
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = (css, read_from, is_default_rules, tie_breaker, scope)
        if key not in self._kept:
            self._kept[key] = super()._parse_rules(*key)
        return self._kept[key]


def sheets_read() -> int:
    """How many sheets were read so far in this process."""
    return sum(map(len, _KEPT.values()))

"""Screens under test settle on what they do, and each app does not read the same style sheets again.

Textual's own pause looks whether the process is at rest in steps of 20 milliseconds, which in thousands
of pauses is most of the time the tests take. Hundreds of apps follow each other in one process: what one
of them has understood of a style sheet is right for every other that has the same colours.
"""

from __future__ import annotations

from functools import cache

from textual import _wait
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_STEP = 1 / 250

assert (_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE) == (1 / 50, 1 / 1000), "Textual pauses in another way now"
_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = _STEP, _STEP / 20

_read = Stylesheet._parse_rules


@cache
def _rules(variables: frozenset[tuple[str, str]], css: str, *where: object) -> list[RuleSet]:
    """The rules of a style sheet: the sheet itself, its place and rank, and the colours it may name."""
    return _read(Stylesheet(variables=dict(variables)), css, *where)  # type: ignore[arg-type]


def _rules_read_once(
    self: Stylesheet, css: str, read_from: object, is_default_rules: bool = False, tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:  # fmt: skip
    return _rules(frozenset(self._variables.items()), css, read_from, is_default_rules, tie_breaker, scope)


Stylesheet._parse_rules = _rules_read_once  # type: ignore[method-assign, assignment]

RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]
"""The same number, without a call of Python for each rule of each widget."""

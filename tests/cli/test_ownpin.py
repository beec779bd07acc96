"""A command that asks for the own PIN: typed at the terminal, refused without one."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pim_tui import asking
from pim_tui.cli.ownpin import with_pin
from pim_tui.errors import NeedsAnswer, Refused
from pim_tui.services.stepup import PIN


@dataclass(frozen=True)
class Wanted:
    pin: str = field(default="", repr=False)


def act(wanted: Wanted) -> str:
    if wanted.pin != "lantern-2":
        raise NeedsAnswer("This asks for your own PIN.", question=PIN)
    return "done"


def test_it_is_typed_at_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "can_ask", lambda: True)
    monkeypatch.setattr(asking, "secret", lambda question: "lantern-2")
    assert with_pin(act, Wanted()) == "done"
    monkeypatch.setattr(asking, "secret", lambda question: "wrong-1")
    with pytest.raises(NeedsAnswer):
        with_pin(act, Wanted())


def test_without_a_terminal_it_is_refused_and_other_questions_are_not_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "can_ask", lambda: False)
    with pytest.raises(Refused, match="Run it at a terminal"):
        with_pin(act, Wanted())

    def other(wanted: Wanted) -> str:
        raise NeedsAnswer("Twice?", question="twice")

    with pytest.raises(NeedsAnswer, match="Twice"):
        with_pin(other, Wanted())

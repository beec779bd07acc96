"""Whatever is asked, the line may break off there, and whatever is typed there does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.domain.basket import Basket, BasketLine
from pim_tui.line.paper import Paper
from pim_tui.services.till import PostBill, post_bill
from tests.line.talking import Line, line
from tests.line.test_hostile import NAMES, harmless
from tests.services.clinic import JANE, JOHN

TALKS = {
    "book": ("book", "jane doe", "tomorrow 10:30", "1", "yes"),
    "overbook": ("book jane doe tomorrow 9:00 dr lee", "4", "she fainted", "yes"),
    "wrong name": ("book qqqq xyzzy tomorrow 10:30 dr lee", "john roe", "yes"),
    "newcomer": ("book qqqq xyzzy tomorrow 10:30 dr lee", "new", "12.3.1980", "yes", "yes"),
    "for": ("find doe", "for 1", "tomorrow 10:30 dr lee", "yes"),
    "take": ("openings lee", "take 3", "jane doe", "yes"),
    "here": ("here", "jane doe 10m dr sato", "yes"),
    "move": ("day tomorrow", "move 1", "11:00", "yes"),
    "cancel": ("day tomorrow", "cancel 1", "1", "a cold", "yes"),
    "note": ("find doe", "note 1", "needs a quiet room", "yes"),
    "pay": ("find doe", "pay 1", "4 card", "yes"),
    "wait": ("find doe", "wait 1", "urgent mornings", "yes"),
    "new": ("new", "anton neumann", "12.3.1980", "yes"),
    "alike": ("new jane doe 1.3.1984", "yes", "2"),
}
"""What is said one after the other; the last line does what was asked for."""
SLIPS = (*NAMES[:2], "", "99999", "é \udce9 \x00", '- "..')
OFFERED = {"overbook": 0, "take": 1, "for": 1, "move": 1, "cancel": 1, "note": 1, "pay": 1, "wait": 1}
"""How many lines come before the first question, where it is not one."""


def clinic_at(folder: Path) -> Line:
    here = line(folder)
    here.clinic.book("2026-11-24 09:00", customer_id=JOHN)
    lines = (BasketLine(description="Something", quantity=1, unit_price=1000),)
    post_bill(here.clinic.session, PostBill(Basket("sale", lines, customer_id=JANE), ()))
    return here


CUTS = [(name, cut) for name, lines in TALKS.items() for cut in range(1 + OFFERED.get(name, 0), len(lines))]


@pytest.mark.parametrize(("name", "cut"), CUTS)
def test_a_line_that_breaks_off_is_offered_again_and_nothing_is_half_done(
    tmp_path: Path, name: str, cut: int
) -> None:
    here = clinic_at(tmp_path)
    before = here.clinic.count()
    here.say(*TALKS[name][:cut])
    assert here.answer.prompt == "? ", here.text
    here.talk.end("lost")
    assert here.clinic.count() == before
    again = line(tmp_path, clinic=here.clinic)
    assert "Not finished:" in again.flat
    assert again.say("1")
    assert again.answer.prompt == "? ", again.text
    again.talk.end("lost")
    third = line(tmp_path, clinic=here.clinic)
    assert "Not finished:" in third.flat
    assert third.told("2").startswith("Given up.")
    third.talk.end("left")
    assert "Not finished" not in line(tmp_path, clinic=here.clinic).flat
    here.clinic.store.close()


@pytest.mark.parametrize("name", TALKS)
def test_whatever_is_typed_at_a_question_is_harmless_and_enter_leaves_it(tmp_path: Path, name: str) -> None:
    lines, paper = TALKS[name], Paper()
    here = clinic_at(tmp_path)
    for cut in range(1, len(lines)):
        for typed in SLIPS:
            here.say(*lines[:cut])
            here.say(typed)
            harmless([*here.answer.lines], paper)
            for _ in range(4):
                here.say("")
            assert here.answer.prompt == "> ", (cut, typed)
    here.talk.end("left")
    here.clinic.store.close()

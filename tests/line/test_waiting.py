"""The waiting list at the line: who waits, who is put on it, and who is taken off it."""

from __future__ import annotations

from pathlib import Path

from pim_tui.domain.rights import Right
from tests.line.talking import Line, line
from tests.services.clinic import LEE, SATO


def entries(here: Line) -> list[tuple[object, ...]]:
    return here.clinic.store.select(
        "select customer_id, urgency, staff_id, minutes, weekdays, state from waiting_entry order by id"
    )


def test_somebody_is_put_on_the_list_read_out_and_taken_off_it(here: Line) -> None:
    here.say("find doe")
    assert here.told("wait 1 urgent mon,thu mornings lee 30m").startswith(
        "Put Jane Doe on the waiting list: urgent 30 minutes Mon,Thu mornings with Dr Lee? Answer yes or no"
    )
    assert entries(here) == []
    assert here.told("yes").startswith("On the waiting list: Jane Doe")
    assert entries(here) == [(1, 2, LEE, 30, "03", "waiting")]
    assert here.say("waiting").splitlines()[:2] == [
        "1 person waits, 1 of them urgently.",
        "1, Jane Doe, urgent, 30 minutes Mon,Thu mornings with Dr Lee, telephone 030",
    ]
    assert here.told("1").startswith("Jane Doe, number 1,")
    assert here.told("waiting roe") == "0 people wait."
    here.say("waiting", "for 1 tomorrow 9:00 dr lee")
    assert here.flat.startswith("Book Jane Doe")
    here.say("no")
    assert here.told("off 1").startswith("Take Jane Doe off the waiting list: why?")
    assert here.told("found another").startswith("Take Jane Doe off the waiting list: found another?")
    assert here.told("no") == "Jane Doe goes on waiting."
    here.say("off 1 found another", "yes")
    assert [row[-1] for row in entries(here)] == ["withdrawn"]


def test_what_is_wrong_of_a_wish_is_asked_for_again_and_may_be_changed_before_the_yes(here: Line) -> None:
    here.say("find doe")
    assert here.told("wait 1 urgent qqqq").startswith("“qqqq” was not understood. What would Jane Doe take?")
    assert here.told("blah").startswith("“blah” was not understood. What would Jane Doe take?")
    assert "soon 30 minutes?" in here.told("soon")
    assert "urgent 45 minutes with Dr Sato?" in here.told("urgent 45m sato")
    here.say("yes")
    assert entries(here)[0][1:4] == (2, SATO, 45)


def test_a_wish_is_kept_when_the_line_breaks_off(here: Line, tmp_path: Path) -> None:
    here.say("find doe", "wait 1", "urgent mornings")
    here.talk.end("lost")
    again = line(tmp_path, clinic=here.clinic)
    assert "Not finished: waiting list, Jane Doe." in again.flat
    assert again.told("1").startswith("Put Jane Doe on the waiting list: urgent 30 minutes mornings?")
    again.say("yes")
    assert len(entries(here)) == 1
    again.talk.end("left")


def test_only_who_waits_is_taken_off_and_only_by_who_may(here: Line, tmp_path: Path) -> None:
    here.say("find doe")
    assert here.told("off 1") == "Number 1 is nobody who waits. waiting lists who waits."
    here.talk.end("left")
    other = line(tmp_path, clinic=here.clinic, rights=frozenset(Right) - {Right.WAITING_LIST})
    here.clinic.store.db.execute_sql("delete from role_right where name = ?", [Right.WAITING_LIST.value])
    other.say("find doe")
    assert "does not have the right" in other.told("wait 1 urgent")
    other.talk.end("left")

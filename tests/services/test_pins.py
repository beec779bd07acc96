"""PINs: hashed dearly, never told, slowed down when guessed at, and every wrong one in the journal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pim_tui.db.connection import current, select
from pim_tui.domain.rights import TITLES, Right
from pim_tui.errors import Forbidden, Invalid, NotFound, Refused
from pim_tui.models import Staff
from pim_tui.queries.money_seals import seals
from pim_tui.services import pins
from pim_tui.services.pins import Cost, SetPin, set_pin, verify
from tests.services.clinic import ANNA, LEE, SATO, Practice

PIN = "lantern-2"


def give_themselves(clinic: Practice, staff_id: int = LEE, pin: str = PIN) -> None:
    """A PIN that its owner has set."""
    set_pin(clinic.as_(staff_id), SetPin(staff_id, pin))


def given() -> int:
    return int(select("select given from staff_pin where staff_id = ?", [LEE])[0][0])


def kept(staff_id: int = LEE) -> tuple[str, int, int]:
    ((hash_, failures, wait),) = select(
        "select hash, failures, wait_until from staff_pin where staff_id = ?", [staff_id]
    )
    return hash_, failures, wait


def test_a_pin_is_kept_as_an_argon2id_hash_of_the_cost_that_was_measured(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Cost() == Cost(memory=19 * 1024, passes=2, lanes=1)
    monkeypatch.setattr(pins, "COST", Cost())
    give_themselves(clinic)
    assert kept()[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    verify(clinic.session, LEE, PIN)


def test_a_hash_of_less_cost_is_made_anew_when_the_pin_is_right(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_themselves(clinic)
    before = kept()[0]
    monkeypatch.setattr(pins, "COST", Cost(memory=16, passes=1))
    verify(clinic.session, LEE, PIN)
    assert kept()[0] != before
    assert "m=16," in kept()[0]
    verify(clinic.session, LEE, PIN)
    assert list(seals()) == []


@pytest.mark.parametrize("change", ["hash = hash || 'x'", "given = 0", "staff_id = 1"])
def test_a_pin_that_was_changed_behind_the_program_is_found(clinic: Practice, change: str) -> None:
    set_pin(clinic.session, SetPin(LEE, PIN))
    assert list(seals()) == []
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(f"update staff_pin set {change}")
    found = list(seals())
    assert found[0] == ("staff_pin", LEE, "it is not as it was written last")
    # What became somebody else's is nobody's that the journal knew of.
    untold = ("staff_pin", ANNA, "the journal does not know who wrote it")
    assert found[1:] == ([untold] if change == "staff_id = 1" else [])


def test_a_pin_that_was_slipped_in_for_somebody_who_has_none_is_found(clinic: Practice) -> None:
    set_pin(clinic.session, SetPin(LEE, PIN))
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "insert into staff_pin (staff_id, hash, set_at, failures, wait_until, given)"
            " select 3, hash, set_at, 0, 0, 0 from staff_pin"
        )
    assert list(seals()) == [("staff_pin", 3, "the journal does not know who wrote it")]


def test_no_hash_is_made_inside_a_transaction_and_at_most_two_at_a_time(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = []

    def watched(name: str, count: int, chosen: int = 0) -> object:
        assert not current().db.in_transaction()
        places.append(count)
        return real(name, count, chosen)

    real = pins.slot
    monkeypatch.setattr(pins, "slot", watched)
    give_themselves(clinic)
    verify(clinic.session, LEE, PIN)
    assert places == [2, 2]
    with real("pins", 2), real("pins", 2):
        assert len(list(current().place.parent.glob("*.pins?"))) == 2


def test_a_wrong_pin_is_refused_and_stays_in_the_journal(clinic: Practice) -> None:
    give_themselves(clinic)
    with pytest.raises(Refused, match="not the PIN of Dr Lee") as caught:
        verify(clinic.session, LEE, "lantern-3")
    assert caught.value.rule == "R4"
    line = select("select action, kind, row_id, staff_id from journal order by seq desc limit 1")
    assert line == [("wrong pin", "staff_pin", LEE, ANNA)]
    verify(clinic.session, LEE, PIN)
    assert kept()[1:] == (0, 0)


def test_after_five_wrong_ones_the_next_waits_longer_each_time(clinic: Practice) -> None:
    set_pin(clinic.session, SetPin(LEE, PIN))
    waits = []
    for _ in range(12):
        with pytest.raises(Refused, match="not the PIN"):
            verify(clinic.session, LEE, "guessed")
        waits.append(kept()[2] - clinic.clock[0])
        clinic.clock[0] = max(clinic.clock[0], kept()[2])
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert clinic.actions().count("wrong pin") == 12


def test_while_one_waits_even_the_right_pin_is_not_looked_at(clinic: Practice) -> None:
    give_themselves(clinic)
    for _ in range(5):
        with pytest.raises(Refused):
            verify(clinic.session, LEE, "guessed")
    with pytest.raises(Refused, match=r"Too many wrong PINs for Dr Lee: wait 30 seconds"):
        verify(clinic.session, LEE, PIN)
    give_themselves(clinic, SATO, "pebble-33")
    verify(clinic.session, SATO, "pebble-33")
    clinic.clock[0] += 30
    verify(clinic.session, LEE, PIN)


def test_nobody_and_somebody_without_a_pin_cost_as_much_as_a_wrong_one(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    monkeypatch.setattr(pins, "fits", lambda kept, typed, staff_id: checked.append(staff_id))
    with pytest.raises(Refused, match="Nobody of that name"):
        verify(clinic.session, 99, PIN)
    with pytest.raises(Refused, match="Dr Lee has no PIN yet"):
        verify(clinic.session, LEE, PIN)
    assert checked == [99, LEE]


@pytest.mark.parametrize(
    ("pin", "why"),
    [("12345", "takes 6 to 64"), ("x" * 65, "takes 6 to 64"), ("111111", "repeats the same"),
     ("121212", "repeats the same"), ("123456", "goes on by ones"), ("987654", "goes on by ones"),
     ("abcdef", "goes on by ones"), ("abcabc", "repeats itself"), ("abc\x1bdef", "what a keyboard prints"),
     (" harbour", "without spaces at its ends"), ("Password 2026!", "everybody tries first"),
     ("qwertz12", "everybody tries first"), ("Dr. Lée 77", "the person's own name"),
     ("eelrd-1", "the person's own name")],
)  # fmt: skip
def test_a_pin_that_anybody_would_guess_is_refused_without_repeating_it(
    clinic: Practice, pin: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why) as caught:
        set_pin(clinic.session, SetPin(LEE, pin))
    assert pin not in str(caught.value)
    assert clinic.count("staff_pin") == 0


def test_the_same_letters_from_another_keyboard_are_the_same_pin(clinic: Practice) -> None:
    give_themselves(clinic, LEE, "caf\u00e9-12")
    verify(clinic.session, LEE, "cafe\u0301-12")


def test_a_passphrase_may_have_spaces_and_64_characters(clinic: Practice) -> None:
    words = "the tide comes in twice a day, and the boats go out with it now!"
    assert len(words) == 64
    give_themselves(clinic, LEE, words)
    verify(clinic.session, LEE, words)


def test_ones_own_pin_changes_with_the_one_before_and_needs_no_right_of_the_till(clinic: Practice) -> None:
    lee = replace(clinic.as_(LEE), rights=frozenset({Right.WORK}))
    set_pin(lee, SetPin(LEE, PIN))
    with pytest.raises(Refused, match="You have a PIN already"):
        set_pin(lee, SetPin(LEE, "another-1"))
    with pytest.raises(Refused, match="not the PIN of Dr Lee"):
        set_pin(lee, SetPin(LEE, "another-1", old_pin="lantern-3"))
    with pytest.raises(Refused, match="That is the PIN you have"):
        set_pin(lee, SetPin(LEE, PIN, old_pin=PIN))
    set_pin(lee, SetPin(LEE, "another-1", old_pin=PIN))
    verify(lee, LEE, "another-1")
    assert given() == 0


def test_whoever_forgot_their_own_sets_another_by_right_and_the_journal_says_so(clinic: Practice) -> None:
    give_themselves(clinic)
    with pytest.raises(Forbidden, match=TITLES[Right.CHANGE_STAFF]):
        set_pin(clinic.as_(LEE, Right.CHANGE_STAFF), SetPin(LEE, "another-1", forgotten=True))
    set_pin(clinic.as_(LEE), SetPin(LEE, "another-1", forgotten=True))
    verify(clinic.session, LEE, "another-1")
    assert select("select reason from journal where action = 'set' order by seq")[-1] == ("forgotten",)


def test_a_pin_set_by_somebody_else_needs_a_right_and_approves_nothing(clinic: Practice) -> None:
    with pytest.raises(Forbidden, match=TITLES[Right.CHANGE_STAFF]):
        set_pin(clinic.as_(ANNA, Right.CHANGE_STAFF), SetPin(LEE, PIN))
    assert "They choose another" in set_pin(clinic.session, SetPin(LEE, PIN)).says
    assert given() == 1
    with pytest.raises(Refused, match="was given this PIN by somebody else: it approves nothing"):
        verify(clinic.session, LEE, PIN)
    with pytest.raises(Refused, match="approves nothing"):
        verify(clinic.as_(LEE), LEE, PIN)  # whoever gave it, at the desk that Dr Lee has left open
    set_pin(clinic.as_(LEE), SetPin(LEE, "another-1", old_pin=PIN))
    verify(clinic.session, LEE, "another-1")
    with pytest.raises(NotFound):
        set_pin(clinic.session, SetPin(99, "third-one"))


def test_whoever_keeps_the_staff_list_gives_no_pin_to_those_above_them(clinic: Practice) -> None:
    supervisor = clinic.as_(SATO, Right.CHANGE_ROLES)
    with pytest.raises(Forbidden, match=TITLES[Right.CHANGE_ROLES]):
        set_pin(supervisor, SetPin(ANNA, PIN))
    with clinic.store.write_tx():
        Staff.update(role="clinician", version=2).where(Staff.id == LEE).execute()
    set_pin(supervisor, SetPin(LEE, PIN))


@pytest.mark.sqlite
def test_no_pin_is_told_anywhere(clinic: Practice, caplog: pytest.LogCaptureFixture) -> None:
    command = SetPin(LEE, PIN, old_pin="older-pin")
    assert "lantern" not in repr(command)
    assert "older" not in repr(command)
    set_pin(clinic.session, SetPin(LEE, PIN))
    with pytest.raises(Refused):
        verify(clinic.session, LEE, "lantern-3")
    clinic.store.db.execute_sql("pragma wal_checkpoint(truncate)")
    raw = b"".join(file.read_bytes() for file in current().file.parent.iterdir())  # type: ignore[union-attr]
    assert not re.search(rb"lantern-[23]", raw)
    assert "lantern" not in caplog.text

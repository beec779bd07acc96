"""The door: by name and PIN or by login, slowly after wrong tries, and all of it in the journal."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context

import pytest
from peewee import IntegrityError

from pim_tui.db.connection import open_book, select
from pim_tui.domain.pins import FREE_TRIES
from pim_tui.domain.rights import TITLES, Right
from pim_tui.domain.session import Session
from pim_tui.errors import Forbidden, Invalid, NotFound, Refused
from pim_tui.models import DeskSession, RoleRight, Staff, StaffPin
from pim_tui.queries.desk_sessions import end_asked_by, open_sessions
from pim_tui.services import desk_sessions, pins
from pim_tui.services.desk_sessions import EndSession, end_session
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.signing import Door, SignIn, anybody_has_a_pin, lock, must_change, renewed
from tests.services.clinic import ANNA, LEE, SATO, Practice
from tests.services.refunding import CHEAP, PINS

WRONG = "That name and that PIN do not belong together"


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """The small clinic. Anna and Dr Lee have PINs of their own, Dr Sato has none."""
    with clinic.store.write_tx():
        Staff.update(login="lee", version=2).where(Staff.id == LEE).execute()
    for staff_id in (ANNA, LEE):
        set_pin(clinic.as_(staff_id), SetPin(staff_id, PINS[staff_id]))
    return clinic


def door(clinic: Practice, origin: str = "tty1") -> Door:
    """The way in at a terminal."""

    def made(staff_id: int, name: str, rights: frozenset[Right], key: str) -> Session:
        return replace(clinic.session, staff_id=staff_id, name=name, rights=rights, key=key)

    return Door(origin, clinic.session.clock, made)


def sign_in(clinic: Practice, name: str, secret: str, origin: str = "tty1") -> Session:
    return door(clinic, origin).sign_in(SignIn(name, secret, origin))


def refusal(clinic: Practice, name: str, secret: str = "guessed", origin: str = "tty1") -> str:
    """What is said to somebody who is not let in."""
    with pytest.raises(Refused) as caught:
        sign_in(clinic, name, secret, origin)
    return str(caught.value)


# --- coming in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Dr Lee", "dr  LEE", "LEE", "lee", "lee dr"])
def test_name_login_or_initials_and_the_pin_open_the_door(clinic: Practice, name: str) -> None:
    session = sign_in(clinic, name, PINS[LEE])
    assert (session.staff_id, session.name) == (LEE, "Dr Lee")
    assert session.rights == frozenset(Right)
    assert not must_change(session)
    row = select("select key, staff_id, began_at, origin, host, pid, ended_at from desk_session")
    host = os.uname().nodename
    assert row == [(session.key, LEE, clinic.clock[0], "tty1", host, os.getpid(), None)]
    line = select("select action, kind, row_id, staff_id, session from journal order by seq desc limit 1")
    assert line == [("sign in", "desk_session", 1, LEE, session.key)]


def test_a_login_that_the_system_has_checked_needs_no_pin(clinic: Practice) -> None:
    session = door(clinic).come_in(SATO)
    assert (session.name, session.rights) == ("Dr Sato", frozenset(Right))
    assert clinic.actions()[-1] == "sign in"
    with pytest.raises(Refused, match="works here"):
        door(clinic).come_in(99)


def test_a_key_lets_its_own_person_in_first_and_others_on_top(clinic: Practice) -> None:
    way = replace(door(clinic), person="lee")
    pin = "pebble-33"
    set_pin(clinic.session, SetPin(SATO, pin))
    for _ in range(2):
        with pytest.raises(Refused, match="the key of lee"):
            way.sign_in(SignIn("Dr Sato", pin, "ssh key lee"))
    assert clinic.count("desk_session") == 0
    assert way.sign_in(SignIn("lee", PINS[LEE], "ssh key lee")).name == "Dr Lee"
    assert way.sign_in(SignIn("Dr Sato", pin, "ssh key lee")).name == "Dr Sato"


def test_before_anybody_has_signed_in_nothing_may_be_done(clinic: Practice) -> None:
    nobody = door(clinic).nobody()
    assert (nobody.staff_id, nobody.rights) == (0, frozenset())
    with pytest.raises(Forbidden):
        lock(nobody, "key")


def test_a_role_without_the_right_to_work_opens_no_door(clinic: Practice) -> None:
    with clinic.store.write_tx():
        RoleRight.delete().where(RoleRight.name == Right.WORK.value).execute()
    with pytest.raises(Forbidden, match=TITLES[Right.WORK]):
        sign_in(clinic, "Dr Lee", PINS[LEE])
    with pytest.raises(Forbidden, match=TITLES[Right.WORK]):
        door(clinic).come_in(LEE)
    assert clinic.count("desk_session") == 0


def test_a_given_pin_opens_the_door_for_nothing_but_another(clinic: Practice) -> None:
    set_pin(clinic.session, SetPin(SATO, "pebble-33"))
    session = sign_in(clinic, "Dr Sato", "pebble-33")
    assert must_change(session)
    assert session.rights == {Right.WORK}
    with pytest.raises(Refused, match="That is the PIN you have"):
        set_pin(session, SetPin(SATO, "pebble-33", "pebble-33"))
    set_pin(session, SetPin(SATO, "heron on 1 leg", "pebble-33"))
    session = renewed(session)
    assert not must_change(session)
    assert session.rights == frozenset(Right)
    sign_in(clinic, "Dr Sato", "heron on 1 leg")


# --- not coming in -------------------------------------------------------------------------------------


def test_a_wrong_name_a_wrong_pin_and_none_at_all_get_the_same_words_and_cost_the_same(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in hashes and transactions: a clock would tell how busy the machine is."""
    hashes: list[int] = []
    real = pins._hasher(CHEAP).verify
    monkeypatch.setattr(
        type(pins._hasher(CHEAP)), "verify", lambda _, kept, typed: hashes.append(1) or real(kept, typed)
    )
    monkeypatch.setattr(type(pins._hasher(CHEAP)), "hash", lambda *_: pytest.fail("nothing is hashed anew"))
    with clinic.store.write_tx():
        Staff.update(active=False, version=2).where(Staff.id == ANNA).execute()
    said, cost = set(), set()
    for name in ("Dr Lee", "Dr Sato", "Anna Berg", "Nobody", "", "\x1b[2J\u202e" * 50):
        hashes.clear()
        before = clinic.count("journal")
        said.add(refusal(clinic, name, origin=f"place of {name}"))
        cost.add((len(hashes), clinic.count("journal") - before))
    assert len(said) == 1
    assert WRONG in said.pop()
    assert cost == {(1, 1)}


def test_what_was_typed_for_a_name_is_kept_nowhere(clinic: Practice) -> None:
    """Now and then somebody types the PIN there."""
    refusal(clinic, PINS[LEE])
    kept = [*select("select after from journal_values"), *select("select origin from sign_in_wait")]
    assert not [text for (text,) in kept if PINS[LEE] in text]
    line = select("select action, kind, row_id, staff_id from journal order by seq desc limit 1")
    assert line == [("wrong pin", "staff_pin", None, None)]
    assert PINS[LEE] not in repr(SignIn("Dr Lee", PINS[LEE], "tty1"))


def tries(clinic: Practice, name: str, origins: Callable[[int], str]) -> list[int]:
    """Seconds waited before each of ten wrong tries could be made."""
    waits = []
    for number in range(10):
        before = clinic.clock[0]
        while "Too many" in refusal(clinic, name, origin=origins(number)):
            clinic.clock[0] += 30
        waits.append(clinic.clock[0] - before)
    return waits


SLOWER = [0, 0, 0, 0, 0, 30, 60, 120, 240, 480]


def test_wrong_tries_at_one_person_wait_longer_from_wherever_they_come(clinic: Practice) -> None:
    assert FREE_TRIES == 5
    assert tries(clinic, "Dr Lee", lambda number: f"tty{number}") == SLOWER
    sign_in(clinic, "Anna Berg", PINS[ANNA])


def test_a_name_that_nobody_has_waits_the_same(clinic: Practice) -> None:
    assert tries(clinic, "Dr Nobody", lambda number: f"tty{number}") == SLOWER


def test_wrong_tries_from_one_place_wait_longer_at_whomever_they_are(clinic: Practice) -> None:
    names = iter(("Dr Lee", "Anna Berg", "Dr Sato", "Nobody", "Dr Lee"))
    for name in names:
        refusal(clinic, name)
    assert "Too many wrong tries: wait 30 seconds" in refusal(clinic, "Anna Berg", PINS[ANNA])
    sign_in(clinic, "Anna Berg", PINS[ANNA], "tty2")
    clinic.clock[0] += 30
    sign_in(clinic, "Anna Berg", PINS[ANNA])
    assert select("select count(*) from sign_in_wait where origin = 'tty1'") == [(0,)]


def test_nobody_waits_for_ever_and_after_a_day_a_place_is_forgotten(clinic: Practice) -> None:
    for _ in range(12):
        said = refusal(clinic, "Dr Lee")
        clinic.clock[0] += 900
        assert "Too many" not in said
    sign_in(clinic, "Dr Lee", PINS[LEE])
    refusal(clinic, "Nobody", origin="tty9")
    clinic.clock[0] += 25 * 3600
    sign_in(clinic, "Dr Lee", PINS[LEE])
    assert clinic.count("sign_in_wait") == 0


def test_a_stranger_who_goes_on_trying_keeps_nobody_from_where_they_work(clinic: Practice) -> None:
    sign_in(clinic, "Dr Lee", PINS[LEE])
    for number in range(12):
        while "Too many" in refusal(clinic, "Dr Lee", origin=f"ssh {number}"):
            clinic.clock[0] += 30
    assert "wait 15 minutes" in refusal(clinic, "Dr Lee", PINS[LEE], "ssh 99")
    sign_in(clinic, "Dr Lee", PINS[LEE])


def test_where_somebody_works_tries_at_them_wait_as_well_whoever_else_comes_in_there(
    clinic: Practice,
) -> None:
    """A colleague clears what the place is waited for by coming in, and gains no tries by it."""
    sign_in(clinic, "Dr Lee", PINS[LEE])
    for _ in range(5):
        refusal(clinic, "Dr Lee")
        sign_in(clinic, "Anna Berg", PINS[ANNA])
    assert "Too many wrong tries: wait 30 seconds" in refusal(clinic, "Dr Lee", PINS[LEE])
    clinic.clock[0] += 30
    sign_in(clinic, "Dr Lee", PINS[LEE])
    assert clinic.count("sign_in_wait") == 0


def test_a_clock_that_was_set_back_makes_nobody_wait_longer(clinic: Practice) -> None:
    for _ in range(5):
        refusal(clinic, "Dr Lee")
    clinic.clock[0] -= 7 * 86_400
    assert "wait 30 seconds" in refusal(clinic, "Dr Lee", PINS[LEE])
    clinic.clock[0] += 30
    sign_in(clinic, "Dr Lee", PINS[LEE])


def test_a_place_that_no_table_takes_as_it_is_waits_all_the_same(clinic: Practice) -> None:
    origin = "ssh \x1b[2J" + "9" * 300
    for _ in range(5):
        refusal(clinic, "Nobody", origin=origin)
    assert "Too many" in refusal(clinic, "Dr Sato", origin=origin)


def test_a_hash_that_was_tampered_with_is_nobodys(clinic: Practice) -> None:
    with clinic.store.write_tx():
        StaffPin.update(hash="$argon2id$nonsense").where(StaffPin.staff == LEE).execute()
    assert WRONG in refusal(clinic, "Dr Lee", PINS[LEE])
    assert WRONG in refusal(clinic, "Dr Lee", "\udcff" * 9)


def test_every_failure_is_in_the_journal(clinic: Practice) -> None:
    for name in ("Dr Lee", "Nobody", "Dr Lee"):
        refusal(clinic, name)
    assert clinic.actions()[-3:] == ["wrong pin"] * 3
    last = select("select v.after from journal_values v order by v.seq_id desc limit 1")
    assert last == [('{"failures":3,"origin":"tty1"}',)]


def _guess(file: str, now: int, number: int, answers: object) -> None:
    """In a process of its own: ten guesses as fast as it can; how many were looked at."""
    pins.COST = CHEAP
    open_book(file)
    looked = 0
    session = Session(ANNA, "Anna Berg", "UTC", lambda: now, frozenset(Right), "x")
    way = Door(f"tty{number}", lambda: now, lambda *who: replace(session, staff_id=who[0]))
    for _ in range(10):
        try:
            way.sign_in(SignIn("Dr Lee", "guessed", way.origin))
        except Refused as error:
            looked += "Too many" not in str(error)
    answers.put(looked)  # type: ignore[attr-defined]


@pytest.mark.sqlite
def test_who_tries_from_many_processes_at_once_gains_nothing(clinic: Practice) -> None:
    context = get_context("fork")
    answers = context.SimpleQueue()
    clinic.store.close()
    processes = [
        context.Process(target=_guess, args=(str(clinic.store.file), clinic.clock[0], number, answers))
        for number in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert sum(answers.get() for _ in processes) == FREE_TRIES
    clinic.store.connect()
    assert clinic.actions().count("wrong pin") == FREE_TRIES


# --- lock and leave ------------------------------------------------------------------------------------


def test_whoever_locks_unlocks_with_their_own_pin(clinic: Practice) -> None:
    way = door(clinic)
    session = way.come_in(LEE)
    lock(session, "idle")
    with pytest.raises(Refused, match="not the PIN of Dr Lee"):
        way.unlock(session, PINS[ANNA])
    way.unlock(session, PINS[LEE])
    lines = select("select action, row_id, reason from journal order by seq desc limit 3")
    assert lines == [("unlock", 1, ""), ("wrong pin", LEE, ""), ("lock", 1, "idle")]


def test_a_pin_that_somebody_else_gave_unlocks_nothing(clinic: Practice) -> None:
    """Whoever gave it knows it, and the locked screen is the owner's, with everything they may."""
    way = door(clinic)
    session = way.come_in(LEE)
    set_pin(clinic.session, SetPin(LEE, "pebble-33"))
    with pytest.raises(Refused, match="given you this PIN"):
        way.unlock(session, "pebble-33")
    assert "unlock" not in clinic.actions()
    set_pin(sign_in(clinic, "Dr Lee", "pebble-33"), SetPin(LEE, "heron on 1 leg", "pebble-33"))
    way.unlock(session, "heron on 1 leg")


def test_wrong_tries_to_unlock_wait_as_those_to_sign_in_do(clinic: Practice) -> None:
    way = door(clinic)
    session = way.come_in(LEE)
    for _ in range(5):
        with pytest.raises(Refused, match="not the PIN"):
            way.unlock(session, "guessed")
    with pytest.raises(Refused, match="Too many wrong tries: wait 30 seconds"):
        way.unlock(session, PINS[LEE])
    assert "Too many" in refusal(clinic, "Dr Lee", PINS[LEE], "tty2")


def test_whoever_works_here_no_longer_unlocks_nothing(clinic: Practice) -> None:
    way = door(clinic)
    session = way.come_in(LEE)
    with clinic.store.write_tx():
        Staff.update(active=False, version=3).where(Staff.id == LEE).execute()
    with pytest.raises(Refused, match="no longer works here"):
        way.unlock(session, PINS[LEE])
    assert WRONG in refusal(clinic, "Dr Lee", PINS[LEE])


def test_a_session_ends_once_and_says_why(clinic: Practice) -> None:
    way = door(clinic)
    session = way.come_in(LEE)
    clinic.clock[0] += 60
    way.leave(session, "locked out")
    way.leave(session, "left")
    assert select("select ended_at - began_at, ended_why from desk_session") == [(60, "locked out")]
    assert clinic.actions()[-2:] == ["sign in", "sign out"]
    assert open_sessions() == ()


def test_a_clock_that_was_set_back_does_not_keep_a_session_open(clinic: Practice) -> None:
    way = door(clinic)
    session, other = way.come_in(LEE), way.come_in(ANNA)
    clinic.clock[0] -= 3600
    way.leave(session, "left")
    end_session(session, EndSession(2, "the clock is wrong"))
    way.leave(other, "asked")
    assert select("select ended_at - began_at from desk_session") == [(0,), (0,)]


def test_a_pin_that_is_changed_while_it_is_looked_at_opens_nothing(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = door(clinic)
    session = way.come_in(LEE)
    real = pins.better

    def slow(kept: str, typed: str, staff_id: int) -> str:
        set_pin(clinic.session, SetPin(LEE, "pebble-33"))
        return real(kept, typed, staff_id)

    monkeypatch.setattr(pins, "better", slow)
    for act in (lambda: way.unlock(session, PINS[LEE]), lambda: sign_in(clinic, "Dr Lee", "pebble-33")):
        with pytest.raises(Refused, match="changed just now"):
            act()
    assert clinic.count("desk_session") == 1


def test_the_end_of_the_program_ends_what_is_still_open_in_it(clinic: Practice) -> None:
    way = door(clinic)
    way.come_in(ANNA)
    sign_in(clinic, "Dr Lee", PINS[LEE])
    way.close()
    assert select("select distinct ended_why from desk_session") == [("left",)]
    assert select("select staff_id from journal where action = 'sign out' order by seq") == [(ANNA,), (LEE,)]


def test_what_a_dead_process_left_open_is_ended_as_lost_at_the_next_start(clinic: Practice) -> None:
    here, other = desk_sessions.this_host(), os.getppid()
    # Of the third the number was given to a process that was started later, as after a restart.
    places = [("tty1", here, 2**22 + 1, 0), ("tty2", "elsewhere", 2, 0), ("tty3", here, other, 10**8)]
    with clinic.store.write_tx():
        for key, (origin, host, pid, age) in enumerate([*places, ("tty4", here, other, 0)]):
            began = clinic.clock[0] - age
            DeskSession.create(key=str(key), staff=LEE, began_at=began, origin=origin, host=host, pid=pid)
    door(clinic).come_in(ANNA)
    assert [one.origin for one in open_sessions()] == ["tty2", "tty4", "tty1"]
    assert select("select ended_why from desk_session order by id limit 3") == [("lost",), ("",), ("lost",)]
    assert clinic.actions()[-3:] == ["sign out", "sign out", "sign in"]
    with pytest.raises(IntegrityError, match="not told otherwise"), clinic.store.write_tx():
        DeskSession.update(origin="tty9").where(DeskSession.origin == "tty2").execute()


# --- ended by somebody else ----------------------------------------------------------------------------


def test_a_session_is_ended_by_right_for_a_reason(clinic: Practice) -> None:
    way = door(clinic)
    session = way.come_in(LEE)
    (row,) = open_sessions()
    with pytest.raises(Invalid, match="reason"):
        end_session(clinic.session, EndSession(row.id, " "))
    with pytest.raises(NotFound):
        end_session(clinic.session, EndSession(99, "left the key in"))
    with pytest.raises(Refused, match="you are working in"):
        end_session(session, EndSession(row.id, "left the key in"))
    assert (
        end_session(clinic.session, EndSession(row.id, "left the key in")).says
        == "The session of Dr Lee ends."
    )
    assert end_asked_by(session.key) == "Anna Berg"
    assert open_sessions()[0].asked_by == "Anna Berg"
    with pytest.raises(Refused, match="Anna Berg has ended this session"):
        way.unlock(session, PINS[LEE])
    line = select("select action, row_id, reason, staff_id from journal order by seq desc limit 1")
    assert line == [("end session", row.id, "left the key in", ANNA)]
    way.leave(session, "asked")
    assert end_asked_by(session.key) == ""
    with pytest.raises(Refused, match="has ended already"):
        end_session(clinic.session, EndSession(row.id, "again"))


def test_a_session_whose_process_is_gone_ends_at_once(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    door(clinic).come_in(LEE)
    monkeypatch.setattr(desk_sessions, "runs", lambda pid, age: False)
    says = end_session(clinic.session, EndSession(1, "the computer was switched off")).says
    assert says == "The session of Dr Lee is ended."
    assert select("select ended_why from desk_session") == [("lost",)]


def test_somebody_could_sign_in_once_anybody_who_works_here_has_a_pin(clinic: Practice) -> None:
    assert anybody_has_a_pin()
    with clinic.store.write_tx():
        Staff.update(active=False, version=Staff.version + 1).where(Staff.id << [ANNA, LEE]).execute()
    assert not anybody_has_a_pin()

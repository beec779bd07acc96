"""Reports against the same numbers worked out another way: from raw rows, minute by minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.reports import REPORTS, Asked, Cell, Figures
from pim_tui.errors import Refused
from pim_tui.queries.reports import UNWATCHED, Watched, behind, figures
from pim_tui.services.demo import furnish
from tests.db.book import new_book
from tests.queries.clinicdays import furnished

Raw = dict[str, Any]
Where = tuple[str, date, date]
"""A zone, and a period."""
WEEKS = {
    "Europe/Berlin": (date(2026, 10, 19), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 9, 28), date(2026, 10, 11)),
    "America/Santiago": (date(2026, 8, 31), date(2026, 9, 13)),
}
"""A fortnight around a clock change: an hour back, half an hour on, and one that skips midnight."""


RAW = (
    "id", "customer_id", "staff_id", "type_id", "room_id", "starts_at", "ends_at", "minutes", "day", "wall",
    "status", "cancel_reason", "cancelled_by", "late_cancel", "rebooked_from_id", "created_at", "wished_day",
)  # fmt: skip


def raw_rows() -> list[Raw]:
    rows = select(f"select {', '.join(RAW)} from appointment")
    return [dict(zip(RAW, row, strict=True)) for row in rows]


LOST = {
    "due": ("came", "missed", "late"), "missed": ("missed",), "late": ("late",), "rebooked": ("rebooked",),
}  # fmt: skip


class Recount:
    """The numbers of one period, from the rows themselves."""

    def __init__(self, asked: Asked, zone: str) -> None:
        self.asked, self.zone, self.all = asked, ZoneInfo(zone), raw_rows()
        self.by_id = {row["id"]: row for row in self.all}
        self.again = {row["rebooked_from_id"] for row in self.all}
        days = asked.first.isoformat(), asked.last.isoformat()
        self.rows = [
            row
            for row in self.all
            if days[0] <= row["day"] <= days[1]
            and (not asked.staff_ids or row["staff_id"] in asked.staff_ids)
            and (not asked.room_ids or row["room_id"] in asked.room_ids)
        ]

    def lost(self, row: Raw) -> str:
        """What a visit is in the report of lost ones."""
        kind = {"C": "came", "M": "missed"}.get(row["status"], "late" if row["late_cancel"] else "")
        return "rebooked" if kind in ("missed", "late") and row["id"] in self.again else kind

    def clock_minutes(self, start: int, end: int) -> Iterable[Cell]:
        """The cell of every single minute."""
        for at in range(start, end, 60):
            shown = datetime.fromtimestamp(at, self.zone)
            yield Cell(shown.weekday(), shown.hour)

    def working(self) -> dict[int, set[int]]:
        """By staff id every minute of the period that is worked, from what the tables say of its day."""
        hours = select("select staff_id, weekday, starts, ends from working_hours")
        leave = select("select staff_id, first_day, last_day, from_minute, to_minute from leave")
        closed = {day for (day,) in select("select day from special_hours where starts is null")}
        closed |= {day for (day,) in select("select day from holiday where closes = 1")}
        found: dict[int, set[int]] = {staff_id: set() for staff_id, *_ in hours}
        begins = datetime.combine(self.asked.first, time(), self.zone)
        ends = datetime.combine(self.asked.last + timedelta(days=1), time(), self.zone)
        for at in range(int(begins.timestamp()), int(ends.timestamp()), 60):
            shown = datetime.fromtimestamp(at, self.zone)
            day, minute = shown.date().isoformat(), shown.hour * 60 + shown.minute
            for staff_id, weekday, starts, until in hours if day not in closed else ():
                away = any(
                    one == staff_id and first <= day <= last and (since is None or since <= minute < to)
                    for one, first, last, since, to in leave
                )
                if weekday == shown.weekday() and starts <= minute < until and not away:
                    found[staff_id].add(at)
        return found

    def first_booked(self, row: Raw) -> tuple[int, str | None]:
        """When the story of a visit began, and its wish."""
        created, wish, at = row["created_at"], row["wished_day"], self.by_id.get(row["rebooked_from_id"])
        while at is not None and at["status"] in "MX":
            created, wish = min(created, at["created_at"]), wish or at["wished_day"]
            at = self.by_id.get(at["rebooked_from_id"])
        return created, wish


@pytest.fixture(params=WEEKS)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """A fortnight of a clinic in which the clocks change, with a visit at any hour."""
    return made(tmp_path, request.param)


@pytest.fixture
def berlin(tmp_path: Path) -> Where:
    """The first of them."""
    return made(tmp_path, "Europe/Berlin")


def made(folder: Path, zone: str) -> Where:
    first, last = WEEKS[zone]
    days = [first + timedelta(days=n) for n in range(-20, 20)]
    furnished(new_book(folder), zone, days, seed=len(zone))
    return zone, first, last


def values(found: Figures, figure: str) -> dict[object, int]:
    place = found.at(figure)
    return {line.key: line.values[place] or 0 for line in found.lines if line.values[place]}


def test_a_fortnight_with_a_clock_change_agrees_to_the_minute(clinic: Where) -> None:
    zone, first, last = clinic
    heat = figures(Asked("heat", first, last, "cell"), zone)
    use = figures(Asked("use", first, last, "staff"), zone)
    recount = Recount(heat.asked, zone)
    working = recount.working()
    kept = [row for row in recount.rows if row["status"] != "X" and row["staff_id"] < 3]
    cells = Counter(cell for row in kept for cell in recount.clock_minutes(row["starts_at"], row["ends_at"]))
    assert values(heat, "booked") == cells
    assert values(heat, "working") == Counter(
        cell for one in working.values() for at in one for cell in recount.clock_minutes(at, at + 60)
    )
    touched = Counter(
        cell for row in kept for cell in set(recount.clock_minutes(row["starts_at"], row["ends_at"]))
    )
    assert values(heat, "visits") == touched
    assert values(use, "working") == {id_: len(minutes) for id_, minutes in working.items()}
    for figure, letters in (("booked", "SCM"), ("attended", "C")):
        minutes: Counter[object] = Counter()
        for row in recount.rows:
            minutes[row["staff_id"]] += row["minutes"] if row["status"] in letters else 0
        assert values(use, figure) == +minutes


def test_lost_visits_reasons_lead_and_returning_agree(clinic: Where) -> None:
    zone, first, last = clinic
    keys: dict[str, Callable[[Raw], object]] = {
        "staff": lambda row: row["staff_id"],
        "type": lambda row: row["type_id"] or 0,
        "weekday": lambda row: date.fromisoformat(row["day"]).weekday(),
        "hour": lambda row: row["wall"][:2],
    }
    for by, key in keys.items():
        asked = Asked("no-shows", first, last, by, staff_ids=(1, 3), room_ids=(1, 2))  # type: ignore[arg-type]
        found, recount = figures(asked, zone), Recount(asked, zone)
        kinds = {row["id"]: recount.lost(row) for row in recount.rows}
        for figure, told in LOST.items():
            mine = Counter(key(row) for row in recount.rows if kinds[row["id"]] in told)
            assert values(found, figure) == mine, (by, figure)
    recount = Recount(Asked("reasons", first, last, "reason"), zone)
    assert values(figures(recount.asked, zone), "canceled") == Counter(
        row["cancel_reason"]
        for row in recount.rows
        if row["status"] == "X" and row["id"] not in recount.again
    )
    lead = figures(Asked("lead", first, last, "type"), zone)
    for line in lead.lines:
        mine = [r for r in recount.rows if (r["type_id"] or 0) == line.key and r["status"] in "SC"]
        told = [(row, *recount.first_booked(row)) for row in mine]
        days = sorted((row["starts_at"] - at) // 86_400 for row, at, _ in told if at <= row["starts_at"])
        since = sorted((date.fromisoformat(r["day"]) - date.fromisoformat(w)).days for r, _, w in told if w)
        assert line.values == (*of_sorted(days), *of_sorted(since))
    for begins, staff in ((first, ()), (last - timedelta(days=4), ()), (first, (1,)), (last, (1, 2))):
        returning = figures(Asked("returning", begins, last, "month", staff_ids=staff), zone)
        agree_on_returning(returning, Recount(returning.asked, zone))


def agree_on_returning(returning: Figures, recount: Recount) -> None:
    for line in returning.lines:
        assert isinstance(line.key, date)
        came = {
            r["customer_id"]
            for r in recount.rows
            if r["status"] == "C" and r["day"] >= line.key.isoformat() and r["day"][:7] == line.label
        }
        before = {
            r["customer_id"] for r in recount.all if r["status"] == "C" and r["day"] < line.key.isoformat()
        }
        assert line.values[:2] == (len(came - before), len(came & before))


def of_sorted(found: list[int]) -> tuple[int | None, ...]:
    """How many, and the three quartiles by place."""
    places = [-(-len(found) * quarter // 4) - 1 for quarter in (1, 2, 3)]
    return (len(found), *(found[place] if found else None for place in places))


def test_every_number_has_exactly_its_visits_behind_it(berlin: Where) -> None:
    zone, first, last = berlin
    opened = 0
    for kind in REPORTS:
        for by in kind.by:
            found = figures(Asked(kind.name, first, last, by, staff_ids=(1, 2)), zone)
            for line in (*found.lines[:9], found.total):
                for figure, value in zip(found.figures, line.values, strict=True):
                    page = behind(found.asked, line.key, figure.key, zone, 1_000)
                    if figure.opens and figure.kind == "count":
                        assert page.total == len(page.rows) == value, (kind.name, by, line, figure.key)
                        opened += 1
                    elif figure.opens and figure.kind == "minutes" and kind.name == "use":
                        assert sum(row.minutes for row in page.rows) == value
                    elif not figure.opens:
                        assert page.total == 0
    assert opened > 100


def test_the_demo_clinic_agrees_in_its_use_and_its_hours(tmp_path: Path) -> None:
    now, zone = (
        int(datetime(2026, 11, 23, 9, 20, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()),
        "Europe/Berlin",
    )
    book = new_book(tmp_path)
    furnish(book, zone, lambda: now, "anna", "DE")
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    heat = figures(Asked("heat", first, last, "cell"), zone)
    use = figures(Asked("use", first, last, "day"), zone)
    recount = Recount(heat.asked, zone)
    kept = [row for row in recount.rows if row["status"] != "X"]
    cells = Counter(cell for row in kept for cell in recount.clock_minutes(row["starts_at"], row["ends_at"]))
    assert values(heat, "booked") == cells
    of_days: Counter[object] = Counter()
    for row in kept:
        of_days[date.fromisoformat(row["day"])] += row["minutes"]
    assert values(use, "booked") == of_days
    assert heat.total.values[1] == use.total.values[1] == sum(of_days.values())
    assert heat.total.values[0] == use.total.values[0]


def test_a_report_tells_how_far_it_is_and_can_be_stopped(berlin: Where) -> None:
    zone, *_ = berlin
    told: list[tuple[int, int]] = []
    asked = Asked("use", date(2026, 8, 10), date(2026, 11, 20), "week")
    figures(asked, zone, Watched(lambda done, total: told.append((done, total))))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with pytest.raises(Refused, match="stopped"):
        figures(asked, zone, Watched(stop=lambda: True))
    assert figures(asked, zone, UNWATCHED).heading == "Week from"

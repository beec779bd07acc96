"""Which backups are kept, by their names alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.keeping import (
    FAULTY,
    GOOD,
    UNVERIFIED,
    BackupName,
    instant_of,
    read_name,
    stamp_of,
    superfluous,
)
from pim_tui.settingchecks import read_keep

NOW = 1795521600
NAMES = st.builds(
    lambda hours, worth, encrypted: BackupName("clinic", stamp_of(NOW - hours * 1800), worth, encrypted),
    st.integers(0, 40_000), st.sampled_from([GOOD, GOOD, UNVERIFIED, FAULTY]), st.booleans(),
)  # fmt: skip


def test_a_name_says_whose_when_and_what_it_is_worth() -> None:
    for text in ("clinic-20261126-235501.tar", "my-book-20261126-235501-faulty.tar.age"):
        assert str(read_name(text)) == text
    for other in (
        "clinic.db",
        "clinic-20261126-235501.db",
        "clinic-2026-235501.tar",
        "a.tar",
        "clinic-x.tar",
    ):
        assert read_name(other) is None
    assert instant_of(stamp_of(NOW)) == NOW


def test_the_setting_says_how_many_of_each() -> None:
    assert read_keep("24h 14d 12m") == {"h": 24, "d": 14, "m": 12}
    assert [read_keep(wrong) for wrong in ("", "0h", "3x", "1h 2h", "h", "-1d", "٣h")] == [None] * 7


@settings(max_examples=60)
@given(st.lists(NAMES, max_size=40, unique_by=lambda one: one.stamp), st.integers(0, 4), st.integers(1, 4))
def test_the_last_good_one_always_stays_and_so_do_the_newest_of_each_hour_and_day(
    names: list[BackupName], hours: int, days: int
) -> None:
    lost = superfluous(names, {"h": hours, "d": days})
    kept = sorted((one for one in names if one not in lost), key=lambda one: one.stamp)
    good = sorted((one for one in names if one.worth == GOOD), key=lambda one: one.stamp)
    if not good:
        assert lost == []
        return
    assert kept[-1].stamp >= good[-1].stamp
    assert good[-1] in kept
    in_days = {one.stamp[:8]: one for one in good}
    assert all(one in kept for one in list(in_days.values())[-days:])
    in_hours = {one.stamp[:11]: one for one in good}
    assert all(one in kept for one in (list(in_hours.values())[-hours:] if hours else []))
    assert len([one for one in kept if one.worth == GOOD]) <= max(1, hours + days)
    assert all(one.stamp > good[-1].stamp for one in kept if one.worth != GOOD)

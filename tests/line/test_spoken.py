"""What is said at the line is made for hearing: dates and times in words, nothing that has to be seen."""

from __future__ import annotations

from datetime import date

import pytest

from pim_tui.line.spoken import spoken

TODAY = date(2026, 11, 23)
SAID = (
    ("Booked: Tue 24 Nov 2026 10:30-11:00.", "Booked: Tuesday 24 November 10:30 to 11:00."),
    ("Sun 3 Jan 2027", "Sunday 3 January"),
    ("Sun 22 Nov 2026", "Sunday 22 November 2026"),
    ("Tue 23 Nov 2027", "Tuesday 23 November 2027"),
    ("born 1 Mar 1984", "born 1 March 1984"),
    ("born 24 Nov 2026", "born 24 November 2026"),
    ("needs 5 min between, or 1 min", "needs 5 minutes between, or 1 minute"),
    ("Mon 31 Feb 2026", "Monday 31 February 2026"),
    ("telephone 030-5550-101, code 12-34, minx", "telephone 030-5550-101, code 12-34, minx"),
)


@pytest.mark.parametrize(("written", "said"), SAID)
def test_dates_and_times_are_words_and_a_year_is_said_where_it_could_be_another(
    written: str, said: str
) -> None:
    assert spoken(written, TODAY) == said

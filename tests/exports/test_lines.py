"""Content lines: whatever stands in them, they are short, whole and of one line."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Event

from pim_tui.domain.text import clean
from pim_tui.exports.lines import OCTETS, text_line

TEXTS = st.text(max_size=200) | st.text(alphabet="\\;,:\n\r\"'é日👩‍⚕️ a\x00\x1b\u202e\u2028=", max_size=200)


@given(TEXTS)
@example("é" * 200)
@example("a" * 74 + "👍🏽" * 40)
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back_and_no_line_is_over_75_octets(text: str) -> None:
    for raw in (text, kept := clean(text, limit=500, lines=True)):
        written = text_line("DESCRIPTION", raw)
        lines = written.encode("utf-8", "replace").split(b"\r\n")
        assert lines.pop() == b""
        assert all(len(line) <= OCTETS for line in lines)
        assert not any(char < " " for line in lines for char in line.decode("utf-8"))
    read = Event.from_ical(f"BEGIN:VEVENT\r\n{written}END:VEVENT\r\n")["DESCRIPTION"]
    assert str(read) == kept

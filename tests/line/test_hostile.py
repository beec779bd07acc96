"""Whatever a name holds, what is said is printed characters in lines that fit."""

from __future__ import annotations

from pathlib import Path
from unicodedata import category

from hypothesis import given
from hypothesis import settings as setting
from hypothesis import strategies as some

from pim_tui.domain.text import cell_width
from pim_tui.line.paper import NARROWEST, WIDEST, Paper
from pim_tui.services.notes import AddNote, add_note
from tests.line.talking import line
from tests.services.clinic import JANE

NAMES = (
    "Jane\x1b[2J\x1b]0;owned\x07", "J\r\n1 Take 10:00", "\u202eenaJ", "Zo\u0308e\u0300" * 20, "伟" * 60,
    "a" * 200, "\x9b31m\x85x", "👩‍👩‍👧", "ليلى", "\ud800lone", "\x01\x7f\t",
)  # fmt: skip


STEERING = {"Cc", "Cs", "Zl", "Zp"}
"""Controls, halves of characters and line ends, as Unicode sorts them."""


def harmless(lines: list[str], paper: Paper) -> None:
    for one in lines:
        assert not STEERING & {category(char) for char in one}, repr(one)
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f") & set(one)
        assert cell_width(one) <= max(NARROWEST, min(paper.width, WIDEST))
        assert not paper.ascii_only or one.isascii()


@setting(max_examples=40)
@given(
    text=some.text(max_size=300) | some.sampled_from(NAMES),
    width=some.integers(1, 200),
    ascii_only=some.booleans(),
)
def test_no_line_is_wider_than_the_paper_or_steers_a_terminal(
    text: str, width: int, ascii_only: bool
) -> None:
    paper = Paper(width, 0, ascii_only)
    lines = paper.lines([text, f"1 {text}, {text}"])
    harmless(lines, paper)
    kept = "".join("".join(paper.lines([text])).split())
    assert kept == "".join(paper._plain(text).split())


def test_hostile_names_in_the_book_come_out_as_text_alone(tmp_path: Path) -> None:
    for paper in (Paper(), Paper(40, 0, ascii_only=True)):
        folder = tmp_path / str(paper.width)
        folder.mkdir()
        here = line(folder, paper=paper)
        here.clinic.book("10:00", note=NAMES[0])
        add_note(here.clinic.session, AddNote(JANE, "\n".join(name for name in NAMES if name != NAMES[9])))
        for place, name in enumerate(NAMES if not paper.ascii_only else NAMES[:5]):
            if name == "\ud800lone":
                continue
            with here.clinic.store.write_tx():
                here.clinic.store.db.execute_sql(
                    "update customer set first_name = ?, version = version + 1 where id = 1", (name[:120],)
                )
            for typed in ("day", "1", "card 1", "notes", "find doe", "cancel 1", "", name, f"find {name}"):
                here.say(typed)
                harmless([*here.answer.lines], paper)
            assert here.answer.prompt in ("> ", "? "), place
            here.say("")
        here.talk.end("left")
        here.clinic.store.close()

"""Measuring, clipping and wrapping text; which font draws what."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim_tui.documents.fonts import Face, Fonts, SystemFonts, clusters, script_of, system_fonts
from pim_tui.documents.ink import Style
from pim_tui.documents.paper import Paper, _furthest, printable

PLAIN = Style(10)
WITH_HEBREW = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@pytest.fixture
def paper(roboto: Fonts) -> Paper:
    return Paper("A4", title="test", fonts=roboto)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.integers(-5, 500), st.integers(0, 3), st.integers(0, 400))
def test_the_most_that_fits_is_found_from_any_guess(room: int, guess: int, low: int, more: int) -> None:
    asked: list[int] = []

    def fits(count: int) -> bool:
        asked.append(count)
        return count <= room

    assert _furthest(fits, guess, low, low + more) == max(low, min(room, low + more))
    assert len(asked) <= 20
    assert len(asked) <= 2 or guess != room


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.floats(min_value=5, max_value=80))
def test_clipped_text_fits(paper: Paper, text: str, width: float) -> None:
    assert paper.measure(paper.clip(text, width, PLAIN), PLAIN) <= width


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.floats(min_value=8, max_value=80), st.integers(1, 4))
def test_wrapped_lines_fit_and_are_few(paper: Paper, text: str, width: float, most: int) -> None:
    lines = paper.wrap(text, width, PLAIN, most)
    assert len(lines) <= most
    assert all(paper.measure(line, PLAIN) <= width for line in lines)


def test_text_that_fits_is_not_touched(paper: Paper) -> None:
    assert paper.clip("Jane Doe", 100, PLAIN) == "Jane Doe"


def test_wrapping_keeps_every_word_when_there_is_room(paper: Paper) -> None:
    text = "the quick brown fox jumps over the lazy dog " * 3
    assert " ".join(paper.wrap(text, 40, PLAIN, 20)) == text.strip()


def test_what_does_not_fit_ends_in_an_ellipsis(paper: Paper) -> None:
    lines = paper.wrap("word " * 10_000, 40, PLAIN, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_clipping_never_parts_a_letter_from_its_marks(paper: Paper) -> None:
    clipped = paper.clip("x\u0323\u0331" * 50, 20, PLAIN)
    assert clipped == "x\u0323\u0331" * (clipped.count("x")) + "…"


@given(st.text())
def test_clusters_are_the_text(text: str) -> None:
    assert "".join(clusters(text)) == text


@given(st.text(alphabet=st.characters()))
def test_printable_text_has_no_controls_and_is_short(text: str) -> None:
    found = printable(text, limit=40)
    assert len(found) <= 40
    assert not any(
        ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in found
    )


def test_right_aligned_numbers_end_at_the_same_point(paper: Paper) -> None:
    paper.new_page()
    for number, text in enumerate(("1", "1000")):
        paper.text(0, 10 * number, text, PLAIN, width=50, align="R")
    ends = [words.x + paper.measure(words.runs[0].text, PLAIN) for words in paper._pages[0].words]
    assert ends == pytest.approx([50, 50])


def test_right_to_left_text_is_one_shaped_piece_in_the_order_of_the_eye() -> None:
    if not WITH_HEBREW.is_file():
        pytest.skip("no system font with Hebrew here")
    runs = Fonts(system_fonts()).runs("דוד (Jr) 12", False)
    assert [run.right_to_left for run in runs if "דוד" in run.text] == [True]
    assert runs[0].text == "12"
    assert "דוד" in runs[-1].text


def test_without_a_font_every_letter_of_a_script_is_missing(roboto: Fonts) -> None:
    assert [run.face for run in roboto.runs("דוד", False)] == [None] * 3


def test_a_damaged_font_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00" + b"\xff" * 500)
    (tmp_path / "empty.otf").write_bytes(b"")
    (tmp_path / "folder.ttf").mkdir()
    (tmp_path / "dangling.ttf").symlink_to(tmp_path / "gone.ttf")
    if WITH_HEBREW.is_file():
        (tmp_path / "cut.ttf").write_bytes(WITH_HEBREW.read_bytes()[:60_000])
    assert SystemFonts((tmp_path, tmp_path / "nowhere")).face_for("ש") is None


def test_a_font_file_that_vanishes_while_searching_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked.ttf").write_bytes(b"anything")

    def locked(_face: Face, path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(Face, "__init__", locked)
    assert SystemFonts((tmp_path,)).face_for("ש") is None


def test_private_characters_use_up_no_search(roboto: Fonts) -> None:
    assert roboto.runs("\ue000\ue001", False)[0].face is None
    if not WITH_HEBREW.is_file():
        pytest.skip("no system font with Hebrew here")
    fonts = Fonts(system_fonts())
    fonts.runs("".join(map(chr, range(0xE000, 0xE800))), False)
    assert all(run.face for run in fonts.runs("דוד", False))


def test_system_fonts_are_tried_in_a_fixed_order(tmp_path: Path) -> None:
    if not WITH_HEBREW.is_file():
        pytest.skip("no system font with Hebrew here")
    for name in ("b-Bold.ttf", "c.ttf", "b.ttf"):
        (tmp_path / name).symlink_to(WITH_HEBREW)
    face = SystemFonts((tmp_path,)).face_for("ש")
    assert face is not None
    assert face.path.name == "b.ttf"


@pytest.mark.parametrize(
    ("char", "script"),
    [
        ("ส", "Thai"),
        ("山", "Chinese and Japanese"),
        ("김", "Korean"),
        ("م", "Arabic"),
        ("प", "Devanagari"),
        ("👍", "symbols and emoji"),
        ("\ue000", "symbols and emoji"),
        ("\u0301", "combining marks"),
    ],
)
def test_scripts_are_named_for_people(char: str, script: str) -> None:
    assert script_of(char) == script

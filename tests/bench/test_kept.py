"""The table of figures keeps what was measured, and what it was before."""

from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.kept import Circumstances, keep

MONDAY, TUESDAY = (Circumstances(f"2026-03-0{day}", "3.11", 2) for day in (2, 3))
NEWER = Circumstances("2026-03-02", "3.13", 2)


def _rows(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line.startswith("| ")][2:]


def test_a_figure_measured_again_says_what_it_was_before(tmp_path: Path) -> None:
    file = tmp_path / "FIGURES.md"
    keep(
        "screen", [Figure("start, CPU", 390, "ms", 300, 1.3), Figure("idle", 0, "B/s", goal=0)], MONDAY, file
    )
    keep("screen", [Figure("start, CPU", 420, "ms", 300, 1.3)], TUESDAY, file)
    assert _rows(file) == [
        "| screen | start, CPU | 420 ms | 300 | 1.40 | <= 1.3x | NO | 1.30 | 2026-03-03 | 3.11 | 2 |",
        "| screen | idle | 0 B/s |  |  | <= 0 | yes |  | 2026-03-02 | 3.11 | 2 |",
    ]


def test_another_python_and_another_part_have_rows_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "FIGURES.md"
    for part, taken in (("screen", MONDAY), ("screen", NEWER), ("host", MONDAY)):
        keep(part, [Figure("start, CPU", 390, "ms")], taken, file)
    assert [row.split(" | ")[0] + row.split(" | ")[-2] for row in _rows(file)] == [
        "| host3.11", "| screen3.11", "| screen3.13",
    ]  # fmt: skip

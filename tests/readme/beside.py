"""The README's table of other programs beside this one, out of the figures that the benchmark keeps."""

from __future__ import annotations

from tests.bench.kept import kept

COLUMNS = {
    "start, CPU": "start, CPU",
    "memory (PSS)": "memory",
    "first paint, bytes": "first picture",
    "cursor move, bytes": "cursor",
    "cursor move, CPU": "cursor, CPU",
    "scroll by one row, bytes": "scroll by a row",
    "next week, bytes": "next week",
    "tab switch, bytes": "another tab",
    "dialog open, bytes": "a dialog",
    "idle, bytes a second": "left alone",
}
"""What the benchmark calls each figure, and its column."""
OURS = "ours"


def beside() -> str:
    """A row for each program: what ours takes, and how many times that the others take; and when that was."""
    rows: dict[str, dict[str, str]] = {}
    measured = [row for row in kept() if row["part"] == "peers"]
    for row in measured:
        name, _, program = row["figure"].rpartition(": ")
        if name in COLUMNS:
            rows.setdefault(program, {})[name] = _cell(row, program == OURS)
    lines = [(program, *(cells.get(name, "") for name in COLUMNS)) for program, cells in rows.items()]
    head = ("", *COLUMNS.values())
    table = "\n".join(f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *lines))
    taken = max(measured, key=lambda row: row["day"])
    return f"{table}\n\nMeasured on {taken['day']} with Python {taken['Python']} on {taken['cores']} cores."


def _cell(row: dict[str, str], is_ours: bool) -> str:
    """The figure itself where it is ours, or where ours is none; else the ratio in two digits."""
    if is_ours or not row["ratio"]:
        return row["value"]
    ratio = float(row["ratio"].replace(",", ""))
    return f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.1f}x" if ratio >= 1 else f"{ratio:.2f}x"

"""What is copied and linked, as the terminal of whoever sits there gets it: straight, by tmux, by screen.

The control of each is the same program that does not know what it runs in: its text is dropped on the way.
"""

from __future__ import annotations

import re
import sys
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from pim_tui.domain.links import meeting
from pim_tui.domain.text import visible
from tests.peers import present
from tests.tui.demo import argv, environment, start
from tests.tui.hostile import OWN
from tests.tui.ptyterm import PtyTerm
from tests.tui.terminal_demo import HOSTILE, JOIN

COPIED = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")
LINKED = re.compile(rb"\x1b\]8;(?:id=[0-9-]+)?;([!-~]*)\x1b\\")
TEXT = visible(HOSTILE)


def copied(terminal: PtyTerm) -> list[str]:
    """What was sent to the terminal's clipboard."""
    return [b64decode(found).decode() for found in COPIED.findall(bytes(terminal.raw))]


def test_a_terminal_gets_one_text_and_one_link_and_nothing_else_that_it_obeys(tmp_path: Path) -> None:
    with start("reach", tmp_path, env={"TMUX": "", "STY": ""}) as terminal:
        terminal.wait_for("ready")
        terminal.feed("c")
        terminal.wait_for("Sent to your terminal's clipboard.")
        terminal.feed("q")
        assert terminal.wait_exit() == 0
    raw = bytes(terminal.raw)
    assert copied(terminal) == [TEXT]
    assert set(LINKED.findall(raw)) == {meeting(JOIN + HOSTILE).encode(), b""}
    assert JOIN.encode() in LINKED.sub(b"", raw)
    left = OWN.sub(b"", LINKED.sub(b"", COPIED.sub(b"", raw))).replace(b"\x1b\\", b"")
    assert not re.search(rb"[\x00-\x06\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\x1b\]|\xc2[\x80-\x9f]", left), left


def inside(folder: Path, *forgets: str) -> list[str]:
    """The program, perhaps without what tells it where it runs."""
    unset = [word for name in forgets for word in ("-u", name)]
    return ["env", *unset, *argv("reach", folder)]


OUTSIDE = {"TMUX": "", "STY": "", "LC_ALL": "C.UTF-8"}
KNOWS = pytest.mark.parametrize("knows", [True, False], ids=["as it is", "control"])


def copy_in(command: list[str], *, knows: bool, **env: str) -> None:
    """Copy, and look what came out of the multiplexer."""
    with PtyTerm(command, env={**environment(), **OUTSIDE, **env}) as outer:
        outer.wait_for("ready")
        outer.feed("c")
        outer.wait_for("Sent to your terminal's clipboard.")
        if knows:
            outer.wait_for(lambda: copied(outer) == [TEXT])
        outer.feed("q")
        outer.wait_exit()
        assert copied(outer) == ([TEXT] if knows else [])


@pytest.mark.peer
@KNOWS
def test_tmux_as_it_comes_passes_what_is_copied_to_the_terminal_outside(tmp_path: Path, knows: bool) -> None:
    forgets = () if knows else ("TMUX",)
    server = ["-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    copy_in([present.program("tmux"), *server, "new-session", *inside(tmp_path, *forgets)], knows=knows)


@pytest.mark.peer
@KNOWS
def test_screen_passes_a_short_text_to_the_terminal_outside(tmp_path: Path, knows: bool) -> None:
    (tmp_path / "screens").mkdir(mode=0o700)
    program = inside(tmp_path, *(() if knows else ("STY",)))
    command = [present.program("screen"), "-U", "-c", "/dev/null", *program]
    copy_in(command, knows=knows, SCREENDIR=str(tmp_path / "screens"))


@pytest.mark.peer
def test_the_largest_text_of_all_goes_through_tmux(tmp_path: Path) -> None:
    """Forty kilobytes: a whole record."""
    large = "x" * 40_000
    code = (
        "from pim_tui.integrations.clipboard import load_tmux\n"
        f"print('taken', load_tmux('x' * {len(large)}))\ninput()"
    )
    server = ["-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    command = [present.program("tmux"), *server, "new-session", sys.executable, "-c", code]
    with PtyTerm(command, env={**environment(), **OUTSIDE}) as outer:
        outer.wait_for("taken True")
        outer.wait_for(lambda: b64encode(large.encode()) in bytes(outer.raw))
        outer.feed("\r")
        outer.wait_exit()

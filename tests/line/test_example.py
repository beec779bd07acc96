"""The conversation in the manual is what the program says."""

from __future__ import annotations

import re
from pathlib import Path

from tests.line.talking import line
from tests.readme.pages import block
from tests.services.clinic import JOHN


def test_the_conversation_in_the_manual_goes_as_it_is_written_there(tmp_path: Path) -> None:
    example = block("text line")
    here = line(tmp_path)
    here.clinic.book("2026-11-24 10:30", customer_id=JOHN)
    went = []
    for typed in re.findall(r"^[>?] (.+)$", example, re.M):
        went.append(f"{here.answer.prompt}{typed}")
        here.say(typed)
        went += here.answer.lines
    assert went == example.splitlines()
    here.talk.end("left")
    here.clinic.store.close()

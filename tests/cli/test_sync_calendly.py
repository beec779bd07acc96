"""``pim-tui sync calendly``: what came in, in words and in numbers; and when all of it was read last."""

from __future__ import annotations

import json
import time

import pytest

from tests.cli.shell import Shell
from tests.peers.calendly import TOKEN, FakeCalendly
from tests.peers.fakeweb import Said, Trick


@pytest.mark.walk
def test_it_says_what_came_in_and_what_is_in_the_way(shell: Shell) -> None:
    assert shell.run("init", "--clinic", "Quay").code == 0
    tomorrow = int(time.time()) // 86_400 * 86_400 + 86_400 + 9 * 3600
    web = FakeCalendly([tomorrow], {"ME": "me@clinic.example"})
    web.book(tomorrow, "nora@mail.example", "Nora New", host="ME")
    with web.serving() as base:
        shell.settings(f'calendly_token = "env:SHARED"\ncalendly_url = "{base}"\n')
        web.tricks.append(Trick(Said(403, {"title": "Permission Denied", "message": "Not an admin"})))
        held = shell.run("sync", "calendly", SHARED=TOKEN)
        assert (held.code, held.out) == (1, "")
        assert held.complaint.endswith("does not allow this to the clinic's token or plan: Not an admin.")
        done = shell.run("sync", "calendly", "--json", SHARED=TOKEN)
        (told,) = json.loads(done.out)
        assert (done.code, told["says"]) == (0, "1 came in, 1 to be linked.")
        assert (told["counts"]["came"], told["counts"]["linking"], told["counts"]["moved"]) == (1, 1, 0)
        assert "calendly: last read " in shell.run("deliver", "--status").out
        assert TOKEN not in held.err + done.out

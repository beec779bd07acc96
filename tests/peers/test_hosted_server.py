"""Sessions of the host with a book on a PostgreSQL server: each has connections of its own, the host none."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.host.test_hosted import gone, hosting, sessions
from tests.peers import postgres
from tests.safety.test_real_terminal import (
    BOOKED,
    MORNING,
    assert_left_cleanly,
    calendar,
    environment,
    open_in,
    run,
)

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]


def test_two_sessions_book_and_the_host_itself_has_no_connection(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database(server)
    monkeypatch.setattr(
        "tests.safety.test_real_terminal.environment",
        lambda home, **more: environment(home, PIM_DATABASE=url, **more),
    )
    try:
        run(tmp_path, "init", "--clinic", "Harbour Clinic", "--zone", MORNING, "--name", "Anna Berg")
        (tmp_path / "people.csv").write_text("First Name,Last Name\nJane,Doe\n")
        run(tmp_path, "import", "customers", str(tmp_path / "people.csv"))
        postgres.run(url, "delete from working_hours")
        with hosting(tmp_path) as host, open_in(tmp_path) as one, open_in(tmp_path) as two:
            calendar(one)
            calendar(two)
            assert len(sessions(host)) == 2
            links = [os.readlink(link) for link in Path(f"/proc/{host}/fd").iterdir()]
            assert sum(link.startswith("socket:") for link in links) == 1
            one.feed("ajane doe 7d 10:30\r")
            one.wait_for(BOOKED)
            two.feed("g+7d\r")
            two.wait_for("Jane Doe")
            one.kill(signal.SIGTERM)
            assert_left_cleanly(one, 143)
            two.feed("ajane doe 7d 14:30\r")
            two.wait_for(BOOKED)
            two.feed("\x11")
            assert_left_cleanly(two)
            assert all(map(gone, sessions(host)))
    finally:
        postgres.drop_database(url)

"""Links of video visits: not to be guessed, the same for ever, and for nobody whose visit it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pim_tui.config import load
from pim_tui.db.connection import select
from pim_tui.domain.states import Status
from pim_tui.errors import SettingsError
from pim_tui.models import Meeting, Service
from pim_tui.queries.links import join_link
from tests.services.clinic import Practice, at

ROOMS = "https://video.example/clinic/"


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    clinic.book("2026-11-27 10:30", mode="virtual")
    clinic.book("2026-11-27 11:30", mode="virtual")
    return clinic


def test_every_video_visit_has_a_room_of_its_own_that_stays(clinic: Practice) -> None:
    first, second = join_link(1, ROOMS), join_link(2, ROOMS)
    assert re.fullmatch(r"https://video\.example/clinic/[a-z2-7]{26}", first)
    assert first != second
    clinic.change(1, action="move", starts_at=at("2026-11-27 09:30"))
    assert join_link(1, ROOMS) == first
    with clinic.store.write_tx():
        Service.update(token="another").where(Service.name == "video").execute()
    assert join_link(1, ROOMS) != first


def test_what_is_not_by_video_or_canceled_has_none_and_without_rooms_there_is_none(clinic: Practice) -> None:
    assert join_link(1) == join_link(99, ROOMS) == ""
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    clinic.change(2, mode="phone")
    assert join_link(1, ROOMS) == join_link(2, ROOMS) == ""


def test_a_meeting_that_a_service_made_goes_before_the_room(clinic: Practice) -> None:
    with clinic.store.write_tx():
        made = Meeting.create(
            appointment=1, service="zoom", key="9", join_url="https://zoom.example/j/9", starts_at=0,
            minutes=30, made_at=0,
        )  # fmt: skip
    assert join_link(1) == join_link(1, ROOMS) == "https://zoom.example/j/9"
    with clinic.store.write_tx():
        Meeting.update(state="gone").where(Meeting.id == made.id).execute()
    assert join_link(1, ROOMS).startswith(ROOMS)


def test_the_secret_is_one_that_a_new_book_is_given(clinic: Practice) -> None:
    assert re.fullmatch("[0-9a-f]{64}", select("select token from service where name = 'video'")[0][0])


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://meet.example.org", True), ("https://meet.example.org/rooms/", True),
        ("http://meet.example.org/", False), ("https:///x", False), ("https://me et.example/", False),
        ("https://a@b.example/", False), ("https://b.example/?x=", False), ("javascript:alert(1)", False),
    ],
)  # fmt: skip
def test_rooms_are_under_a_plain_safe_address(url: str, good: bool, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'video_url = "{url}"\n', "utf-8")
    if good:
        assert load(file, {}).video_base == url
        assert load(file, {"PIM_VIDEO_SERVICE": "zoom"}).video_base == ""
    else:
        with pytest.raises(SettingsError, match="video_url must be an address"):
            load(file, {})

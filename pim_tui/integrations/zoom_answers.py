"""What Zoom means when it does not say yes, in words for whoever sits at the desk."""

from __future__ import annotations

from ..domain.delivery import Trouble, Undelivered
from ..domain.meetings import without_keys
from .web import Answer, quoted, waits_until

NO_SUCH_HOST, NO_SUCH_MEETING = 1001, 3001
NO_SCOPE, APP_OFF, MAY_NOT = 4711, 4717, 3161
DAY = 86_400
SOON = 60
"""Seconds to wait where Zoom does not say how long."""


def code(answer: Answer) -> int:
    """Zoom's own number for what is wrong; 0 where it names none."""
    found = answer.json()
    number = found.get("code") if isinstance(found, dict) else 0
    return number if type(number) is int else 0


def gone(answer: Answer) -> bool:
    """Whether there is no such meeting, or none any more."""
    return answer.status == 404 and code(answer) == NO_SUCH_MEETING


def passed(answer: Answer) -> bool:
    """Whether it is the pass that Zoom does not take: it has run out, or lacks what was allowed since."""
    return answer.status == 401 or code(answer) == NO_SCOPE


def refused(
    answer: Answer, now: int, *, signs_in: bool = False, reads: bool = False, scopes: str = ""
) -> Undelivered:
    """The trouble that an answer is. ``signs_in``: it was to let us in; ``reads``: nothing was to be changed;
    ``scopes``: what the app must be allowed for it.
    """
    number, status = code(answer), answer.status
    if status == 429:
        return _later(answer, now)
    if number == NO_SCOPE:
        lacks = f"the scope {scopes}" if scopes else "a scope"
        return Undelivered(Trouble.PLAN, f"The clinic's app at Zoom may not do this: it lacks {lacks}.")
    if number == APP_OFF:
        return Undelivered(Trouble.PLAN, "The clinic's app at Zoom is switched off. Switch it on there.")
    if status >= 500:
        return _broken(status, nothing_done=reads or signs_in)
    if signs_in or status == 401:
        return _not_let_in(status, signs_in=signs_in)
    if status == 404 and number == NO_SUCH_HOST:
        return Undelivered(
            Trouble.SETTINGS,
            "Zoom does not know whose meeting it is to be. Check zoom_host, or the email in the staff list.",
        )
    if number == MAY_NOT:
        return Undelivered(
            Trouble.PLAN,
            "Zoom does not let this host plan meetings. Give them the right there, or a licence.",
        )
    if status in (402, 403):
        return Undelivered(Trouble.PLAN, f"Zoom does not allow this to the clinic's account{_said(answer)}.")
    if 300 <= status < 400:
        return Undelivered(
            Trouble.SETTINGS, "Zoom is not at this address. Check zoom_url and zoom_login_url."
        )
    return Undelivered(
        Trouble.CONTENT, f"Zoom does not take this meeting ({number or status}){_said(answer)}."
    )


def _not_let_in(status: int, *, signs_in: bool) -> Undelivered:
    what = {
        400: "Zoom does not know the clinic's account. Check zoom_account.",
        401: "Zoom does not take our name or secret. Check zoom_client and zoom_secret.",
    }
    lasting = "Zoom does not let us in, not even with a new pass. Check the clinic's app there."
    other = f"Zoom does not sign us in ({status}). Check zoom_account and zoom_client."
    return Undelivered(Trouble.LOGIN, what.get(status, other) if signs_in else lasting)


def _broken(status: int, *, nothing_done: bool) -> Undelivered:
    if nothing_done:
        return Undelivered(Trouble.BUSY, f"Zoom cannot answer at present ({status}).")
    return Undelivered(
        Trouble.UNSURE, f"Zoom broke down over it ({status}). It may be done: that is looked up next."
    )


def _later(answer: Answer, now: int) -> Undelivered:
    """Too much was asked. One host's share of a day ends at midnight UTC and holds back nobody else's."""
    if (at := waits_until(answer, now)) is not None:
        return Undelivered(Trouble.LATER, "Zoom asks us to come again later.", at)
    if "daily rate limit" in quoted(answer, "message").lower():
        says = "Zoom takes no more than 100 changes a day for one host; this one goes on after midnight UTC."
        return Undelivered(Trouble.BUSY, says, (now // DAY + 1) * DAY)
    return Undelivered(Trouble.LATER, "Zoom asks us to come again later.", now + SOON)


def _said(answer: Answer) -> str:
    return without_keys(quoted(answer, "message", "reason"))

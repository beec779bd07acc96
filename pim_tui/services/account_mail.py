"""Letters about money by email: a payment notice with the bill or statement, a statement by itself (C8, M10).

They wait in the outbox like all else, with the file as it was issued. A notice is written to who agreed to
email, so often and no more; what was paid before it goes withdraws it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from ..domain.jsontext import to_json
from ..domain.letters import Letter, faults_of
from ..domain.messages import House, filled
from ..domain.moments import day_of
from ..domain.money import shown
from ..domain.owing import Owing, owing_values, why_no_notice
from ..domain.people import Answer
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Invalid, Refused
from ..models import Outbox
from ..queries.bills import bill_page
from ..queries.contact import person_of
from ..queries.exporting import clinic_key
from ..queries.owing import Debtor, debtor, still_owed
from ..queries.templates import words_for
from .bill_mail import HOLDS
from .issuing import HandOut, hand_out
from .stationery import Stationery
from .wanted import PostingPaper, StatementPaper
from .work import Done, Work

Kind = Literal["payment_notice", "statement"]
Enclosed = PostingPaper | StatementPaper


@dataclass(frozen=True, slots=True)
class AccountLetter:
    """Which letter about whose money: ``enclosed`` is the bill, or the statement, that goes with it."""

    kind: Kind
    customer_id: int
    enclosed: Enclosed


@dataclass(frozen=True, slots=True)
class EmailAccount:
    """Send such a letter, as it was read through; ``paper`` is what the enclosed is issued on."""

    about: AccountLetter
    letter: Letter
    paper: Stationery
    request: str = ""


def compose_account(
    session: Session, about: AccountLetter, paper: Stationery
) -> tuple[Letter, tuple[str, ...]]:
    """The letter as it is proposed, and all addresses of the customer.

    Raises Refused where none is to be written: nothing is owed, they were written to lately, or they do
    not want it (P5).
    """
    session.needs(Right.POST_BILL)
    session.needs(Right.SEE_BILL)
    whom = _may(session, about, to="")
    words, language = words_for(about.kind, "email", session.calendar.language)
    clinic = paper.clinic
    house = House(clinic.name, clinic.phone, ", ".join(clinic.address))
    values = owing_values(_owing(session, about, whom, paper), house, language)
    made = filled(words, values)
    return Letter(whom.addresses[0] if whom.addresses else "", made.subject, made.body), whom.addresses


def email_account(session: Session, command: EmailAccount) -> Done:
    """Put the letter into the outbox, what goes with it issued now if it never was.

    Raises as :func:`compose_account`, Invalid with every fault of the letter, and as
    :func:`~pim_tui.services.issuing.hand_out`.
    """
    session.needs(Right.POST_BILL)
    session.needs(Right.SEE_BILL)
    about, letter = command.about, command.letter
    if wrong := faults_of(letter):
        raise Invalid(wrong, "Correct it, then send it.")
    whom = _may(session, about, to=letter.to)
    name = _file_name(about, whom)

    def also(work: Work, digest: str) -> None:
        _may(work.session, about, to=letter.to)
        _put(work, command, digest, name)

    told = HandOut(about.enclosed, command.paper, "email", letter.to, command.request, also)
    handed = hand_out(session, told)
    what = about.kind.replace("_", " ").capitalize()
    says = f"{what} to {letter.to} waits to be sent. {handed.note}".strip()
    return Done("posting", handed.done.ids, handed.done.days, says=says)


def _may(session: Session, about: AccountLetter, to: str) -> Debtor:
    """Whoever it goes to; Refused where it does not (P5). ``to`` is an address that was typed."""
    _require_theirs(about)
    whom = debtor(about.customer_id)
    name = f"{whom.first_name} {whom.last_name}".strip()
    if about.kind == "statement":
        if whom.answer == Answer.NO:
            raise Refused(f"{name} does not want email.", "Print the statement.", rule="P5")
        return whom
    if still_owed(about.customer_id, _posting(about)) <= 0:
        raise Refused(f"Nothing is left to pay for {name}.", "There is nothing to be reminded of.")
    zone, there = session.zone, len(whom.addresses) or bool(to)
    told_on = None if whom.told_at is None else day_of(whom.told_at, zone)
    why = why_no_notice(
        whom.answer,
        session.calendar.unknown,
        there,
        told_on,
        day_of(session.clock(), zone),
        session.house.notice_days,
    )
    if why:
        raise Refused(f"{name} {why}.", "Call, or print the bill: the profile has the number.", rule="P5")
    return whom


def _require_theirs(about: AccountLetter) -> None:
    """Refuse what is somebody else's, and to write to who is written to no more (P5)."""
    enclosed = about.enclosed
    theirs = (
        bill_page(enclosed.posting_id).header.customer_id
        if isinstance(enclosed, PostingPaper)
        else enclosed.customer_id
    )
    if theirs != about.customer_id:
        raise Refused("This is about somebody else's account.", "Open the customer again.", rule="P5")
    person = person_of(about.customer_id)
    if person.closed:
        raise Refused(f"Nobody writes to {person.name}: {person.closed}.", "Print it.", rule="P5")


def _posting(about: AccountLetter) -> int | None:
    return about.enclosed.posting_id if isinstance(about.enclosed, PostingPaper) else None


def _owing(session: Session, about: AccountLetter, whom: Debtor, paper: Stationery) -> Owing:
    left, enclosed = still_owed(about.customer_id, _posting(about)), about.enclosed
    names = whom.first_name, whom.last_name, shown(left, session.currency) if left > 0 else ""
    if isinstance(enclosed, PostingPaper):
        head = bill_page(enclosed.posting_id).header
        return Owing(*names, head.day, None, head.code, paper.pay_by)
    if about.kind == "statement":
        return Owing(*names, enclosed.first, enclosed.last, pay_by=paper.pay_by)
    return Owing(*names, pay_by=paper.pay_by)


def _file_name(about: AccountLetter, whom: Debtor) -> str:
    if isinstance(about.enclosed, PostingPaper):
        return f"{bill_page(about.enclosed.posting_id).header.code}.pdf"
    return f"statement-{whom.number}-{about.enclosed.last.isoformat()}.pdf"


def _put(work: Work, command: EmailAccount, digest: str, name: str) -> None:
    """The message as it waits, under an id that stays the same however often it is sent."""
    about, letter = command.about, command.letter
    token = hashlib.sha256(f"{about} {command.request or work.now} {letter.to}".encode()).hexdigest()[:20]
    payload = {
        "to": letter.to,
        "subject": letter.subject.strip(),
        "text": letter.text,
        "posting_id": _posting(about),
        "left": still_owed(about.customer_id, _posting(about)),
        "file": digest,
        "name": name,
        "message_id": f"<{token}@{clinic_key()}.pim-tui.invalid>",
    }
    id_ = int(
        Outbox.insert(
            kind=about.kind,
            window=name.removesuffix(".pdf")[:40],
            payload=to_json(payload),
            due_at=work.now + HOLDS,
            created_at=work.now,
            channel="email",
            customer=about.customer_id,
        ).execute()
    )
    told = {"kind": about.kind, "customer_id": about.customer_id, "state": "waiting"}
    work.changed("write", "outbox", id_, None, told)

"""A customer in words: what stands beside and below the picture on the left of the profile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ...domain.customer import given_ids
from ...domain.moments import clock, day_label, short_day
from ...domain.money import figures
from ...domain.people import Answer, Channel, Sex
from ...queries.balances import Balance
from ...queries.customers import Profile
from ...queries.payers import Cover
from ..widgets.facts import JOINT, Fact

NEAR = 300
"""Days within which a date needs no year."""


def head_of(person: Profile) -> list[Fact]:
    """What stands beside the picture."""
    sex = Sex(person.sex).word if person.sex in tuple(Sex) else person.sex
    told = ", ".join(filter(None, (sex, f"{person.age} years" if person.age is not None else "")))
    born = (
        f"born {short_day(person.birth_date)}".replace(" ", JOINT)
        if person.birth_date
        else "birth date unknown"
    )
    died = [Fact(f"died {short_day(person.death_date)}", style="alert")] if person.death_date else []
    return [Fact(person.name.full, style="name"), Fact(told), Fact(born), *died]


def owed_of(owed: Balance | None, currency: str) -> list[Fact]:
    """What the customer owes or has to the credit; nothing where the account is even and empty."""
    if owed is None or not (owed.owed or owed.credit):
        return []
    word, style = ("owes", "owes") if owed.balance > 0 else ("credit", "strong")
    told = f"{word} {figures(abs(owed.balance), currency)} {currency}".replace(" ", JOINT)
    both = f" (open {figures(owed.owed, currency)}, credit {figures(owed.credit, currency)})"
    return [Fact(f"{told}{both if owed.owed and owed.credit else ''}", style=style, rank=20)]


def facts_of(
    person: Profile,
    today: date,
    zone: str,
    covers: Sequence[Cover] = (),
    owed: Sequence[Fact] = (),
    join: str = "",
) -> list[Fact]:
    """Everything below, the most urgent first. ``covers`` are what payers pay today (M6), ``owed`` is what
    the customer does, ``join`` is the address of the next video visit."""
    return [
        *(Fact(f"! {alert}", style="alert", rank=20) for alert in person.alerts),
        *owed,
        Fact(_next(person, today, zone), "Next", "strong", rank=19),
        *([Fact(join, "Video", rank=17)] if join else []),
        Fact(f"{short_day(person.last_visit)}" if person.last_visit else "no visit yet", "Last", rank=18),
        *([Fact(_missed(person), style="strong", rank=17)] if person.missed else []),
        *(_entry("Phone", number, label, 16 - at) for at, (label, number) in enumerate(person.phones)),
        *(_entry("Email", address, label, 15 - at) for at, (label, address) in enumerate(person.emails)),
        *(Fact(line, " " if at else "Home", rank=13) for at, line in enumerate(person.address_lines)),
        Fact(_consent(person), rank=14),
        *_texting(person),
        *(Fact(cover.says, "Payer", rank=12) for cover in covers),
        *(Fact(f"was {name}", rank=8) for name in person.former_names),
        Fact(str(person.number), "No.", rank=7),
        *(Fact(f"{system} {value}", "Id", "dim", rank=1) for system, value in given_ids(person.external_ids)),
    ]


def _entry(title: str, value: str, label: str, rank: int) -> Fact:
    return Fact(f"{value} {label}".strip(), title, rank=max(9, rank))


def _next(person: Profile, today: date, zone: str) -> str:
    if person.next_at is None or person.next_visit is None:
        return "nothing booked"
    day = person.next_visit
    label = short_day(day) if abs((day - today).days) > NEAR else day_label(day).rpartition(" ")[0]
    return f"{label} {clock(person.next_at, zone)}"


def _missed(person: Profile) -> str:
    return f"missed {person.missed} of {person.appointments}"


def _texting(person: Profile) -> list[Fact]:
    """For who wants texts: numbers that a service has refused, or that there is none."""
    way = person.texting
    if way is None:
        return []
    told = [f"no SMS to {number}: {why.rstrip('.')}" for number, why in way.refused]
    if not way.number and not told:
        told = [f"SMS: {way.says}"]
    return [Fact(f"! {one}", style="alert", rank=15) for one in told]


def _consent(person: Profile) -> str:
    """The answer per channel; unknown is not yes (P5)."""
    given = {entry.channel: entry.answer for entry in person.consents if entry.answer != Answer.UNKNOWN}
    told = [f"{channel.word}{JOINT}{given.get(channel.value, '?')}" for channel in Channel]
    return f"Consent: {', '.join(told)}"

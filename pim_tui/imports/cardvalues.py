"""What the properties of a card and their values mean: names, addresses, numbers, days, pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..domain.names import PersonName
from ..domain.people import read_birth_date
from ..domain.text import fold, tidy
from .cardproperties import Property, unpacked
from .cards import LONGEST_PROPERTY

LARGEST_PHOTO = 2 << 20
"""Bytes; a larger photo is left out."""

NOTED = {
    "NICKNAME": "Nickname", "ORG": "Organization", "TITLE": "Title", "ROLE": "Role",
    "X-EVOLUTION-MANAGER": "Manager", "X-MS-MANAGER": "Manager", "X-EVOLUTION-ASSISTANT": "Assistant",
    "X-MS-ASSISTANT": "Assistant", "X-SPOUSE": "Spouse", "X-EVOLUTION-SPOUSE": "Spouse",
    "X-MS-SPOUSE": "Spouse", "X-MS-CHILD": "Child", "RELATED": "Related", "ANNIVERSARY": "Anniversary",
    "X-ANNIVERSARY": "Anniversary", "X-EVOLUTION-ANNIVERSARY": "Anniversary",
    "X-MS-ANNIVERSARY": "Anniversary", "BIRTHPLACE": "Birthplace", "DEATHPLACE": "Place of death",
    "LANG": "Language", "CATEGORIES": "Categories", "EXPERTISE": "Expertise", "HOBBY": "Hobby",
    "INTEREST": "Interest", "URL": "Web", "IMPP": "Messenger", "X-MS-IMADDRESS": "Messenger", "X-AIM": "AIM",
    "X-ICQ": "ICQ", "X-JABBER": "Jabber", "X-MSN": "MSN", "X-SKYPE": "Skype", "X-YAHOO": "Yahoo",
    "X-GTALK": "Google Talk", "X-SOCIALPROFILE": "Profile", "X-MS-TEL": "Phone",
}  # fmt: skip
"""Properties that become lines of the note, in this order."""

LABELLED = {"X-ABRELATEDNAMES": "Related", "X-ABDATE": "Date"}
"""Properties whose title is their label."""
_FRAME = (
    "VERSION PRODID REV MAILER SORT-STRING CLASS PROFILE SOURCE NAME CLIENTPIDMAP KIND XML LABEL TZ GEO"
    " X-ABADR X-ABUID X-ABSHOWAS X-ABORDER X-EVOLUTION-FILE-AS X-COUCHDB-APPLICATION-ANNOTATIONS X-ID X-ETAG"
    " X-MS-OL-DEFAULT-POSTAL-ADDRESS X-MS-OL-DESIGN X-MOZILLA-HTML X-PHONETIC-FIRST-NAME"
    " X-PHONETIC-LAST-NAME X-EVOLUTION-BLOG-URL X-PIM-NUMBER X-PIM-ACTIVE"
)
READ = {
    *NOTED, *LABELLED, *_FRAME.split(), "N", "FN", "GENDER", "SEX", "X-GENDER", "X-PIM-FORMER-NAME",
    "X-PIM-ALERT", "X-PIM-CONSENT", "X-PIM-ID", "BDAY", "DEATHDATE", "UID",
    "TEL", "EMAIL", "ADR", "PHOTO", "NOTE",
}  # fmt: skip
"""What is read, and what only frames the card; the rest is told as left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address as a form takes it."""

    street: str = ""
    city: str = ""
    region: str = ""
    code: str = ""
    country: str = ""

    @classmethod
    def of(cls, one: Property) -> Place:
        """ADR: post box; what extends the street; street; town; region; code; country."""
        box, more, street, *rest = [*map(str.strip, one.parts()), *[""] * 7][:7]
        return cls("\n".join(filter(None, (street.strip(","), more, box))), *rest)

    def __bool__(self) -> bool:
        return any((self.street, self.city, self.region, self.code, self.country))

    @property
    def in_one(self) -> str:
        """On one line."""
        parts = (self.street.replace("\n", ", "), self.city, self.region, self.code, self.country)
        return ", ".join(filter(None, parts))


def structured(one: Property, *, lists: bool) -> PersonName:
    """N: family; given; middle; titles; suffixes. With ``lists`` a comma parts several of one kind."""
    found = one.lists() if lists else [[part.strip()] for part in one.parts()]
    family, given, middle, titles, suffixes = [*found, [], [], [], []][:5]
    return PersonName(
        " ".join(titles), " ".join(given), " ".join(middle), " ".join(family), ", ".join(suffixes)
    )


def urgency(one: Property) -> tuple[bool, int]:
    """Before others: what is no fax or pager, then what is preferred (``PREF=1`` or the type)."""
    rank = one.parameter("pref")
    preferred = int(rank) if rank.isdecimal() and len(rank) < 4 else 1 if "pref" in one.types else 101
    return (not _AFTER.isdisjoint(one.types), preferred)


def kind(one: Property) -> str:
    """What a number or address is for, from its types: ``work fax``."""
    return _kind(one.types)


@lru_cache(maxsize=256)
def _kind(types: tuple[str, ...]) -> str:
    words = [_KINDS.get(word, word.removeprefix("x-")) for word in types if word not in _NO_KIND]
    return " ".join(sorted(dict.fromkeys(words), key=_AFTER.__contains__))


_AFTER = frozenset({"fax", "pager"})
_KINDS = {"cell": "mobile", "iphone": "mobile"}
_NO_KIND = {
    "voice", "pref", "internet", "msg", "text", "textphone", "video", "x400", "postal", "parcel", "dom",
    "intl", "pcs", "isdn", "modem", "bbs", "applelink", "attmail", "cis", "eworld", "ibmmail", "mcimail",
    "powershare", "prodigy", "tlx",
}  # fmt: skip


def label(text: str) -> str:
    """A label of one's own; those a telephone gives are written ``_$!<AssistantPhone>!$_``."""
    if given := re.fullmatch(r"_\$!<(.*)>!\$_", text.strip()):
        return re.sub("(?<=[a-z])(?=[A-Z])", " ", given[1]).lower()
    return text.strip()


def phone_number(one: Property) -> str:
    """The number; of a ``tel:`` URI without the scheme, its extension as people write it."""
    text = one.text.strip()
    if text[:4].lower() != "tel:":
        return text
    number, *details = text[4:].split(";")
    extension = next((part[4:] for part in details if part.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def mailbox(one: Property) -> str:
    """An email address as it is, also where it is written as a link."""
    text = one.text.strip()
    return text[7:] if text[:7].lower() == "mailto:" else text


_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?", re.DOTALL)


def whole_day(one: Property) -> str:
    """ISO text of a date with its year, the time of day left off; empty for anything else."""
    text = one.text.strip()[:40]
    if found := _DAY.fullmatch(text):
        if found[1] == one.parameter("x-apple-omit-year"):
            return ""
        text = "-".join(found.groups())
    days = read_birth_date(text)
    return days[0].isoformat() if len(days) == 1 else ""


_DATA = re.compile(r"data:([\w.+-]*(?:/[\w.+-]*)?)((?:;[^;,]*)*),(.*)", re.DOTALL | re.IGNORECASE)
_PACKED = re.compile(r"[A-Za-z0-9+/\s]{64,}(?:={1,2}\s*)?")


def picture(one: Property) -> tuple[bytes, str, str]:
    """(bytes, remark in place of them, type) of a PHOTO."""
    kind = next((word for word in one.types if word not in _NO_KIND), "")
    packed = one.raw if one.encoding == "b64" or _PACKED.fullmatch(one.raw) else None
    if found := _DATA.fullmatch(one.raw[:LONGEST_PROPERTY]):
        packed, kind = (found[3] if "base64" in found[2].lower() else None), found[1]
    data = unpacked(packed) if packed and not one.cut else b""
    if one.cut or len(data) > LARGEST_PHOTO:
        return b"", f"the photo is larger than {LARGEST_PHOTO >> 20} MB and was left out", ""
    if packed is None:
        return b"", "the photo is a link and not in the card; links are not followed", ""
    if not data:
        return b"", "the photo is damaged and was left out", ""
    return data, "", tidy((kind or one.parameter("mediatype")).removeprefix("image/").lower(), limit=20)


def letters(name: str) -> str:
    """What two orders and spacings of one name have in common."""
    return "".join(sorted(fold(name).replace(" ", "")))


def says_no_more(shown: str, name: str) -> bool:
    """Whether every word of ``shown`` is in ``name`` anyway."""
    if shown == name:
        return True
    return set(fold(shown).split()) <= set(fold(name).split()) or letters(shown) == letters(name)

"""One property of a vCard: its name, parameters and value, decoded but not yet understood."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import NamedTuple

LONGEST_HEAD = 1 << 13
"""Characters of the name and the parameters of a property."""
_LONGEST_LIST = 1 << 16

_NAME = r"\s*(?:([\w-]{1,60})\.)?([A-Za-z][A-Za-z0-9-]{0,99})"
BEGINS = re.compile(rf"{_NAME}(?:(?P<bare>:)(?!//)|;[A-Za-z0-9-]+(?:,[A-Za-z0-9-]+)*[=;:(])")
"""What a line begins with that is a property of its own; a web address within a text does not.

``bare`` is the colon of one whose name its value follows at once.
"""
_PROPERTY = re.compile(rf"{_NAME}((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):")
_UNEVEN = re.compile(rf"{_NAME}(;[^:]*):")
_PARAMETER = re.compile(r';((?:[^;"]|"[^"]*")*)')
_ESCAPE = re.compile(r"\\([\\,;:nN])")
_ENCODINGS = {"quoted-printable": "qp", "q": "qp", "base64": "b64", "b": "b64", "8bit": "", "7bit": ""}
# A charset is looked up among these only: the library's registry also holds compressors.
_CHARSETS = re.compile(
    r"utf-?8|us-?ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|gb2312|gbk|gb18030|big5"
    r"|shift[-_]?jis|euc-?jp|iso-2022-jp|euc-?kr|ks_c_5601-1987|koi8-?[ru]|macintosh|tis-620"
)


class Property(NamedTuple):
    """One property. ``name`` in upper case, ``group`` in lower case; ``types`` and parameter names too.

    ``raw`` is the value as it stands in the file, decoded but not unescaped; ``cut``: it was too long.
    """

    name: str
    raw: str
    group: str = ""
    types: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    cut: bool = False

    def parameter(self, name: str) -> str:
        """The value of a parameter, by its name in lower case; empty when it is not there."""
        return next((value for key, value in self.parameters if key == name), "")

    @property
    def text(self) -> str:
        """The value as one text."""
        return unescaped(self.raw)

    def parts(self) -> list[str]:
        """The value parted at its semicolons; each part is unescaped."""
        return [unescaped(part) for part in parted(self.raw[:_LONGEST_LIST], ";")]

    def lists(self) -> list[list[str]]:
        """The value parted at its semicolons, and each part at its commas; empty pieces left out."""
        return [
            [text for piece in parted(part, ",") if (text := unescaped(piece).strip())]
            for part in parted(self.raw[:_LONGEST_LIST], ";")
        ]


def read_property(line: str, cut: bool) -> Property | None:
    """The property a whole line holds; None when it is no property after all."""
    found = _PROPERTY.match(line, 0, LONGEST_HEAD) or _UNEVEN.match(line, 0, LONGEST_HEAD)
    if found is None:
        return None
    group, name, head = found.groups()
    value = line[found.end() :]
    parameters, types, encoding = _parameters(head) if head else ((), (), "")
    if encoding == "qp":
        value = _decoded(binascii.a2b_qp(value.encode("latin-1")), _charset(parameters))
    elif not encoding and not value.isascii():
        value = _decoded(value.encode("latin-1"), _charset(parameters))
    return Property(name.upper(), value, (group or "").lower(), types, parameters, encoding, cut)


@lru_cache(maxsize=256)
def _parameters(head: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], str]:
    """Parameters, types and encoding; a parameter without a name is a type or an encoding (vCard 2.1).

    A file says the same few things of all its cards, hence the cache.
    """
    if not head.isascii():
        head = _decoded(head.encode("latin-1"), "")
    parameters: list[tuple[str, str]] = []
    types: list[str] = []
    encoding = ""
    for one in _PARAMETER.findall(head):
        key, equals, value = one.partition("=")
        key, value = (key.strip().lower(), value.replace('"', "").strip()) if equals else ("", one.strip())
        known = _ENCODINGS.get(value.lower())
        if key == "encoding" or (not key and known is not None):
            encoding = known or ""
        elif key in ("", "type"):
            types += [word.strip() for word in value.lower().split(",") if word.strip()]
        else:
            parameters.append((key, value))
    return tuple(parameters), tuple(dict.fromkeys(types)), encoding


def _charset(parameters: tuple[tuple[str, str], ...]) -> str:
    named = next((value.lower() for key, value in parameters if key == "charset"), "")
    return named if _CHARSETS.fullmatch(named) else ""


def _decoded(data: bytes, charset: str) -> str:
    """Bytes as text: as they say they are, else UTF-8, else Windows-1252. Never fails."""
    for encoding in (charset, "utf-8", "cp1252"):
        try:
            if encoding:
                return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def unpacked(text: str) -> bytes:
    """What base64 text holds; nothing when it is none. Never fails."""
    try:
        return binascii.a2b_base64(text.encode("ascii", "ignore"))
    except binascii.Error:
        return b""


def unescaped(text: str) -> str:
    """A value without its escapes; line ends as ``\\n``."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def parted(text: str, separator: str) -> list[str]:
    """*text* parted at every separator that no backslash stands before."""
    if "\\" not in text:
        return text.split(separator)
    parts, start = [], 0
    for found in re.finditer(rf"\\.|{re.escape(separator)}", text, re.DOTALL):
        if found[0] == separator:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]

"""What a file is, by its content: names and endings are somebody's claim.

Five kinds are taken. Everything else is refused, with a word on what it seems to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import FileProblem


@dataclass(frozen=True, slots=True)
class FileKind:
    """``media_type`` as in the store, ``word`` for people, ``ending`` with its dot for copies."""

    media_type: str
    word: str
    ending: str


PDF = FileKind("application/pdf", "PDF", ".pdf")
PNG = FileKind("image/png", "PNG", ".png")
JPEG = FileKind("image/jpeg", "JPEG", ".jpg")
WEBP = FileKind("image/webp", "WebP", ".webp")
TEXT = FileKind("text/plain", "text", ".txt")

KINDS = {kind.media_type: kind for kind in (PDF, PNG, JPEG, WEBP, TEXT)}
PICTURES = (PNG, JPEG, WEBP)
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")

_HEADS = (
    (re.compile(rb"%PDF-\d"), PDF),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), WEBP),
)
_OTHERS = (
    (re.compile(rb"GIF8[79]a"), "a GIF picture"),
    (re.compile(rb"....ftyp(heic|heix|mif1|msf1)", re.DOTALL), "a HEIC picture"),
    (re.compile(rb"II\*\0|MM\0\*"), "a TIFF picture"),
    (re.compile(rb"BM"), "a BMP picture"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive or an office document"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an office document"),
    (re.compile(rb"\x7fELF|MZ"), "a program"),
)
_NOT_TEXT = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def kind_of(data: bytes) -> FileKind:
    """The kind of a whole file. Raises :class:`FileProblem` when it is empty or none of the five."""
    if not data:
        raise FileProblem("The file is empty.", "Save it again.")
    for head, kind in _HEADS:
        if head.match(data):
            return kind
    for head, what in _OTHERS:
        if head.match(data):
            raise _refused(f"It is {what}")
    if not _is_text(data):
        raise _refused("It is neither a picture nor a PDF nor text")
    return TEXT


_PDF_AT_MOST = 1024
"""How far into a file a PDF reader looks for the beginning."""
_ZIP_END = 22
"""Bytes of the record that ends a ZIP archive, without its remark."""


def refuse_hidden(data: bytes, kind: FileKind) -> None:
    """Raise :class:`FileProblem` for two files in one: what looks like a picture and opens as something else.

    A picture may not begin as a PDF further in, and neither picture nor PDF may end as a ZIP archive.
    """
    if kind in PICTURES and b"%PDF-" in data[:_PDF_AT_MOST]:
        raise _hidden(kind, "a PDF")
    if kind is not TEXT and _ends_as_archive(data):
        raise _hidden(kind, "a ZIP archive")


def _hidden(kind: FileKind, what: str) -> FileProblem:
    return FileProblem(
        f"It is two files in one: {what} hides in it ({kind.word}).",
        "Save it anew from the program it is of.",
    )


def _ends_as_archive(data: bytes) -> bool:
    """Whether the last record of a ZIP archive ends exactly where the file does."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _ZIP_END - 0xFFFF))
    if at < 0 or len(data) - at < _ZIP_END:
        return False
    remark = int.from_bytes(data[at + 20 : at + 22], "little")
    return at + _ZIP_END + remark == len(data)


def picture_kind_of(data: bytes) -> FileKind:
    """:func:`kind_of`, for pictures only."""
    kind = kind_of(data)
    if kind not in PICTURES:
        raise FileProblem(f"It is not a picture ({kind.word}).", "A photo is a JPEG, PNG or WebP file.")
    return kind


_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_SHOWN = 12
"""Lines of a text that are looked at before it is attached."""


def facts_of(data: bytes) -> str:
    """What can be said of a file that is no picture, in lines; raises as :func:`kind_of`.

    Pages are counted where the file tells of them in clear: many a PDF packs them away.
    """
    kind = kind_of(data)
    if kind is PDF:
        pages = len(_PAGE.findall(data))
        facts = [f"{pages} {'page' if pages == 1 else 'pages'}"] if pages else []
        facts += ["locked with a password"] if b"/Encrypt" in data else []
        facts += [] if b"%%EOF" in data[-1024:] else ["its end is missing"]
        return "\n".join(["PDF", *facts])
    if kind is TEXT:
        return "\n".join(["Text", "", *data.decode("utf-8-sig").splitlines()[:_SHOWN]])
    return kind.word


def _refused(what: str) -> FileProblem:
    return FileProblem(f"{what}, which is not kept here.", "Save it as PDF, JPEG, PNG, WebP or plain text.")


def _is_text(data: bytes) -> bool:
    """Whether it is text in UTF-8 without anything that steers a terminal."""
    try:
        return not _NOT_TEXT.search(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def size_words(size: int) -> str:
    """A number of bytes for people: ``740 B``, ``38 kB``, ``2.4 MB``."""
    if size < 1000:
        return f"{size} B"
    return f"{round(size / 1000)} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


_PLAIN = re.compile(r"[^\w .()-]+")
_LONGEST = 120
"""Bytes of a name; file systems take 255 with what is added."""


def copy_name(name: str, id_: int, media_type: str) -> str:
    """What a copy of a stored file is called: its name in plain characters, its number, its true ending."""
    ending = KINDS[media_type].ending
    stem = name.rpartition(".")[0] or name
    plain = _PLAIN.sub("_", stem).encode()[:_LONGEST].decode(errors="ignore").strip(" ._-")
    return f"{plain or 'file'}-{id_}{ending}"

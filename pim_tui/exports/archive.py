"""A ZIP archive, private and of one moment: every entry is written as it comes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_PRIVATE = 0o600 << 16


def write(out: IO[bytes], entries: Iterable[tuple[str, bytes]], at: datetime) -> None:
    """Write (name, content) of each entry into ``out``; names are plain, with ``/`` between folders."""
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in entries:
            info = ZipInfo(name, at.timetuple()[:6])
            info.compress_type, info.external_attr = ZIP_DEFLATED, _PRIVATE
            archive.writestr(info, data)

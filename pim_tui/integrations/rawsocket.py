"""A receipt printer on the network: bytes in its own language, to port 9100 as a rule.

Such a printer answers nothing: what it took it may have printed. So nothing is ever sent twice here.
"""

from __future__ import annotations

import socket
import time
from typing import Final

from ..errors import NotTaken, Refused

CONNECT_SECONDS: Final = 5.0
SEND_SECONDS: Final = 20.0
_PIECE: Final = 4_096


def send(
    host: str,
    port: int,
    data: bytes,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    send_seconds: float = SEND_SECONDS,
) -> None:
    """Hand all of ``data`` to the printer, within ``send_seconds`` once it is connected.

    Raises :class:`NotTaken` before anything was sent, and :class:`Refused` with how much was, since that may
    be on paper.
    """
    name = f"The printer at {host}:{port}"
    try:
        line = socket.create_connection((host, port), connect_seconds)
    except ConnectionRefusedError:
        raise NotTaken(
            f"{name} takes no connection.", "See that it is switched on and free. Nothing was printed."
        ) from None
    except TimeoutError:
        raise NotTaken(
            f"{name} does not answer.", "See that it is switched on and its cable is in. Nothing was printed."
        ) from None
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "there is no such host"
        raise NotTaken(f"{name} cannot be reached: {why}.", "Check its address in the settings.") from error
    with line:
        _pour(line, data, name, send_seconds)


def _pour(line: socket.socket, data: bytes, name: str, seconds: float) -> None:
    sent, ends = 0, time.monotonic() + seconds
    try:
        while sent < len(data):
            line.settimeout(max(0.001, ends - time.monotonic()))
            sent += line.send(data[sent : sent + _PIECE])
        line.shutdown(socket.SHUT_WR)
    except OSError as error:
        why = "takes nothing more" if isinstance(error, TimeoutError) else "cut the line"
        raise Refused(
            f"{name} {why}: {sent * 100 // max(1, len(data))} % was sent.",
            "Look whether it has paper and what it printed, before you print again.",
        ) from error

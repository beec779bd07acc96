"""A receipt printer on the network: bytes in its own language, to port 9100 as a rule.

Such a printer answers nothing: what it took it may have printed. So nothing is ever sent twice here.
"""

from __future__ import annotations

import socket
import time
from typing import Final

from pim_tui.errors import Refused

CONNECT_SECONDS: Final = 5.0
SEND_SECONDS: Final = 20.0
_PIECE: Final = 4_096


def connected(host: str, port: int, *, connect_seconds: float = CONNECT_SECONDS) -> socket.socket:
    """A line to the printer, nothing sent. Raises :class:`Refused` where there is none."""
    name = _name(host, port)
    try:
        return socket.create_connection((host, port), connect_seconds)
    except ConnectionRefusedError:
        raise Refused(
            f"{name} takes no connection.", "See that it is switched on and free. Nothing was printed."
        ) from None
    except TimeoutError:
        raise Refused(
            f"{name} does not answer.", "See that it is switched on and its cable is in. Nothing was printed."
        ) from None
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "there is no such host"
        raise Refused(f"{name} cannot be reached: {why}.", "Check its address in the settings.") from error


def send(
    host: str,
    port: int,
    data: bytes,
    *,
    line: socket.socket | None = None,
    send_seconds: float = SEND_SECONDS,
) -> None:
    """Hand all of ``data`` to the printer, within ``send_seconds`` once it is connected; ``line`` is where it
    already is.

    Raises :class:`Refused`: before anything was sent, or with how much was, since that may be on paper.
    """
    with line or connected(host, port) as open_line:
        _pour(open_line, data, _name(host, port), send_seconds)


def _name(host: str, port: int) -> str:
    return f"The printer at {host}:{port}"


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

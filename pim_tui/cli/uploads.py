"""``pim-tui upload-page``: the page that takes pictures from telephones; the worker serves it as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..bootstrap import Clinic, office, opened
from ..domain.rights import Right
from ..errors import SettingsError
from ..settingchecks import read_address
from ..tui.crashes import silence
from . import terminal
from .stopping import stopped_by_signals

if TYPE_CHECKING:
    import argparse


def upload_page(arguments: argparse.Namespace) -> int:
    """Serve the page until a signal ends it."""
    with opened(office()) as clinic:
        if not clinic.settings.upload_address:
            raise SettingsError(
                "The setting upload_address is empty.",
                "Say where the page listens: see pim-tui manual photos.",
            )
        stop = stopped_by_signals()
        with page(clinic):
            terminal.say(f"Pictures are taken on {clinic.settings.upload_address}.")
            stop.wait()
    return 0


@contextmanager
def page_beside(clinic: Clinic) -> Iterator[None]:
    """The page while something else is done, which goes on where the page cannot be served."""
    with ExitStack() as stack:
        try:
            stack.enter_context(page(clinic))
        except SettingsError as error:
            terminal.complain(str(error))
        yield


@contextmanager
def page(clinic: Clinic) -> Iterator[None]:
    """The page, where it is set up. Raises SettingsError where it cannot be served."""
    clinic.session.needs(Right.DELIVER)
    settings = clinic.settings
    found = read_address(settings.upload_address)
    if found is None:
        yield
        return
    from ..integrations.uploadpage import Listening, UploadPage
    from ..services.uploads import MOST

    silence(clinic.places.crash_folder)
    at = Listening(*found, settings.upload_certificate, settings.upload_key, MOST)
    served = UploadPage(at, Behind(clinic))
    try:
        yield
    finally:
        served.close()


@dataclass(frozen=True, slots=True)
class Behind:
    """The clinic as the page sees it, on whichever thread."""

    clinic: Clinic

    def is_open(self, secret: str) -> bool:
        from ..services.uploads import is_open

        with self._connected():
            return is_open(self.clinic.session, secret)

    def take(self, secret: str, data: bytes) -> object:
        from ..services.uploads import take_in

        with self._connected():
            return take_in(self.clinic.session, secret, data)

    @contextmanager
    def _connected(self) -> Iterator[None]:
        self.clinic.book.connect()
        try:
            yield
        finally:
            self.clinic.book.close()

"""Choosing a file of one's inbox for a customer: a photo, with a look at it, or a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ...domain.filekinds import PICTURE_ENDINGS, size_words
from ...domain.halfblocks import half_blocks
from ...domain.moments import clock, day_of, short_day
from ...errors import FileProblem, PimError
from ...integrations.inbox import Inbox, InboxFile
from ...queries.files import Photo
from ...services import files, uploads
from ...services.snapshots import take_picture
from ...services.work import Done
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow
from ..widgets.photoview import PhotoView

COLUMNS = (
    TableColumn("File", 12, "file", rank=9, grow=1),
    TableColumn("Size", 7, "number", rank=4),
    TableColumn("Changed", 12, rank=6),
)
NOW = 0
"""The key of the row that stands for the photo there is; files are known by their names."""


class FromFile(NamedTuple):
    """``name`` of a file in the inbox to attach; without one, the photo there is should go."""

    name: str = ""


class FromInbox(PimDialog[FromFile]):
    """Enter attaches the file under the cursor; X removes the photo there is; C and P take a new picture."""

    CSS_PATH = sheet("profile")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("x,X,delete", "remove", "Remove"),
        ("c,C", "camera", "Camera"),
        ("p,P", "phone", "Phone"),
    ]

    def __init__(
        self, heading: str, inbox: Inbox, endings: Sequence[str], photo: Photo | None = None
    ) -> None:
        """``photo`` is the one the customer has, if it is about photos."""
        super().__init__()
        self._heading, self._inbox, self._endings, self._photo = heading, inbox, tuple(endings), photo

    def compose(self) -> ComposeResult:
        """The files, and what the one under the cursor looks like."""
        settings = self.pim.desk.settings
        ways = ["Enter attaches"]
        ways += ["x removes"] if self._photo else []
        ways += ["c camera"] if settings.camera else []
        ways += ["p phone"] if settings.upload_address else []
        keys = ", ".join([*ways, "Esc leaves"])
        with Vertical(classes="panel tall"):
            yield Static(show(f"{self._heading}   ({keys})"), classes="heading")
            with Horizontal():
                yield LineTable(COLUMNS, empty="No files here.")
                yield PhotoView(id="preview")
            yield Static(show(self._where), classes="reading")

    @property
    def _looks(self) -> bool:
        """Of documents there is something to read even where no picture is drawn."""
        return self.pim.photos or self._endings != PICTURE_ENDINGS

    @property
    def _where(self) -> str:
        return f"Inbox: {self._inbox.folder}"

    def on_mount(self) -> None:
        """List the inbox."""
        self.pim.dress(self)
        self.query_one(PhotoView).display = self._looks
        self.query_one(LineTable).focus()
        self._fetch()

    def _fetch(self) -> None:
        """Have what came from a telephone meanwhile in the inbox, then list it."""
        if not self.pim.desk.settings.upload_address:
            self.load(self._list, group="inbox")
            return

        def fetched(done: Done) -> None:
            if self.is_attached:
                self.load(self._list, done.says, group="inbox")

        self.pim.submit(uploads.fetch_pictures, uploads.FetchPictures(self._inbox), fetched)

    async def _list(self, chosen: str = "") -> None:
        """The files, the one that is ``chosen`` under the cursor."""
        found = await self.pim.outside(self._inbox.files, *self._endings)
        kept = self._photo
        rows = [TableRow(NOW, (f"now: {kept.name}", "", self._when(kept.added_at)), "strong")] if kept else []
        table = self.query_one(LineTable)
        table.show([*rows, *map(self._row, found)])
        if chosen:
            table.go_to(chosen)

    def _row(self, file: InboxFile) -> TableRow:
        return TableRow(file.name, (file.shown, size_words(file.size), self._when(file.modified)))

    def _when(self, moment: int) -> str:
        """Day and time of this year, the date of another: the name needs the room."""
        zone = self.pim.desk.session.zone
        day = day_of(moment, zone)
        if day.year != self.pim.today.year:
            return short_day(day)
        return f"{short_day(day).rpartition(' ')[0]} {clock(moment, zone)}"

    # --- the look ---------------------------------------------------------------------------------

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """Show what it is; no key waits for that."""
        if self._looks and event.key is not None:
            self.load(self._look, event.key, group="look", waits=False)

    async def _look(self, key: str | int) -> None:
        view = self.query_one(PhotoView)
        width, height, session = view.size.width, view.size.height * 2, self.pim.desk.session
        if not width:
            return
        try:
            drawn = self.pim.photos and str(key).lower().endswith(PICTURE_ENDINGS)
            if isinstance(key, str) and not drawn:
                view.show(None, await self.pim.outside(files.facts, session, self._inbox, key))
                return
            if isinstance(key, str):
                seen = await self.pim.outside(files.preview, session, self._inbox, key, width, height)
            else:
                assert self._photo is not None
                digest = self._photo.sha256
                seen = await self.pim.outside(files.picture, session, digest, width, height, whole=True)
        except FileProblem as error:
            view.show(None, str(error))
        else:
            view.show(half_blocks(seen.rgb, seen.width, seen.height, self.pim.depth))

    # --- a new picture ----------------------------------------------------------------------------

    def action_camera(self) -> None:
        """Take a picture with the camera of this machine."""
        if command := self.pim.desk.settings.camera:
            self._say("The camera takes a picture…")
            self.load(self._taken, command, group="camera", waits=False)
        else:
            self._say("The setting camera is empty: it names the program that takes a picture.")

    async def _taken(self, command: str) -> None:
        try:
            name = await self.pim.outside(take_picture, self.pim.desk.session, command, self._inbox)
        except PimError as error:
            self._say(str(error))
        else:
            self._say(self._where)
            await self._list(name)

    def action_phone(self) -> None:
        """Have somebody take it with a telephone."""
        from .phone import PhonePicture

        def answered(_: str | None) -> None:
            self._fetch()

        if self.pim.desk.settings.upload_address:
            self.app.push_screen(PhonePicture(), answered)
        else:
            self._say("The setting upload_address is empty: there is no page for telephones.")

    def _say(self, text: str) -> None:
        self.query_one(".reading", Static).update(show(text))

    # --- answers ----------------------------------------------------------------------------------

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter: attach it; on the photo there is, nothing changes."""
        self.dismiss(FromFile(event.key) if isinstance(event.key, str) else None)

    def action_remove(self) -> None:
        """Return that the photo should go."""
        if self._photo:
            self.dismiss(FromFile())

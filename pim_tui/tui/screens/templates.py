"""The words of the clinic's messages, one for each kind, channel and language."""

from __future__ import annotations

from typing import ClassVar

from ...db.drafts import Draft
from ...domain.messages import BUILT_IN, CHANNELS, Words, sample
from ...domain.owing import ABOUT_MONEY, sample_owing
from ...domain.rights import Right
from ...errors import PimError
from ...lists.messages import TEMPLATES
from ...queries.templates import TemplateRow, template
from ...services.house import house_of
from ...services.templates import SaveTemplate, save_template
from ..dialogs.fields import Answer, DraftName, FieldForm
from ..dialogs.messages import TEMPLATE, TITLES, language_form, template_form, words_of
from ..dialogs.stale import merged
from ..requests import new_request
from ..widgets.listpane import ListPane
from .comparing import refused_over, take_up
from .formkeys import ask
from .listscreen import ListScreen


class TemplatesScreen(ListScreen):
    """Enter and e change the words under the cursor, a begins words in another language."""

    scope: ClassVar[str] = "templates"
    listed = TEMPLATES
    kinds = frozenset(("message_template",))

    def _may(self) -> bool:
        return self.allowed(Right.CHANGE_TEMPLATE)

    def action_edit(self) -> None:
        """Change the words under the cursor."""
        if isinstance(row := self.row, TemplateRow) and self._may():
            self._edit(row, row.words)

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter changes them."""
        self.action_edit()

    def action_add(self) -> None:
        """Say which message gets words in another language, then type them."""
        if not self._may():
            return

        def begin(answer: Answer) -> None:
            kind, channel = next(key for key in BUILT_IN if key == answer["message"])
            self.load(self._begin, kind, channel, str(answer["language"]).strip(), group="record")

        row = self.row
        message = (row.kind, row.channel) if isinstance(row, TemplateRow) else next(iter(BUILT_IN))
        ask(self, FieldForm(language_form(), {"message": message, "language": ""}), begin)

    async def _begin(self, kind: str, channel: str, language: str) -> None:
        row = await self._stored(kind, channel, language)
        self._edit(row, row.words)

    async def _stored(self, kind: str, channel: str, language: str) -> TemplateRow:
        """The clinic's words, at version 0 those that are built in."""
        words = BUILT_IN[kind, channel]
        built_in = TemplateRow(0, 0, kind, channel, language, words.subject, words.body)
        return await self.fetch(template, kind, channel, language) or built_in

    # --- the form ---------------------------------------------------------------------------------

    def _edit(self, seen: TemplateRow, typed: Words, refusal: PimError | None = None) -> None:
        record = f"{seen.kind} {seen.channel} {seen.language}"
        title = f"{seen.named.capitalize()} by {CHANNELS[seen.channel]}, {seen.language}"
        desk = self.pim.desk
        spec = template_form(
            title,
            seen.kind,
            seen.channel,
            seen.language,
            house_of(desk.settings),
            sample(self.pim.now, self.zone),
            sample_owing(self.pim.today) if seen.kind in ABOUT_MONEY else None,
        )
        values = {"subject": typed.subject, "body": typed.body}
        draft = DraftName(TEMPLATE, record, seen.version)
        form = FieldForm(spec, values, refusal, draft, "body")
        ask(self, form, lambda answer: self._save(seen, words_of(answer), record))

    def _save(self, seen: TemplateRow, words: Words, record: str) -> None:
        refused = refused_over(
            self,
            TITLES,
            lambda: self._stored(seen.kind, seen.channel, seen.language),
            save=lambda now, choice: self._edit(now, merged(words, now.words, choice)),
            anew=lambda: self._save(seen, words, record),
            back=lambda error: self._edit(seen, words, error),
        )
        command = SaveTemplate(
            seen.kind, seen.channel, seen.language, seen.version, seen.words, words, new_request()
        )
        self.pim.submit(save_template, command, self.row_saved(TEMPLATE, record), refused)

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        kind, _, rest = draft.record.partition(" ")
        channel, _, language = rest.partition(" ")
        if (kind, channel) in BUILT_IN:
            typed = Words(draft.fields.get("subject", ""), draft.fields.get("body", ""))
            self.load(self._restore, kind, channel, language, typed, draft.version, group="record")

    async def _restore(self, kind: str, channel: str, language: str, typed: Words, version: int) -> None:
        now = await self._stored(kind, channel, language)
        versions = version, now.version
        take_up(self, "These words", versions, now.words, typed, TITLES, lambda kept: self._edit(now, kept))

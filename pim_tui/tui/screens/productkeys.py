"""What is done to the record of a product, the same from the list and from its own screen.

A refusal brings the form back as it was; where somebody else was quicker both values are shown.
"""

from __future__ import annotations

from ...db.drafts import Draft
from ...domain.productfields import TITLES, ProductFields
from ...errors import PimError
from ...queries.product_records import ProductRecord, product_record
from ...queries.tax_classes import tax_classes
from ...services.catalogue import (
    AddProduct,
    ChangeProduct,
    RetireProduct,
    add_product,
    change_product,
    retire_product,
)
from ...services.work import Done
from ..dialogs import goods
from ..dialogs.fields import Answer, DraftName, FieldForm, fields_of_draft
from ..dialogs.stale import Kept, merged
from ..requests import new_request
from .comparing import refused_over, take_up
from .formkeys import FormKeys, ask

NEW = ProductFields()


class ProductKeys(FormKeys):
    """Adds, changes and retires products."""

    def new_product(self, typed: ProductFields = NEW, refusal: PimError | None = None) -> None:
        """Open the form, perhaps with what was refused."""

        def add(answer: Answer) -> None:
            fields = goods.product_fields(answer)
            self.pim.submit(
                add_product,
                AddProduct(fields, new_request()),
                self.saved_form(goods.PRODUCT, "", self.product_added),
                lambda error: self.new_product(fields, error),
            )

        async def opened() -> None:
            spec = goods.product_form("New product", self.currency, await self.fetch(tax_classes))
            values = goods.product_values(typed)
            start = "code" if typed.name and refusal is None else ""
            form = FieldForm(spec, values, refusal, DraftName(goods.PRODUCT), start)
            ask(self, form, add)

        self.load(opened, group="record")

    def product_added(self, done: Done) -> None:
        """Show the new product."""
        self.open_product(done.ids[0], done.says)

    def open_product(self, product_id: int, says: str = "") -> None:
        """Show one product with its lots and its register, and a sentence in the footer."""
        from .product import ProductScreen

        self.app.push_screen(ProductScreen(product_id, says))

    def edit_product(self, product_id: int) -> None:
        """Read the record and open the form."""

        async def read() -> None:
            seen = await self.fetch(product_record, product_id)
            self._edit(seen, seen.fields)

        self.load(read, group="record")

    def _edit(self, seen: ProductRecord, typed: ProductFields, refusal: PimError | None = None) -> None:
        async def opened() -> None:
            classes = await self.fetch(tax_classes)
            title = f"Change {seen.fields.name}"
            spec = goods.product_form(title, self.currency, classes, seen.fields.tax_class)
            draft = DraftName(goods.PRODUCT, str(seen.id), seen.version)
            form = FieldForm(spec, goods.product_values(typed), refusal, draft)
            ask(self, form, lambda answer: self._change(seen, goods.product_fields(answer)))

        self.load(opened, group="record")

    def _change(self, seen: ProductRecord, fields: ProductFields) -> None:
        def kept(now: ProductRecord, choice: Kept) -> None:
            wanted = merged(fields, now.fields, choice)
            if wanted == now.fields:
                self.pim.drop_draft(goods.PRODUCT, str(seen.id))
                self.pim.say("Nothing was left to save: the product stays as it is.")
            else:
                self._change(now, wanted)

        refused = refused_over(
            self,
            TITLES,
            lambda: self.fetch(product_record, seen.id),
            save=kept,
            anew=lambda: self._change(seen, fields),
            back=lambda error: self._edit(seen, fields, error),
        )
        command = ChangeProduct(seen.id, seen.version, seen.fields, fields, new_request())
        self.pim.submit(change_product, command, self.saved_form(goods.PRODUCT, str(seen.id)), refused)

    def retire(self, product: ProductRecord) -> None:
        """Take a product out of use, or back."""
        command = RetireProduct(product.id, product.version, not product.active, "", new_request())
        self.pim.submit(retire_product, command, self.pim.said)

    # --- drafts -----------------------------------------------------------------------------------

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.load(self._restore, draft, group="record")

    async def _restore(self, draft: Draft) -> None:
        if not draft.record:
            self.new_product(fields_of_draft(draft.fields, NEW))
            return
        now = await self.fetch(product_record, int(draft.record))
        typed = fields_of_draft(draft.fields, now.fields)
        versions = draft.version, now.version
        take_up(self, "This product", versions, now.fields, typed, TITLES, lambda kept: self._edit(now, kept))

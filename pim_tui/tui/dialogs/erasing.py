"""What erasing a customer does, and the number that has to be typed for it (P5)."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import Fault
from ...queries.erasing import ErasePreview
from .fields import YES_NO, Field, FormSpec, Values


def erase_form(usual: ErasePreview, whole: ErasePreview) -> FormSpec:
    """The form; ``usual`` keeps what is clinical, ``whole`` does not."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        seen = whole if values["clinical"] else usual
        told = f"Goes: {'; '.join(seen.goes)}.\nStays: {'; '.join(seen.stays)}.\nThis cannot be taken back."
        faults = [] if str(values["reason"]).strip() else [Fault("reason", "is empty")]
        if str(values["number"]).strip() != str(seen.number):
            faults.append(Fault("number", f"type the number of {seen.name}: it is in the title"))
        return told, faults

    lines = (
        (Field("clinical", "Notes too", YES_NO),),
        (Field("reason", "Reason", limit=200),),
        (Field("number", "Number", limit=12),),
    )
    return FormSpec(f"Erase {usual.name}, customer {usual.number}", lines, reads)

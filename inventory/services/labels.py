"""Writing the measures of label sheets."""

from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.services import Record, log_records, open_act
from inventory.models import LabelSheet

LABEL_SHEET_FIELDS = (
    "name",
    "page_width",
    "page_height",
    "columns",
    "rows",
    "label_width",
    "label_height",
    "margin_left",
    "margin_top",
    "gap_x",
    "gap_y",
)
#: Constraint → the field at which a person mends what it refuses.
_PLACES = {
    "inventory_labelsheet_name": "name",
    "inventory_labelsheet_number": "columns",
    "inventory_labelsheet_size": "label_width",
    "inventory_labelsheet_space": "margin_left",
    "inventory_labelsheet_page": "page_width",
    "inventory_labelsheet_width": "page_width",
    "inventory_labelsheet_height": "page_height",
}


def add_label_sheet(*, by: Actor, reason: str = "", **values: Any) -> LabelSheet:
    """Create a sheet with ``LABEL_SHEET_FIELDS``. Raises ``ValidationError`` by field."""
    with transaction.atomic():
        act = open_act(by, "label_sheet.create", subject=values["name"], reason=reason)
        return insert_record(LabelSheet(**values), act, tuple(values), places=_PLACES)


def edit_label_sheet(sheet: LabelSheet, *, by: Actor, reason: str = "", **values: Any) -> LabelSheet:
    """Set ``LABEL_SHEET_FIELDS``; labels that were printed do not care. Raises ``ValidationError`` by field."""
    if unknown := values.keys() - set(LABEL_SHEET_FIELDS):
        raise TypeError(f"cannot be set: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        current = locked(sheet)
        act = open_act(by, "label_sheet.edit", subject=current.name, reason=reason)
        edit_record(current, values, act, places=_PLACES)
        return current


def delete_label_sheet(sheet: LabelSheet, *, by: Actor, reason: str = "") -> None:
    """Nothing refers to a sheet; the trail keeps its measures."""
    with transaction.atomic():
        current = locked(sheet)
        act = open_act(by, "label_sheet.delete", subject=current.name, reason=reason)
        told = {name: [getattr(current, name), None] for name in LABEL_SHEET_FIELDS}
        log_records(act, LabelSheet, [Record(current.pk, str(current), None, told)])
        current.delete()

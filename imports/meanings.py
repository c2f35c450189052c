"""What unknown values of a file may mean to somebody: records that they see, or one of a few words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.cell_types import ChoiceOf
from funding.models import Financing, Programme
from imports.kinds import KINDS
from imports.models import ImportBatch
from imports.options import VALUE
from inventory.models import Category, DeviceModel, Order
from schools.models import Room, School

#: Description of an unknown value in a batch's summary.
Entry = Mapping[str, Any]

#: Kinds of unknown values that a short form is enough to create, and its fields.
DETAILS = {"model": ("manufacturer", "model", "category")}


class Record(NamedTuple):
    """What a value may mean. ``owner``: manufacturer of a model, number of a room's school."""

    key: int | str
    label: str
    owner: str = ""


def records_for(batch: ImportBatch, user: Any, entries: Iterable[Entry]) -> dict[str, list[Record]]:
    """All that the values of ``entries`` may mean to ``user``, per kind; one query each."""
    entries = list(entries)
    kinds = {entry["kind"] for entry in entries}
    found: dict[str, list[Record]] = {}
    if "model" in kinds:
        models = DeviceModel.objects.visible_to(user).select_related("manufacturer")
        found["model"] = [
            Record(m.pk, str(m), str(m.manufacturer)) for m in models.order_by("manufacturer__key", "key")
        ]
    if "school" in kinds:
        found["school"] = [Record(s.pk, str(s)) for s in School.objects.visible_to(user)]
    if "category" in kinds:
        found["category"] = [Record(c.pk, str(c)) for c in Category.objects.visible_to(user)]
    if "order" in kinds:
        orders = Order.objects.visible_to(user)
        found["order"] = [Record(o.pk, f"{o.number} · {o.supplier}") for o in orders]
    if "programme" in kinds:
        found["programme"] = [Record(p.pk, p.name) for p in Programme.objects.visible_to(user)]
    if "financing" in kinds:
        found["financing"] = [Record(f.pk, f.name) for f in Financing.objects.visible_to(user)]
    if "room" in kinds:
        numbers = {_school_number(entry) for entry in entries if entry["kind"] == "room"}
        rooms = Room.objects.visible_to(user).filter(school__number__in=numbers)
        rows = rooms.values_list("pk", "building__name", "name", "school__number")
        found["room"] = [Record(pk, f"{building} · {name}", number) for pk, building, name, number in rows]
    for kind in kinds:
        if kind.startswith(VALUE):
            found[kind] = [Record(value, str(label)) for value, label in _words(batch.kind, kind)]
    return found


def meanings_of(entry: Entry, records: Mapping[str, Sequence[Record]]) -> list[Record]:
    """Those of ``records`` that this value may mean: a room is one of its own school."""
    found = records.get(entry["kind"], ())
    owner = _school_number(entry) if entry["kind"] == "room" else ""
    return [record for record in found if not owner or record.owner == owner]


def choices_for(batch: ImportBatch, user: Any, kind: str, text: str) -> list[dict[str, Any]]:
    """``{id, label}`` of all that an unknown value may mean. Raises ``ValidationError`` where nothing is asked."""
    asked = (entry for entry in batch.summary.get("unknown", ()) if (entry["kind"], entry["text"]) == (kind, text))
    entry = next(asked, None)
    if entry is None:
        raise ValidationError(_("There is no open question about “%(text)s”."), "no_question", {"text": text})
    offered = {choice["id"]: choice["label"] for choice in entry["suggestions"]}
    offered |= {record.key: record.label for record in meanings_of(entry, records_for(batch, user, [entry]))}
    return [{"id": key, "label": label} for key, label in offered.items()]


def _words(kind: str, value: str) -> Sequence[tuple[Any, Any]]:
    """All that a word in a column of a kind of workbook may mean."""
    column = next((column for column in KINDS[kind].columns if VALUE + column.key == value), None)
    return column.parse.choices.choices if column and isinstance(column.parse, ChoiceOf) else []


def _school_number(entry: Entry) -> str:
    return str(entry["text"]).partition(" · ")[0]

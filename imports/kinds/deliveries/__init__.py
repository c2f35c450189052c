"""Serial lists of suppliers: one row per delivered device, known by order, delivery note and serial number."""

from dataclasses import replace

from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.parsing import normalise_heading
from imports.catalogue import Catalogue
from imports.enums import KindName
from imports.kinds.base import Kind
from imports.kinds.deliveries.rows import DeliveryRows
from imports.kinds.deliveries.stock import Stock
from imports.kinds.deliveries.work import DeliveryWork
from imports.kinds.devices.models import resolve_models
from imports.matching import Schools
from imports.options import Context
from imports.preview import Plan
from imports.reader import Table, read_cells, refuse_future, refuse_repeated
from imports.references import ask_for_school, mapped_aliases, resolve_schools
from inventory.columns import DELIVERY_COLUMNS, DEVICE_COLUMNS, STATUS
from inventory.models import Device

_STORE = frozenset(map(normalise_heading, ("Zentrallager", "Lager", "Hauptlager", "central store", "store", "–")))
#: What no delivery says of its devices; of their state only the plain word: “Zustand” may be that of the parcel.
_LIVES = (
    replace(STATUS, synonyms=()),
    *(column for column in DEVICE_COLUMNS if column.key in ("room", "use", "is_managed", "tested_on")),
)
#: Key of a model that is not in the catalogue yet: no order has it.
_NEW = 0


def plan_deliveries(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, DELIVERY_COLUMNS)
    refuse_future(plan, cells, "delivered_on")
    refuse_repeated(plan, cells, "asset_tag")
    cells["school"] = [None if normalise_heading(text) in _STORE else text for text in cells["school"]]
    schools = Schools(context.user)
    places = resolve_schools(plan, cells, schools, ask_for_school(plan, schools))
    catalogue = Catalogue()
    models = resolve_models(plan, cells | {"category": [None] * len(table.rows)}, catalogue)
    decided = context.decisions.get("order", {}).values()
    stock = Stock(filter(None, cells["order"]), cells, (d["to"] for d in decided if d.get("to")))
    plan.work = DeliveryWork(mapped_aliases(plan, schools))
    rows = DeliveryRows(
        plan, cells, places, [catalogue.entries[m].pk or _NEW if m is not None else None for m in models], stock
    )
    for note, members in rows.notes().items():
        rows.read(note, members)
    return plan


def write_deliveries(plan: Plan, act: Act) -> None:
    plan.work.write(plan, act)


DELIVERIES = Kind(
    KindName.DELIVERIES,
    DELIVERY_COLUMNS,
    (("order",), ("note_number",), ("serial",)),
    plan_deliveries,
    write_deliveries,
    foreign=_LIVES,
    counted=ngettext_lazy("%(n)s delivered device", "%(n)s delivered devices", "count"),
    record=Device,
)

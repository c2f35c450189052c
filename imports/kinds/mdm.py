"""What a device management (MDM) knows, held against the inventory.

The file is the truth about one thing only: which devices are managed, and under which id. Everything else
in which it differs from the inventory is a finding for a person.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.bulk import ids
from common.dated import Span, span_on
from common.round_trip import ROUND_TRIP
from imports.catalogue import Catalogue
from imports.enums import FindingKind, KindName, Outcome
from imports.kinds.base import Kind
from imports.kinds.devices.identity import Known, Register, match_rows
from imports.models import ImportBatch
from imports.options import Context
from imports.preview import Plan
from imports.reader import Cells, Table, read_cells
from imports.texts import as_read
from imports.worklist import Found, record_findings
from inventory.columns import MDM_COLUMNS
from inventory.enums import GONE, DeviceStatus, WorkflowKind
from inventory.models import Device
from inventory.services import PlacementChange, record_placements, revise_placement, update_details
from inventory.services.states import STATES, Placed
from inventory.workflow import WORKFLOWS

#: A portable device in one of these states should be under the device management.
_EXPECTED = (DeviceStatus.IN_SERVICE, DeviceStatus.CONFIGURED)


@dataclass(slots=True)
class MdmWork:
    managed: list[PlacementChange] = field(default_factory=list)
    details: dict[int, dict[str, Any]] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)


def plan_mdm(table: Table, context: Context) -> Plan:
    """What the rows would do; reads the inventory in a constant number of queries."""
    plan = Plan(table, context)
    cells = read_cells(plan, (*MDM_COLUMNS, *ROUND_TRIP))
    _leave_out_older(plan, cells)
    register, catalogue = Register(cells), Catalogue()
    _leave_out_nameless(plan, cells, register)
    owners = match_rows(plan, cells, [""] * len(table.rows), register)
    known = [owner.known for owner in owners if owner.known]
    rows = _MdmRows(plan, cells, catalogue, STATES.load(k.pk for k in known) if known else {})
    for owner in owners:
        for i in owner.rows:
            if owner.known:
                rows.compare(i, owner.known)
            else:
                rows.miss(i)
    rows.look_for_others(known)
    plan.work = rows.work
    _tell(plan, rows)
    return plan


def write_mdm(plan: Plan, act: Act) -> None:
    work: MdmWork = plan.work
    if work.managed:
        record_placements(work.managed, act)
    if work.details:
        update_details(work.details, act)


def keep_findings(plan: Plan, batch: ImportBatch) -> None:
    record_findings(batch, plan.work.found)


def _leave_out_older(plan: Plan, cells: Cells) -> None:
    """A device that was enrolled twice stands there twice: the record that was seen last is the true one."""
    latest: dict[str, int] = {}
    for i, serial in enumerate(cells["serial"]):
        if not serial:
            continue
        other = latest.setdefault(serial, i)
        if other != i:
            older = min(i, other, key=lambda row: cells["last_seen"][row] or date.min)
            latest[serial] = i if older == other else other
            message = _("The device stands in the list once more, with a later contact.")
            plan.skip(older, "serial", "older_record", message)


def _leave_out_nameless(plan: Plan, cells: Cells, register: Register) -> None:
    for i, numbers in enumerate(zip(cells["serial"], cells["asset_tag"], cells["mdm_id"], strict=True)):
        serial, tag, mdm_id = numbers
        if not serial and not tag and mdm_id not in register.by_mdm_id and plan.is_open(i):
            plan.skip(i, None, "no_number", _("The row names no serial number."))


@dataclass(slots=True)
class _MdmRows:
    plan: Plan
    cells: Cells
    catalogue: Catalogue
    timelines: dict[int, list[Span]]
    work: MdmWork = field(default_factory=MdmWork)
    strange_models: Counter[str] = field(default_factory=Counter)

    def compare(self, i: int, known: Known) -> None:
        """A known device: managed from the day of the file on, unless it is gone here."""
        plan, cells = self.plan, self.cells
        plan.touches(i, known.school)
        span = self._span(known)
        self._compare_model(i, known)
        if not plan.is_open(i) or span is None:
            return
        plan.outcomes[i] = Outcome.UNCHANGED
        state, seen = Placed(*span.values), cells["last_seen"][i]
        if state.status in GONE:
            if seen and seen > span.valid_from:
                text = _("%(status)s since %(since)s, but it reported on %(seen)s.")
                told = {"status": DeviceStatus(state.status).label, "since": as_read(span.valid_from)}
                self._find(FindingKind.STILL_REPORTING, i, text % (told | {"seen": as_read(seen)}), known)
            return
        is_managed = cells["managed"][i] is not False
        change = PlacementChange(known.pk, self._day(known), is_managed=is_managed)
        if revise_placement(self.timelines[known.pk], change, WORKFLOWS[known.workflow], {}):
            plan.outcomes[i] = Outcome.CHANGED
            plan.change(i, "managed", as_read(state.is_managed), as_read(is_managed))
            self.work.managed.append(change)
        mdm_id = cells["mdm_id"][i]
        if mdm_id and mdm_id != known.mdm_id:
            plan.outcomes[i] = Outcome.CHANGED
            plan.change(i, "mdm_id", as_read(known.mdm_id), mdm_id)
            self.work.details[known.pk] = {"mdm_id": mdm_id}

    def miss(self, i: int) -> None:
        """The inventory has no such device: nothing is created by a list that knows neither school nor state."""
        position = self._model(i, "")
        model = None if position is None else self.catalogue.entries[position]
        seen = self.cells["last_seen"][i]
        parts = [str(model) if model else self.plan.table.text(i, "model")]
        parts += [_("last contact %(day)s") % {"day": as_read(seen)}] if seen else []
        self._find(FindingKind.NOT_IN_STOCK, i, " · ".join(filter(None, parts)), None, model.pk if model else None)
        self.plan.skip(i, "serial", "not_in_stock", _("The inventory has no such device: it comes to the work-list."))

    def look_for_others(self, known: Sequence[Known]) -> None:
        """Portable devices that should be managed, of the makers and categories that the file has, but not in it."""
        models = {k.model for k in known}
        pairs = {(entry.manufacturer_id, entry.category_id) for entry in self.catalogue.entries if entry.pk in models}
        alike = [e.pk for e in self.catalogue.entries if e.pk and (e.manufacturer_id, e.category_id) in pairs]
        named = {k.pk for k in known}
        there = Device.objects.existing().filter(
            model__in=ids(alike), status__in=_EXPECTED, model__category__workflow=WorkflowKind.PORTABLE
        )
        names = ("pk", "serial", "model__manufacturer__name", "model__name", "status", "since")
        for pk, serial, maker, model, status, since in there.order_by("school__sort_key", "pk").values_list(*names):
            if pk not in named:
                text = f"{maker} {model} · {DeviceStatus(status).label} · {as_read(since)}"
                self.work.found.append(Found(FindingKind.NOT_IN_MDM, serial, text, pk))

    def _compare_model(self, i: int, known: Known) -> None:
        position = self._model(i, known.maker)
        if position is None or self.catalogue.entries[position].pk == known.model:
            return
        ours = self.catalogue.at(known.model)
        text = _("The list says %(theirs)s, the inventory %(ours)s.")
        names = {"theirs": self.catalogue.entries[position], "ours": self.catalogue.entries[ours or 0]}
        self._find(FindingKind.OTHER_MODEL, i, text % names, known, self.catalogue.entries[position].pk)

    def _model(self, i: int, maker: str) -> int | None:
        """Position in the catalogue; names that it does not know are counted."""
        text = self.cells["model"][i]
        position = self.catalogue.find(maker, text) if text else None
        if text and position is None:
            self.strange_models[text] += 1
        return position

    def _day(self, known: Known) -> date:
        """Of the file, but not before the device was there."""
        return max(self.plan.context.on, self.timelines[known.pk][0].valid_from)

    def _span(self, known: Known) -> Span | None:
        timeline = self.timelines.get(known.pk)
        return span_on(timeline, self._day(known)) if timeline else None

    def _find(self, kind: FindingKind, i: int, text: str, known: Known | None, model: int | None = None) -> None:
        serial = self.cells["serial"][i] or (known.serial if known else "") or self.cells["mdm_id"][i] or ""
        self.work.found.append(Found(kind, serial, text, known.pk if known else None, model))


def _tell(plan: Plan, rows: _MdmRows) -> None:
    """What the work-list will have, and which names of models could not be compared."""
    plan.notes += _counted(rows.work.found)
    if rows.strange_models:
        names = ", ".join(f"{name} ({count})" for name, count in rows.strange_models.most_common(20))
        plan.notes.append(_("Models that the catalogue does not know, not compared: %(names)s.") % {"names": names})


def _counted(found: Iterable[Found]) -> list[str]:
    counts = Counter(one.kind for one in found)
    return [f"{FindingKind(kind).label}: {counts[kind]}" for kind in FindingKind if counts[kind]]


MDM = Kind(
    KindName.MDM,
    MDM_COLUMNS,
    (("serial", "mdm_id"), ("last_seen", "enrolled_on", "managed", "model")),
    plan_mdm,
    write_mdm,
    marks=(("last_seen", "enrolled_on"),),
    counted=ngettext_lazy("%(n)s device", "%(n)s devices", "count"),
    record=Device,
    conclude=keep_findings,
)

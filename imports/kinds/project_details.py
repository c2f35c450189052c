"""What rows say of a construction project beside its status: its details, planned and expected acceptance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from audit.editing import told
from common.dated import Revision, Span, played, span_on
from funding.models import Financing
from imports.financings import Programmes
from imports.preview import Plan
from imports.reader import Cells
from imports.texts import as_read
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject
from rollout.schedule import MilestoneFact, Schedule, reached, revise_schedule

PHASE = ProjectStatus.ACCEPTED.value
#: What a cell that is to clear leaves behind.
_BLANK: Mapping[str, Any] = {
    "title": "",
    "contractor": "",
    "contract_sum": None,
    "financing": None,
    "bandwidth_before": None,
    "bandwidth_after": None,
    "warranty_years": None,
}
#: Columns about the milestone, by the field of ``MilestoneFact``.
_COLUMNS = {"planned_on": "planned_acceptance", "forecast_on": "forecast_acceptance", "reason": "milestone_reason"}


@dataclass(slots=True)
class ProjectDetails:
    """``financings``: per row, as resolved. ``days``: of rows of our own lists, from when on a new date is known."""

    plan: Plan
    cells: Cells
    programmes: Programmes
    financings: Sequence[Financing | None]
    days: Mapping[int, date]

    def now(self, project: ConstructionProject | None) -> dict[str, Any]:
        return {name: told(getattr(project, name)) if project else blank for name, blank in _BLANK.items()}

    def said(self, i: int, project: ConstructionProject | None) -> dict[str, Any]:
        """Fields of ``rollout.services.DETAILS`` that row ``i`` says, a financing by its key."""
        found: dict[str, Any] = {}
        for name, blank in _BLANK.items():
            if project and self.plan.is_skipped_column(name):
                continue
            value = self.cells[name][i]
            if name == "financing":
                value = financing.pk if (financing := self.financings[i]) else None
            if value not in (None, ""):
                found[name] = value
            elif self.plan.clears(i, name):
                found[name] = blank
        return found

    def tell(self, i: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for name, value in new.items():
            pair = old[name], value
            if name == "financing":
                pair = self.programmes.financings.get(old[name] or 0), self.programmes.financings.get(value or 0)
            self.plan.change(i, name, *map(as_read, pair))

    def fact(self, i: int, on: date, schedule: Schedule, *, is_known: bool) -> MilestoneFact | None:
        """What row ``i`` says of the acceptance, as of ``on``; what it leaves blank stays as it is known."""
        said = {
            field: self.cells[key][i]
            for field, key in _COLUMNS.items()
            if self.cells[key][i] is not None and not (is_known and self.plan.is_skipped_column(key))
        }
        gone = [field for field, key in _COLUMNS.items() if field != "reason" and self.plan.clears(i, key)]
        if not said and not gone:
            return None
        span = span_on(schedule.get(PHASE, ()), on)
        planned_on, forecast_on, _reason = span.values if span else (None, None, "")
        days = {"planned_on": planned_on, "forecast_on": forecast_on} | dict.fromkeys(gone) | said
        return MilestoneFact(0, PHASE, on, **days)

    def tried(self, i: int, fact: MilestoneFact, schedule: Schedule, states: Sequence[Span]) -> Revision | None:
        """What the fact does; ``None`` where it cannot be, which is told at its cell."""
        try:
            actual = reached((span.valid_from, span.values[0]) for span in states)
            return revise_schedule(schedule, [fact], actual).get(PHASE, Revision())
        except ValidationError as error:
            for field, faults in error.error_dict.items():
                key = _COLUMNS.get(field.partition("-")[2], "forecast_acceptance")
                self.plan.reject(i, self._place(key), faults[0].code or "invalid", faults[0].messages[0])
            return None

    def _place(self, key: str) -> str:
        """A column that the file lacks is told of at one about the same."""
        if key in self.plan.table.index:
            return key
        return next((other for other in _COLUMNS.values() if other in self.plan.table.index), key)

    def tell_dates(self, i: int, revision: Revision) -> None:
        old, new = revision.before or (None, None, ""), revision.insert[-1].values
        for key, before, after in zip(_COLUMNS.values(), old, new, strict=True):
            self.plan.change(i, key, as_read(before), as_read(after))


def with_revision(schedule: Schedule, revision: Revision) -> Schedule:
    """The schedule as it will be once ``revision`` of the acceptance is written."""
    return {**schedule, PHASE: played(schedule.get(PHASE, ()), revision)}

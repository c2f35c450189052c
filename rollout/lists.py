"""What lists show of construction projects: values by the keys of their columns, for export and import alike."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rollout.models import ConstructionProject, Milestone, WorksDefect
from schools.models import School


def project_cells(
    project: ConstructionProject,
    school: School | None,
    since: date | None,
    placed: Sequence[Any],
    acceptance: Sequence[Any] = (None, None, None),
) -> dict[str, Any]:
    """``school``: the one that is named for the site; ``placed``: status and reason since that day.

    ``acceptance``: its planned and expected day, and why these moved.
    """
    status, reason = placed
    planned_on, forecast_on, milestone_reason = acceptance
    return {
        "school_number": school.number if school else None,
        "school": school.name if school else None,
        "site": project.site.name,
        "building": project.building.name if project.building else None,
        "trade": project.trade,
        "title": project.title,
        "status": status,
        "since": since,
        "reason": reason,
        "contractor": project.contractor,
        "contract_sum": project.contract_sum,
        "financing": project.financing.name if project.financing else None,
        "planned_acceptance": planned_on,
        "forecast_acceptance": forecast_on,
        "milestone_reason": milestone_reason,
        "bandwidth_before": project.bandwidth_before,
        "bandwidth_after": project.bandwidth_after,
        "warranty_years": project.warranty_years,
    }


def defect_cells(defect: WorksDefect) -> dict[str, Any]:
    days = {name: getattr(defect, name) for name in ("found_on", "due_on", "resolved_on")}
    return {**_place(defect.project), "text": defect.text, **days}


def milestone_cells(milestone: Milestone) -> dict[str, Any]:
    """``slip``: days from plan to forecast, where both are known."""
    planned_on, forecast_on = milestone.planned_on, milestone.forecast_on
    return {
        **_place(milestone.project),
        "phase": milestone.phase,
        "planned_on": planned_on,
        "forecast_on": forecast_on,
        "slip": (forecast_on - planned_on).days if planned_on and forecast_on else None,
        "status": milestone.project.status,
    }


def _place(project: ConstructionProject) -> dict[str, Any]:
    site, building = project.site, project.building
    return {"site": site.name or site.street, "building": building.name if building else None, "trade": project.trade}

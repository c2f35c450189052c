"""What lists show of construction projects: values by the keys of their columns, for export and import alike."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rollout.models import ConstructionProject
from schools.models import School


def project_cells(
    project: ConstructionProject, school: School | None, since: date | None, placed: Sequence[Any]
) -> dict[str, Any]:
    """``school``: the one that is named for the site; ``placed``: status and reason since that day."""
    status, reason = placed
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
    }

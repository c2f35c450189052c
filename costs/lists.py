"""What lists show of costs: values by the keys of their columns, for export and import alike."""

from typing import Any

from costs.models import CostPart
from rollout.models import ConstructionProject


def cost_cells(part: CostPart) -> dict[str, Any]:
    """A part with what its document says. ``net``: stated of a whole document, and so shown where that is one part."""
    entry, school = part.entry, part.school
    return {
        "on": entry.on,
        "stage": part.stage,
        "is_credit": entry.is_credit,
        "number": entry.number,
        "payee": entry.payee,
        "text": entry.text,
        "amount": abs(part.amount),
        "net": abs(entry.net) if entry.net is not None and part.amount == entry.amount else None,
        "programme": part.programme.name,
        "trade": part.trade,
        "category": part.category,
        "school_number": school.number if school else None,
        "school": school.name if school else None,
        "site": (part.site.name or part.site.street) if part.site else None,
        "order": part.order.number if part.order else None,
        "project": project_name(part.project) if part.project else None,
    }


def project_name(project: ConstructionProject) -> str:
    """How a list that names the site beside it calls a project."""
    return project.title or " · ".join(map(str, filter(None, [project.get_trade_display(), project.building])))

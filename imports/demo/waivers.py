"""What two schools of the demo city need not meet for now."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from audit.actor import Actor
from imports.demo.city import SchoolPlan
from rollout.services import grant_waiver
from schools.models import School


class WaiverPlan(NamedTuple):
    """``place``: of the school in the list of all."""

    place: int
    key: str
    on: date
    last_day: date | None
    reason: str


_PLANS = (
    WaiverPlan(
        1,
        "boards",
        date(2025, 9, 1),
        date(2027, 7, 31),
        "Umzug in den Neubau zum Schuljahr 2027/28; im Altbau werden keine Tafeln mehr montiert.",
    ),
    WaiverPlan(
        -2,
        "company_link",
        date(2025, 2, 1),
        None,
        "Die Schule nutzt das Studio der Nachbarschule mit; Beschluss der Steuerungsgruppe vom 28.01.2025.",
    ),
)


def load_waivers(schools: Sequence[SchoolPlan], until: date, by: Actor) -> None:
    """Those that had begun by ``until``. No figure before 2025 depends on them."""
    for plan in _PLANS:
        if plan.on <= until:
            school = School.objects.get(number=schools[plan.place].number)
            grant_waiver(school, plan.key, by=by, on=plan.on, last_day=plan.last_day, reason=plan.reason)

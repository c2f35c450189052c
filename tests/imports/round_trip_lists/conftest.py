"""A city with lists to export."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costs.services import NewPart
from inventory.models import Category
from inventory.services import update_models
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject
from rollout.services import update_projects
from schools.enums import OperatingStatus, RoomKind, Trade
from schools.models import School
from schools.services import Address, place_school, update_schools
from tests.factories import DAY, an_act, main_site, make_headcount, make_model, make_project, make_room, make_school
from tests.factories_money import make_cost, make_financing, make_programme, own_money
from tests.factories_works import make_milestone
from tests.imports.round_trip_lists.lists import COUNTED, Listed, Make


@pytest.fixture
def city(school: School, other_school: School) -> list[School]:
    """Schools with all that lists can say of them, one of them closed; rooms, counts, models, projects."""
    details: dict[str, Any] = {"name_addition": "Städtische Gemeinschaftsgrundschule " * 5, "phone": "0208 12 34 50"}
    details |= {"short_name": "Linde", "email": "100001@schule.example", "opened_on": date(2012, 8, 1)}
    closed = make_school(
        "Alte Schule", number="100900", operating_status=OperatingStatus.CLOSED, closed_on=date(2020, 8, 1)
    )
    leaving = make_school("Auslaufende Schule", number="100901", operating_status=OperatingStatus.CLOSING_LATER)
    details["name_addition"] = details["name_addition"].strip()
    place_school(other_school, Address("Am Markt 1", "46002", "Lindenfurt", 350000, 5707000), an_act())
    update_schools([(school, details)], an_act())
    for one in (school, other_school):
        make_room(one, "101")
        make_room(one, "R 101")
        make_room(one, "102", kind=RoomKind.STORE)
        make_headcount(one, on=date(2022, 10, 15), pupils=390)
        make_headcount(one, on=COUNTED, pupils=400, teachers=30)
        make_project(one, trade=Trade.WLAN)
        make_project(one, trade=Trade.FIBRE, status=ProjectStatus.BLOCKED, reason="Asbest")
    update_models({make_model().pk: {"price": Decimal("399.90")}}, an_act())
    make_model("NB 1", manufacturer="Nord", category="laptop")
    project = ConstructionProject.objects.get(site=main_site(school), trade=Trade.WLAN)
    mix = make_financing({make_programme("DigitalPakt"): 90, own_money(): 10}, "DigitalPakt 90/10")
    works = {"contractor": "Storch GmbH", "contract_sum": Decimal("48300.00"), "financing": mix.pk}
    update_projects({project.pk: works | {"bandwidth_after": 1000, "warranty_years": 4}}, an_act())
    make_milestone(project)
    make_milestone(project, planned_on=DAY + timedelta(100), forecast_on=DAY + timedelta(130), reason="Lieferzeit")
    category = Category.objects.get(key="tablet")
    rows = (NewPart(own_money(), Decimal(90), school=school, project=project), NewPart(own_money(), Decimal(10)))
    make_cost(parts=rows, number="RE-1", stage="invoiced")
    make_cost("7", number="GS-1", category=category, school=other_school, is_credit=True)
    return [school, other_school, closed, leaving]


@pytest.fixture
def listed(city: list[School], tmp_path: Path) -> Make:
    return lambda name, **options: Listed(tmp_path / f"{name}.xlsx", name, **options)

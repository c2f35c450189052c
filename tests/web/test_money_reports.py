"""Pages of the reports about money: what they show, who plans, and what is said at the field."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Act
from costs.models import CostPart
from inventory.models import PlannedHandOver
from inventory.services import finance_devices
from schools.models import School
from tests.factories import make_devices, make_headcount, make_order, make_school
from tests.factories_money import COMMAND, make_cost, make_programme, whole
from tests.web.pages import links, tables, text
from tests.web.test_reports import cells, saved

pytestmark = pytest.mark.django_db
ASK = {"quantity": "10", "category": "tablet", "requirement": "pupil_devices"}
PAGE = "/reports/distribution/"


@pytest.fixture
def page(signed_in, manager) -> Client:
    client = signed_in(manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def two(school: School, other_school: School) -> None:
    """Gaps of 20 and 10 pupil devices."""
    make_headcount(school, pupils=90)
    make_headcount(other_school, pupils=30)
    make_devices(10, school=school)
    make_order()


def due() -> dict[str, str]:
    today = timezone.localdate()
    return {"due_from": today.isoformat(), "due_until": (today + timedelta(days=30)).isoformat()}


def planned(client: Client, ask: dict[str, str], **sent: str):
    return client.post(f"{PAGE}?{'&'.join(f'{name}={value}' for name, value in ask.items())}", due() | sent)


def test_cut_off_page_leads_to_the_workbooks_of_its_day(page, tmp_path):
    pakt = make_programme("Pakt", granted="900", key="pakt")
    make_cost("100", programme=pakt, trade="wlan")
    response = page.get("/reports/cut-off/", {"as_of": "2024-06-30"})

    row = next(row for row in tables(response)[0] if row[0].startswith("Pakt"))
    assert row[1:] == ["900.00", "0.00", "0.00", "0.00", "100.00", "0.00", "800.00"]
    assert "delivered by 15 Aug 2024" in text(response)
    found = links(response)
    proof = page.get(next(url for name, url in found.items() if name == "Proof of use: Pakt"))
    assert "pakt-2024-06-30.xlsx" in proof["Content-Disposition"]
    assert load_workbook(saved(proof, tmp_path)).sheetnames == ["Cover", "Sums", "Cost entries", "Items"]
    book = page.get(found["Workbook of the cut-off day"])
    assert [value or None for value in cells(saved(book, tmp_path))[4][:3]] == ["Pakt", None, 900]


def test_cut_off_page_begins_with_the_last_cut_off_day_and_names_what_nobody_pays(page, school):
    make_devices(2, school=school)
    response = page.get("/reports/cut-off/")

    assert response.context["day"] == date(timezone.localdate().year, 6, 30) or response.context["day"].month == 12
    assert "Nobody has said how 2 devices are paid" in text(response)


def test_cut_off_page_tells_what_was_known_at_an_instant(page):
    pakt = make_programme("Pakt", granted="900", key="pakt")
    before = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    make_cost("100", programme=pakt)
    CostPart.objects.update(recorded_at=timezone.now() + timedelta(minutes=2))

    now, then = page.get("/reports/cut-off/"), page.get("/reports/cut-off/", {"known_at": before})

    assert [tables(answer)[0][-1][5] for answer in (now, then)] == ["100.00", "0.00"]
    form = then.context["known_form"]
    assert form["known_at"].value() is not None
    assert f"known_at={before.replace(':', '%3A')}" in links(then)["Workbook of the cut-off day"]


def test_binding_workbook_has_the_filters_of_its_page(page, school, tmp_path):
    until = timezone.localdate() + timedelta(days=100)
    fixed = {"binding_start": "fixed", "binding_until": until}
    one, other = make_programme("Eins", key="eins", **fixed), make_programme("Zwei", key="zwei", **fixed)
    first, second = make_devices(2, school=school)
    finance_devices([first], whole(one), by=COMMAND)
    finance_devices([second], whole(other), by=COMMAND)

    every, chosen, none = (
        [row[1] for row in cells(saved(page.get("/reports/binding/", query), tmp_path))[4:]]
        for query in ({}, {"programme": "zwei"}, {"months": "3"})
    )
    assert (every, chosen, none) == ([first.asset_tag, second.asset_tag], [second.asset_tag], [])


def test_costs_to_complete_are_shown_by_requirement_and_school(page, two):
    response = page.get("/reports/costs-to-complete/")
    requirements, payers, schools = tables(response)

    row = next(row for row in requirements if row[0].startswith("Pupil devices Apple"))
    assert row[2:] == ["30", "0", "3", "27", "399.00", "10,773.00"]
    assert [row[0] for row in payers[1:]] == ["Eigenmittel"]
    lindenschule = next(row for row in schools if row[0] == "Lindenschule")
    assert lindenschule[2] == "7,182.00"
    assert page.get("/reports/costs-to-complete/workbook/").status_code == 200


def test_distribution_is_proposed_changed_and_planned(page, two, school, other_school, manager):
    programme = make_programme("Pakt", granted="100000", key="pakt")
    ask = ASK | {"programme": "pakt"}
    response = page.get(PAGE, ask)
    lines = response.context["form"].lines
    assert [(row.school, row.gap, field.value()) for row, field in lines] == [(other_school, 10, 3), (school, 20, 7)]

    assert planned(page, ask, **{"school-100100": "4", "school-100200": "5", "note": "Los 3"}).status_code == 302

    plans = {plan.school: plan for plan in PlannedHandOver.objects.all()}
    assert {one: plan.quantity for one, plan in plans.items()} == {school: 4, other_school: 5}
    assert {(plan.programme, plan.category.key, plan.note) for plan in plans.values()} == {
        (programme, "tablet", "Los 3")
    }
    act = Act.objects.get(verb="hand_over.plan")
    assert act.user == manager
    gaps = {row[0]: (row[3], row[4]) for row in tables(page.get(PAGE, ASK))[0][1:]}
    assert gaps == {"Kastanienschule": ("5", "5"), "Lindenschule": ("4", "16")}


def test_grid_refuses_more_than_there_is_and_what_the_programme_forbids(page, two, school):
    make_programme("Pakt", granted="100000", key="pakt", schools={school: Decimal(800)}, is_tied=True)
    ask = ASK | {"programme": "pakt"}
    refused = planned(page, ask, **{"school-100100": "3", "school-100200": "1"})
    too_many = planned(page, ASK, **{"school-100100": "11"})
    nothing = planned(page, ASK)
    backwards = planned(page, ASK, **{"school-100100": "1", "due_until": "2020-01-01"})

    assert refused.context["form"].errors.keys() == {"school-100100", "school-100200"}
    assert "The programme allows 2 at most." in text(refused)
    assert "Shared are 11 devices; there are 10." in text(too_many)
    assert "No school gets a device." in text(nothing)
    assert backwards.context["form"].errors.keys() == {"due_until"}
    assert PlannedHandOver.objects.count() == 0


def test_question_that_does_not_fit_is_said_at_the_field(page, two):
    response = page.get(PAGE, ASK | {"category": "board", "quantity": "0"})
    assert response.context["ask"].errors.keys() == {"quantity", "requirement"}
    assert response.context["form"] is None


def test_who_may_not_look_after_programmes_sees_the_proposal_and_plans_nothing(signed_in, it_staff, two):
    client = signed_in(it_staff)
    response = client.get(PAGE, ASK)
    assert [row[5] for row in tables(response)[0][1:]] == ["3", "7"]
    assert b"plan_due_from" not in response.content
    assert planned(client, ASK, **{"school-100100": "1"}).status_code == 403


def test_plan_is_withdrawn(page, two):
    planned(page, ASK, **{"school-100100": "4"})
    plan = PlannedHandOver.objects.get()
    url = links(page.get(PAGE))["Withdraw"]

    assert page.post(url, {}).status_code == 200
    assert page.post(url, {"reason": "Lieferung fällt aus"}).status_code == 302
    assert PlannedHandOver.objects.as_of(timezone.localdate()).count() == 0
    assert page.get(url).status_code == 404
    assert PlannedHandOver.objects.get(pk=plan.pk).superseded_at is not None


@pytest.mark.parametrize("url", ["/reports/costs-to-complete/", PAGE, "/reports/cut-off/"])
def test_pages_take_as_many_queries_for_two_schools_as_for_four(
    page, two, url, django_assert_max_num_queries, django_assert_num_queries
):
    page.get(url)
    query = ASK if url == PAGE else {}
    with django_assert_max_num_queries(60) as captured:
        page.get(url, query)
    for _ in range(2):
        make_headcount(make_school(), pupils=40)
        make_cost("5", programme=make_programme(granted="9"), trade="wlan")
    with django_assert_num_queries(len(captured)):
        page.get(url, query)

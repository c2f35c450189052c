"""Cut-off days, what leaves its binding period, what is still to be paid, and how arriving devices are shared."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from costs.enums import CostStage
from costs.sums import programme_money
from funding.models import Programme
from inventory.models import Category, Device
from inventory.services import NewHandOver, finance_devices, plan_hand_overs, set_eligible_categories, update_models
from reports.binding_list import BindingList
from reports.costs_to_complete import CostsToComplete, Need, NeedSum, read_costs
from reports.cut_off import AMOUNTS, cut_offs, due_on, previous_cut_off, read_cut_off
from reports.distribution import Asked, Proposal, propose
from reports.order_proposal import propose_order
from reports.workbooks.binding import write_binding
from reports.workbooks.costs_to_complete import write_costs_to_complete
from reports.workbooks.cut_off import write_cut_off
from rollout.completion import completion, standard_on
from rollout.enums import Level
from rollout.models import ConstructionProject
from rollout.services import edit_project
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_headcount, make_model, make_order, make_project, make_school
from tests.factories_money import COMMAND, make_cost, make_drawdown, make_programme, own_money, whole

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)
MIDYEAR, YEAREND = date(2024, 6, 30), date(2024, 12, 31)


def sheet(write: Any, subject: Any, name: str = "") -> list[list[Any]]:
    target = BytesIO()
    with translation.override("en"):
        write(target, subject, now=timezone.now())
    book = load_workbook(target, data_only=True)
    return [list(row) for row in book[name or book.sheetnames[0]].iter_rows(values_only=True)]


# --- cut-off days -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "before", "due"),
    [
        (MIDYEAR, date(2023, 12, 31), date(2024, 8, 15)),
        (YEAREND, MIDYEAR, date(2025, 2, 15)),
        (date(2024, 7, 1), MIDYEAR, date(2024, 8, 15)),
        (date(2024, 1, 1), date(2023, 12, 31), date(2024, 2, 15)),
    ],
)
def test_cut_off_day_before_and_day_of_delivery(day: date, before: date, due: date):
    assert (previous_cut_off(day), due_on(day)) == (before, due)


def test_cut_off_days_are_offered_from_the_newest():
    assert cut_offs(YEAREND, 3) == [YEAREND, MIDYEAR, date(2023, 12, 31)]
    assert cut_offs(date(2024, 12, 30), 1) == [MIDYEAR]


def test_cut_off_holds_what_the_money_page_shows_and_what_came_since():
    pakt = make_programme("Pakt", rate=Decimal(90), granted="900")
    make_cost("100", programme=pakt, stage="committed", trade="wlan")
    make_cost("40", programme=pakt, stage="committed", on=date(2024, 9, 1), trade="fibre")
    make_cost("30", programme=pakt, on=date(2024, 9, 1))
    make_drawdown(pakt, "20")
    make_cost("5", trade="wlan")
    report = read_cut_off(YEAREND)

    money = {one.programme: one for one in programme_money(YEAREND)}
    lines = {line.money.programme: line for line in report.lines}
    assert lines[pakt].amounts == [getattr(money[pakt], name) for name in AMOUNTS]
    assert (lines[pakt].newly_bound, lines[pakt].newly_paid) == (40, 30)
    own = dict(zip(AMOUNTS, lines[own_money()].amounts, strict=True))
    assert (own["paid"], own["rest"], own["drawn"], own["grant_part"]) == (5, None, None, None)
    paid = [line.stages.get(CostStage.PAID) for line in report.subjects if line.programme == "Pakt"]
    assert (report.totals[AMOUNTS.index("paid")], paid) == (35, [None, None, 30])


def test_cut_off_workbook_has_the_remainder_as_a_line():
    pakt = make_programme("Pakt", granted="900")
    make_cost("30", programme=pakt)
    make_cost("10.50", programme=pakt, trade="wlan")

    rows = sheet(write_cut_off, read_cut_off(YEAREND), "Trades and categories")[4:]

    assert rows == [
        ["Pakt", "WLAN", 0, 0, 0, 10.5],
        ["Pakt", "not itemised", 0, 0, 0, 30],
        ["Total", "", 0, 0, 0, 40.5],
    ]


# --- end of binding periods -------------------------------------------------------------------------------------------


def test_binding_list_names_devices_and_works_that_leave(school: School):
    soon = make_programme("Bald", binding_start="fixed", binding_until=date(2024, 12, 31))
    late = make_programme("Lang", binding_start="fixed", binding_until=date(2030, 12, 31))
    first, second = make_devices(2, school=school)
    finance_devices([first], whole(soon), by=COMMAND)
    finance_devices([second], whole(late), by=COMMAND)
    project = make_project(school, trade="wlan")
    edit_project(project, by=COMMAND, changes={"financing": whole(soon)})
    until = date(2025, 3, 1)
    devices = Device.objects.leaving_binding(DAY, until)
    found = BindingList(DAY, until, devices, ConstructionProject.objects.select_related("site", "financing"))

    rows = sheet(write_binding, found, "Devices")[4:]
    works = sheet(write_binding, found, "Construction projects")[4:]

    assert [(row[0].date(), row[1], row[5], row[10]) for row in rows] == [
        (date(2024, 12, 31), first.asset_tag, "Lindenschule", "Bald: 31 Dec 2024")
    ]
    assert [row[0].date() for row in works] == [date(2024, 12, 31)]


# --- costs to complete ------------------------------------------------------------------------------------------------


@pytest.fixture
def needy(school: School) -> School:
    """90 pupils and 10 tablets: 20 are missing by the basis (1:3), 60 more by the target (1:1)."""
    make_headcount(school, pupils=90)
    make_devices(10, school=school)
    return school


def need(costs: CostsToComplete, key: str) -> NeedSum:
    return next(one for rule, one in costs.by_requirement if rule.key == key)


def test_cost_is_the_gap_less_what_is_coming_at_the_newest_price(needy: School):
    make_devices(5, school=needy, status="delivered")
    make_order(number="B-alt", on=DAY)
    make_order(number="B-neu", on=LATER + timedelta(days=1))
    one = need(read_costs(LATER), "pupil_devices").needs[0]

    assert (one.gap, one.on_the_way, one.shared, one.to_buy, one.cost) == (20, 5, 3, 12, 12 * Decimal("399.00"))
    assert (one.price and one.price.order) == "B-alt"


def test_device_for_the_basis_is_not_bought_again_for_the_target(needy: School):
    make_order()
    costs = read_costs(LATER)
    basis, target = need(costs, "pupil_devices"), need(costs, "pupil_devices_target")

    assert (basis.coming, basis.to_buy, target.gap, target.coming, target.to_buy) == (3, 17, 80, 0, 60)
    assert (costs.total.basis, costs.total.target) == (17 * Decimal(399), 60 * Decimal(399))


def test_what_is_bought_is_what_the_order_proposal_orders(needy: School, other_school: School):
    make_headcount(other_school, pupils=31)
    order = make_order(quantity=6)
    tablet, until = Category.objects.get(key="tablet"), LATER + timedelta(days=9)
    plan_hand_overs([NewHandOver(tablet, 5, LATER, until, DAY, school=needy)], by=COMMAND)
    costs = read_costs(LATER)

    def bought(needs: Iterable[Need], levels: tuple[str, ...]) -> dict[tuple[str, str], tuple[int | None, int]]:
        found = {(one.school.name, one.rule.key): one for one in needs if one.to_buy and one.rule.level in levels}
        return {key: (one.to_buy, one.planned + one.shared) for key, one in found.items()}

    for level, levels in ((Level.BASIS, (Level.BASIS,)), (Level.TARGET, (Level.BASIS, Level.TARGET))):
        proposal = propose_order(standard_on(LATER), level, LATER)
        assert bought(costs.needs, levels) == bought(proposal.costs.needs, levels)
    assert (need(costs, "pupil_devices").coming, order.lines.get().quantity) == (6, 6)


def test_price_is_by_the_catalogue_where_nothing_was_ordered_else_unknown(needy: School):
    assert need(read_costs(LATER), "pupil_devices").needs[0].cost is None
    update_models({make_model().pk: {"price": Decimal(350)}}, an_act())
    one = need(read_costs(LATER), "pupil_devices").needs[0]

    assert one.cost == 20 * Decimal(350)
    with translation.override("en"):
        assert one.price is not None
        assert one.price.source == "Apple iPad 9, by the catalogue"


def test_school_of_which_nothing_is_known_costs_something_unknown(school: School):
    make_order()
    one = need(read_costs(LATER), "pupil_devices")

    assert (one.needs[0].to_buy, one.needs[0].cost, one.unknown, one.cost) == (None, None, 1, 0)


def test_programmes_that_may_pay_have_category_school_period_and_money(needy: School, other_school: School):
    tablet, board = Category.objects.get(key="tablet"), Category.objects.get(key="board")
    make_order()
    fits = make_programme("Passt", granted="100000", schools={needy: None}, is_tied=True, cap_per_device=Decimal(300))
    set_eligible_categories(fits, {tablet: None}, by=COMMAND)
    elsewhere = make_programme("Anderswo", granted="1000", schools={other_school: None}, is_tied=True)
    boards = make_programme("Tafeln", granted="1000")
    set_eligible_categories(boards, {board: None}, by=COMMAND)
    make_programme("Glasfaser", granted="1000", trades=["fibre"])
    make_programme("Vorbei", granted="1000", ends_on=LATER - timedelta(days=1))
    make_programme("Leer")
    costs = read_costs(LATER)

    payers = next(one for one in need(costs, "pupil_devices").needs if one.school == needy).payers
    assert {(payer.programme, payer.cap) for payer in payers} == {(fits, Decimal(300)), (own_money(), None)}
    sums = {one.money.programme: one.may_pay for one in costs.by_payer}
    assert (sums[fits], elsewhere in sums) == (77 * Decimal(300), False)


def test_costs_workbook_says_what_the_page_says(needy: School):
    make_order()
    costs = read_costs(LATER)
    total = sheet(write_costs_to_complete, costs, "Lines")[-1]
    known = sheet(write_costs_to_complete, costs, "Schools")[4]

    assert (total[0], total[12]) == ("Total", float(costs.total.cost))
    assert known[:2] == ["100100", "Lindenschule"]


def test_costs_take_as_many_queries_for_one_school_as_for_three(needy: School):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(read_costs(LATER).by_school)
        return len(captured)

    make_order()
    one = queries()
    for _ in range(2):
        make_headcount(make_school(), pupils=30)
    assert queries() == one


# --- distribution -----------------------------------------------------------------------------------------------------


@pytest.fixture
def two(needy: School, other_school: School) -> tuple[School, School]:
    """Gaps of 20 and 10 pupil devices."""
    make_headcount(other_school, pupils=30)
    return needy, other_school


def proposal(quantity: int, programme: Programme | None = None, key: str = "pupil_devices") -> Proposal:
    asked = Asked(Category.objects.get(key="tablet"), quantity, key, programme=programme)
    with translation.override("en"):
        return propose(asked, completion(LATER))


def given(one: Proposal) -> dict[str, int]:
    return {row.school.name: row.given for row in one.rows}


def test_devices_are_shared_by_gap(two: tuple[School, School]):
    one = proposal(10)
    assert (given(one), one.left) == ({"Lindenschule": 7, "Kastanienschule": 3}, 0)
    with translation.override("en"):
        why = {row.school.name: row.why for row in one.rows}
    assert why == {
        "Lindenschule": "Share by gap 6.67: rounded up, the remainder is one of the largest.",
        "Kastanienschule": "Share by gap 3.33: rounded down, the remainders of others are larger.",
    }
    assert (given(proposal(50)), proposal(50).left) == ({"Lindenschule": 20, "Kastanienschule": 10}, 20)


def test_what_is_planned_or_on_the_way_is_not_given_again(two: tuple[School, School]):
    first, second = two
    tablet = Category.objects.get(key="tablet")
    make_devices(4, school=first, status="delivered")
    plan = NewHandOver(tablet, 6, DAY, LATER + timedelta(days=30), DAY, school=first)
    plan_hand_overs([plan, plan._replace(due_until=LATER - timedelta(days=1), school=second)], by=COMMAND)

    assert {row.school: (row.missing, row.on_the_way, row.planned, row.gap) for row in proposal(8).rows} == {
        first: (20, 4, 6, 10),
        second: (10, 0, 0, 10),
    }


def test_tied_programme_gives_to_its_schools_within_cap_and_budget(two: tuple[School, School]):
    first, second = two
    make_order()
    capped = make_programme("Gedeckelt", granted="100000", schools={first: Decimal(1200), second: None}, is_tied=True)
    make_cost("300", programme=capped, stage="committed", school=first)
    listed = make_programme("Gebunden", granted="100000", schools={second: None}, is_tied=True)
    small = make_programme("Klein", granted="1000")

    assert given(proposal(20, capped)) == {"Lindenschule": 2, "Kastanienschule": 10}
    assert given(proposal(20, listed)) == {"Lindenschule": 0, "Kastanienschule": 10}
    assert (given(proposal(20, small)), proposal(20, small).available) == ({"Lindenschule": 1, "Kastanienschule": 1}, 2)
    assert proposal(20, small).remarks == ["1,000.00 euro of the budget are left: enough for 2 devices at 399.00 euro."]
    row = next(row for row in proposal(20, capped).rows if row.school == first)
    with translation.override("en"):
        assert row.why.startswith("Gets what the programme allows. Of the cap of the school")


def test_programme_that_does_not_pay_for_the_category_gives_nothing(two: tuple[School, School]):
    boards = make_programme("Tafeln", granted="1000")
    set_eligible_categories(boards, {Category.objects.get(key="board"): None}, by=COMMAND)
    one = proposal(5, boards)

    assert (one.given, one.remarks[0]) == (0, "Tafeln does not pay for Tablet.")


def test_equal_remainders_are_explained(needy: School, other_school: School):
    make_headcount(other_school, pupils=60)
    tie = (
        "Share by gap 1.50: as large a remainder as others have; the larger gap, else the order of the schools, decides"
    )
    with translation.override("en"):
        assert [(row.school, row.given, row.why) for row in proposal(3).rows] == [
            (other_school, 2, f"{tie}: rounded up."),
            (needy, 1, f"{tie}: rounded down."),
        ]


def test_school_of_which_the_gap_is_not_known_gets_nothing(needy: School, other_school: School):
    row = next(row for row in proposal(5).rows if row.school == other_school)
    assert (row.missing, row.given, row.gap) == (None, 0, None)

"""What is proposed to be ordered: how many, of what, paid by whom, and what cannot be proposed."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from costs.sums import programme_money
from inventory.binding import Purchase
from inventory.models import Category
from inventory.services import NewHandOver, plan_hand_overs, set_eligible_categories, update_models
from reports.order_proposal import Column, OrderProposal, order_warnings, propose_order
from reports.workbooks.order_proposal import write_order_proposal
from rollout.completion import standard_on
from rollout.enums import Level
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_headcount, make_model, make_order, make_school
from tests.factories_money import COMMAND, make_programme, whole

pytestmark = pytest.mark.django_db
TODAY = DAY + timedelta(days=60)


@pytest.fixture
def needy(school: School, other_school: School) -> School:
    """Gaps of 20 and 10 pupil devices, and an order for which nobody says who gets it."""
    make_headcount(school, pupils=90)
    make_headcount(other_school, pupils=30)
    make_devices(10, school=school)
    return school


def proposed(level: str = Level.BASIS) -> OrderProposal:
    return propose_order(standard_on(TODAY), level, TODAY)


def column(proposal: OrderProposal, key: str = "pupil_devices") -> Column:
    return next(one for one in proposal.columns if one.key == key)


def numbers(proposal: OrderProposal, key: str = "pupil_devices") -> dict[str, int | None]:
    return {school.name: needs[key].to_buy for school, needs in proposal.rows if key in needs}


def test_gap_is_ordered_less_what_is_planned_and_a_share_of_what_nobody_has(needy: School):
    make_order(quantity=6)
    tablet = Category.objects.get(key="tablet")
    until = TODAY + timedelta(days=9)
    plan_hand_overs([NewHandOver(tablet, 5, TODAY, until, DAY, school=needy)], by=COMMAND)
    proposal = proposed()

    # of the six, five go to the plan; of 15 and 10 that are still missing the one left goes to the larger gap
    assert numbers(proposal) == {"Kastanienschule": 10, "Lindenschule": 14}
    sums = column(proposal).needs
    assert (sums.gap, sums.planned, sums.shared, sums.to_buy) == (30, 5, 1, 24)
    assert column(proposal).known_cost == 24 * Decimal("399.00")


def test_target_comes_on_top_and_orders_nothing_twice(needy: School):
    make_order(quantity=30)
    assert [one.key for one in proposed().columns if one.key.startswith("pupil")] == []
    target = proposed(Level.TARGET)
    assert [one.key for one in target.columns if one.key.startswith("pupil")] == ["pupil_devices_target"]
    assert numbers(target, "pupil_devices_target") == {"Kastanienschule": 20, "Lindenschule": 60}


def test_laptops_go_to_whom_laptops_usually_are_for(needy: School):
    laptop = make_model("Book 3", category="laptop")
    make_headcount(needy, on=DAY, pupils=90, teachers=9)
    make_devices(2, school=needy, model=laptop, use="teachers")
    make_order(quantity=5, model=laptop)
    proposal = proposed()
    assert numbers(proposal, "teacher_devices")["Lindenschule"] == 2
    assert column(proposal).needs.shared == 0


def test_what_has_no_model_no_price_or_no_basis_is_named(needy: School):
    make_school(name="Birkenschule", number="100300")
    with translation.override("en"):
        remarks = proposed().remarks
        assert "Pupil devices: no price is known for Apple iPad 9." in remarks
        assert any("not known what is missing at 1 school: Birkenschule" in one for one in remarks)
        assert remarks[-1].startswith("Works, tests and proofs are not ordered here: ")
    assert (column(proposed()).price, column(proposed()).known_cost) == (None, None)
    update_models({make_model().pk: {"price": Decimal(350)}}, an_act())
    assert column(proposed()).known_cost == 30 * Decimal(350)


def test_programme_that_may_pay_for_some_schools_says_for_how_many_devices(needy: School):
    make_order(quantity=1)
    make_programme("Pakt", granted="9000", key="pakt", schools={needy: None}, is_tied=True)
    payers = {str(payer.programme): number for payer, number in column(proposed()).payers}
    assert payers == {"Pakt": numbers(proposed())["Lindenschule"], "Eigenmittel": column(proposed()).needs.to_buy}


def test_order_that_a_financing_may_not_pay_is_warned_of(needy: School, other_school: School):
    pakt = make_programme("Pakt", granted="1000", key="pakt", schools={needy: None}, is_tied=True)
    set_eligible_categories(pakt, {Category.objects.get(key="board"): None}, by=COMMAND)
    tablet = Category.objects.get(key="tablet").pk
    bought = [
        Purchase(tablet, Decimal(399), TODAY, needy.pk, 3),
        Purchase(tablet, Decimal(399), TODAY, other_school.pk),
    ]
    with translation.override("en"):
        assert order_warnings(bought, whole(pakt), programme_money(TODAY)) == [
            "4 devices: Pakt does not pay for this category.",
            "1 device: The money of Pakt is tied to other schools.",
            "Pakt: 1,596.00 euro are needed, 1,000.00 euro of the budget are left.",
        ]


def test_workbook_holds_the_grid_and_what_is_left_out(needy: School):
    make_order(quantity=1)
    target = BytesIO()
    with translation.override("en"):
        write_order_proposal(target, proposed(), now=timezone.now())
    book = load_workbook(target, data_only=True)
    grid = [list(row) for row in book["Schools"].iter_rows(values_only=True)][3:]
    place = grid[0].index("Pupil devices")
    assert {row[1]: row[place] for row in grid[1:-1]} == numbers(proposed())
    assert grid[-1][place] == column(proposed()).needs.to_buy
    notes = [row[0] for row in book["Notes"].iter_rows(min_row=5, values_only=True)]
    with translation.override("en"):
        assert notes == ["reckoned with, not ordered again", *["not proposed"] * len(proposed().remarks)]


def test_cost_that_nobody_knows_is_no_zero_in_the_workbook(needy: School):
    target = BytesIO()
    write_order_proposal(target, proposed(), now=timezone.now())
    rows = list(load_workbook(target, data_only=True).worksheets[1].iter_rows(min_row=5, values_only=True))
    # the line of the total has an empty cell
    assert {row[1]: row[-1] for row in rows} == {"Kastanienschule": None, "Lindenschule": None, "": ""}
    assert proposed().known_cost is None


def test_proposal_asks_no_more_for_three_schools(needy: School):
    make_order(quantity=1)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert proposed().rows
        return len(asked)

    before = queries()
    make_headcount(make_school(), pupils=60)
    assert queries() == before

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from audit.taking_back import plan_taking_back, take_back
from costs.models import CostEntry, CostPart
from costs.services import (
    NewCost,
    NewPart,
    correct_cost,
    cost_as_new,
    create_costs,
    end_plan,
    record_cost,
    withdraw_cost,
)
from costs.sums import sums_by
from costs.taking_back import COSTS
from inventory.models import Category
from tests.factories import DAY, an_act, main_site, make_order, make_project, make_school
from tests.factories_money import make_cost, make_programme, own_money

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


def told(entry: CostEntry) -> list[tuple[Any, ...]]:
    parts = CostPart.objects.known().filter(entry=entry).order_by("pk")
    return list(parts.values_list("stage", "valid_from", "programme", "amount", "trade", "category"))


def paid(day: date, **options: Any) -> Decimal:
    return sums_by(day=day, stage="paid", **options)[0]["amount"]


def test_invoice_over_two_programmes_is_one_entry(by: Actor):
    pakt, own = make_programme(), own_money()
    parts = (NewPart(pakt, Decimal("90.01"), trade="wlan"), NewPart(own, Decimal("9.99"), trade="wlan"))

    entry = record_cost(NewCost("invoiced", DAY, parts, number="R 1", payee="Nord", net=Decimal("84.03")), by=by)

    assert (entry.amount, entry.net, str(entry)) == (Decimal("100.00"), Decimal("84.03"), "R 1")
    assert told(entry) == [
        ("invoiced", DAY, pakt.pk, Decimal("90.01"), "wlan", None),
        ("invoiced", DAY, own.pk, Decimal("9.99"), "wlan", None),
    ]
    assert Entry.objects.get(act=Act.objects.latest("pk")).changes == {
        "stage": [None, "invoiced"],
        "on": [None, "2024-03-01"],
        "number": [None, "R 1"],
        "payee": [None, "Nord"],
        "amount": [None, "100.00"],
        "net": [None, "84.03"],
        "parts": [None, f"programme={own.pk} 9.99 trade=wlan; programme={pakt.pk} 90.01 trade=wlan"],
    }


def test_credit_note_lowers_the_sum():
    make_cost("100")
    credit = make_cost("30", is_credit=True, on=LATER)

    assert credit.amount == Decimal(-30)
    assert (paid(DAY), paid(LATER)) == (Decimal(100), Decimal(70))


def test_project_says_trade_and_site():
    school = make_school()
    project = make_project(school, trade="wlan")

    entry = make_cost(project=project)

    assert list(entry.parts.values_list("trade", "site", "project")) == [("wlan", main_site(school).pk, project.pk)]


def test_parts_that_differ_in_the_amount_only_are_one():
    part = NewPart(own_money(), Decimal("10"), trade="lan")

    assert [row[3] for row in told(make_cost(parts=(part, part)))] == [Decimal(20)]


def refusal(by: Actor, *parts: NewPart, **values: Any) -> dict[str, list[str | None]]:
    new = {"stage": "invoiced", "on": DAY} | values
    with pytest.raises(ValidationError) as refused:
        record_cost(NewCost(**new, parts=parts), by=by)
    assert not CostEntry.objects.exists()
    return {field: [error.code for error in errors] for field, errors in refused.value.error_dict.items()}


@pytest.mark.parametrize(
    ("amount", "code"),
    [("0", "not_positive"), ("-5", "not_positive"), ("0.005", "fraction"), ("1000000000000", "too_large")],
)
def test_amount_is_refused_at_its_part(amount: str, code: str, by: Actor):
    good = NewPart(own_money(), Decimal(1))

    assert refusal(by, good, NewPart(own_money(), Decimal(amount))) == {"parts-1-amount": [code]}


def test_cost_is_refused_at_the_field(by: Actor):
    part = NewPart(own_money(), Decimal(100))
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert refusal(by) == {"parts": ["no_parts"]}
    assert refusal(by, part, stage="planned", is_credit=True) == {"is_credit": ["credited_plan"]}
    assert refusal(by, part, amount=Decimal(99)) == {"parts": ["other_sum"]}
    assert refusal(by, part, net=Decimal(101)) == {"net": ["net"]}
    assert refusal(by, part, on=tomorrow) == {"on": ["future_day"]}
    assert refusal(by, part, stage="dreamt", number="x" * 61) == {"stage": ["invalid_choice"], "number": ["max_length"]}


def test_contract_and_invoice_lie_in_the_period(by: Actor):
    programme = make_programme(begins_on=DAY, ends_on=LATER)
    part = NewPart(programme, Decimal(1))

    for stage in ("committed", "invoiced"):
        for day in (DAY - timedelta(days=1), LATER + timedelta(days=1)):
            assert refusal(by, part, stage=stage, on=day) == {"on": ["outside_period"]}
    make_cost(programme=programme, stage="paid", on=LATER + timedelta(days=1))
    make_cost(programme=programme, stage="invoiced", on=LATER)


def test_part_must_fit_its_records(by: Actor):
    listed, other = make_school(), make_school()
    project, order = make_project(listed, trade="wlan"), make_order()
    tied = make_programme(is_tied=True, schools={listed: None})
    one, own, tablet = Decimal(1), own_money(), Category.objects.get(key="tablet")

    assert refusal(by, NewPart(tied, one, school=other)) == {"parts-0-school": ["not_listed"]}
    assert refusal(by, NewPart(own, one, school=other, site=main_site(listed))) == {"parts-0-school": ["foreign_site"]}
    assert refusal(by, NewPart(own, one, school=other, project=project)) == {"parts-0-school": ["foreign_site"]}
    assert refusal(by, NewPart(own, one, trade="lan", project=project)) == {"parts-0-trade": ["other_trade"]}
    assert refusal(by, NewPart(own, one, site=main_site(other), project=project)) == {"parts-0-site": ["other_site"]}
    assert refusal(by, NewPart(own, one, trade="lan", category=tablet)) == {"parts-0-category": ["trade_and_category"]}
    assert refusal(by, NewPart(own, one, order=order, project=project)) == {"parts-0-project": ["order_and_project"]}
    assert refusal(by, NewPart(own, one, trade="x")) == {"parts-0-trade": ["unknown_trade"]}
    make_cost(programme=tied, school=listed, project=project)


def test_many_costs_take_a_constant_number_of_statements():
    school = make_school()
    tied = make_programme(is_tied=True, schools={school: None})
    part = NewPart(tied, Decimal(5), school=school, project=make_project(school))
    new, act = NewCost("paid", DAY, (part,)), an_act()

    def recorded(costs: list[NewCost]) -> tuple[int, list[int]]:
        with CaptureQueriesContext(connection) as queries:
            keys = create_costs(costs, act)
        return len(queries), keys

    one, (_key,) = recorded([new])
    many, keys = recorded([new] * 5)

    assert one == many
    assert list(CostEntry.objects.filter(pk__in=keys).values_list("amount", flat=True)) == [Decimal(5)] * 5


def test_many_costs_are_refused_as_one():
    good = NewCost("paid", DAY, (NewPart(own_money(), Decimal(1)),))
    bad = NewCost("paid", DAY, (NewPart(own_money(), Decimal(-1)),), number="R 2")

    with pytest.raises(ValidationError) as refused:
        create_costs([good, bad], an_act())

    assert [(e.code, e.params["cost"]) for e in refused.value.error_list] == [("not_positive", "R 2")]
    assert not CostEntry.objects.exists()


def test_correction_keeps_what_was_known(by: Actor):
    entry = make_cost("100", number="R 1", trade="lan")
    before = timezone.now()
    new = cost_as_new(entry)._replace(on=LATER, parts=(NewPart(own_money(), Decimal(80), trade="wlan"),))

    corrected = correct_cost(entry, new, by=by, reason="Skonto")

    assert (corrected.pk, corrected.amount, corrected.on) == (entry.pk, Decimal(80), LATER)
    assert [row[1:] for row in told(entry)] == [(LATER, own_money().pk, Decimal(80), "wlan", None)]
    assert (paid(DAY), paid(LATER), paid(DAY, known_at=before)) == (0, Decimal(80), Decimal(100))
    own = own_money().pk
    assert Entry.objects.get(act=Act.objects.latest("pk")).changes == {
        "on": ["2024-03-01", "2024-03-31"],
        "amount": ["100.00", "80"],
        "parts": [f"programme={own} 100.00 trade=lan", f"programme={own} 80.00 trade=wlan"],
    }


def test_recorded_cost_can_be_recorded_again_as_it_is(by: Actor):
    school = make_school()
    credit = make_cost("30", is_credit=True, number="G 1", category=Category.objects.get(key="tablet"), school=school)

    new = cost_as_new(credit)

    assert new.total == Decimal(30)
    assert correct_cost(credit, new, by=by, reason="").amount == Decimal(-30)


def test_withdrawn_cost_is_in_no_sum(by: Actor):
    entry = make_cost("100")

    withdraw_cost(entry, by=by, reason="doppelt")

    assert paid(LATER) == 0
    assert list(CostEntry.objects.existing()) == []
    with pytest.raises(ValidationError) as again:
        withdraw_cost(entry, by=by, reason="doppelt")
    assert again.value.code == "revoked"


def test_ended_plan_held_until_its_end(by: Actor):
    entry = make_cost("100", stage="planned")

    end_plan(entry, by=by, on=LATER)

    sums = [sums_by(day=day, stage="planned")[0]["amount"] for day in (LATER - timedelta(days=1), LATER)]
    assert sums == [Decimal(100), 0]
    with pytest.raises(ValidationError) as again:
        end_plan(entry, by=by, on=LATER + timedelta(days=1))
    assert list(again.value.error_dict) == ["on"]
    correct_cost(entry, cost_as_new(entry)._replace(text="WLAN"), by=by, reason="Text")
    assert sums_by(day=LATER, stage="planned")[0]["amount"] == 0


def test_only_a_plan_ends(by: Actor):
    with pytest.raises(ValidationError) as refused:
        end_plan(make_cost(), by=by, on=LATER)

    assert list(refused.value.error_dict) == ["stage"]


def test_recorded_costs_are_taken_back_with_their_act(by: Actor):
    act = an_act()
    create_costs([NewCost("paid", DAY, (NewPart(own_money(), Decimal(5)),))], act)

    plan = plan_taking_back(act, COSTS)
    take_back(plan, an_act())

    assert (plan.reversed, paid(DAY), list(CostEntry.objects.existing())) == (1, 0, [])


def test_correction_is_taken_back_with_its_act(by: Actor):
    entry = make_cost("100", number="R 1")
    correct_cost(entry, cost_as_new(entry)._replace(number="R 2", on=LATER), by=by, reason="")

    plan = plan_taking_back(Act.objects.latest("pk"), COSTS)
    take_back(plan, an_act())

    entry.refresh_from_db()
    assert (plan.reversed, entry.number, entry.on, paid(DAY)) == (1, "R 1", DAY, Decimal(100))

"""The proof of use, read back as a spreadsheet program would read it."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from audit.actor import Actor
from costs.services import NewPart, correct_cost, cost_as_new
from costs.sums import programme_money, sums_by
from funding.models import Financing, Programme
from inventory.models import Category, Device, Order
from inventory.services import change_device, finance_devices, update_details
from reports.proof_of_use import Item, read_proof, unfinanced
from reports.workbooks.proof_of_use import write_proof
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_model, make_order, make_project, make_room
from tests.factories_money import (
    COMMAND,
    make_cost,
    make_drawdown,
    make_financing,
    make_notice,
    make_programme,
    own_money,
    whole,
)

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)


@pytest.fixture
def pakt(db: None) -> Programme:
    return make_programme(
        "DigitalPakt",
        rate=Decimal(90),
        granted="9000",
        funder="Bund und Land",
        ends_on=date(2024, 10, 31),
        binding_start="end_of_period",
        binding_years=5,
    )


def financed(devices: list[Device], financing: Financing, price: str = "399.00") -> None:
    update_details({device.pk: {"price": Decimal(price)} for device in devices}, an_act())
    finance_devices(devices, financing, by=COMMAND)


def items(programme: Programme, day: date = LATER) -> list[Item]:
    return read_proof(programme, day).items


def workbook(programme: Programme, day: date = LATER, *, values: bool = True, **question: Any) -> Workbook:
    target = BytesIO()
    with translation.override("en"):
        write_proof(target, programme, as_of=day, now=timezone.now(), **question)
    return load_workbook(target, data_only=values)


def table(book: Workbook, name: str) -> list[dict[str, Any]]:
    rows = list(book[name].iter_rows(min_row=4, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def ordered(devices: list[Device], order: Order) -> None:
    Device.objects.filter(pk__in=[device.pk for device in devices]).update(order_line=order.lines.get())


def test_every_share_of_a_device_is_in_exactly_one_proof(pakt: Programme, school: School):
    land, own = make_programme("Land"), own_money()
    first, second, third, fourth = make_devices(4, school=school)
    financed([first], whole(pakt))
    financed([second], make_financing({pakt: 60, own: 40}), "100.01")
    financed([third], make_financing({pakt: "33.34", land: "33.33", own: "33.33"}), "0.05")

    found = {one.pk: {item.device: item.share for item in items(one)} for one in Programme.objects.all()}

    assert all(len(items(one)) == len(found[one.pk]) for one in Programme.objects.all())
    assert found == {
        pakt.pk: {first.pk: Decimal("399.00"), second.pk: Decimal("60.01"), third.pk: Decimal("0.02")},
        land.pk: {third.pk: Decimal("0.02")},
        own.pk: {second.pk: Decimal("40.00"), third.pk: Decimal("0.01")},
    }
    for device in (first, second, third):
        shares = [shares[device.pk] or 0 for shares in found.values() if device.pk in shares]
        assert sum(shares) == Device.objects.get(pk=device.pk).price
    assert unfinanced(LATER) == 1
    assert fourth.pk not in {pk for shares in found.values() for pk in shares}


def test_items_are_as_they_were_on_the_day(pakt: Programme, school: School, other_school: School, by: Actor):
    room = make_room(school, "101")
    (device,) = make_devices(1, school=school, room=room)
    financed([device], whole(pakt))
    change_device(device, by=by, on=LATER, status="in_service", school=other_school)

    (before,), (after,) = items(pakt, LATER - timedelta(days=1)), items(pakt)

    assert (before.school, before.room, before.status) == ("Lindenschule", "Hauptgebäude 101", "in_service")
    assert (after.school, after.room) == ("Kastanienschule", "")
    assert before.bound_until == date(2029, 12, 31)
    assert items(pakt, DAY - timedelta(days=1)) == []


def test_invoices_of_an_item_are_those_of_its_order_and_category(pakt: Programme, school: School):
    board = Category.objects.get(key="board")
    tablets = make_devices(2, school=school)
    order, other = make_order(number="B-1"), make_order(number="B-2")
    financed(tablets, whole(pakt))
    ordered(tablets[:1], order)
    make_cost(programme=pakt, stage="invoiced", number="R-1", order=order)
    make_cost(programme=own_money(), stage="invoiced", number="R-2", order=order, category=tablets[0].model.category)
    make_cost(programme=pakt, stage="invoiced", number="R-3", order=order, category=board)
    make_cost(programme=pakt, stage="paid", number="Z-1", order=order)
    make_cost(programme=pakt, stage="invoiced", number="R-4", order=other)
    make_cost(programme=pakt, stage="invoiced", number="R-5", order=order, on=LATER + timedelta(days=1))

    assert {item.device: item.invoices for item in items(pakt)} == {tablets[0].pk: "R-1, R-2", tablets[1].pk: ""}


def test_binding_from_the_purchase_is_counted_per_device(school: School):
    programme = make_programme("Land", binding_start="purchase", binding_years=4)
    first, second = make_devices(2, school=school)
    update_details({first.pk: {"purchased_on": date(2023, 5, 1)}}, an_act())
    financed([first, second], whole(programme))

    assert {item.device: item.bound_until for item in items(programme)} == {
        first.pk: date(2027, 5, 1),
        second.pk: date(2028, 3, 1),
    }


def test_item_without_a_price_takes_that_of_its_order_else_none(pakt: Programme, school: School):
    first, second = make_devices(2, school=school)
    finance_devices([first, second], whole(pakt), by=COMMAND)
    ordered([first], make_order())
    proof = read_proof(pakt, LATER)

    assert {item.device: item.share for item in proof.items} == {first.pk: Decimal("399.00"), second.pk: None}
    assert proof.unpriced == 1


def costs_of(pakt: Programme, school: School) -> None:
    tablet = Category.objects.get(key="tablet")
    project = make_project(school, trade="wlan")
    make_cost("5000", programme=pakt, stage="planned", trade="wlan")
    make_cost("3000.01", programme=pakt, stage="committed", project=project, school=school)
    make_cost("1000.03", programme=pakt, stage="invoiced", trade="wlan", number="R-1")
    make_cost("0.33", programme=pakt, stage="paid", trade="wlan", number="R-1")
    make_cost("0.33", programme=pakt, stage="paid", category=tablet, number="R-2")
    make_cost("0.33", programme=pakt, stage="paid", number="R-3")
    make_cost("0.11", programme=pakt, stage="paid", category=tablet, number="G-1", is_credit=True)
    make_cost("10", parts=(NewPart(pakt, Decimal(4)), NewPart(own_money(), Decimal(6))), stage="invoiced")


def test_sums_are_those_of_the_money_page(pakt: Programme, school: School):
    costs_of(pakt, school)
    make_notice(pakt, "100", on=LATER)
    make_drawdown(pakt, "50")
    financed(make_devices(3, school=school), whole(pakt), "100.00")
    money = next(one for one in programme_money(LATER) if one.programme == pakt)

    sums = {row["Trade or category"]: row for row in table(workbook(pakt), "Sums")}

    by_subject = {
        (row["trade"], row["category"], row["stage"]): float(row["amount"])
        for row in sums_by("trade", "category", "stage", day=LATER, programme=pakt)
    }
    tablet = Category.objects.get(key="tablet").pk
    assert sums["WLAN"]["bound by contract"] == by_subject["wlan", None, "committed"] == 3000.01
    assert sums["Tablet"]["paid"] == by_subject["", tablet, "paid"] == 0.22
    assert sums["not itemised"]["invoiced"] == by_subject["", None, "invoiced"] == 4
    assert (sums["Tablet"]["Items"], sums["Tablet"]["Shares of the items"]) == (3, 300)
    total = sums["Total"]
    assert [total[name] for name in ("planned", "bound by contract", "invoiced", "paid")] == [
        float(amount) for amount in (money.planned, money.bound, money.invoiced, money.paid)
    ]
    assert sums["of it: the funder"]["paid"] == float(money.grant_part)
    assert sums["of it: own share"]["paid"] == float(money.own_share)
    cover = {row[0]: row[1] for row in workbook(pakt)["Cover"].iter_rows(values_only=True)}
    assert (cover["Granted"], cover["Drawn down"], cover["Paid"]) == (9100, 50, float(money.paid))
    assert cover["Rest of the budget"] == float(money.rest)
    assert cover["Binding period"].startswith("until 31 Dec 2029 (5 years: ")


def test_parts_of_the_funder_sum_up_to_the_cent(pakt: Programme, school: School):
    costs_of(pakt, school)
    proof = read_proof(pakt, LATER)

    for stage, amount in proof.money.stages.items():
        lines = [line for line in proof.lines if line.stage == stage]
        assert sum(line.amount for line in lines) == amount
        assert sum(line.grant for line in lines) == proof.money.funded(amount)
        assert all(line.grant + line.own == line.amount for line in lines)


def test_own_money_has_no_funder(school: School):
    make_cost("10", trade="wlan")
    proof = read_proof(own_money(), LATER)

    assert [(line.amount, line.grant, line.own) for line in proof.lines] == [(10, 0, 10)]
    cover = {row[0] for row in workbook(own_money())["Cover"].iter_rows(values_only=True)}
    assert {"Granted", "Drawn down", "Rest of the budget"} & cover == set()


def test_cost_entries_name_all_that_an_auditor_asks_for(pakt: Programme, school: School):
    costs_of(pakt, school)
    row = next(row for row in table(workbook(pakt), "Cost entries") if row["Stage"] == "bound by contract")

    assert row["Trade or category"] == "WLAN"
    assert (row["School"], row["Amount"], row["Funder"], row["Own share"]) == ("Lindenschule", 3000.01, 2700.01, 300)
    assert row["Order or project"] != ""


def test_correction_is_in_the_proof_as_known_then_and_now(pakt: Programme, by: Actor):
    entry = make_cost("100", programme=pakt, trade="wlan")
    then = timezone.now()
    new = cost_as_new(entry)
    correct_cost(entry, new._replace(parts=(new.parts[0]._replace(amount=Decimal(80)),)), by=by, reason="Zahlendreher")

    assert [line.amount for line in read_proof(pakt, LATER, then).lines] == [100]
    assert [line.amount for line in read_proof(pakt, LATER).lines] == [80]


def test_text_that_looks_like_a_formula_stays_text(pakt: Programme, school: School):
    make_cost("1", programme=pakt, number="=1+1")
    model = make_model("=SUMME(A1)")
    financed(make_devices(1, school=school, model=model), whole(pakt))
    book = workbook(pakt, values=False)

    assert [row["Document number"] for row in table(book, "Cost entries")] == ["=1+1"]
    cell = next(cell for row in book["Items"].iter_rows(min_row=5) for cell in row if cell.value == "Apple =SUMME(A1)")
    assert cell.data_type == "s"


def test_proof_takes_as_many_queries_for_one_as_for_many(pakt: Programme, school: School):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            read_proof(pakt, LATER)
        return len(captured)

    costs_of(pakt, school)
    financed(make_devices(1, school=school), whole(pakt))
    one = queries()
    financed(make_devices(3, school=school), make_financing({pakt: 50, own_money(): 50}))
    make_cost("7", programme=pakt, project=make_project(school, trade="fibre"))
    assert queries() == one


def test_proof_of_a_programme_without_anything_is_empty(pakt: Programme):
    book = workbook(pakt)
    assert book.sheetnames == ["Cover", "Sums", "Cost entries", "Items"]
    assert [row["Trade or category"] for row in table(book, "Sums")] == [
        "Total",
        "of it: the funder",
        "of it: own share",
    ]

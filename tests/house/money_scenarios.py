"""A scenario for each public service of programmes, financings and costs; a part of ``test_audit``."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actor import Actor
from costs import services as costs
from costs.models import CostFile
from funding import services as funding
from funding.models import ProgrammeMilestone
from inventory import services as devices
from inventory.models import Category, Device, Order, PlannedHandOver
from inventory.services.financing import follow_lines
from inventory.services.orders import NewLine, NewOrder
from tests.factories import DAY, an_act, make_device, make_model, make_order, make_school
from tests.factories_money import (
    make_cost,
    make_drawdown,
    make_financing,
    make_notice,
    make_programme,
    own_money,
    whole,
)

LATER = DAY + timedelta(days=9)
ONE = Decimal(1)


def a_cost() -> costs.NewCost:
    return costs.NewCost("paid", DAY, (costs.NewPart(own_money(), ONE),))


def a_document(by: Actor) -> CostFile:
    return costs.attach_document(make_cost(), SimpleUploadedFile("x.pdf", b"%PDF-1.7"), by=by)


def a_milestone(by: Actor) -> ProgrammeMilestone:
    return funding.set_programme_milestone(make_programme(), "Verwendungsnachweis", by=by, due_on=LATER)


def a_hand_over(by: Actor) -> PlannedHandOver:
    new = devices.NewHandOver(Category.objects.get(key="tablet"), 69, date(2024, 5, 1), date(2024, 6, 1), DAY)
    return devices.plan_hand_overs([new], by=by)[0]


def a_shared_order(by: Actor) -> Order:
    new = NewOrder("B-77", "Muster GmbH", DAY, [NewLine(make_model(), 5)])
    sharing = devices.Sharing([{make_school(): 4}], DAY, DAY + timedelta(days=30), DAY)
    return devices.create_shared_order(new, sharing, by=by)


def a_followed_line() -> None:
    device, line = make_device(status="in_stock"), make_order().lines.get()
    Device.objects.filter(pk=device.pk).update(order_line=line)
    follow_lines({line.pk: (None, whole(own_money()).pk)}, an_act())


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "create_shared_order": a_shared_order,
    "create_programme": lambda by: funding.create_programme(by=by, values={"name": "Neu"}),
    "edit_programme": lambda by: funding.edit_programme(make_programme(), by=by, changes={"funder": "Land"}),
    "delete_programme": lambda by: funding.delete_programme(make_programme(), by=by),
    "set_programme_schools": lambda by: funding.set_programme_schools(make_programme(), {make_school(): None}, by=by),
    "set_programme_milestone": a_milestone,
    "set_programme_milestone_done": lambda by: funding.set_programme_milestone_done(a_milestone(by), by=by, on=DAY),
    "delete_programme_milestone": lambda by: funding.delete_programme_milestone(a_milestone(by), by=by),
    "add_notice": lambda by: make_notice(make_programme(), "1"),
    "correct_notice": lambda by: funding.correct_notice(
        make_notice(make_programme(), "1"), by=by, changes={"amount": Decimal(2)}, reason="r"
    ),
    "withdraw_notice": lambda by: funding.withdraw_notice(make_notice(make_programme(), "1"), by=by, reason="r"),
    "add_drawdown": lambda by: make_drawdown(make_programme(), "1"),
    "correct_drawdown": lambda by: funding.correct_drawdown(
        make_drawdown(make_programme(), "1"), by=by, changes={"on": LATER}, reason="r"
    ),
    "withdraw_drawdown": lambda by: funding.withdraw_drawdown(make_drawdown(make_programme(), "1"), by=by, reason="r"),
    "create_financing": lambda by: make_financing({own_money(): 100}),
    "edit_financing": lambda by: funding.edit_financing(make_financing({own_money(): 100}), by=by, name="neu"),
    "delete_financing": lambda by: funding.delete_financing(make_financing({own_money(): 100}), by=by),
    "finance_devices": lambda by: devices.finance_devices([make_device(status="in_stock")], whole(own_money()), by=by),
    "follow_lines": lambda by: a_followed_line(),
    "finance_line": lambda by: devices.finance_line(make_order().lines.get(), whole(own_money()), by=by),
    "set_eligible_categories": lambda by: devices.set_eligible_categories(
        make_programme(), {Category.objects.get(key="tablet"): None}, by=by
    ),
    "plan_hand_overs": a_hand_over,
    "withdraw_hand_over": lambda by: devices.withdraw_hand_over(a_hand_over(by), by=by, on=LATER),
    "record_cost": lambda by: costs.record_cost(a_cost(), by=by),
    "create_costs": lambda by: costs.create_costs([a_cost()], an_act()),
    "correct_cost": lambda by: costs.correct_cost(make_cost("2"), a_cost(), by=by, reason="r"),
    "correct_costs": lambda by: costs.correct_costs({make_cost("2").pk: a_cost()}, an_act()),
    "withdraw_cost": lambda by: costs.withdraw_cost(make_cost(), by=by, reason="r"),
    "end_plan": lambda by: costs.end_plan(make_cost(stage="planned"), by=by, on=LATER),
    "attach_document": a_document,
    "remove_document": lambda by: costs.remove_document(a_document(by), by=by),
}

"""Every public service leaves an audit entry. A new service without a scenario here fails."""

import inspect
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.models import Act, Entry
from costs import services as costs
from funding import services as funding
from hooks import services as hooks
from hooks.models import Webhook, WebhookDelivery
from imports import comparing, worklist
from imports.enums import FindingKind
from imports.models import Finding, ImportBatch, ImportProfile
from imports.services import profiles, retention
from inventory import services as devices
from inventory.models import Category, Delivery, DeliveryFile, DeviceState, Manufacturer, OrderLine
from inventory.services import deliveries, free_deliveries, orders, receipt, reference
from inventory.services.states import Placed
from reports import custom_figures, publishing, saved_views, subscriptions
from rollout import services as works
from rollout.models import Requirement, Standard
from schools import editing, invitations, people, privacy, roles, sign_ins, tokens
from schools import services as schools
from schools.models import School
from tests.factories import (
    DAY,
    an_act,
    main_site,
    make_device,
    make_model,
    make_order,
    make_room,
    make_school,
    make_user,
)
from tests.house import (
    about_boards,
    about_defects,
    about_figures,
    about_labels,
    about_lending,
    about_plan,
    about_publications,
    about_standards,
    about_views,
    money_scenarios,
    receipt_scenarios,
    works_scenarios,
)

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=9)
MODULES = [
    schools,
    editing,
    roles,
    people,
    invitations,
    privacy,
    retention,
    sign_ins,
    tokens,
    profiles,
    worklist,
    comparing,
    hooks,
    publishing.services,
    saved_views,
    custom_figures,
    subscriptions,
] + [
    import_module(f"{package.__name__}.{module.name}")
    for package in (funding, devices, works, costs)
    for module in pkgutil.iter_modules(package.__path__)
]


def writes(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Public functions of a module that take an actor or an act."""
    functions = inspect.getmembers(module, inspect.isfunction)
    return {
        name: function
        for name, function in functions
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and {"by", "act"} & set(inspect.signature(function).parameters)
    }


def changed_device(by: Actor) -> DeviceState:
    device = make_device(school=make_school())
    devices.change_device(device, by=by, on=LATER, status="in_repair")
    return DeviceState.objects.get(device=device, status="in_repair", superseded_at=None)


def saved_profile(by: Actor) -> ImportProfile:
    batch = ImportBatch.objects.create(
        kind="devices",
        name="x.csv",
        sha256="0" * 64,
        size=1,
        created_at=timezone.now(),
        status="previewed",
        summary={"headings_fingerprint": "0" * 64},
    )
    return profiles.save_profile(batch, name="P", sender="Nord", by=by)


def findings(kind: str, **fields: Any) -> QuerySet[Finding]:
    batch = ImportBatch.objects.create(name="mdm.csv", size=1, created_at=timezone.now())
    Finding.objects.create(batch=batch, kind=kind, serial="S", **fields)
    return Finding.objects.all()


def _booked(by: Actor) -> Delivery:
    line = make_order().lines.select_related("model__category").get()
    codes = [receipt.Code(line, "N1")]
    return devices.book_delivery(line.order, note_number="L", delivered_on=LATER, serials=codes, by=by)


def _a_delivery_file(by: Actor) -> DeliveryFile:
    upload = SimpleUploadedFile("schein.pdf", b"%PDF-1.7")
    return devices.attach_delivery_file(_booked(by), upload, by=by)


def compared_delivery(by: Actor) -> ImportBatch:
    device = make_device(status="in_stock")
    line = make_order(model=device.model).lines.get()
    frame = {"note_number": "L", "delivered_on": LATER, "by": by}
    delivery = devices.file_delivery(line.order, serials=[receipt.Code(line, device.serial)], **frame)
    return comparing.compare_delivery(delivery, BytesIO(b"Seriennummer\nX1"), name="liste.csv", by=by)


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "create_schools": lambda by: schools.create_schools(
        [(School(number="123456", name="x", school_type="02"), schools.Address())], an_act()
    ),
    "update_schools": lambda by: schools.update_schools([(make_school(), {"name": "neu"})], an_act()),
    "place_school": lambda by: schools.place_school(make_school(), schools.Address("Neuer Weg 1", "1", "L"), an_act()),
    "add_site": lambda by: schools.add_site(make_school(), schools.Address("Neuer Weg 1", "1", "L"), an_act()),
    "create_rooms": lambda by: (
        lambda school: schools.create_rooms(
            [schools.NewRoom(school, main_site(school), "A", "1", "classroom")], an_act()
        )
    )(make_school()),
    "update_rooms": lambda by: schools.update_rooms([(make_room(make_school()), "staff")], an_act()),
    "record_headcounts": lambda by: schools.record_headcounts(
        [schools.HeadcountRow(make_school(), DAY, pupils=3)], an_act()
    ),
    "remember_alias": lambda by: schools.remember_alias(make_school(), "Anders", an_act()),
    "save_profile": saved_profile,
    "change_profile": lambda by: profiles.change_profile(saved_profile(by), name="Q", sender="", by=by),
    "delete_profile": lambda by: profiles.delete_profile(saved_profile(by), by=by),
    "create_token": lambda by: tokens.create_token(make_user("x"), "t", by=by),
    "revoke_token": lambda by: tokens.revoke_token(tokens.create_token(make_user("x"), "t", by=by)[0], by=by),
    "create_devices": lambda by: devices.create_devices(
        [devices.NewDevice(make_model(), DAY, Placed("in_stock"), serial="S")], an_act()
    ),
    "update_details": lambda by: devices.update_details({make_device(status="in_stock").pk: {"note": "n"}}, an_act()),
    "record_tests": lambda by: devices.record_tests(
        {make_device(status="in_stock", model=make_model("B", category="board")).pk: DAY}, an_act()
    ),
    "create_order": lambda by: make_order(),
    "create_orders": lambda by: orders.create_orders(
        [orders.NewOrder("B-7", "Nord", DAY, [orders.NewLine(make_model(), 3)])], an_act()
    ),
    "update_orders": lambda by: orders.update_orders(
        {make_order().pk: orders.OrderChange({"supplier": "Süd"})}, an_act()
    ),
    "book_delivery": lambda by: (
        lambda order: devices.book_delivery(
            order, note_number="L", delivered_on=LATER, serials=[receipt.Code(order.lines.get(), "S")], by=by
        )
    )(make_order()),
    "book_deliveries": lambda by: (
        lambda order: devices.book_deliveries(
            [deliveries.NewDelivery(order, "L", LATER, [receipt.Code(order.lines.get(), "S")])], an_act()
        )
    )(make_order()),
    "book_free_delivery": lambda by: devices.book_free_delivery(
        order_number="B",
        supplier="Nord",
        note_number="L",
        delivered_on=LATER,
        lines=[free_deliveries.FreeLine(make_model(), ["N1"])],
        by=by,
    ),
    "attach_delivery_file": lambda by: _a_delivery_file(by),
    "remove_delivery_file": lambda by: devices.remove_delivery_file(_a_delivery_file(by), by=by),
    "unbook_delivery": lambda by: devices.unbook_delivery(_booked(by), by=by),
    "file_delivery": lambda by: devices.file_delivery(
        make_order(),
        note_number="L",
        delivered_on=LATER,
        serials=[receipt.Code(OrderLine.objects.get(), make_device(status="in_stock").serial)],
        by=by,
    ),
    "create_models": lambda by: devices.create_models(
        [reference.NewModel("M", "x", Category.objects.get(key="tablet"))], an_act()
    ),
    "update_models": lambda by: reference.update_models({make_model().pk: {"price": Decimal(3)}}, an_act()),
    "change_device": changed_device,
    "change_devices": lambda by: devices.change_devices(
        [make_device(school=make_school())], by=by, on=LATER, status="lost"
    ),
    "record_placements": lambda by: devices.record_placements(
        [devices.PlacementChange(make_device(school=make_school()).pk, LATER, "lost")], an_act()
    ),
    "correct_state": lambda by: devices.correct_state(changed_device(by), by=by, status="lost"),
    "withdraw_state": lambda by: devices.withdraw_state(changed_device(by), by=by),
    "record_attainments": lambda by: works.record_attainments(
        [works.AttainmentFact(make_school(), "bandwidth", DAY, Decimal(1))], an_act()
    ),
}
SCENARIOS |= {
    "deal_with_findings": lambda by: worklist.deal_with_findings(
        findings(FindingKind.OTHER_MODEL), "finish", by=by, on=DAY
    ),
    "finish_findings": lambda by: worklist.finish_findings(findings(FindingKind.OTHER_MODEL), by=by),
    "reopen_findings": lambda by: worklist.reopen_findings(
        findings(FindingKind.OTHER_MODEL, status="done", done_at=timezone.now()), by=by
    ),
    "release_devices": lambda by: worklist.release_devices(
        findings(FindingKind.NOT_IN_MDM, device=make_device(school=make_school())), by=by, on=LATER
    ),
    "receive_devices": lambda by: worklist.receive_devices(
        findings(FindingKind.NOT_IN_STOCK, model=make_model()), by=by, on=LATER, status="in_stock"
    ),
    "compare_delivery": compared_delivery,
}
NEXT_YEAR = timezone.now() + timedelta(days=400)
SCENARIOS |= {
    "grant_role": lambda by: roles.grant_role(make_user("x"), "manager", by=by),
    "give_role": lambda by: roles.give_role(make_user("x"), "manager", act=an_act()),
    "end_role": lambda by: roles.end_role(roles.grant_role(make_user("x"), "manager", by=by), by=by),
    "change_role_end": lambda by: roles.change_role_end(
        roles.grant_role(make_user("x"), "manager", by=by), until=NEXT_YEAR.date(), by=by
    ),
    "end_roles_of": lambda by: roles.end_roles_of(make_user("x", role="manager"), act=an_act()),
    "create_person": lambda by: people.create_person(User(username="x"), "manager", password="geheim", by=by),
    "create_superuser": lambda by: people.create_superuser(User(username="x"), password="geheim", by=by),
    "write_names": lambda by: people.write_names(make_user("x"), {"email": ["", "x@stadt.example"]}, an_act()),
    "log_new_person": lambda by: people.log_new_person(make_user("x"), an_act()),
    "deactivate_person": lambda by: people.deactivate_person(make_user("x"), by=by),
    "reactivate_person": lambda by: people.reactivate_person(make_user("x", is_active=False), by=by),
    "rename_person": lambda by: people.rename_person(make_user("x"), first_name="A", last_name="B", by=by),
    "invite": lambda by: invitations.invite("a@b.example", "manager", by=by),
    "withdraw_invitation": lambda by: invitations.withdraw_invitation(
        invitations.invite("a@b.example", "manager", by=by)[0], by=by
    ),
    "erase_person": lambda by: privacy.erase_person(make_user("x"), by=by),
    "remove_old_invitations": lambda by: privacy.remove_old_invitations(
        by=invitations.invite("a@b.example", "manager", by=by) and by, now=NEXT_YEAR
    ),
    "remove_old_tokens": lambda by: privacy.remove_old_tokens(
        by=tokens.create_token(make_user("x"), "t", by=by, expires_at=timezone.now() + timedelta(days=1)) and by,
        now=NEXT_YEAR,
    ),
    "forget_old_files": lambda by: retention.forget_old_files(
        by=ImportBatch.objects.create(
            file="x.csv", name="x", sha256="0", size=1, created_at=timezone.now(), status="taken", act=an_act()
        )
        and by,
        now=NEXT_YEAR,
    ),
}


def open_standard(by: Actor) -> Standard:
    return works.create_standard_version(Standard.objects.get(), by=by, valid_from=NEXT_YEAR.date())


def open_line(by: Actor) -> Requirement:
    return open_standard(by).requirements.get(key="bandwidth", school_type="")


SCENARIOS |= {
    "add_school": lambda by: editing.add_school(by=by, number="123456", name="x", school_type="02"),
    "edit_school": lambda by: editing.edit_school(make_school(), by=by, phone="1"),
    "use_site": lambda by: editing.use_site(make_school(), schools.Address("Neuer Weg 1", "1", "L"), by=by),
    "edit_site": lambda by: editing.edit_site(main_site(make_school()), by=by, name="Süd"),
    "add_building": lambda by: editing.add_building(main_site(make_school()), name="B", by=by),
    "edit_building": lambda by: editing.edit_building(make_room(make_school()).building, name="B", by=by),
    "add_room": lambda by: (
        lambda school: editing.add_room(school, site=main_site(school), building="A", name="1", kind="staff", by=by)
    )(make_school()),
    "edit_room": lambda by: editing.edit_room(make_room(make_school()), by=by, kind="staff"),
    "record_headcount": lambda by: editing.record_headcount(make_school(), on=DAY, by=by, pupils=3),
    "edit_device": lambda by: devices.edit_device(make_device(school=make_school()), by=by, note="n"),
    "add_devices": lambda by: devices.add_devices(
        [devices.NewDevice(make_model(), DAY, Placed("in_stock"), serial="S")], by=by
    ),
    "add_category": lambda by: devices.add_category(by=by, key="robot", name="Roboter", workflow="portable"),
    "edit_category": lambda by: devices.edit_category(Category.objects.get(key="tablet"), by=by, lifetime_years=6),
    "add_manufacturer": lambda by: devices.add_manufacturer(name="Nord", by=by),
    "edit_manufacturer": lambda by: devices.edit_manufacturer(
        Manufacturer.objects.get(pk=make_model().manufacturer_id), name="Nord", by=by
    ),
    "add_model": lambda by: devices.add_model(
        manufacturer=make_model().manufacturer, name="neu", category=Category.objects.get(key="tablet"), by=by
    ),
    "edit_model": lambda by: devices.edit_model(make_model(), by=by, name="neu"),
    "edit_order": lambda by: devices.edit_order(make_order(), change=orders.OrderChange({"supplier": "Süd"}), by=by),
    "create_standard_version": open_standard,
    "change_standard": lambda by: works.change_standard(open_standard(by), by=by, committee="Schulausschuss"),
    "withdraw_standard": lambda by: works.withdraw_standard(open_standard(by), by=by),
    "create_requirement": lambda by: works.create_requirement(
        open_standard(by), by=by, key="new", name="Neu", measure="yes_no"
    ),
    "change_requirement": lambda by: works.change_requirement(open_line(by), by=by, amount=Decimal(300)),
    "withdraw_requirement": lambda by: works.withdraw_requirement(open_line(by), by=by),
}
SCENARIOS |= {
    "record_sign_in": lambda by: sign_ins.record_sign_in(make_user("x"), "sign_in", by=by),
    "change_password": lambda by: sign_ins.change_password(make_user("x"), "neu", by=by),
    "set_directory_roles": lambda by: sign_ins.set_directory_roles(
        make_user("x"), {sign_ins.DirectoryRole("manager", None)}, by=by
    ),
    "reset_second_factors": lambda by: sign_ins.reset_second_factors(make_user("x"), by=by),
}


def a_webhook(by: Actor) -> Webhook:
    return hooks.create_webhook(make_user("x"), name="w", url="https://example.org/", by=by)[0]


def failed_delivery(by: Actor) -> WebhookDelivery:
    return WebhookDelivery.objects.create(webhook=a_webhook(by), act=Act.objects.latest("pk"), state="failed")


SCENARIOS |= {
    "create_webhook": a_webhook,
    "change_webhook": lambda by: hooks.change_webhook(a_webhook(by), by=by, is_active=False),
    "delete_webhook": lambda by: hooks.delete_webhook(a_webhook(by), by=by),
    "send_test": lambda by: hooks.send_test(a_webhook(by), by=by),
    "retry_delivery": lambda by: hooks.retry_delivery(failed_delivery(by), by=by),
}
SCENARIOS |= receipt_scenarios.SCENARIOS
SCENARIOS |= money_scenarios.SCENARIOS
SCENARIOS |= works_scenarios.SCENARIOS
SCENARIOS |= about_standards.SCENARIOS
SCENARIOS |= about_plan.SCENARIOS
SCENARIOS |= about_publications.SCENARIOS
SCENARIOS |= about_views.SCENARIOS
SCENARIOS |= about_boards.SCENARIOS
SCENARIOS |= about_defects.SCENARIOS
SCENARIOS |= about_lending.SCENARIOS
SCENARIOS |= about_figures.SCENARIOS
SCENARIOS |= about_labels.SCENARIOS
#: Parts of a service that audits for them.
PARTS = {
    "begin", "follow_swap", "insert", "keep_protocol", "may_be_undone", "new_device_errors", "not_to_be_retired",
    "plan_undo", "record_hand_overs", "record_possible", "refuse_loss", "refuse_oneself", "set_published",
    "set_withdrawn", "write",
}  # fmt: skip


def test_every_service_has_a_scenario() -> None:
    found = {name for module in MODULES for name in writes(module)}
    assert found - PARTS == set(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_service_leaves_an_entry_in_its_last_act(name: str, by: Actor) -> None:
    SCENARIOS[name](by)
    last = Act.objects.latest("pk")
    assert Entry.objects.filter(act=last).exists()

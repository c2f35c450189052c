"""What the database promises, each promise by its name."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from api.models import AnsweredRequest
from hooks.models import Webhook, WebhookDelivery
from imports.models import Finding, ImportBatch, ImportProfile, ImportRow
from inventory.models import Delivery, DeviceState, DeviceTest, Holding, Manufacturer, Scan, Stocktake, StocktakeItem
from rollout.models import Attainment, ConstructionProject, ProjectState, Requirement, Standard, Waiver
from schools.enums import Role
from schools.models import Building, Headcount, Invitation, Membership, School, SchoolAlias, SiteUse
from tests.broken_rows import (
    CLOSED,
    EMPTY,
    NOW,
    UNKNOWN,
    Made,
    milestone_states,
    of_costs,
    of_funding,
    of_inventory,
    of_publications,
    of_works,
    recorded,
    room_states,
)
from tests.broken_rows_lending import hand_outs, of_lending, of_repair, of_retirement
from tests.factories import (
    DAY,
    an_act,
    main_site,
    make_device,
    make_headcount,
    make_model,
    make_order,
    make_project,
    make_room,
    make_school,
    make_user,
)
from tests.house.tree import PACKAGES

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="exclusions exist on PostgreSQL only; `verify` proves the same on SQLite"
)
OPEN_STOCK = {"status": "in_stock", "valid_from": date(2030, 1, 1)}


def copy_of(row: models.Model, **fields: Any) -> models.Model:
    new = type(row).objects.get(pk=row.pk)
    new.pk = None
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _batch(**fields: Any) -> ImportBatch:
    return ImportBatch(name="a.xlsx", size=1, created_at=NOW, **fields)


def _two_profiles() -> list[ImportProfile]:
    return [ImportProfile(name="A", kind="devices", created_at=NOW) for _ in "ab"]


def _two_rows() -> list[models.Model]:
    taken = _batch()
    return [taken, *(ImportRow(batch=taken, position=1, sheet="A", number=2, outcome="new") for _ in "ab")]


def _finding_done_by_nobody() -> Finding:
    taken = _batch()
    taken.save()
    return Finding(batch=taken, kind="other_model", status="done")


def violations() -> dict[str, Any]:  # noqa: C901 - one small function per kind of row
    """Constraint name → a function that makes the row which breaks it."""
    period, backwards = EMPTY, UNKNOWN

    def state(**fields: Any) -> DeviceState:
        device = make_device(school=make_school())
        return DeviceState(**recorded(device=device, **(OPEN_STOCK | fields)))

    def pstate(**fields: Any) -> ProjectState:
        project = make_project(make_school())
        return ProjectState(
            **recorded(project=project, **({"status": "planned", "valid_from": date(2030, 1, 1)} | fields))
        )

    def headcount(**fields: Any) -> Headcount:
        school = make_school()
        make_headcount(school, on=DAY, pupils=3)
        return Headcount(**recorded(school=school, **({"pupils": 4, "valid_from": date(2030, 1, 1)} | fields)))

    def attainment(**fields: Any) -> Attainment:
        school = make_school()
        Attainment.objects.create(**recorded(school=school, key="x", valid_from=DAY))
        return Attainment(**recorded(school=school, key="x", **({"valid_from": date(2030, 1, 1)} | fields)))

    def waiver(**fields: Any) -> Waiver:
        school = make_school()
        Waiver.objects.create(**recorded(school=school, key="x", reason="x", valid_from=DAY))
        return Waiver(**recorded(school=school, key="x", reason="x", **({"valid_from": date(2030, 1, 1)} | fields)))

    def test(**fields: Any) -> DeviceTest:
        device = make_device(school=make_school())
        DeviceTest.objects.create(**recorded(device=device, valid_from=DAY, valid_until=date(2030, 1, 1)))
        return DeviceTest(**recorded(device=device, **({"valid_from": DAY, "valid_until": date(2030, 1, 1)} | fields)))

    def requirement(**fields: Any) -> Requirement:
        given = {"standard": Standard.objects.get(), "name": "x", "measure": "yes_no", "key": "new"}
        return Requirement(**(given | fields))

    def twin_requirement(**fields: Any) -> Requirement:
        requirement(**fields).save()
        return requirement(**fields)

    def invitation(**fields: Any) -> Invitation:
        given = {"role": Role.READER, "expires_at": NOW + timedelta(days=1)}
        return Invitation(email="a@b.example", digest="0", created_at=NOW, **(given | fields))

    closed = {"valid_from": date(2030, 1, 1), "valid_until": date(2031, 1, 1)}

    def delivery(**fields: Any) -> WebhookDelivery:
        hook = Webhook.objects.create(name="w", user=make_user("x"), url="https://example.org/", created_at=NOW)
        return WebhookDelivery(webhook=hook, act=an_act(), **fields)

    def holdings(**fields: Any) -> list[Holding]:
        return [Holding(day=DAY, counts=[], **fields) for _n in range(2)]

    def items(**fields: Any) -> list[StocktakeItem]:
        stocktake = Stocktake.objects.create(opened_by=an_act())
        return [StocktakeItem(stocktake=stocktake, **fields) for _n in range(2)]

    def scan() -> list[Scan]:
        words = {"mode": "find", "code": "A", "verdict": "unknown", "user": make_user("x")}
        return [Scan(key=UUID(int=1), scanned_at=NOW, recorded_at=NOW, **words) for _n in range(2)]

    return {
        "imports_batch_taken_act": lambda: _batch(status="taken"),
        "imports_batch_undone_act": lambda: _batch(status="undone"),
        "imports_profile_name": _two_profiles,
        "imports_row_position": _two_rows,
        "imports_finding_done": lambda: _finding_done_by_nobody(),
        "schools_school_number": lambda: School(number=make_school().number, name="x", school_type="02"),
        "schools_school_period": lambda: School(number="1", name="x", school_type="02", opened_on=DAY, closed_on=DAY),
        "schools_alias_key": lambda: [SchoolAlias(school=make_school(), text="A", key="a") for _ in "ab"],
        "schools_siteuse_once": lambda: copy_of(make_school().site_uses.get(), is_main=False),
        "schools_siteuse_one_main": lambda: SiteUse(school=make_school(), site=main_site(make_school()), is_main=True),
        "schools_building_name": lambda: [Building(site=site, name="A") for site in [main_site(make_school())] * 2],
        "schools_room_name": lambda: copy_of(make_room(make_school())),
        "schools_headcount_not_empty": lambda: headcount(pupils=None, **closed),
        "schools_headcount_valid_period": lambda: headcount(**period),
        "schools_headcount_recorded_period": lambda: headcount(**backwards),
        "schools_headcount_one_open": lambda: headcount(),
        "schools_headcount_one_per_day": lambda: headcount(valid_from=DAY, valid_until=date(2030, 1, 1)),
        "schools_membership_once": lambda: copy_of(
            Membership.objects.create(user=make_user("a"), role=Role.SCHOOL_ADMIN, school=make_school())
        ),
        "schools_membership_once_authority": lambda: copy_of(
            Membership.objects.create(user=make_user("a"), role=Role.READER)
        ),
        "schools_membership_scope": lambda: Membership(user=make_user("a"), role=Role.SCHOOL_ADMIN),
        "schools_invitation_scope": lambda: invitation(role=Role.SCHOOL_ADMIN),
        "schools_invitation_ends_later": lambda: invitation(expires_at=NOW),
        "inventory_manufacturer_key": lambda: [Manufacturer(name="A", key="a") for _ in "ab"],
        "inventory_devicemodel_key": lambda: copy_of(make_model()),
        "inventory_order_number": lambda: copy_of(make_order()),
        "inventory_order_expected": lambda: copy_of(make_order(), number="n", expected_on=DAY - timedelta(days=1)),
        "inventory_orderline_position": lambda: copy_of(make_order().lines.get()),
        "inventory_orderline_quantity": lambda: copy_of(make_order().lines.get(), position=2, quantity=0),
        "inventory_orderline_price": lambda: copy_of(make_order().lines.get(), position=2, unit_price=-1),
        "inventory_delivery_token": lambda: [
            Delivery(order=order, note_number=note, delivered_on=DAY, token="t")
            for order in [make_order()]
            for note in ("L1", "L2")
        ],
        "inventory_delivery_note": lambda: [
            Delivery(order=order, note_number="L1", delivered_on=DAY) for order in [make_order()] * 2
        ],
        "inventory_device_serial": lambda: copy_of(make_device(status="in_stock"), asset_tag="OTHER"),
        "inventory_device_asset_tag": lambda: copy_of(make_device(status="in_stock"), serial="OTHER"),
        "inventory_device_mdm_id": lambda: [
            copy_of(make_device(status="in_stock"), serial=text, asset_tag=text, mdm_id="7") for text in "AB"
        ],
        "inventory_device_identified": lambda: copy_of(make_device(status="in_stock"), serial="", asset_tag=""),
        "inventory_device_price": lambda: copy_of(make_device(status="in_stock"), serial="A", asset_tag="B", price=-1),
        "inventory_devicestate_valid_period": lambda: state(**period),
        "inventory_devicestate_recorded_period": lambda: state(**backwards),
        "inventory_devicestate_one_open": lambda: state(),
        "inventory_devicestate_one_per_day": lambda: state(valid_from=DAY, valid_until=date(2030, 1, 1)),
        "inventory_holding_school_day": lambda: holdings(school=make_school()),
        "inventory_holding_store_day": lambda: holdings(),
        "inventory_scan_key": lambda: scan(),
        "inventory_stocktake_one_open": lambda: [Stocktake(opened_by=an_act()) for _n in range(2)],
        "inventory_stocktake_room_school": lambda: Stocktake(opened_by=an_act(), room=make_room(make_school())),
        "inventory_stocktakeitem_device": lambda: items(device=make_device(status="in_stock"), finding="missing"),
        "inventory_stocktakeitem_code": lambda: items(code="A", finding="unknown", counted_at=NOW),
        "inventory_stocktakeitem_counted": lambda: items(code="A", finding="unknown")[:1],
        "inventory_stocktakeitem_unknown": lambda: items(code="A", finding="found", counted_at=NOW)[:1],
        "inventory_devicestate_in_service_school": lambda: state(status="in_service", school=None, **closed),
        "inventory_devicetest_valid_period": lambda: test(valid_from=date(2031, 1, 1)),
        "inventory_devicetest_recorded_period": lambda: test(valid_from=date(2025, 1, 1), **backwards),
        "inventory_devicetest_one_per_day": lambda: test(),
        "rollout_project_site_trade": lambda: copy_of(make_project(make_school())),
        "rollout_project_building_trade": lambda: [
            ConstructionProject(site=b.site, building=b, trade="lan", status="planned", since=DAY)
            for b in [make_room(make_school()).building] * 2
        ],
        "rollout_project_blocked_reason": lambda: copy_of(make_project(make_school()), trade="lan", status="blocked"),
        "rollout_projectstate_blocked_reason": lambda: pstate(status="blocked", **closed),
        "rollout_projectstate_valid_period": lambda: pstate(**period),
        "rollout_projectstate_recorded_period": lambda: pstate(**backwards),
        "rollout_projectstate_one_open": lambda: pstate(),
        "rollout_projectstate_one_per_day": lambda: pstate(valid_from=DAY, valid_until=date(2030, 1, 1)),
        "rollout_standard_valid_from": lambda: copy_of(Standard.objects.get()),
        "rollout_requirement_base": lambda: twin_requirement(),
        "rollout_requirement_type": lambda: twin_requirement(school_type="02"),
        "rollout_requirement_school": lambda: twin_requirement(school=make_school()),
        "rollout_requirement_one_layer": lambda: requirement(school_type="02", school=make_school()),
        "rollout_requirement_per": lambda: requirement(per=0),
        "rollout_requirement_percent": lambda: requirement(percent=101),
        "rollout_requirement_weight": lambda: requirement(weight=0),
        "rollout_requirement_heads_given": lambda: requirement(measure="devices_per_head", head="pupils"),
        "rollout_requirement_quantity_given": lambda: requirement(measure="devices_flat"),
        "rollout_requirement_whole_given": lambda: requirement(measure="share", percent=50),
        "rollout_requirement_percent_given": lambda: requirement(measure="tested"),
        "rollout_requirement_trade_given": lambda: requirement(measure="trade_live"),
        "rollout_requirement_amount_given": lambda: requirement(measure="minimum"),
        "hooks_webhookdelivery_once": lambda: (
            lambda one: [one, WebhookDelivery(webhook=one.webhook, act=one.act, next_at=NOW)]
        )(delivery(next_at=NOW)),
        "hooks_webhookdelivery_waiting_has_time": delivery,
        "api_answeredrequest_key": lambda: [
            AnsweredRequest(user=user, key="k", fingerprint="f", created_at=NOW) for user in [make_user("x")] * 2
        ],
        "rollout_requirement_grace": lambda: requirement(grace_months=0),
        "rollout_waiver_valid_period": lambda: waiver(**period),
        "rollout_waiver_recorded_period": lambda: waiver(**backwards),
        "rollout_waiver_one_open": lambda: waiver(),
        "rollout_waiver_one_per_day": lambda: waiver(valid_from=DAY, valid_until=date(2030, 1, 1)),
        "rollout_attainment_valid_period": lambda: attainment(**period),
        "rollout_attainment_recorded_period": lambda: attainment(**backwards),
        "rollout_attainment_one_open": lambda: attainment(),
        "rollout_attainment_one_per_day": lambda: attainment(valid_from=DAY, valid_until=date(2030, 1, 1)),
        **of_funding(),
        **of_costs(),
        **of_inventory(),
        **of_works(),
        **of_lending(),
        **of_retirement(),
        **of_repair(),
        **of_publications(),
    }


def _saved_but_last(made: Made) -> models.Model:
    *first, broken = made if isinstance(made, list) else [made]
    for row in first:
        row.save()
    return broken


@pytest.mark.parametrize("name", violations())
def test_database_refuses(name: str) -> None:
    broken = _saved_but_last(violations()[name]())
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        broken.save()
    # SQLite names the columns of a broken unique constraint, not the constraint.
    if connection.vendor == "postgresql" or "CHECK" in str(error.value):
        assert name in str(error.value)


def test_every_declared_constraint_is_in_the_table() -> None:
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
    declared = {constraint.name for model in ours for constraint in model._meta.constraints}
    assert declared == set(violations())


def overlaps() -> dict[str, Any]:
    """Constraint name → rows of one owner, the last of which holds on days of another one."""

    def state() -> DeviceState:
        device = make_device(school=make_school())
        return DeviceState(**recorded(device=device, status="in_stock", **CLOSED))

    def headcount() -> Headcount:
        school = make_school()
        make_headcount(school, on=DAY, pupils=3)
        return Headcount(**recorded(school=school, pupils=4, **CLOSED))

    def of_a_key(model: Any, **fields: Any) -> list[Any]:
        school = make_school()
        days = ({"valid_from": DAY}, CLOSED)
        return [model(**recorded(school=school, key="x", **fields, **period)) for period in days]

    return {
        "schools_headcount_no_overlap": headcount,
        "inventory_devicestate_no_overlap": state,
        "inventory_handout_no_overlap": lambda: hand_outs(**CLOSED),
        "rollout_projectstate_no_overlap": lambda: ProjectState(
            **recorded(project=make_project(make_school()), status="surveyed", **CLOSED)
        ),
        "rollout_attainment_no_overlap": lambda: of_a_key(Attainment),
        "rollout_waiver_no_overlap": lambda: of_a_key(Waiver, reason="x"),
        "rollout_milestonestate_no_overlap": lambda: milestone_states(**CLOSED),
        "rollout_projectroomstate_no_overlap": lambda: room_states(**CLOSED),
    }


@on_postgresql
@pytest.mark.parametrize("name", overlaps())
def test_believed_periods_never_overlap(name: str) -> None:
    broken = _saved_but_last(overlaps()[name]())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        broken.save()


@on_postgresql
def test_every_exclusion_is_in_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'x'")
        assert {name for (name,) in cursor.fetchall()} == set(overlaps())

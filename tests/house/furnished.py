"""The world of the guards with more in it, and with a marker in every field (``tests/house/markers.py``)."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from api.models import AnsweredRequest
from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from costs.models import CostEntry, CostPart
from funding.models import Drawdown, GrantNotice, ProgrammeSchool
from hooks.models import Webhook, WebhookDelivery
from imports.enums import FindingKind, Outcome
from imports.models import Finding, ImportBatch, ImportRow
from inventory.models import Device, DeviceModel, DeviceTest, OrderLine, Scan
from inventory.services import change_devices
from rollout.enums import ProjectStatus
from rollout.models import Attainment, ConstructionProject, ProjectRoom, ProjectRoomState
from schools.enums import Role, RoomKind, Trade
from schools.models import ApiToken, Building, Invitation, Room, School, SchoolAlias, Site, SiteUse
from tests.factories import DAY, make_device, make_headcount
from tests.house.markers import MONEY, NUMBERS, marker, plant
from tests.house.world import World


def furnish(world: World) -> World:
    """More records in both schools, a device that moved from each to the other, then the markers."""
    by = Actor(world.cast["it_staff"])
    sides = (("own", world.own, world.things), ("oth", world.other, world.others))
    shared = _shared_site(world, by)
    for side, school, things in sides:
        _add(side, school, things, by)
    moved = [_moved(world.own, world.other, by), _moved(world.other, world.own, by)]
    for side, school, _things in sides:
        plant(side, school.pk)
    for (side, school, _things), device in zip(sides, reversed(moved), strict=True):
        _number(side, school)
        Device.objects.filter(pk=device.pk).update(
            serial=f"M{device.pk}", asset_tag=f"T{device.pk}", mdm_id="", price=None
        )
    Site.objects.filter(pk=shared.pk).update(name="Gemeinsam", street="Weg 1", town="Lindenfurt")
    Building.objects.filter(site=shared).update(name="Halle")
    ConstructionProject.objects.filter(site=shared).update(title="Halle", reason="", contractor="")
    _authority()
    _scans()
    _name(world.cast["school_admin"], "own")
    _name(world.cast["foreign_admin"], "oth")
    return world


def _shared_site(world: World, by: Actor) -> Site:
    """Everybody there may know the place, its buildings and the works, but not who else is there."""
    site = Site.objects.create(name="Gemeinsam", postcode="46001")
    building = Building.objects.create(site=site, name="Halle")
    act = open_act(by, "project.create")
    project = ConstructionProject.objects.create(site=site, trade=Trade.LAN, status=ProjectStatus.PLANNED, since=DAY)
    for school in (world.own, world.other):
        SiteUse.objects.create(site=site, school=school)
        room = Room.objects.create(building=building, school=school, name=f"H {school.pk}", kind=RoomKind.CLASSROOM)
        covered = ProjectRoom.objects.create(project=project, room=room)
        ProjectRoomState.objects.create(covered=covered, is_done=False, **_fact(act))
    return site


def _add(side: str, school: School, things: dict[str, dict[str, Any]], by: Actor) -> None:
    make_headcount(school, pupils=NUMBERS[side]["pupils"], teachers=12, classes=8)
    SchoolAlias.objects.create(school=school, text=side, key=side)
    now = timezone.now()
    person = User.objects.get(memberships__school=school, memberships__role=Role.SCHOOL_ADMIN, username__regex="^[sf]")
    ApiToken.objects.create(user=person, name=side, digest=side, created_at=now)
    Invitation.objects.create(
        email=f"{side}@schule.example",
        role=Role.SCHOOL_READER,
        school=school,
        digest=side,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    act = _act(side, school, things, by)
    hook = Webhook.objects.create(name=side, user=by.user, url="https://example.org/", secret="x" * 40, created_at=now)
    WebhookDelivery.objects.create(webhook=hook, act=act, body={}, next_at=now)
    _rows(side, things)
    _facts(school, things, act)
    AnsweredRequest.objects.create(user=person, key=side, fingerprint=side, created_at=now)


def _facts(school: School, things: dict[str, dict[str, Any]], act: Act) -> None:
    Attainment.objects.create(school=school, key="media_concept", is_met=True, **_fact(act))
    DeviceTest.objects.create(device_id=things["device"]["pk"], valid_until=date(2025, 3, 1), **_fact(act))


def _fact(act: Act) -> dict[str, Any]:
    return {"act": act, "recorded_at": act.at, "valid_from": DAY}


def _act(side: str, school: School, things: dict[str, dict[str, Any]], by: Actor) -> Act:
    act = open_act(by, "device.change", subject=marker(side, "act_subject"), reason=marker(side, "act_reason"))
    changes = {"note": [marker(side, "entry_old"), marker(side, "entry_new")], "price": ["", NUMBERS[side]["price"]]}
    log_records(act, Device, [Record(things["device"]["pk"], marker(side, "entry_label"), school.pk, changes)])
    return act


def _rows(side: str, things: dict[str, dict[str, Any]]) -> None:
    batch, device = ImportBatch.objects.get(**things["batch"]), Device.objects.get(**things["device"])
    ImportRow.objects.create(
        batch=batch, position=1, sheet=side, number=2, outcome=Outcome.CHANGED, label=side, record=device.pk
    )
    Finding.objects.create(batch=batch, kind=next(iter(FindingKind)), device=device, serial=side, text=side)


def _moved(source: School, target: School, by: Actor) -> Device:
    """What ``source`` had until June 2024; ``target`` has it since."""
    device = make_device(school=source)
    change_devices([device], by=by, on=date(2024, 6, 1), school=target)
    return device


def _number(side: str, school: School) -> None:
    Device.objects.filter(school=school).update(price=NUMBERS[side]["price"])
    OrderLine.objects.filter(devices__school=school).update(unit_price=NUMBERS[side]["price"])
    money = MONEY[side]
    ConstructionProject.objects.filter(site__uses__school=school, site__uses__is_main=True).update(
        contract_sum=money["contract_sum"]
    )
    CostEntry.objects.filter(parts__school=school).update(amount=money["cost"], net=money["net"])
    CostPart.objects.filter(school=school).update(amount=money["cost"])


def _scans() -> None:
    words = {"code": marker("aut", "scan_code"), "message": marker("aut", "scan_message")}
    Scan.objects.update(**words, alike=[marker("aut", "scan_alike")])


def _authority() -> None:
    """Amounts of the authority alone."""
    money = MONEY["aut"]
    DeviceModel.objects.update(price=NUMBERS["aut"]["price"])
    GrantNotice.objects.update(amount=money["granted"])
    Drawdown.objects.update(amount=money["drawn"])
    ProgrammeSchool.objects.update(cap=money["cap"])


def _name(person: User | None, side: str) -> None:
    assert person
    User.objects.filter(pk=person.pk).update(
        username=marker(side, "username"),
        first_name=marker(side, "first_name"),
        last_name=marker(side, "last_name"),
        email=f"{marker(side, 'email')}@schule.example",
    )

"""Plain functions that make records for tests, each by the service that makes them for real."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import open_act
from common.parsing import normalise_heading
from inventory.enums import DeviceStatus, Use
from inventory.models import Category, Device, DeviceModel, LabelSheet, Manufacturer, Order
from inventory.services import NewDevice, add_label_sheet, create_devices, create_order
from inventory.services.orders import NewLine
from inventory.services.states import Placed
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject
from rollout.services import NewProject, create_projects
from schools.enums import RoomKind, SchoolType, Trade
from schools.models import Building, Membership, Room, School, Site
from schools.services import Address, HeadcountRow, create_schools, record_headcounts

_numbers = count(1)
DAY = date(2024, 3, 1)


def an_act(channel: str = Channel.COMMAND, user: User | None = None) -> Act:
    """An act to write within; the test's own transaction holds it."""
    with transaction.atomic():
        return open_act(Actor(user, channel), "test")


def make_user(name: str, *, role: str | None = None, school: School | None = None, **extra: Any) -> User:
    user = User.objects.create_user(name, password="geheim", **extra)
    if role:
        Membership.objects.create(user=user, role=role, school=school)
    return user


def make_school(
    name: str = "", *, number: str = "", school_type: str = SchoolType.PRIMARY, street: str = "", **extra: Any
) -> School:
    n = next(_numbers)
    school = School(number=number or f"{100000 + n}", name=name or f"Schule {n}", school_type=school_type, **extra)
    address = Address(street or f"Lindenweg {n}", "46001", "Lindenfurt")
    return create_schools([(school, address)], an_act())[0]


def main_site(school: School) -> Site:
    return school.sites.get(uses__is_main=True)


def make_room(school: School, name: str = "", *, kind: str = RoomKind.CLASSROOM) -> Room:
    building, _new = Building.objects.get_or_create(site=main_site(school), name="Hauptgebäude")
    return Room.objects.create(building=building, school=school, name=name or f"R {next(_numbers)}", kind=kind)


def make_headcount(school: School, *, on: date = date(2023, 10, 15), **numbers: int) -> None:
    record_headcounts([HeadcountRow(school, on, **numbers)], an_act())


def make_model(name: str = "iPad 9", *, manufacturer: str = "Apple", category: str = "tablet") -> DeviceModel:
    maker, _new = Manufacturer.objects.get_or_create(
        key=normalise_heading(manufacturer), defaults={"name": manufacturer}
    )
    model, _new = DeviceModel.objects.get_or_create(
        manufacturer=maker,
        key=normalise_heading(name),
        defaults={"name": name, "category": Category.objects.get(key=category)},
    )
    return model


def make_devices(
    number: int,
    *,
    school: School | None = None,
    model: DeviceModel | None = None,
    status: str = DeviceStatus.IN_SERVICE,
    on: date = DAY,
    room: Room | None = None,
    use: str = Use.PUPILS,
    is_managed: bool | None = None,
    **numbers: str,
) -> list[Device]:
    """``numbers``: ``serial`` and ``asset_tag``, where they matter and it is one device."""
    model = model or make_model()
    placed = Placed(status, school.pk if school else None, room.pk if room else None, use, is_managed)
    new = [
        NewDevice(
            model=model,
            on=on,
            placed=placed,
            **{"serial": f"SN{next(_numbers):06}", "asset_tag": f"OB{next(_numbers):06}"} | numbers,
        )
        for _ in range(number)
    ]
    with transaction.atomic():
        keys = create_devices(new, an_act())
    return list(Device.objects.filter(pk__in=list(keys)).order_by("pk"))


def make_device(**extra: Any) -> Device:
    return make_devices(1, **extra)[0]


def make_project(
    school: School, *, trade: str = Trade.FIBRE, status: str = ProjectStatus.PLANNED, on: date = DAY, reason: str = ""
) -> ConstructionProject:
    (key,) = create_projects([NewProject(main_site(school), trade, status, on, reason=reason)], an_act())
    return ConstructionProject.objects.get(pk=key)


def make_order(*, quantity: int = 3, number: str = "", model: DeviceModel | None = None, on: date = DAY) -> Order:
    return create_order(
        number=number or f"B-{next(_numbers)}",
        supplier="Bürotechnik Nord",
        ordered_on=on,
        lines=[NewLine(model or make_model(), quantity, Decimal("399.00"))],
        by=Actor(None, Channel.COMMAND),
    )


def make_label_sheet(*, by: Actor | None = None, **measures: Any) -> LabelSheet:
    """Two labels side by side on a small sheet, as far as ``measures`` say nothing else."""
    usual = {"page_width": 100, "page_height": 30, "columns": 2, "rows": 1, "label_width": 48, "label_height": 28}
    values = {name: Decimal(value) for name, value in (usual | measures).items() if name != "name"}
    values |= {name: int(values[name]) for name in ("columns", "rows")}
    return add_label_sheet(by=by or Actor(None, Channel.COMMAND), name=measures.get("name", "Klein"), **values)

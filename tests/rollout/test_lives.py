"""Schools whose past was booked in any order and corrected again: every way to read it says the same."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from inventory.enums import DeviceStatus, Use
from inventory.models import Device, DeviceState
from inventory.services import change_devices, correct_state, edit_device, record_tests, withdraw_state
from rollout.completion import CompletionReport, completion, completion_over
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, Requirement, Standard, Waiver
from rollout.services import attain, change_project, end_waiver, grant_waiver, withdraw_waiver
from schools.enums import SchoolType
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_headcount, make_model, make_project, make_school

pytestmark = pytest.mark.django_db
BY = Actor(None, Channel.COMMAND)
LAST = DAY + timedelta(days=200)
CATEGORIES = ("tablet", "laptop", "board", "access_point")


def told(report: CompletionReport) -> list[tuple[object, ...]]:
    return [
        (
            *(one.school.number, one.grade, one.grade_target),
            *(r.key, r.state, r.required, r.actual, r.on_the_way, r.due_on),
            r.waiver and r.waiver.since,
        )
        for one in report.schools
        for r in one.results
    ]


class Town:
    """Three schools, one of which opens later and one closes, and somebody who books without order."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        dates: tuple[dict[str, Any], ...] = (
            {"opened_on": DAY + timedelta(days=40)},
            {"closed_on": DAY + timedelta(days=120)},
            {},
        )
        types = (SchoolType.PRIMARY, SchoolType.GYMNASIUM, SchoolType.PRIMARY)
        self.schools = [make_school(school_type=kind, **some) for kind, some in zip(types, dates, strict=True)]
        self.models = [make_model(f"{name} {n}", category=name) for name in CATEGORIES for n in (1, 2)]
        Requirement.objects.filter(key="teacher_devices").update(grace_months=3)
        for school in self.schools:
            make_project(school, on=self.day())
            make_headcount(school, on=DAY - timedelta(days=100), pupils=20, teachers=6, classes=2)
            for model in self.models:
                make_devices(2, school=school, model=model, on=self.day())
        self._ask_more_from(DAY + timedelta(days=90))

    def _ask_more_from(self, day: date) -> None:
        """The next version of the standard: a device for every second pupil, and no media concept."""
        lines = list(Requirement.objects.exclude(key="media_concept"))
        later = Standard.objects.create(name="Standard 2", valid_from=day)
        for line in lines:
            categories = list(line.categories.all())
            line.pk, line.standard = None, later
            line._state.adding = True
            line.per = line.per and 2
            line.save()
            line.categories.add(*categories)

    def day(self) -> date:
        return DAY + timedelta(days=self.chance.randrange(200))

    def live(self, acts: int) -> list[datetime]:
        """Returns instants between the acts."""
        choices: list[Callable[[], object]] = [
            *(self.buy, self.change, self.change, self.correct, self.withdraw, self.check, self.remodel),
            *(self.count, self.build, self.attain, self.waive, self.end),
        ]
        instants = []
        for number in range(acts):
            with suppress(ValidationError):  # what is forbidden leaves the past as it was
                self.chance.choice(choices)()
            if number % 25 == 24:
                instants.append(timezone.now())
        return instants

    def devices(self) -> list[Device]:
        found = list(Device.objects.order_by("pk"))
        return self.chance.sample(found, 2)

    def state(self) -> DeviceState:
        return self.chance.choice(DeviceState.objects.known().order_by("pk"))

    def buy(self) -> None:
        status = self.chance.choice([DeviceStatus.ORDERED, DeviceStatus.DELIVERED, DeviceStatus.IN_SERVICE])
        make_devices(
            self.chance.randrange(1, 6),
            school=self.chance.choice(self.schools),
            model=self.chance.choice(self.models),
            status=status,
            on=self.day(),
            use=self.chance.choice([Use.PUPILS, Use.TEACHERS, ""]),
            is_managed=self.chance.choice([True, False, None]),
        )

    def change(self) -> None:
        chosen: dict[str, Any] = {
            "status": self.chance.choice([DeviceStatus.IN_SERVICE, DeviceStatus.IN_REPAIR, DeviceStatus.LOST]),
            "school": self.chance.choice(self.schools),
            "use": self.chance.choice([Use.PUPILS, Use.TEACHERS]),
        }
        some = dict(self.chance.sample(sorted(chosen.items(), key=lambda pair: pair[0]), 1))
        change_devices(self.devices(), on=self.day(), by=BY, **some)

    def correct(self) -> None:
        on = self.chance.choice([None, self.day()])
        correct_state(self.state(), by=BY, on=on, school=self.chance.choice(self.schools))

    def withdraw(self) -> None:
        withdraw_state(self.state(), by=BY)

    def check(self) -> None:
        """Twice within the months for which a test holds."""
        testable = Device.objects.filter(model__category__test_interval_months__isnull=False).order_by("pk")
        for _time in range(2):
            record_tests({device.pk: self.day() for device in testable[:12]}, an_act())

    def remodel(self) -> None:
        for device in self.devices()[:1]:
            edit_device(device, by=BY, model=self.chance.choice(self.models))

    def count(self) -> None:
        numbers = {name: self.chance.randrange(1, 40) for name in ("pupils", "teachers", "classes")}
        make_headcount(self.chance.choice(self.schools), on=self.day(), **numbers)

    def build(self) -> None:
        projects = list(ConstructionProject.objects.order_by("pk"))
        project = self.chance.choice(projects)
        change_project(project, status=self.chance.choice([*ProjectStatus]), on=self.day(), by=BY)

    def attain(self) -> None:
        value = Decimal(self.chance.randrange(100, 2000))
        attain(self.chance.choice(self.schools), "bandwidth", value=value, on=self.day(), by=BY)

    def waive(self) -> None:
        key = self.chance.choice(["pupil_devices", "bandwidth", "presentation"])
        last = self.chance.choice([None, self.day()])
        grant_waiver(self.chance.choice(self.schools), key, on=self.day(), last_day=last, reason="Neubau", by=BY)

    def end(self) -> None:
        waivers = [*Waiver.objects.known().order_by("pk")]
        if waivers and self.chance.random() < 0.5:
            end_waiver(self.chance.choice(waivers), last_day=self.day(), by=BY)
        elif waivers:
            withdraw_waiver(self.chance.choice(waivers), by=BY)


@pytest.mark.parametrize("seed", range(2))
def test_past_reads_the_same_in_every_way(seed: int) -> None:
    town = Town(seed)
    instants = town.live(75)
    days = [DAY - timedelta(days=5) + timedelta(days=number) for number in range(0, 215, 19)]
    now = timezone.now()
    for known_at in (None, now, *instants):
        single = [told(completion(day, known_at)) for day in days]
        assert [told(one) for one in completion_over(days, known_at)] == single
        if known_at == now:
            assert single == [told(completion(day)) for day in days]
    for school in town.schools:
        alone = School.objects.filter(pk=school.pk)
        assert [told(one) for one in completion_over(days, instants[0], alone)] == [
            told(completion(day, instants[0], alone)) for day in days
        ]

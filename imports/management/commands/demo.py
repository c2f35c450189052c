"""``manage.py demo``: a fictional city, made as workbooks and taken in through the import."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from imports.demo.city import FULL
from imports.demo.loading import DemoRefused, load_demo
from imports.demo.logins import IT_STAFF, create_others, create_staff, write_logins
from imports.demo.names import CITY
from imports.demo.planning import Demo, plan_demo
from schools.enums import SchoolType
from schools.models import School


class Command(BaseCommand):
    help = "Fills an empty installation with a fictional city of 46 schools and about 15,000 devices."
    stealth_options = ("size",)

    def handle(self, *args: Any, **options: Any) -> None:
        if School.objects.exists():
            raise CommandError("There are schools already. The demo city is only made in an empty installation.")
        if User.objects.filter(username__in=[IT_STAFF.user, "admin"]).exists():
            raise CommandError("The demo users exist already. The demo city is only made in an empty installation.")
        started = time.monotonic()
        folder = settings.DATA_DIR / "demo"
        folder.mkdir(mode=0o700, exist_ok=True)
        with self._step("plan of the city"):
            demo = plan_demo(timezone.localdate(), options.get("size") or FULL)
        try:
            # All or nothing: half a city could neither be used nor be made anew.
            with transaction.atomic():
                with self._step("users"):
                    staff = create_staff()
                load_demo(demo, folder, staff, self._step)
                with self._step("committee reports"):
                    # by name: reports lie beside imports, and neither imports the other
                    call_command("demo_reports", by=staff.manager.username)
                logins = create_others(_school_of_admin(demo))
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        write_logins(logins, settings.DATA_DIR / "demo-logins.json")
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{CITY}: {len(demo.city.schools)} schools, {len(demo.devices)} devices, {len(demo.works.projects)} "
            f"construction projects in {seconds:.1f} s. The workbooks lie in {folder}."
        )

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.stdout.write(f"  {name:<28} {time.monotonic() - started:5.1f} s")
        self.stdout.flush()


def _school_of_admin(demo: Demo) -> School:
    """A school where much is going on: the first comprehensive school."""
    kinds = (SchoolType.COMPREHENSIVE, SchoolType.GYMNASIUM, SchoolType.PRIMARY)
    plan = next(school for kind in kinds for school in demo.city.schools if school.school_type == kind)
    return School.objects.get(number=plan.number)

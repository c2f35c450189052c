"""``manage.py create_user NAME --role ROLE [--school NUMBER]``: a person with a role."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.enums import SCHOOL_ROLES, Role
from schools.management.prompts import ask_password, refuse_taken
from schools.models import School
from schools.people import create_person


class Command(BaseCommand):
    help = "Creates a user with a role; the password is asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--school", metavar="NUMBER", help="six digits; needed for roles of a school")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        school = self._school(options["role"], options["school"])
        person = User(username=options["name"], email=options["email"])
        refuse_taken(person)
        password = ask_password(person, self.stderr.write)
        try:
            create_person(
                person,
                options["role"],
                password=password,
                by=Actor(None, Channel.COMMAND, "create_user"),
                school=school,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{person.username}: {Role(options['role']).label}")

    def _school(self, role: str, number: str | None) -> School | None:
        if role not in SCHOOL_ROLES:
            return None
        school = School.objects.filter(number=number or "").first()
        if school is None:
            text = _("The role “%(role)s” needs --school with the number of a school in the inventory.")
            raise CommandError(text % {"role": role})
        return school

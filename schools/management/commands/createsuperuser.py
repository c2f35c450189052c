"""``manage.py createsuperuser``: Django's command, with an entry in the audit trail."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.enums import Role
from schools.management.prompts import ask_name, ask_password, refuse_taken, weakness
from schools.people import create_superuser


class Command(BaseCommand):
    help = (
        "Creates a person who is an administrator for good, whatever roles they have. Where the options are missing, "
        "name and address are those in DJANGO_SUPERUSER_USERNAME and DJANGO_SUPERUSER_EMAIL, with --noinput also the "
        "password in DJANGO_SUPERUSER_PASSWORD."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default=os.environ.get("DJANGO_SUPERUSER_USERNAME", ""))
        parser.add_argument("--email", default=os.environ.get("DJANGO_SUPERUSER_EMAIL", ""))
        parser.add_argument("--noinput", "--no-input", action="store_false", dest="interactive", help="ask for nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        interactive = options["interactive"]
        name = options["username"] or (ask_name() if interactive else "")
        if not name:
            raise CommandError(_("Name the person by --username."))
        person = User(username=name, email=options["email"])
        refuse_taken(person)
        password = ask_password(person, self.stderr.write) if interactive else _password_given(person)
        try:
            create_superuser(person, password=password, by=Actor(None, Channel.COMMAND, "createsuperuser"))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{person.username}: {Role.ADMINISTRATOR.label}")


def _password_given(person: User) -> str | None:
    """``None``: whoever has none given sets one later, by ``changepassword``."""
    password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
    if password and (problem := weakness(password, person)):
        raise CommandError(problem)
    return password or None

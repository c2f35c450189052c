"""``manage.py changepassword USER``: Django's command, with an entry in the audit trail."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.management.prompts import ask_password
from schools.sign_ins import change_password


class Command(BaseCommand):
    help = "Gives a person another password, which is asked for, and ends their sessions. Make sure who is asking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": options["username"]})
        password = ask_password(person, self.stderr.write)
        try:
            change_password(person, password, by=Actor(None, Channel.COMMAND, "changepassword"))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("The password was changed."))

"""``manage.py reset_second_factor USER``: for somebody who has lost phone, passkeys and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.sign_ins import reset_second_factors


class Command(BaseCommand):
    help = "Forgets all second factors of a person and ends their sessions. Make sure first who is asking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        count = reset_second_factors(user, by=Actor(None, Channel.COMMAND, "reset_second_factor"))
        self.stdout.write(f"{count} second factors forgotten.")

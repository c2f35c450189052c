"""``manage.py create_token USER NAME [--expires DAY]``: prints a token for the REST interface, once."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.tokens import create_token


class Command(BaseCommand):
    help = "Creates a token for the REST interface and prints it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="whose rights the token has")
        parser.add_argument("name", help="what it is for, e.g. 'monitoring'")
        parser.add_argument("--expires", type=date.fromisoformat, metavar="YYYY-MM-DD", help="first day without it")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        day = options["expires"]
        expires_at = timezone.make_aware(datetime.combine(day, time.min)) if day else None
        try:
            _token, plain = create_token(
                user, options["name"], by=Actor(None, Channel.COMMAND, "create_token"), expires_at=expires_at
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(plain)

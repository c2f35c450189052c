"""``manage.py demo_reports --by USER``: reports to the committee for the demo city; ``manage.py demo`` calls it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from reports.demo_reports import publish_demo_reports


class Command(BaseCommand):
    help = "Publish the committee reports of the demo city, and begin the next one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, help="name of the user who publishes them")

    def handle(self, *args: Any, **options: Any) -> None:
        by = Actor(User.objects.get(username=options["by"]), Channel.SETUP, "demo")
        with translation.override("de"):
            publish_demo_reports(by, today=timezone.localdate())

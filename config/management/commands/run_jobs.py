"""``manage.py run_jobs``: webhooks and what has to be cleaned up, until it is told to end."""

import logging
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from config.jobs import Rounds

logger = logging.getLogger(__name__)
#: Seconds between two rounds.
PAUSE = 2.0


class Command(BaseCommand):
    help = "Send webhooks and delete what is kept no longer, again and again (config/jobs.py). “make run” starts it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        rounds = Rounds()
        if options["once"]:
            for name in rounds.run(timezone.now()):
                self.stdout.write(name)
            return
        end = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _signal, _frame: end.set())
        while not end.is_set():
            self._round(rounds)
            end.wait(PAUSE)

    def _round(self, rounds: Rounds) -> None:
        """A database that is away for a while ends nothing."""
        close_old_connections()
        try:
            rounds.run(timezone.now())
        except DatabaseError:
            logger.exception("The database cannot be asked.")

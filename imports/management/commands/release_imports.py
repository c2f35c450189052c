"""Let imports go on that a worker left unfinished; ``make run`` does so before each start of the worker."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from imports.services import release_interrupted


class Command(BaseCommand):
    help = "Release imports whose worker has ended in the middle. Only while no worker runs."

    def handle(self, *args: Any, **options: Any) -> None:
        count = release_interrupted()
        if count:
            self.stdout.write(
                ngettext(
                    "%(count)d interrupted task was released.", "%(count)d interrupted tasks were released.", count
                )
                % {"count": count}
            )

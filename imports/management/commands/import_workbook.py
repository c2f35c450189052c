"""Take a workbook in from the command line; see ``--help`` and docs for exit codes."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import Workbook
from imports.enums import KindName, Mode
from imports.options import Options
from imports.recognition import UnusableTable, find_table
from imports.reporting import as_text
from imports.services import plan_workbook, take_batch, upload_batch
from inventory.enums import DeviceStatus

TAKEN, REJECTED, UNUSABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Take a workbook in. Exit 0: everything taken; 1: rows rejected (mode valid: the good ones are in, "
        "mode all: nothing is); 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=["auto", *KindName.values], default="auto")
        parser.add_argument("--sheet", default="", help="name of the sheet; default: the one that fits best")
        parser.add_argument("--mode", choices=Mode.values, default=Mode.ALL.value)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--create-missing", action="store_true", help="create unknown models and rooms")
        parser.add_argument("--authority", default="", help="schools: only those of this authority number")
        parser.add_argument("--on", type=date.fromisoformat, help="day of facts without a date (default: today)")
        parser.add_argument("--status", choices=DeviceStatus.values, default="", help="status of devices without one")
        parser.add_argument("--by", default="", help="user name of the person who imports")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        by = _actor(options["by"])
        chosen = Options(
            mode=options["mode"],
            sheet=options["sheet"],
            authority=options["authority"],
            status=options["status"],
            on=options["on"],
            create_missing=options["create_missing"],
        )
        kind = "" if options["kind"] == "auto" else options["kind"]
        try:
            book = read_workbook(path)
            result = _tried(book, kind, chosen) if options["dry_run"] else _taken(path, book, kind, chosen, by)
        except (SheetError, UnusableTable) as error:
            self._say(
                {"batch": None, "kind": kind or None, "error": {"code": error.code, "message": error.message}},
                **options,
            )
            raise SystemExit(UNUSABLE) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._say(result, **options)
        if result["rejected"]:
            raise SystemExit(REJECTED)

    def _say(self, result: dict[str, Any], **options: Any) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(as_text(result, options["file"].name))


def _tried(book: Workbook, kind: str, options: Options) -> dict[str, Any]:
    _kind, plan = plan_workbook(book, kind=kind, options=options)
    return {"batch": None, "status": "dry_run", **plan.summary()}


def _taken(path: Path, book: Workbook, kind: str, options: Options, by: Actor) -> dict[str, Any]:
    find_table(book, kind, options.sheet)  # a file without a usable table leaves no batch behind
    with path.open("rb") as file:
        batch = upload_batch(file, name=path.name, by=by, kind=kind, options=options)
    batch = take_batch(batch, by=by, book=book)
    return {"batch": batch.pk, "status": batch.status, **batch.summary}


def _actor(name: str) -> Actor:
    """The named person; without a name the command acts by itself."""
    if not name:
        return Actor(None, Channel.COMMAND)
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no user “%(name)s”.") % {"name": name})
    return Actor(user, Channel.IMPORT)

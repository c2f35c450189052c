"""Take a workbook in from the command line; see ``--help`` and docs for exit codes."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import Workbook
from imports.enums import KindName, Mode, Outcome
from imports.marking import mark_plan
from imports.options import Options
from imports.preview import Plan
from imports.profiles import profile_named, read_table
from imports.recognition import UnusableTable
from imports.reporting import as_text
from imports.services import plan_workbook, take_planned, upload_batch
from inventory.enums import DeviceStatus
from schools.access import Right, has_right

TAKEN, REJECTED, UNUSABLE = 0, 1, 2


class _Refused(Exception):
    """An option that cannot be used; ``message`` is for the person at the terminal."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Command(BaseCommand):
    help = (
        "Take a workbook in. Exit 0: everything taken; 1: rows rejected (mode valid: the good ones are in, "
        "mode all: nothing is); 2: the file or an option cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", default="auto", help=", ".join(["auto (default)", *KindName.values]))
        parser.add_argument("--sheet", default="", help="name of the sheet; default: the one that fits best")
        parser.add_argument(
            "--header-row",
            type=int,
            default=0,
            metavar="N",
            help="row with the headings; default: the one that fits best",
        )
        parser.add_argument(
            "--mode", default=Mode.ALL.value, help="all (default): all rows or none; valid: the good rows"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--create-missing", action="store_true", help="create unknown models and rooms")
        parser.add_argument("--authority", default="", help="schools: only those of this authority number")
        parser.add_argument("--on", default="", help="day of facts without a date, as in 2025-12-31 (default: today)")
        parser.add_argument("--status", default="", help="status of devices without one, as in in_stock")
        parser.add_argument(
            "--profile", default="", help="name of the profile to read it with (default: by its headings)"
        )
        parser.add_argument(
            "--errors",
            type=Path,
            metavar="OUT.xlsx",
            help="where rows are rejected: the workbook with their cells marked",
        )
        parser.add_argument("--by", default="", help="user name of the person who imports")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            by, kind, chosen = _actor(options["by"]), _kind(options["kind"]), _chosen(options)
            book = read_workbook(path)
            found = _tried(book, kind, chosen) if options["dry_run"] else _taken(path, book, kind, chosen, by)
            result = found[0] | _marked(found[1], path, options["errors"])
        except (SheetError, UnusableTable, _Refused) as error:
            self._say(_nothing(options["kind"], error.code, error.message), **options)
            raise SystemExit(UNUSABLE) from error
        except ValidationError as error:
            self._say(_nothing(options["kind"], getattr(error, "code", ""), " ".join(error.messages)), **options)
            raise SystemExit(UNUSABLE) from error
        self._say(result, **options)
        if result["rejected"] or result["ambiguous"]:
            raise SystemExit(REJECTED)

    def _say(self, result: dict[str, Any], **options: Any) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(as_text(result, options["file"].name))


def _tried(book: Workbook, kind: str, options: Options) -> tuple[dict[str, Any], Plan | None]:
    _kind, plan = plan_workbook(book, kind=kind, options=options)
    return {"batch": None, "status": "dry_run", **plan.summary()}, plan


def _taken(path: Path, book: Workbook, kind: str, options: Options, by: Actor) -> tuple[dict[str, Any], Plan | None]:
    read_table(book, kind=kind, options=options)  # a file without a usable table leaves no batch behind
    with path.open("rb") as file:
        batch = upload_batch(file, name=path.name, by=by, kind=kind, options=options)
    batch, plan = take_planned(batch, by=by, book=book)
    summary = batch.summary
    if plan and (summary["problems_left_out"] or summary["unknown_left_out"]):
        summary = summary | plan.summary() | {"unknown_left_out": 0}  # the batch keeps less than the plan knows
    return {"batch": batch.pk, "status": batch.status, **summary}, plan


def _marked(plan: Plan | None, path: Path, out: Path | None) -> dict[str, Any]:
    """The workbook with its problems marked, where it was asked for and there are any."""
    if out is None or plan is None or plan.is_complete:
        return {}
    is_whole = mark_plan(plan, path, out)
    return {"errors": {"file": str(out), "is_whole": is_whole}}


def _nothing(kind: str, code: str | None, message: str) -> dict[str, Any]:
    """The result of a call that came to nothing, with all keys of any other."""
    return {
        "batch": None,
        "status": "unusable",
        "kind": kind if kind in KindName.values else None,
        "sheet": None,
        "header_row": None,
        **dict.fromkeys(map(str, Outcome), 0),
        "mapping": {},
        "problems": [],
        "unknown": [],
        "notes": [],
        "questions": [],
        "absent": [],
        "absent_count": 0,
        "error": {"code": code or "invalid", "message": message},
    }


def _actor(name: str) -> Actor:
    """The named person; without a name the command acts by itself."""
    if not name:
        return Actor(None, Channel.COMMAND, "import_workbook")
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise _Refused("unknown_user", _("There is no user “%(name)s”.") % {"name": name})
    if not has_right(user, Right.IMPORT):
        raise _Refused("forbidden", _("The user “%(name)s” may not import.") % {"name": name})
    return Actor(user, Channel.IMPORT, "import_workbook")


def _kind(name: str) -> str:
    return "" if name == "auto" else _one_of("--kind", name, ["auto", *KindName.values])


def _chosen(given: dict[str, Any]) -> Options:
    return Options(
        mode=_one_of("--mode", given["mode"], Mode.values),
        sheet=given["sheet"],
        header_row=_row(given["header_row"]),
        authority=given["authority"],
        status=_one_of("--status", given["status"], DeviceStatus.values) if given["status"] else "",
        on=_day(given["on"]),
        create_missing=given["create_missing"],
        profile=profile_named(given["profile"]).pk if given["profile"] else None,
    )


def _one_of(option: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        message = _("%(option)s cannot be “%(value)s”. Possible are: %(choices)s.")
        raise _Refused("option", message % {"option": option, "value": value, "choices": ", ".join(allowed)})
    return value


def _row(number: int) -> int:
    if number < 0:
        message = _("--header-row cannot be “%(value)s”. Write the number of the row as Excel shows it.")
        raise _Refused("option", message % {"value": number})
    return number


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        message = _("--on cannot be “%(value)s”. Write the day as in 2025-12-31.")
        raise _Refused("option", message % {"value": text}) from error

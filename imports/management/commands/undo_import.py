"""Undo an import from the command line; see ``--help`` for exit codes."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from imports.models import ImportBatch
from imports.undo import preview_undo, undo_batch
from schools.access import Right, has_right

ALL_REVERSED, SOME_KEPT, IMPOSSIBLE = 0, 1, 2
#: What a call that came to nothing answers, with all keys of any other.
_NOTHING: Mapping[str, Any] = {"reversed": 0, "kept": 0, "failed": 0, "kinds": [], "kept_rows": [], "failed_rows": []}


class Command(BaseCommand):
    help = (
        "Undo an import. Exit 0: everything reversed; 1: something was kept, because somebody changed it since or "
        "still needs it; 2: this import cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int, help="number of the import")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--by", default="", help="user name of the person who undoes it")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["batch"]
        try:
            by, batch = _actor(options["by"]), _batch(number)
            done = preview_undo(batch) if options["dry_run"] else undo_batch(batch, by=by).undo
        except ValidationError as error:
            message, code = " ".join(error.messages), getattr(error, "code", None) or "invalid"
            result = {"batch": number, **_NOTHING, "error": {"code": code, "message": message}}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) if options["json"] else message)
            raise SystemExit(IMPOSSIBLE) from error
        result = {"batch": number, "status": "dry_run" if options["dry_run"] else "undone", **done}
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) if options["json"] else _as_text(result))
        if result["kept"] or result["failed"]:
            raise SystemExit(SOME_KEPT)


def _batch(number: int) -> ImportBatch:
    found: ImportBatch | None = ImportBatch.objects.filter(pk=number).first()
    if found is None:
        raise ValidationError(_("There is no import %(number)d.") % {"number": number}, "unknown_batch")
    return found


def _actor(name: str) -> Actor:
    """The named person; without a name the command acts by itself."""
    if not name:
        return Actor(None, Channel.COMMAND, "undo_import")
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise ValidationError(_("There is no user “%(name)s”.") % {"name": name}, "unknown_user")
    if not has_right(user, Right.UNDO):
        raise ValidationError(_("The user “%(name)s” may not undo imports.") % {"name": name}, "forbidden")
    return Actor(user, Channel.COMMAND, "undo_import")


def _as_text(result: Mapping[str, Any]) -> str:
    lines = [
        _("Import %(batch)d: %(reversed)d records reversed, %(kept)d kept, %(failed)d failed.") % result,
        *_stays(_("Kept:"), result["kept_rows"]),
        *_stays(_("Failed:"), result["failed_rows"]),
    ]
    if result["status"] == "dry_run":
        lines.append(_("Only tried: nothing was written."))
    return "\n".join(lines)


def _stays(title: str, rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for number, row in enumerate(rows):
        if number == 0:
            yield title
        kind = apps.get_model(row["kind"])._meta.verbose_name
        since = parse_datetime(row["at"]) if row["at"] else None
        when = date_format(localtime(since), "SHORT_DATETIME_FORMAT") if since else ""
        who = ", ".join(filter(None, [row["by"], when]))
        yield f"  {kind} {row['label']}: {row['reason']}" + (f" ({who})" if who else "")

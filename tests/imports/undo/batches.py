"""Workbooks for imports that are undone, and what undoing says."""

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from imports.models import ImportBatch
from imports.undo import preview_undo, undo_batch
from tests.factories import DAY

HEADER = ["Inventarnummer", "Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule", "Raum", "Preis"]
LATER = date(2024, 9, 1)
Take = Callable[..., ImportBatch]


def row(tag: str = "OB1", *, serial: str = "", status: str = "im Einsatz", on: date = DAY, **extra: Any) -> list[Any]:
    place = {"school": "Lindenschule", "room": None, "price": None} | extra
    return [tag, serial or f"S{tag}", "Apple", "iPad 9", status, on, *place.values()]


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """``undo_import --json``: exit code and result."""
    out = StringIO()
    try:
        call_command("undo_import", *arguments, "--json", stdout=out)
    except SystemExit as error:
        return int(error.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def taken_by(act: Act) -> ImportBatch:
    """A batch that says to have written what ``act`` wrote."""
    return ImportBatch.objects.create(name="a.xlsx", size=1, created_at=timezone.now(), status="taken", act=act)


def undone(batch: ImportBatch) -> tuple[int, int, int]:
    """Reversed, kept, failed; the preview has said the same."""
    expected = preview_undo(batch)
    result = undo_batch(batch, by=Actor(None, Channel.COMMAND)).undo
    assert result == expected
    return result["reversed"], result["kept"], result["failed"]

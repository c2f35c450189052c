"""Exported lists that are edited and come back."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from openpyxl import load_workbook

from audit.actor import Actor
from costs.models import CostPart
from imports import services
from imports.models import ImportBatch
from inventory.models import DeviceModel
from reports.lists import write_list
from rollout.models import ConstructionProject, ProjectState
from schools.enums import Trade
from schools.models import Headcount, Room, School
from tests.factories import main_site, make_model
from tests.imports.workbooks import Result, import_file

COUNTED = date(2023, 10, 15)
Make = Callable[..., "Listed"]


def records_of(name: str, day: date) -> Any:
    return {
        "schools": School.objects.all,
        "rooms": Room.objects.all,
        "headcounts": lambda: Headcount.objects.as_of(day),
        "models": DeviceModel.objects.all,
        "projects": lambda: ProjectState.objects.as_of(day),
        "costs": lambda: CostPart.objects.as_of(day),
    }[name]()


class Listed:
    """An exported list, in which cells are edited by the key of their record and their heading."""

    def __init__(self, path: Path, name: str, day: date | None = None, **options: Any) -> None:
        self.path, self.name = path, name
        day = day or timezone.localdate()
        write_list(path, name, records_of(name, day), as_of=day, **options)

    def edit(self, *edits: tuple[Any, str, Any]) -> "Listed":
        book = load_workbook(self.path)
        page = book.active
        headings = [cell.value for cell in page[1]]
        at = headings.index("_id") + 1
        rows = {page.cell(row, at).value: row for row in range(2, page.max_row + 1)}
        for record, heading, value in edits:
            page.cell(rows[record.pk], headings.index(heading) + 1).value = value
        book.save(self.path)
        return self

    def without(self, *headings: str) -> "Listed":
        book = load_workbook(self.path)
        page = book.active
        for heading in headings:
            page.delete_cols([cell.value for cell in page[1]].index(heading) + 1)
        book.save(self.path)
        return self

    def add(self, **cells: Any) -> "Listed":
        book = load_workbook(self.path)
        page = book.active
        page.append([cells.get(cell.value) for cell in page[1]])
        book.save(self.path)
        return self

    def take(self, *options: str) -> Result:
        return import_file(self.path, "--kind", self.name, *options)

    def answer(self, answer: str, by: Actor) -> ImportBatch:
        """Take it after the one conflict was settled."""
        batch = ImportBatch.objects.get(pk=self.take()["batch"])
        (conflict,) = batch.summary["conflicts"]
        services.decide(batch, by=by, decisions={"conflict": {conflict["text"]: {"action": answer}}})
        return services.take_batch(services.preview_batch(batch), by=by)


def counted(**numbers: int) -> tuple[int, ...]:
    return tuple(numbers.get(name, 0) for name in ("new", "changed", "unchanged", "rejected", "skipped"))


def known_counts(school: School) -> list[tuple[Any, ...]]:
    facts = Headcount.objects.known().filter(school=school).order_by("valid_from")
    return list(facts.values_list("valid_from", "pupils", "teachers", "classes"))


def project_of(school: School, trade: str) -> ConstructionProject:
    return ConstructionProject.objects.get(site=main_site(school), trade=trade)


def state_of(project: ConstructionProject) -> tuple[Any, ...]:
    return ConstructionProject.objects.values_list("title", "status", "reason", "since").get(pk=project.pk)


def record_of(name: str, city: list[School]) -> Any:
    chosen: dict[str, Callable[[], Any]] = {
        "schools": lambda: city[0],
        "headcounts": lambda: city[0],
        "rooms": lambda: Room.objects.get(school=city[0], name="101"),
        "models": make_model,
        "projects": lambda: project_of(city[0], Trade.WLAN),
        "costs": lambda: CostPart.objects.get(entry__number="RE-1", trade=Trade.WLAN),
    }
    return chosen[name]()

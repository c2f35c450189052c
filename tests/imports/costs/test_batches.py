"""Lists of costs as batches: answers, rights, undoing."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.models import Entry
from costs.models import CostEntry
from funding.models import Programme
from imports import services
from imports.answers import Answer, decide_values
from imports.meanings import choices_for
from imports.models import ImportBatch
from imports.options import Options
from imports.undo import undo_batch
from schools.enums import Role
from tests.factories import make_user
from tests.imports.costs.sheets import DAY, HEADER, entries, parts, row
from tests.imports.workbooks import write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(digitalpakt: Programme) -> Actor:
    return Actor(make_user("mara", role=Role.MANAGER), Channel.PAGE)


def previewed(tmp_path: Path, by: Actor, *rows: list[Any], **options: Any) -> ImportBatch:
    path = write_xlsx(tmp_path / "kosten.xlsx", [HEADER, *rows])
    file = BytesIO(path.read_bytes())
    batch = services.upload_batch(file, name="kosten.xlsx", by=by, kind="costs", options=Options(**options))
    return services.preview_batch(batch)


def test_answers_are_used_for_all_rows(tmp_path: Path, manager: Actor, digitalpakt: Programme) -> None:
    batch = previewed(tmp_path, manager, row("1", "DP 1"), row("2", "DP 1"), row("3", category="Brett"))
    (board,) = [one for one in batch.summary["unknown"] if one["kind"] == "category"]
    category = next(choice for choice in choices_for(batch, manager.user, "category", "Brett"))
    answers = [Answer("programme", "DP 1", "map", digitalpakt.pk), Answer("category", "Brett", "map", category["id"])]
    services.decide(batch, by=manager, decisions=decide_values(batch, manager.user, answers, {}))
    services.take_batch(services.preview_batch(batch), by=manager)
    assert (board["text"], [name for name, *_rest in parts()]) == ("Brett", ["DigitalPakt"] * 3)


def test_question_about_a_document_of_another_day(tmp_path: Path, manager: Actor) -> None:
    services.take_batch(previewed(tmp_path, manager, row("100", number="RE-1")), by=manager)
    for action, expected in (("map", 1), ("create", 2)):
        batch = previewed(tmp_path, manager, row("100", number="RE-1", on=DAY.replace(day=20)))
        (question,) = batch.summary["questions"]
        answer = {"action": action, "to": question["candidates"][0]["id"] if action == "map" else None}
        decided = services.decide(batch, by=manager, decisions={"row": {question["text"]: answer}})
        batch = services.preview_batch(decided)
        assert [batch.summary[name] for name in ("new", "changed", "ambiguous")] == [expected - 1, 2 - expected, 0]
    services.take_batch(batch, by=manager)
    assert CostEntry.objects.count() == 2


def test_costs_are_imported_by_those_who_look_after_them(
    tmp_path: Path, digitalpakt: Programme, it_staff: User
) -> None:
    by = Actor(it_staff, Channel.PAGE)
    batch = previewed(tmp_path, by, row("100", number="RE-1"), row("100 $"))
    told = [(problem["row"], problem["code"]) for problem in batch.summary["problems"]]
    assert told == [(2, "forbidden"), (3, "other_currency")]


def test_undoing_takes_new_entries_back_and_restores_corrected_ones(tmp_path: Path, manager: Actor) -> None:
    services.take_batch(previewed(tmp_path, manager, row("100", number="RE-1", trade="LAN")), by=manager)
    before = entries(), parts()
    rows = (row("80", number="RE-1", trade="LAN"), row("20", number="RE-1", trade="WLAN"), row("7", number="RE-2"))
    batch = services.take_batch(previewed(tmp_path, manager, *rows), by=manager)
    assert len(entries()) == 2
    undone = undo_batch(batch, by=manager).undo
    assert [undone[name] for name in ("reversed", "kept", "failed")] == [2, 0, 0]
    assert (entries(), parts()) == before


def test_every_row_leaves_an_audit_entry(tmp_path: Path, manager: Actor) -> None:
    services.take_batch(previewed(tmp_path, manager, row("1", number="A"), row("2", number="B")), by=manager)
    assert Entry.objects.filter(kind="costs.costentry").count() == 2

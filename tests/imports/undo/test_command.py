"""Who may undo what: the right, the command, and the promise of the database."""

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.services import open_act
from imports.undo import begin_undo, undo_batch
from inventory.models import Device
from inventory.services import change_device
from tests.imports.undo.batches import HEADER, LATER, Take, row, run, undone

pytestmark = pytest.mark.django_db


def test_undo_needs_the_right_and_a_taken_batch(take: Take, reader: User, by: Actor) -> None:
    batch = take([HEADER, row()])
    with pytest.raises(PermissionDenied):
        undo_batch(batch, by=Actor(reader, Channel.PAGE))
    begin_undo(batch, by=by)
    with pytest.raises(ValidationError):
        begin_undo(batch, by=by)
    undo_batch(batch, by=by)
    with pytest.raises(ValidationError):
        undo_batch(batch, by=by)


def test_command_says_what_is_not_possible(take: Take, reader: User) -> None:
    batch = take([HEADER, row()])
    assert run("4711")[0] == 2
    code, result = run(str(batch.pk), "--by", "rolf.leser")
    assert (code, result["error"]["code"]) == (2, "forbidden")
    assert run(str(batch.pk), "--by", "niemand")[1]["error"]["code"] == "unknown_user"
    assert run(str(batch.pk))[0] == 0
    code, result = run(str(batch.pk))
    assert (code, result["error"]["code"], result["kept_rows"]) == (2, "finished", [])


def test_command_tells_people_in_words(take: Take, by: Actor) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    change_device(Device.objects.get(asset_tag="OB2"), by=by, on=LATER, status="in_repair")
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("undo_import", str(batch.pk), stdout=out)
    assert left.value.code == 1
    assert "OB2" in out.getvalue()
    assert "ina.it" in out.getvalue()


def test_undo_takes_a_constant_number_of_statements(take: Take) -> None:
    counts = []
    for number in (2, 40):
        batch = take([HEADER, *(row(f"N{number}-{n}") for n in range(number))])
        with CaptureQueriesContext(connection) as queries:
            undo_batch(batch, by=Actor(None, Channel.COMMAND))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_database_admits_one_undo_of_an_act(take: Take, by: Actor) -> None:
    taken = take([HEADER, row()])
    undone(taken)
    with pytest.raises(IntegrityError), transaction.atomic():
        open_act(by, "import.undo", undoes=taken.act)

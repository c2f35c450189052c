"""The audit trail: acts, entries, and that no act goes without its transaction."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from audit.services import Record, log_records, open_act
from schools.models import School


@pytest.mark.django_db(transaction=True)
def test_act_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        open_act(Actor(None, Channel.COMMAND), "test")


@pytest.mark.django_db(transaction=True)
def test_failed_service_leaves_no_act_behind() -> None:
    def failing_service() -> None:
        with transaction.atomic():
            open_act(Actor(None, Channel.COMMAND), "test")
            raise LookupError

    with pytest.raises(LookupError):
        failing_service()
    assert Act.objects.count() == 0


@pytest.mark.django_db
def test_entries_keep_values_as_plain_json(school: School) -> None:
    with transaction.atomic():
        act = open_act(Actor(None, Channel.COMMAND), "test", subject="x" * 300, reason="Grund")
        changes = {"price": [None, Decimal("1.50")], "on": [None, date(2024, 2, 29)], "met": [False, True]}
        log_records(act, School, [Record(school.pk, "ä\t„x“", school.pk, changes)])
    entry = Entry.objects.get(act=act)
    assert (act.subject, act.reason) == ("x" * 250, "Grund")
    assert (entry.kind, entry.label, entry.school_id) == ("schools.school", "ä\t„x“", school.pk)
    assert entry.changes == {"price": [None, "1.50"], "on": [None, "2024-02-29"], "met": [False, True]}

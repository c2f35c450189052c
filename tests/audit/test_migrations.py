"""An installation from before the chain: its acts are chained by the migration, and hold."""

from importlib import import_module

import pytest
from django.apps import apps

from audit import guard
from audit.models import Act, Entry, Link, LooseEnd
from audit.verification import altered_contents, broken_chain
from tests.audit.test_chain import write

pytestmark = pytest.mark.django_db


def test_old_acts_are_chained() -> None:
    acts = [write("eins", "A", "B"), write("zwei", "C")]
    lonely = Act.objects.create(at=acts[0].at, channel="page", verb="ohne Eintrag")
    with guard.lifted():
        LooseEnd.objects.all().delete()
        Link.objects.all().delete()
    assert len(altered_contents()) == 5
    import_module("audit.migrations.0006_link_old_acts").link_acts(apps, None)
    assert (altered_contents(), broken_chain()) == ([], [])
    assert list(Link.objects.order_by("pk").values_list("act", "number")) == [
        (acts[0].pk, 0), (acts[0].pk, 3), (acts[1].pk, 0), (acts[1].pk, 2), (lonely.pk, 0),
    ]  # fmt: skip
    assert Entry.objects.count() == 5
    write("danach", "D")
    assert broken_chain() == []

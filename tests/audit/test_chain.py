"""The chain: whatever is done to the trail behind its back, ``verify`` names it."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from audit import guard
from audit.actor import Actor
from audit.chain import head
from audit.enums import Channel
from audit.models import Act, Entry, Link
from audit.services import Record, log_records, open_act
from audit.verification import altered_contents, broken_chain, holds_up_to, missing_guard
from schools.models import Room, School

pytestmark = pytest.mark.django_db


def write(subject: str, *names: str) -> Act:
    """An act that renames schools 1, 2, … and, in another link, their first room."""
    with transaction.atomic():
        act = open_act(Actor(None, Channel.COMMAND), "test", subject=subject, reason="weil")
        records = [Record(n, name, None, {"name": [None, name], "b": [n, 1.5]}) for n, name in enumerate(names, 1)]
        log_records(act, School, records)
        log_records(act, Room, records[:1])
    return act


@pytest.fixture
def acts(db: None) -> list[Act]:
    return [write("eins", "Ä", "B"), write("zwei", "C"), write("drei", "D", "E")]


def first_entry(act: Act) -> Any:
    return Entry.objects.filter(act=act).order_by("pk")[:1].get()


def _set(rows: Any, **values: Any) -> None:
    rows.update(**values)


def _swap_entries(acts: list[Act]) -> None:
    one, two = Entry.objects.filter(act=acts[0], kind="schools.school").order_by("pk")
    Entry.objects.filter(pk=one.pk).update(object_id=two.object_id, label=two.label, changes=two.changes)
    Entry.objects.filter(pk=two.pk).update(object_id=one.object_id, label=one.label, changes=one.changes)


def _swap_acts(acts: list[Act]) -> None:
    Act.objects.filter(pk=acts[0].pk).update(subject="zwei")
    Act.objects.filter(pk=acts[1].pk).update(subject="eins")


def _swap_links(acts: list[Act]) -> None:
    one, two = Link.objects.filter(act__in=acts[:2], number=0).order_by("pk")
    Link.objects.filter(pk=one.pk).update(digest=two.digest, content=two.content, act=two.act)
    Link.objects.filter(pk=two.pk).update(digest=one.digest, content=one.content, act=one.act)


def _insert_act(acts: list[Act]) -> None:
    Act.objects.create(at=acts[1].at, channel="page", verb="device.change")


def _insert_entry(acts: list[Act]) -> None:
    Entry.objects.create(act=acts[1], kind="x.y", object_id=1, label="x", changes={})


def _delete_act(acts: list[Act]) -> None:
    for model in (Entry, Link):
        model.objects.filter(act=acts[1]).delete()
    Act.objects.filter(pk=acts[1].pk).delete()


CONTENTS, CHAIN = "audit_contents", "audit_chain"
DAMAGES: dict[str, tuple[Callable[[list[Act]], Any], set[str]]] = {
    "subject of an act": (lambda acts: _set(Act.objects.filter(pk=acts[0].pk), subject="null"), {CONTENTS}),
    "instant of an act": (lambda acts: _set(Act.objects.filter(pk=acts[0].pk), at=acts[2].at), {CONTENTS}),
    "reason of an act": (lambda acts: _set(Act.objects.filter(pk=acts[2].pk), reason=""), {CONTENTS}),
    "an act": (_delete_act, {CHAIN}),
    "a new act": (_insert_act, {CONTENTS}),
    "acts swapped": (_swap_acts, {CONTENTS}),
    "changes of an entry": (
        lambda acts: _set(Entry.objects.filter(pk=first_entry(acts[0]).pk), changes={"name": [None, "X"]}),
        {CONTENTS},
    ),
    "label of an entry": (lambda acts: _set(Entry.objects.filter(pk=first_entry(acts[1]).pk), label="X"), {CONTENTS}),
    "record of an entry": (
        lambda acts: _set(Entry.objects.filter(pk=first_entry(acts[1]).pk), object_id=9),
        {CONTENTS},
    ),
    "school of an entry": (lambda acts: _set(Entry.objects.filter(pk=first_entry(acts[1]).pk), school=7), {CONTENTS}),
    "entry of another act": (
        lambda acts: _set(Entry.objects.filter(pk=first_entry(acts[2]).pk), act=acts[0]),
        {CONTENTS},
    ),
    "an entry": (lambda acts: first_entry(acts[0]).delete(), {CONTENTS}),
    "the last entry": (lambda acts: Entry.objects.latest("pk").delete(), {CONTENTS}),
    "all entries": (lambda acts: Entry.objects.all().delete(), {CONTENTS}),
    "a new entry": (_insert_entry, {CONTENTS}),
    "entries swapped": (_swap_entries, {CONTENTS}),
    "a link": (lambda acts: Link.objects.filter(act=acts[1], number=0).delete(), {CONTENTS, CHAIN}),
    "number of a link": (lambda acts: _set(Link.objects.filter(act=acts[1], number=1), number=2), {CONTENTS, CHAIN}),
    "content of a link": (
        lambda acts: _set(Link.objects.filter(act=acts[1], number=0), content="0" * 64),
        {CONTENTS, CHAIN},
    ),
    "ties of a link": (lambda acts: _set(Link.objects.filter(act=acts[1], number=0), ties=[10**9]), {CHAIN}),
    "digest of a link": (lambda acts: _set(Link.objects.filter(act=acts[1], number=0), digest="0" * 64), {CHAIN}),
    "links swapped": (_swap_links, {CONTENTS, CHAIN}),
}


def verified(*options: str) -> tuple[int, set[str]]:
    """Exit code of the command, and the promises that it names."""
    out = StringIO()
    try:
        call_command("verify", *options, stdout=out)
    except CommandError as error:
        return error.returncode, {line.partition(":")[0] for line in out.getvalue().splitlines()}
    return 0, set()


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named(name: str, acts: list[Act]) -> None:
    assert verified() == (0, set())
    damage, promises = DAMAGES[name]
    with guard.lifted():
        damage(acts)
    assert verified() == (1, promises)


def test_fault_says_which_act(acts: list[Act]) -> None:
    with guard.lifted():
        Entry.objects.filter(act=acts[1]).latest("pk").delete()
        _insert_act(acts)
    new = Act.objects.latest("pk").pk
    with translation.override("en"):
        assert altered_contents() == [f"of act {acts[1].pk} entries are missing: 1", f"act {new} is not chained"]


@pytest.mark.parametrize("model", [Act, Entry, Link])
@pytest.mark.parametrize("action", ["update", "delete"])
def test_database_refuses(model: Any, action: str, acts: list[Act]) -> None:
    rows = model.objects.all()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows._raw_delete("default") if action == "delete" else rows.update(id=5)
    assert verified() == (0, set())


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has neither TRUNCATE nor rights")
@pytest.mark.parametrize("table", guard.TABLES)
def test_postgresql_refuses_to_empty(table: str, acts: list[Act]) -> None:
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has neither TRUNCATE nor rights")
def test_owner_of_the_tables_has_no_right_to_delete() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.role_table_grants WHERE table_name = ANY(%s) "
            "AND privilege_type IN ('DELETE', 'TRUNCATE')",
            [list(guard.TABLES)],
        )
        assert cursor.fetchone() == (0,)


def test_guard_stands_after_all_migrations() -> None:
    assert missing_guard() == []


def test_guard_that_was_taken_away_is_named(acts: list[Act]) -> None:
    guard.remove()
    assert len(missing_guard()) == (9 if connection.vendor == "postgresql" else 6)
    assert verified() == (1, {"audit_guard"})
    guard.install()
    assert verified() == (0, set())


def test_end_that_was_cut_off_is_found_by_a_head_kept_elsewhere(acts: list[Act]) -> None:
    kept = head()
    last = acts[2]
    assert verified("--head", kept) == (0, set())
    with guard.lifted():
        for model in (Entry, Link):
            model.objects.filter(act=last).delete()
        last.delete()
    assert verified() == (0, set())
    assert verified("--head", kept) == (1, {"audit_head"})
    assert not holds_up_to(kept)


def test_what_was_rolled_back_leaves_no_hole(acts: list[Act]) -> None:
    before = head()
    with transaction.atomic():
        write("fort", "X")
        transaction.set_rollback(True)
    assert head() == before
    write("danach", "Y")
    assert (altered_contents(), broken_chain()) == ([], [])


def test_equal_acts_have_other_digests(acts: list[Act]) -> None:
    assert Link.objects.values("digest").distinct().count() == Link.objects.count() == 9

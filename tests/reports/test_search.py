"""What the search finds, for whom, in how many queries and by which index."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.codes import find_beginning, find_devices
from inventory.models import Delivery, Device
from reports.enums import SearchKind
from reports.search import LONGEST_TEXT, MOST, Findings, Hit, find
from schools.models import SchoolAlias
from tests.factories import DAY, make_device, make_devices, make_order, make_project, make_room, make_school

pytestmark = pytest.mark.django_db


def found(findings: Findings) -> dict[str, list[Any]]:
    return {group.kind.value: [hit.record for hit in group.hits] for group in findings.groups}


def alike(findings: Findings) -> list[Any]:
    return [hit.record for hit in findings.alike]


def make_delivery(number: str, **extra: Any) -> Delivery:
    return Delivery.objects.create(order=make_order(), note_number=number, delivered_on=DAY, **extra)


@pytest.mark.parametrize("asked", ["F2LX9", "f2lx9", " f2l x9\r\n", "\x02F2LX9\x03\x1d", "https://alt.example/g/f2lx9"])
def test_device_is_found_as_scanners_and_people_write_it(reader: Any, asked: str) -> None:
    device = make_device(status="in_stock", serial="F2LX9", asset_tag="KL-1")

    findings = find(asked, reader)

    assert found(findings) == {"device": [device]}
    assert findings.only == Hit(SearchKind.DEVICE, device, True)


def test_beginning_of_a_number_finds_devices_and_jumps_nowhere(reader: Any) -> None:
    first = make_device(status="in_stock", serial="F2LX9", asset_tag="KL-1")
    second = make_device(status="in_stock", serial="ABC", asset_tag="F2LX1")
    make_device(status="in_stock", serial="XF2LX", asset_tag="KL-2")

    findings = find("f2lx", reader)

    assert found(findings) == {"device": [first, second]}
    assert (findings.only, findings.alike) == (None, [])


def test_what_is_misread_is_suggested_and_never_meant(reader: Any) -> None:
    device = make_device(status="in_stock", serial="F2L0O1", asset_tag="KL-1")

    findings = find("F21OO1", reader)

    assert (found(findings), alike(findings), findings.only) == ({}, [device], None)


def test_beginning_that_is_misread_is_suggested_too(reader: Any) -> None:
    right = make_device(status="in_stock", serial="OB-17", asset_tag="KL-1")
    near = make_device(status="in_stock", serial="0B-18", asset_tag="KL-2")

    findings = find("ob-1", reader)

    assert (found(findings), alike(findings)) == ({"device": [right]}, [near])


def test_several_codes_at_once(reader: Any) -> None:
    devices = make_devices(3, status="in_stock")

    findings = find(f"{devices[0].serial};{devices[1].asset_tag}", reader)

    assert found(findings) == {"device": devices[:2]}
    assert findings.only is None


def test_only_the_first_are_shown_and_the_code_itself_is_among_them(reader: Any) -> None:
    for n in range(MOST + 3):
        make_device(status="in_stock", serial=f"AB1{n:02}", asset_tag=f"T-{n}")
    exact = make_device(status="in_stock", serial="AB1", asset_tag="T-X")

    (group,) = find("AB1", reader).groups

    assert (len(group.hits), group.has_more, group.hits[0].record) == (MOST, True, exact)
    assert [hit.is_exact for hit in group.hits] == [True] + [False] * (MOST - 1)


@pytest.mark.parametrize(
    "asked",
    ["MÜHLENSTRASSE", "mühlenstraße", "muehlenstrasse", "Grundschule Mühlenstraße", "123456", "GS-Ü", "gs-ü", "M17"],
)
def test_school_is_found_in_every_spelling(reader: Any, asked: str) -> None:
    make_school("Schule am Park", number="654321")
    school = make_school(
        "Grundschule Mühlenstraße", number="123456", short_name="GS-Ü", authority_number="M17", street="Weg 1"
    )

    findings = find(asked, reader)

    assert found(findings)["school"] == [school]


@pytest.mark.parametrize("asked", ["123456", "gs-ü", "m17", "GRUNDSCHULE MÜHLENSTRASSE", "Altes Mühlchen"])
def test_school_itself_is_meant_by_number_and_whole_name(reader: Any, asked: str) -> None:
    school = make_school("Grundschule Mühlenstraße", number="123456", short_name="GS-Ü", authority_number="M17")
    SchoolAlias.objects.create(school=school, text="Altes Mühlchen", key="altesmuehlchen")

    only = find(asked, reader).only

    assert only == Hit(SearchKind.SCHOOL, school, True)


def test_rooms_orders_deliveries_and_works_are_found(reader: Any) -> None:
    school = make_school("Eichenschule", street="Eichenweg 1")
    room = make_room(school, "Ü 107")
    order = make_order(number="B-2024/17")
    delivery = Delivery.objects.create(order=order, note_number="LS-991", delivered_on=DAY)
    project = make_project(school)

    assert found(find("ü 107", reader)) == {"room": [room]}
    assert found(find("b-2024/17", reader)) == {"order": [order], "delivery": [delivery]}
    assert found(find("ls-991", reader)) == {"delivery": [delivery]}
    assert found(find("eichenschule", reader)) == {"school": [school]}
    assert found(find("EICHENWEG", reader)) == {"project": [project]}
    only = [find(asked, reader).only for asked in ("Ü 107", "B-2024/17", "LS-991")]
    assert [hit and hit.record for hit in only] == [room, order, delivery]


def test_two_exact_hits_of_different_kinds_are_a_choice(reader: Any) -> None:
    device = make_device(status="in_stock", serial="R101", asset_tag="KL-1")
    room = make_room(make_school(), "R101")

    findings = find("R101", reader)

    assert (found(findings), findings.only) == ({"device": [device], "room": [room]}, None)


def test_school_finds_its_own_alone(school: Any, other_school: Any, school_admin: Any) -> None:
    mine = make_device(school=school, serial="ABC1", asset_tag="T-1")
    make_device(school=other_school, serial="ABC2", asset_tag="T-2")
    make_device(status="in_stock", serial="ABC3", asset_tag="T-3")
    make_device(school=other_school, serial="A8C0", asset_tag="T-4")
    my_room, _other_room = make_room(school, "ABC R"), make_room(other_school, "ABC R")
    my_delivery = make_delivery("ABC-7", school=school)
    make_delivery("ABC-8", school=other_school)
    make_order(number="ABC-9")

    assert found(find("abc", school_admin)) == {"device": [mine], "room": [my_room], "delivery": [my_delivery]}
    for asked in ("ABC2", "T-2", "ABC3", "A8CO", "Kastanienschule", "100200", "ABC-8", "ABC-9"):
        findings = find(asked, school_admin)
        assert (findings.groups, findings.alike) == ([], []), asked


def test_stranger_finds_nothing(school: Any, outsider: Any) -> None:
    make_device(school=school, serial="ABC1", asset_tag="T-1")

    for asked in ("ABC1", "AB", "Lindenschule", "100100"):
        findings = find(asked, outsider)
        assert (findings.groups, findings.alike) == ([], [])


@pytest.mark.parametrize(("asked", "code"), [("", "min_length"), ("a", "min_length"), ("-- / %", "min_length")])
def test_too_little_is_refused(reader: Any, asked: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        find(asked, reader)

    assert [(field, errors[0].code) for field, errors in refused.value.error_dict.items()] == [("q", code)]


@pytest.mark.parametrize("asked", ["x" * (LONGEST_TEXT + 1), "x" * 10_000, "AB;" * 5_000])
def test_too_much_is_refused(reader: Any, asked: str) -> None:
    with pytest.raises(ValidationError) as refused:
        find(asked, reader)

    assert refused.value.error_dict["q"][0].code == "max_length"


@pytest.mark.parametrize(
    "asked",
    [
        "%%%ab",
        "ab_",
        "a'b\"; DROP TABLE x;--",
        "\\ab",
        "ab\x00cd",
        "<b>ab</b>",
        "[ab]*",
        "\U0010ffffab",
        "ß²ﬁ",
        "=ab()",
    ],
)
def test_signs_mean_nothing_but_themselves(reader: Any, asked: str) -> None:
    make_device(status="in_stock", serial="QQ1", asset_tag="T-1")
    make_school("Parkschule")
    make_room(make_school("Waldschule"), "QQ")

    findings = find(asked, reader)

    assert (findings.groups, findings.alike) == ([], [])


@pytest.mark.parametrize("asked", ["AB1", "AB", "nothing here"])
def test_queries_are_the_same_for_one_and_for_many(reader: Any, asked: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as log:
            for group in (findings := find(asked, reader)).groups:
                for hit in group.hits:
                    str(hit.record)
            [str(hit.record) for hit in findings.alike]
        return len(log)

    make_order(number="AB1")
    make_device(status="in_stock", serial="AB1", asset_tag="T-0")
    find(asked, reader)
    few = queries()
    for n in range(2, 15):
        make_device(status="in_stock", serial=f"AB1{n}", asset_tag=f"T-{n}")
        make_project(make_school(f"AB1 Schule {n}"))
        make_delivery(f"AB1-{n}")
        make_room(make_school(), f"AB1 R {n}")

    assert (few, queries()) == (8, 8)


@pytest.mark.parametrize(
    ("are_few", "index"),
    [(False, ("inventory_device_serial_folded", "inventory_device_tag_folded")), (True, ("school_id", "school_id"))],
)
def test_beginning_is_looked_up_by_index(school: Any, are_few: bool, index: tuple[str, ...]) -> None:
    """On PostgreSQL a table is read as a whole as long as it is small, so that it is kept from it."""
    make_devices(30, school=school)
    devices = Device.objects.filter(school__in=[school.pk]) if are_few else Device.objects.existing()
    with CaptureQueriesContext(connection) as log:
        find_beginning("AB", devices, 10, are_few=are_few)

    plans = [_plan(query["sql"]) for query in log.captured_queries]

    assert len(plans) == 2
    for plan, name in zip(plans, index, strict=True):
        assert name in plan or (are_few and "inventory_device_school_status" in plan), plan


def test_number_itself_is_looked_up_by_index(school: Any) -> None:
    make_devices(30, school=school)
    with CaptureQueriesContext(connection) as log:
        find_devices(["AB1", "AB2"], Device.objects.existing())

    (plan,) = [_plan(query["sql"]) for query in log.captured_queries]

    assert "inventory_device_serial_folded" in plan
    assert "inventory_device_tag_folded" in plan


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())

"""Each row is held against what its user may do in the schools that it touches."""

from datetime import date
from io import BytesIO

import pytest

from audit.actor import Actor
from audit.enums import Channel
from imports import services
from imports.enums import BatchStatus, Mode
from imports.options import Options
from inventory.models import Device
from schools import access
from schools.access import Right
from schools.enums import Role
from schools.models import Room, School
from tests.factories import make_device, make_model, make_user
from tests.imports.workbooks import write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule", "Bemerkung"]
ALL = {Right.SEE, Right.IMPORT, Right.BOOK, Right.CORRECT}


@pytest.fixture
def granted(monkeypatch, school_admin):
    """The administrator of Lindenschule with these rights there."""

    def granted(*rights):
        monkeypatch.setitem(access.RIGHTS, Role.SCHOOL_ADMIN, frozenset(rights))
        return Actor(school_admin, Channel.PAGE)

    return granted


@pytest.fixture
def take(tmp_path):
    def take(by, rows, *, header=HEADER, mode=Mode.VALID, kind="devices"):
        path = write_xlsx(tmp_path / "liste.xlsx", [header, *rows])
        batch = services.upload_batch(
            BytesIO(path.read_bytes()), name="liste.xlsx", by=by, kind=kind, options=Options(mode=mode)
        )
        return services.take_batch(services.preview_batch(batch), by=by)

    return take


def row(serial="S1", school="Lindenschule", note=None):
    return [serial, "Apple", "iPad 9", "im Einsatz", date(2021, 3, 12), school, note]


def device_s1(school):
    device = make_device(school=school)
    Device.objects.filter(pk=device.pk).update(serial="S1")
    return Device.objects.get(pk=device.pk)


def problems(batch):
    return [(p["row"], p["code"]) for p in batch.summary["problems"] if p["severity"] == "error"]


def test_own_school_is_written(granted, take, school):
    make_model("iPad 9")
    batch = take(granted(*ALL), [row()])
    assert (batch.status, problems(batch)) == (BatchStatus.TAKEN, [])
    assert Device.objects.get().school == school


def test_school_that_is_not_seen_is_not_known_and_not_suggested(granted, take, other_school):
    make_model("iPad 9")
    batch = take(granted(*ALL), [row(), row("S2", "Kastanienschule"), row("S3", "100200"), row("S4", "Kastanienschul")])
    assert problems(batch) == [(3, "unknown_school"), (4, "unknown_school"), (5, "unknown_school")]
    suggested = [choice["label"] for unknown in batch.summary["unknown"] for choice in unknown["suggestions"]]
    assert [label for label in suggested if "Kastanien" in label] == []
    assert list(Device.objects.values_list("serial", flat=True)) == ["S1"]


def test_device_of_another_school_is_refused_and_stays_there(granted, take, other_school):
    theirs = device_s1(other_school)
    batch = take(granted(*ALL), [row(note="unsers"), row("S2")])
    assert problems(batch) == [(2, "forbidden")]
    theirs.refresh_from_db()
    assert (theirs.school, theirs.note) == (other_school, "")
    assert Device.objects.get(serial="S2").school.number == "100100"
    assert "Kastanien" not in str(batch.summary)


def test_stock_of_the_authority_is_refused(granted, take):
    make_model("iPad 9")
    rows = [[*row()[:3], "im Lager", date(2021, 3, 12), None, None], row("S2")]
    assert problems(take(granted(*ALL), rows)) == [(2, "forbidden")]
    assert list(Device.objects.values_list("serial", flat=True)) == ["S2"]


def test_all_or_nothing_writes_nothing_where_a_row_is_refused(granted, take, other_school):
    device_s1(other_school)
    batch = take(granted(*ALL), [row(), row("S2")], mode=Mode.ALL)
    assert (batch.status, problems(batch)) == (BatchStatus.PREVIEWED, [(2, "forbidden")])
    assert Device.objects.count() == 1


def test_adding_and_changing_need_their_own_rights(granted, take, school):
    device = device_s1(school)
    batch = take(granted(Right.SEE, Right.IMPORT, Right.CORRECT), [row(note="neu"), row("S2")])
    assert problems(batch) == [(3, "forbidden")]
    device.refresh_from_db()
    assert (device.note, Device.objects.count()) == ("neu", 1)
    assert problems(take(granted(Right.SEE, Right.IMPORT), [row(note="anders"), row("S2")])) == [
        (2, "forbidden"),
        (3, "forbidden"),
    ]
    device.refresh_from_db()
    assert device.note == "neu"


def test_rows_after_a_refused_first_one_are_judged_without_it(granted, take, other_school):
    """The first row would create a device in stock, which is none of theirs: the second one creates it."""
    make_model("iPad 9")
    stock = [*row()[:3], "im Lager", date(2020, 1, 1), None, None]
    batch = take(granted(*ALL), [stock, row()])
    assert (problems(batch), batch.summary["new"]) == ([(2, "forbidden")], 1)
    assert Device.objects.get().since == date(2021, 3, 12)


def test_rooms_of_another_school_are_refused(granted, take, school, other_school):
    rows = [["100100", "Hauptgebäude", "101", "Unterrichtsraum"], ["100200", "Hauptgebäude", "102", "Unterrichtsraum"]]
    batch = take(granted(*ALL), rows, header=["Schulnummer", "Gebäude", "Raum", "Raumart"], kind="rooms")
    assert problems(batch) == [(3, "unknown_school")]
    assert list(Room.objects.values_list("name", "school")) == [("101", school.pk)]


def test_schools_and_the_catalogue_belong_to_the_authority(granted, take, school, other_school):
    header = ["Schulnummer", "Schule", "Schulform", "Kurzname"]
    rows = [["100100", "Lindenschule", "02", "LS"], ["100200", "Unsere Schule", "02", ""], ["100300", "Neu", "02", ""]]
    batch = take(granted(*ALL), rows, header=header, kind="schools")
    assert problems(batch) == [(3, "forbidden"), (4, "forbidden")]
    assert School.objects.count() == 2
    models = take(
        granted(*ALL), [["Apple", "iPad 10", "tablet"]], header=["Hersteller", "Modell", "Kategorie"], kind=""
    )
    assert problems(models) == [(2, "forbidden")]


def test_people_of_the_authority_may_write_everywhere(take, it_staff, school, other_school):
    device_s1(other_school)
    batch = take(Actor(it_staff, Channel.PAGE), [row(), row("S2")])
    assert (batch.status, problems(batch)) == (BatchStatus.TAKEN, [])


def test_colleague_who_may_less_does_not_write_what_was_previewed(granted, take, it_staff, other_school, tmp_path):
    """The preview was made in the name of somebody who may everything: taking asks again."""
    device_s1(other_school)
    path = write_xlsx(tmp_path / "liste.xlsx", [HEADER, row()])
    everything = Actor(it_staff, Channel.PAGE)
    batch = services.upload_batch(BytesIO(path.read_bytes()), name="liste.xlsx", by=everything)
    batch = services.preview_batch(batch)
    assert problems(batch) == []
    batch = services.take_batch(batch, by=granted(*ALL))
    assert (batch.status, problems(batch)) == (BatchStatus.PREVIEWED, [(2, "forbidden")])


def test_right_of_one_school_is_none_at_the_other(monkeypatch, take, school, other_school):
    """Reader of the one, administrator of the other: visible is not enough."""
    monkeypatch.setitem(access.RIGHTS, Role.SCHOOL_ADMIN, frozenset(ALL))
    user = make_user("zwei.schulen", role=Role.SCHOOL_ADMIN, school=school)
    user.memberships.create(role=Role.SCHOOL_READER, school=other_school)
    make_model("iPad 9")
    batch = take(Actor(user, Channel.PAGE), [row(), row("S2", "Kastanienschule")])
    assert problems(batch) == [(3, "forbidden")]
    assert list(Device.objects.values_list("serial", flat=True)) == ["S1"]

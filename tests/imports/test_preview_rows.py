"""What a preview tells of each row: why it matched, what it changes, which record is asked about, what is absent."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports import services
from imports.enums import BatchStatus
from imports.models import ImportRow
from imports.options import Options
from inventory.models import Device
from schools.models import School, Site
from tests.factories import make_device, make_model, make_room, make_school
from tests.imports.workbooks import import_file, import_text, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = [
    "Inventarnummer",
    "Seriennummer",
    "Hersteller",
    "Modell",
    "Status",
    "Seit",
    "Schule",
    "Raum",
    "Preis",
    "Bemerkung",
]
DAY = date(2024, 3, 1)


@pytest.fixture(autouse=True)
def _catalogue(school, other_school):
    make_model("iPad 9")
    make_room(school, "101")


@pytest.fixture
def preview(tmp_path, by):
    """Upload and preview rows; ``decide`` takes what somebody chose."""

    def preview(*rows, header=HEADER, **options):
        path = write_xlsx(tmp_path / "liste.xlsx", [header, *rows])
        batch = services.upload_batch(BytesIO(path.read_bytes()), name="liste.xlsx", by=by, options=Options(**options))
        return services.preview_batch(batch)

    return preview


def row(tag="T1", serial="S1", status="im Einsatz", on=DAY, school="Lindenschule", room=None, price=None, note=None):
    return [tag, serial, "Apple", "iPad 9", status, on, school, room, price, note]


def known(school, serial="S1", tag="T1", *, note="", room=None):
    device = make_device(school=school, on=DAY, room=room)
    Device.objects.filter(pk=device.pk).update(serial=serial, asset_tag=tag, note=note)
    return device


def sites():
    return [Site.objects.create(name="Ring", street=street) for street in ("Ringstraße 1", "Ringstraße 9")]


def outcomes(batch):
    return list(batch.rows.values_list("number", "outcome", "label", "matched_by"))


def test_rows_say_what_they_are_about_and_how_that_was_found(preview, school):
    known(school, "S1", "T1")
    known(school, "", "T2")
    batch = preview(row(), row("T2", None), row("T3", "S3"))
    assert outcomes(batch) == [
        (2, "unchanged", "T1", "serial"),
        (3, "unchanged", "T2", "asset_tag"),
        (4, "new", "T3", ""),
    ]
    keys = list(Device.objects.order_by("pk").values_list("pk", flat=True))
    assert list(batch.rows.values_list("record", flat=True)) == [*keys, None]


def test_changes_are_told_as_people_read_them(preview, school, other_school):
    known(school, "S1", "T1", note="alt")
    batch = preview(
        row(status="in Reparatur", on=date(2024, 5, 2), school=other_school.name, price="1.299,50 €", note="neu")
    )
    assert batch.rows.get().changes == {
        "status": ["im Einsatz", "in Reparatur"],
        "school": [str(school), str(other_school)],
        "price": [None, "1.299,50"],
        "note": ["alt", "neu"],
    }
    assert [(c["key"], c["count"]) for c in batch.summary["changes"]] == [
        ("status", 1),
        ("school", 1),
        ("price", 1),
        ("note", 1),
    ]
    assert batch.summary["changes"][-1]["examples"] == [{"row": 2, "old": "alt", "new": "neu"}]


def test_column_that_is_not_wanted_is_kept_by_known_records_only(preview, school, by):
    known(school, "S1", "T1", note="alt")
    rows = (row(note="neu", room="101"), row("T2", "S2", note="neu"))
    batch = preview(*rows, skip=("note", "room"))
    assert [(r.outcome, r.changes) for r in batch.rows.all()] == [("unchanged", {}), ("new", {})]
    services.take_batch(batch, by=by)
    assert dict(Device.objects.values_list("serial", "note")) == {"S1": "alt", "S2": "neu"}


def test_status_that_is_not_wanted_stays_whatever_the_row_says(preview, school):
    known(school, "S1", "T1")
    batch = preview(row(status="gestohlen", on=date(2024, 6, 1)), skip=("status",))
    assert outcomes(batch) == [(2, "unchanged", "T1", "serial")]


def test_blank_cell_keeps_or_clears_what_is_known(preview, school, by):
    room = school.rooms.get()
    known(school, "S1", "T1", note="alt", room=room)
    assert outcomes(preview(row()))[0][1] == "unchanged"
    batch = preview(row(on=date(2024, 6, 1)), blank="clear")
    assert batch.rows.get().changes == {"room": [f"{room.building.name} · 101", None], "note": ["alt", None]}
    services.take_batch(batch, by=by)
    device = Device.objects.get()
    assert (device.note, device.room, device.school) == ("", None, school)


def test_blank_cell_of_a_column_that_the_file_does_not_have_clears_nothing(preview, school):
    known(school, "S1", "T1", note="alt")
    batch = preview(["S1", "im Einsatz"], header=["Seriennummer", "Status"], blank="clear")
    assert outcomes(batch) == [(2, "unchanged", "T1", "serial")]


def test_devices_of_a_listed_school_that_the_file_does_not_name_are_told(preview, school, other_school):
    known(school, "S1", "T1")
    known(school, "S2", "T2")
    known(other_school, "S3", "T3")
    gone = known(school, "S4", "T4")
    Device.objects.filter(pk=gone.pk).update(status="lost")
    batch = preview(row(), row("T9", "S9"))
    absent = Device.objects.get(serial="S2")
    assert batch.summary["absent_count"] == 1
    assert [(a["id"], a["label"].split(" · ")[0]) for a in batch.summary["absent"]] == [(absent.pk, "T2")]
    assert Device.objects.count() == 4


def test_list_of_new_devices_only_speaks_of_no_school_as_a_whole(preview, school):
    known(school, "S2", "T2")
    assert preview(row()).summary["absent_count"] == 0


def test_queries_do_not_grow_with_rows(preview, school):
    for n in range(6):
        known(school, f"S{n}", f"T{n}")

    def queries(count):
        rows = [row(f"T{n}", f"S{n}", note=f"neu {n}", room="101") for n in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as context:
            preview(*rows)
        return len(context)

    queries(1)  # content types are looked up once
    assert queries(1) == queries(4)


def test_skipped_day_leaves_the_state_when_it_was(preview, school):
    known(school)
    batch = preview(row(on=date(2024, 2, 1)))
    assert [one["key"] for one in batch.summary["changes"]] == ["since"]
    batch = preview(row(on=date(2024, 2, 1)), skip=("since",))
    assert (batch.summary["unchanged"], batch.summary["changes"]) == (1, [])


def test_schools_say_what_changes_and_which_are_absent(tmp_path, school, other_school):
    School.objects.update(authority_number="1")
    header = ["Schulnummer", "Schule", "Schulform", "Kurzbezeichnung", "E-Mail"]
    path = write_xlsx(tmp_path / "s.xlsx", [header, [school.number, "Neue Lindenschule", "Grundschule", "Linde", None]])
    result = import_file(path, "--kind", "schools", "--dry-run")
    assert (result["changed"], result["absent_count"]) == (1, 1)
    assert [choice["label"] for choice in result["absent"]] == [str(other_school)]


def test_site_of_that_name_twice_is_a_question_and_its_answer_counts(preview, by, school):
    one, two = sites()
    header = ["Standort", "Gewerk", "Status", "Seit"]
    line = ["Ring", "WLAN", "geplant", DAY]
    batch = preview(line, header=header)
    question = batch.summary["questions"][0]
    assert (batch.summary["ambiguous"], batch.summary["new"]) == (1, 0)
    assert (question["row"], question["heading"], question["cell"]) == (2, "Standort", "A2")
    assert [candidate["id"] for candidate in question["candidates"]] == [one.pk, two.pk]
    assert outcomes(batch)[0][:2] == (2, "ambiguous")

    answer = {"row": {question["text"]: {"action": "map", "to": two.pk}}}
    batch = services.preview_batch(services.decide(batch, by=by, decisions=answer))
    assert (batch.summary["ambiguous"], batch.summary["new"], batch.summary["questions"]) == (0, 1, [])

    left_out = {"row": {question["text"]: {"action": "reject"}}}
    batch = services.preview_batch(services.decide(batch, by=by, decisions=left_out))
    assert (batch.summary["ambiguous"], batch.summary["new"], batch.summary["skipped"]) == (0, 0, 1)


def test_records_side_by_side_are_asked_about_one_by_one(preview, by, school):
    *_others, last = (known(school, f"S{n}", f"T{n}") for n in range(4))
    header = ["Inventarnummer", "Seriennummer", "Hersteller", "Modell", "Status"]
    left = ["T0", "S1", "Apple", "iPad 9", "im Einsatz"]
    right = ["T2", "S3", "Apple", "iPad 9", "im Einsatz"]
    batch = preview([*left, None, *right], header=[*header, None, *header])
    questions = [question["text"] for question in batch.summary["questions"]]
    assert questions == ["Tabelle1!2", "Tabelle1!2/2"]

    answers = {"row": {questions[0]: {"action": "reject"}, questions[1]: {"action": "map", "to": last.pk}}}
    batch = services.preview_batch(services.decide(batch, by=by, decisions=answers))
    counts = [batch.summary[name] for name in ("skipped", "ambiguous", "unchanged")]
    assert counts == [1, 0, 1]


def test_ambiguous_row_stops_all_of_the_file_or_is_left_aside(tmp_path, school):
    sites()
    rows = [["Standort", "Gewerk", "Status", "Seit"], ["Ring", "WLAN", "geplant", DAY]]
    path = write_xlsx(tmp_path / "p.xlsx", rows)
    result = import_file(path, "--kind", "projects")
    assert (result.exit_code, result["status"], result["ambiguous"]) == (1, BatchStatus.PREVIEWED, 1)
    text = import_text(path, "--kind", "projects")
    assert "Ringstraße 9" in text
    assert "exit 1" in text


def test_headcount_of_a_name_of_two_schools_is_asked_and_not_left_out(tmp_path):
    make_school("Parkschule")
    make_school("Parkschule")
    path = write_xlsx(tmp_path / "h.xlsx", [["Schule", "Stichtag", "Schülerzahl"], ["Parkschule", DAY, 200]])
    result = import_file(path, "--kind", "headcounts", "--dry-run")
    assert (result["ambiguous"], result["skipped"]) == (1, 0)
    assert len(result["questions"][0]["candidates"]) == 2


def test_rows_of_an_earlier_preview_are_replaced_and_go_with_the_batch(preview, by):
    batch = preview(row(), row("T2", "S2"))
    services.preview_batch(services.decide(batch, by=by, options=Options()))
    assert ImportRow.objects.filter(batch=batch).count() == 2
    services.discard_batch(batch, by=by)
    assert not ImportRow.objects.exists()


def test_row_of_an_unknown_value_has_it_among_its_problems(preview):
    batch = preview(row(school="Ahornschule"), row("T2", "S2", school="Ahornschule"))
    told = [[(p["column"], p["cell"], p["code"]) for p in r.problems] for r in batch.rows.all()]
    assert told == [[("Schule", "G2", "unknown_school")], [("Schule", "G3", "unknown_school")]]


def test_rows_are_found_by_label_number_and_problem(preview):
    batch = preview(row(), row("T2", "S2", status="völlig egal"))
    assert [r.number for r in batch.rows.naming("t2")] == [3]
    assert [r.number for r in batch.rows.naming("2")] == [2, 3]
    assert [r.number for r in batch.rows.with_problem("unknown_choice")] == [3]

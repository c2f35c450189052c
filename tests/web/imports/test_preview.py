"""From the upload to the preview, and what is asked there."""

import re
from datetime import date

import pytest
from django.urls import reverse

from audit.enums import Channel
from imports.enums import BatchStatus
from inventory.models import Device, DeviceModel
from schools.models import School
from tests.factories import make_model, make_room
from tests.imports.workbooks import write_csv, write_xlsx
from tests.web.imports.batches import HEADER, at, devices, row, uploaded
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db


def test_sender_and_fingerprint_of_the_file_are_kept_and_shown(page, school, tmp_path):
    batch = uploaded(
        page, write_xlsx(tmp_path / "a.xlsx", [HEADER, ["A1", "S1", "Apple", "iPad 9"]]), sender="Lieferant Nord"
    )
    content = page.get(at(batch)).content.decode()
    assert batch.sender == "Lieferant Nord"
    assert batch.sender in content
    assert batch.sha256 in content


def tiles(response):
    """new, changed, unchanged, rejected, left out"""
    found = re.findall(r'tile__value">\s*([\d.,]+)', response.content.decode())
    return tuple(int(value) for value in found)


def answers(response, **chosen):
    """Form data of the unknown values: ``{beginning of a text: (meaning, details)}`` by their fields' names."""
    data = {}
    for form in response.context["decisions"].forms:
        for beginning, given in chosen.items():
            if form.entry["text"].startswith(beginning):
                data |= {f"{form.prefix}-{name}": value for name, value in given.items()}
    return data


def test_workbook_goes_from_upload_to_devices(page, tmp_path, school, it_staff):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1), row(2)))
    preview = page.get(at(batch))
    assert tiles(preview) == (2, 0, 0, 0, 0)
    assert "Create 2 devices" in text(preview)
    assert Device.objects.count() == 0

    taken = page.post(at(batch, "take"), {"mode": "all"}, follow=True)

    assert "Taken: 2 created, 0 changed." in text(taken)
    assert links(taken, "content")["To the list"] == reverse("web:device_list")
    assert sorted(Device.objects.values_list("serial", "school")) == [("SN1", school.pk), ("SN2", school.pk)]
    batch.refresh_from_db()
    assert (batch.status, batch.act.user, batch.act.channel) == (BatchStatus.TAKEN, it_staff, Channel.IMPORT)


def test_preview_says_what_was_recognised(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1)))
    response = page.get(at(batch))

    mapping, sample = tables(response, "content")[:2]
    assert (mapping[2][:2], mapping[2][3]) == (["SerNr", "SN1"], "known name")
    assert (mapping[-1][:2], mapping[-1][3]) == (["Besitzer", ""], "left out: may name persons")
    assert sample[1][:3] == ["3", "OB-1", "SN1"]
    assert "Erika Muster" not in response.content.decode()
    assert "Geräte" in text(response)
    assert "in row 2" in text(response)


def test_problems_stand_at_their_excel_row(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1), row(2, since="31.02.2024"), row(1), ["Gesamt", 3]))
    response = page.get(at(batch))

    assert tiles(response) == (0, 0, 0, 3, 1)
    rows = tables(response, "problems")[0]
    assert rows[0] == ["Row", "Column", "Value", "Problem"]
    assert [(line[0], line[1], line[2]) for line in rows[1:] if "Seit" in line[1]] == [("4", "Seit G4", "31.02.2024")]
    only = page.get(at(batch), {"show": "error", "column": "Seit"}, headers={"HX-Request": "true"})
    assert [line[0] for line in tables(only)[0]] == ["Row", "4"]
    notes = page.get(at(batch), {"show": "note"})
    assert [line[0] for line in tables(notes, "problems")[0]] == ["Row", "6"]


def test_rejected_rows_block_taking_all_but_good_rows_can_be_taken(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1), row(2, since="31.02.2024")))
    response = page.get(at(batch))
    assert re.search(r'<button[^>]*\sdisabled\s[^>]*aria-describedby="take-reason"', response.content.decode())
    assert "Good rows only: Create 1 device" in text(response)

    refused = page.post(at(batch, "take"), {"mode": "all"}, follow=True)
    assert "Nothing is taken yet" in text(refused)
    assert Device.objects.count() == 0

    taken = page.post(at(batch, "take"), {"mode": "valid"}, follow=True)
    assert "Taken: 1 created, 0 changed. 1 row was rejected; it stands below." in text(taken)
    assert [line[0] for line in tables(taken, "problems")[0]] == ["Row", "4"]
    assert Device.objects.get().serial == "SN1"


def test_file_without_a_good_row_says_that_nothing_can_be_taken(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1, since="31.02.2024")))

    told = text(page.get(at(batch)))
    assert "Nothing of this file can be taken" in told
    assert "Correct the cells below or in your own workbook." in told
    assert [line[4] for line in tables(page.get("/imports/"), "import-table")[0][1:]] == ["nothing can be taken"]


def test_unknown_values_are_mapped_created_or_left_out(page, tmp_path, school):
    known = make_model("iPad 9. Generation")
    rows = [
        row(1, model="iPad 9. Gen"),
        row(2, maker="", model="Surface Go 3", category=""),
        row(3, maker="Dell", model="Latitude 3540", category="Laptop"),
        row(4, school="Linden-Schule Nord", model="iPad 9. Generation"),
        row(5, school="Mondschule", model="iPad 9. Generation"),
    ]
    batch = uploaded(page, devices(tmp_path, *rows))
    response = page.get(at(batch))
    assert tiles(response) == (0, 0, 0, 5, 0)
    assert "5 unknown values" in text(response)

    data = answers(
        response,
        **{
            "Apple iPad 9. Gen": {"meaning": f"map:{known.pk}"},
            "Surface Go 3": {
                "meaning": "create",
                "manufacturer": "Microsoft",
                "model": "Surface Go 3",
                "category": "convertible",
            },
            "Dell": {"meaning": "create", "manufacturer": "Dell", "model": "Latitude 3540"},
            "Linden-Schule": {"meaning": f"map:{school.pk}"},
            "Mondschule": {"meaning": "reject"},
        },
    )
    decided = page.post(at(batch, "decide"), data, follow=True)
    assert tiles(decided) == (4, 0, 0, 0, 1)
    assert "5 answers were given" in text(decided)

    page.post(at(batch, "take"), {"mode": "all"})
    assert sorted(Device.objects.values_list("serial", "model__manufacturer__name", "model__name")) == [
        ("SN1", "Apple", "iPad 9. Generation"),
        ("SN2", "Microsoft", "Surface Go 3"),
        ("SN3", "Dell", "Latitude 3540"),
        ("SN4", "Apple", "iPad 9. Generation"),
    ]
    assert DeviceModel.objects.get(name="Surface Go 3").category.key == "convertible"
    assert set(Device.objects.values_list("school__number", flat=True)) == {"100100"}


def test_answer_without_what_it_needs_is_asked_again(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1, maker="", model="Surface Go 3", category="")))
    form = page.get(at(batch)).context["decisions"].forms[0]
    response = page.post(at(batch, "decide"), {f"{form.prefix}-meaning": "create", f"{form.prefix}-model": "Go 3"})

    assert text(response).count("Needed to create it.") == 2
    batch.refresh_from_db()
    assert (batch.status, batch.decisions) == (BatchStatus.PREVIEWED, {})


def test_answer_can_be_taken_back(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1, maker="Dell", model="Latitude", category="Laptop")))
    response = page.get(at(batch))
    page.post(at(batch, "decide"), answers(response, Dell={"meaning": "reject"}))
    assert tiles(page.get(at(batch))) == (0, 0, 0, 0, 1)

    back = page.post(at(batch, "reconsider"), {"kind": "model", "text": "Dell Latitude"}, follow=True)
    assert tiles(back) == (0, 0, 0, 1, 0)
    assert "1 unknown value" in text(back)


def test_one_answer_serves_all_other_unknown_values(page, tmp_path, school):
    make_model()
    make_room(school, "101")
    header = [*HEADER, "Raum"]
    rows = [[*row(n), f"{200 + n}"] for n in range(25)]
    batch = uploaded(page, write_xlsx(tmp_path / "rooms.xlsx", [header, *rows]))
    response = page.get(at(batch))
    assert len(response.context["decisions"].forms) == 20
    assert links(response, "unknown")["Next page"] == "?unknown=2#unknown"

    decided = page.post(at(batch, "decide"), {"all-room-answer": "create"}, follow=True)
    assert tiles(decided) == (25, 0, 0, 0, 0)


def test_record_of_somebody_else_cannot_be_meant(page, tmp_path, school):
    """The choices are those of the page: any other key is refused."""
    batch = uploaded(page, devices(tmp_path, row(1, maker="Dell", model="Latitude", category="Laptop")))
    response = page.get(at(batch))
    again = page.post(at(batch, "decide"), answers(response, Dell={"meaning": "map:999999"}))
    assert again.status_code == 200
    batch.refresh_from_db()
    assert batch.decisions == {}


def test_file_can_be_read_differently(page, tmp_path, school):
    make_model()
    lines = ["Inventarnummer;Seriennummer;Hersteller;Modell;Schule", "OB-1;SN1;Apple;iPad 9;Lindenschule"]
    batch = uploaded(page, write_csv(tmp_path / "liste.csv", lines))
    response = page.post(
        at(batch, "reread"),
        {"kind": "devices", "status": "in_service", "on": "2024-02-01", "mode": "valid"},
        follow=True,
    )
    assert tiles(response) == (1, 0, 0, 0, 0)
    page.post(at(batch, "take"), {"mode": "all"})
    device = Device.objects.get()
    assert (device.status, device.since) == ("in_service", date(2024, 2, 1))


def test_school_list_of_one_authority(page, tmp_path):
    lines = [
        "sep=;",
        "Schulnummer;Schulform;Schulbezeichnung_1;Traegernummer;Schulbetriebsschluessel",
        "100301;02;Ahornschule;10121;1",
        "100302;02;Birkenschule;10999;1",
    ]
    batch = uploaded(page, write_csv(tmp_path / "schulen.csv", lines), kind="schools", authority="10121")
    response = page.get(at(batch))
    assert tiles(response) == (1, 0, 0, 0, 1)
    assert "Create 1 school" in text(response)
    page.post(at(batch, "take"), {"mode": "all"})
    assert list(School.objects.values_list("number", flat=True)) == ["100301"]

    again = uploaded(page, write_csv(tmp_path / "schulen.csv", lines), kind="schools", authority="10121")
    response = page.get(at(again))
    assert tiles(response) == (0, 0, 1, 0, 1)
    assert "There is nothing to do" in text(response)

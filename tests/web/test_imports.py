"""A workbook on its way through the pages: upload, preview, answers, taking; and who may do what."""

import io
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from audit.enums import Channel
from imports.enums import BatchStatus, Phase
from imports.models import ImportBatch
from inventory.models import Device, DeviceModel
from schools.models import School
from tests.factories import make_model, make_room
from tests.imports.workbooks import write_csv, write_xlsx
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
HEADER = ["Inv.-Nr.", "SerNr", "Hersteller", "Modell", "Kategorie", "Status", "Seit", "Schule", "Besitzer"]
LIST = "/imports/"


@pytest.fixture
def page(signed_in, it_staff) -> Client:
    client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def row(number, *, maker="Apple", model="iPad 9", category="Tablet", school="Lindenschule", since=date(2024, 3, 1)):
    return [f"OB-{number}", f"SN{number}", maker, model, category, "im Einsatz", since, school, "Erika Muster"]


def devices(tmp_path, *rows, name="liste.xlsx"):
    return write_xlsx(tmp_path / name, [["Liste 2024"], HEADER, *rows], sheet="Geräte")


def upload(page, path, **fields):
    with path.open("rb") as file:
        return page.post(LIST, {"file": file, **fields})


def uploaded(page, path, **fields) -> ImportBatch:
    response = upload(page, path, **fields)
    batch = ImportBatch.objects.latest("pk")
    assert (response.status_code, response["Location"]) == (303, f"/imports/{batch.pk}/")
    return batch


def test_sender_and_fingerprint_of_the_file_are_kept_and_shown(page, school, tmp_path):
    batch = uploaded(
        page, write_xlsx(tmp_path / "a.xlsx", [HEADER, ["A1", "S1", "Apple", "iPad 9"]]), sender="Lieferant Nord"
    )
    content = page.get(at(batch)).content.decode()
    assert batch.sender == "Lieferant Nord"
    assert batch.sender in content
    assert batch.sha256 in content


def at(batch, name="detail"):
    return reverse(f"web:import_{name}", args=[batch.pk])


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


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("leer.xlsx", b"", "is empty"),
        ("brief.pdf", b"%PDF-1.4 ...", "is a PDF document, not a workbook"),
        ("kaputt.xlsx", b"PK\x03\x04" + b"\0" * 60, "is damaged or incomplete"),
        ("brief.txt", b"Guten Tag\r\nanbei\r\n", "No row with known headings was found"),
    ],
)
def test_unusable_file_gets_one_sentence(page, tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    batch = uploaded(page, tmp_path / name)
    response = page.get(at(batch))
    assert sentence in text(response)
    assert "How to go on" in text(response)
    assert page.get(at(batch, "file")).status_code == 404


def test_huge_upload_is_refused_unread(page):
    class Endless(io.RawIOBase):
        """Counts what is taken of 200 MB, and how much at a time."""

        taken, most = 0, 0

        def read(self, size=-1):
            self.most = max(self.most, size)
            size = min(size, 200_000_000 - self.taken)
            self.taken += size
            return b"x" * size

    body = Endless()
    response = page.generic(
        "POST",
        LIST,
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": "200000000", "wsgi.input": body},
    )
    assert response.status_code == 413
    assert "The file is larger than 50 MB and was not taken." in text(response)
    assert 0 < body.most <= 1024 * 1024
    assert ImportBatch.objects.count() == 0


def test_upload_needs_the_token(it_staff, tmp_path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(it_staff)
    assert upload(client, write_csv(tmp_path / "a.csv", ["a"])).status_code == 403
    assert ImportBatch.objects.count() == 0


def test_upload_without_a_file_stays_on_the_page(page):
    response = page.post(LIST, {"kind": "devices", "on": "2999-01-01"})
    assert response.status_code == 200
    assert "Only what has happened can be recorded" in text(response)


def test_original_file_comes_back_as_it_was(page, tmp_path, school):
    make_model()
    path = devices(tmp_path, row(1), name="böse <b> datei.xlsx")
    batch = uploaded(page, path)
    response = page.get(at(batch, "file"))
    assert b"".join(response.streaming_content) == path.read_bytes()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename")


def test_hostile_texts_are_escaped(page, tmp_path, school):
    attack = "<script>alert(1)</script>"
    batch = uploaded(page, devices(tmp_path, row(1, model=attack, school=f"{attack}&"), name="<img src=x>.xlsx"))
    source = page.get(at(batch)).content.decode()
    assert attack not in source
    assert "<img src=x>" not in source
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert "<img src=x>" not in page.get(LIST).content.decode()


def test_waiting_batch_asks_for_itself_until_it_is_read(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.TAKING)
    waiting = page.get(at(batch))
    assert f'hx-get="{at(batch, "progress")}"' in waiting.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in waiting.content.decode()
    assert "HX-Refresh" not in page.get(at(batch, "progress"))

    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.PREVIEWED)
    assert page.get(at(batch, "progress"))["HX-Refresh"] == "true"


def test_waiting_says_once_that_no_worker_is_there(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.UPLOADED)
    task = DBTaskResult.objects.create(args_kwargs={}, run_after=timezone.now(), backend_name="default")
    stuck = "The background service does not seem to be running"

    def is_told(address, **query):
        return stuck in page.get(address, query).content.decode()

    assert [is_told(at(batch, name)) for name in ("detail", "progress")] == [False, False]
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=timezone.now() - timedelta(seconds=20))
    assert [is_told(at(batch, name)) for name in ("detail", "progress")] == [True, True]
    told = page.get(at(batch, "progress"), {"told": "1"}).content.decode()
    assert (stuck in told, "<progress" in told) == (False, True)
    assert f'{at(batch, "progress")}?told=1"' in page.get(at(batch, "progress")).content.decode()
    DBTaskResult.objects.create(
        args_kwargs={}, run_after=timezone.now(), backend_name="default", status="RUNNING", started_at=timezone.now()
    )
    assert [is_told(at(batch, name)) for name in ("detail", "progress")] == [False, False]


def test_progress_is_shown_while_the_rows_are_taken(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    far = {"status": BatchStatus.TAKING, "phase": Phase.CHECKING, "done": 4500, "total": 15000}
    ImportBatch.objects.filter(pk=batch.pk).update(**far)
    for name in ("detail", "progress"):
        source = page.get(at(batch, name)).content.decode()
        assert 'value="4500" max="15000"' in source
        assert "checking the rows: 4,500 of 15,000 rows" in " ".join(source.split())


def test_cancelled_batch_can_be_taken_again(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.TAKING)
    stopped = page.post(at(batch, "cancel"), follow=True)
    assert "Cancelled. Nothing was written: take it again or discard it." in text(stopped)
    page.post(at(batch, "take"), {"mode": "all"})
    batch.refresh_from_db()
    assert (batch.status, Device.objects.count()) == (BatchStatus.TAKEN, 1)
    late = page.post(at(batch, "cancel"), follow=True)
    assert "There is nothing left to cancel: taken." in text(late)


def test_batch_cancelled_before_it_was_read_is_gone(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.UPLOADED, summary={})
    gone = page.post(at(batch, "cancel"), follow=True)
    assert "was discarded; nothing was written." in text(gone)
    batch.refresh_from_db()
    assert (batch.status, bool(batch.file)) == (BatchStatus.DISCARDED, False)


def test_discarded_batch_cannot_be_taken(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1)))
    gone = page.post(at(batch, "discard"), follow=True)
    assert "was discarded; nothing was written." in text(gone)
    page.post(at(batch, "take"), {"mode": "all"})
    batch.refresh_from_db()
    assert (batch.status, Device.objects.count()) == (BatchStatus.DISCARDED, 0)
    assert page.get(at(batch, "file")).status_code == 404
    assert page.get(at(batch)).status_code == 200


POSTS = ["decide", "reconsider", "reread", "take", "cancel", "discard"]


def test_people_without_the_right_are_kept_out(page, signed_in, tmp_path, school, reader, outsider, school_admin):
    batch = uploaded(page, devices(tmp_path, row(1)))
    own = ImportBatch.objects.create(
        name="mine.csv", sha256="", size=1, created_by=reader, created_at=batch.created_at, file="none"
    )
    for user in (reader, outsider, school_admin):
        client = signed_in(user)
        assert client.get(LIST).status_code == 403
        assert [client.get(at(batch, name)).status_code for name in ("detail", "progress", "file")] == [404] * 3
        assert [client.post(at(batch, name)).status_code for name in POSTS] == [404] * 6
    # nor does somebody who may not import any more see what they uploaded: others' rows may stand in it
    assert signed_in(reader).get(at(own)).status_code == 404
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PREVIEWED


def test_colleague_sees_and_takes_the_batch_in_their_own_name(page, signed_in, tmp_path, school, manager):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1)))
    client = signed_in(manager)
    client.post(at(batch, "take"), {"mode": "all"})
    batch.refresh_from_db()
    assert batch.act.user == manager


def test_nobody_gets_in_without_signing_in(client, tmp_path, school):
    batch = ImportBatch.objects.create(name="a", sha256="", size=1, created_at="2024-01-01T00:00Z", file="x")
    for name in ("detail", "progress", "file"):
        assert client.get(at(batch, name))["Location"].startswith("/login/")
    assert client.get(LIST)["Location"].startswith("/login/")


def test_list_of_batches_takes_the_same_queries_for_one_and_three(
    page, tmp_path, school, django_assert_max_num_queries
):
    make_model()
    counts = []
    for number in range(3):
        uploaded(page, devices(tmp_path, row(number)))
        with django_assert_max_num_queries(8) as queries:
            response = page.get(LIST)
        counts.append(len(queries))
        assert [line[0] for line in tables(response, "import-table")[0]][1:] == ["liste.xlsx"] * (number + 1)
    assert len(set(counts)) == 1
    assert tables(page.get(LIST), "import-table")[0][1][-4:] == ["1", "0", "0", "0"]


def test_preview_takes_the_same_queries_for_one_and_three_unknown_values(
    page, tmp_path, school, django_assert_max_num_queries
):
    counts = []
    for number in (1, 3):
        batch = uploaded(
            page, devices(tmp_path, *(row(n, model=f"Tab {n}", school=f"Mond {n}") for n in range(number)))
        )
        with django_assert_max_num_queries(12) as queries:
            page.get(at(batch))
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_batch_list_survives_batches_without_summary(page, it_staff):
    ImportBatch.objects.create(name="neu.csv", sha256="", size=1, created_at="2024-01-01T00:00Z", file="x")
    cells = tables(page.get(LIST), "import-table")[0][1]
    assert (cells[0], cells[-4:]) == ("neu.csv", ["–"] * 4)

"""Pages of stocktakes: counting without a browser, signing off, the report, who sees what."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actor import Actor
from inventory.enums import StockFinding
from inventory.models import Device, Stocktake, StocktakeItem
from inventory.services import open_stocktake, sign_off
from tests.factories import make_device, make_devices, make_model, make_room, make_school

pytestmark = pytest.mark.django_db
QUEUE = {"Scan-Queue": "1"}


def queued(*codes: str, **more: Any) -> dict[str, Any]:
    at = timezone.now().isoformat()
    return {"code": codes, "key": [str(uuid4()) for _ in codes], "scanned_at": [at] * len(codes), **more}


@pytest.fixture
def counted(by: Actor) -> Stocktake:
    """An open stocktake of a room with three expected devices."""
    school = make_school(name="Schule am Fluss")
    room = make_room(school, "R 1")
    make_devices(3, school=school, room=room)
    return open_stocktake(by=by, room=room)


def test_stocktake_is_opened_counted_and_signed_off(signed_in: Any, it_staff: Any) -> None:
    school = make_school()
    room = make_room(school)
    here, gone = make_devices(2, school=school, room=room)
    foreign = make_device(school=make_school())
    client = signed_in(it_staff)

    begun = client.post("/stocktakes/new/", {"school": school.pk, "room": room.pk, "note": "Sommer"})
    stocktake = Stocktake.objects.get()
    assert begun.url == f"/stocktakes/{stocktake.pk}/"
    client.post(f"{begun.url}count/", {"code": f"{here.serial}\n{foreign.asset_tag}\nNICHTDA"})
    page = client.get(begun.url).content.decode()
    assert "1 von 2 gefunden" in page
    keys = dict(stocktake.items.values_list("device", "pk"))
    asked = client.get(f"{begun.url}sign-off/").content.decode()
    assert f'name="lost" value="{keys[gone.pk]}"' in " ".join(asked.split())
    client.post(f"{begun.url}sign-off/", {"lost": [keys[gone.pk]], "corrected": [keys[foreign.pk]]})

    report = client.get(begun.url).content.decode()
    assert "Sommer" in report
    assert "NICHTDA" in report
    assert dict(Device.objects.values_list("pk", "status")) == {
        here.pk: "in_service",
        gone.pk: "lost",
        foreign.pk: "in_service",
    }
    foreign.refresh_from_db()
    assert (foreign.school, foreign.room) == (school, room)
    assert client.get(f"{begun.url}sign-off/").url == begun.url


def test_queue_gets_a_line_for_each_count(signed_in: Any, it_staff: Any, counted: Stocktake) -> None:
    expected = counted.items.with_names()[0]
    url = f"/stocktakes/{counted.pk}/count/"
    client = signed_in(it_staff)
    sent = queued(str(expected), "NICHTDA", str(expected))

    first = client.post(url, sent, headers=QUEUE).content.decode()
    again = client.post(url, sent, headers=QUEUE).content.decode()

    tones = [line.split('"')[0] for line in first.split('data-tone="')[1:]]
    assert tones == ["good", "bad", "warn"]
    assert again == first


def test_signed_off_stocktake_says_so_and_loses_no_code(
    signed_in: Any, it_staff: Any, counted: Stocktake, by: Actor
) -> None:
    sign_off(counted, by=by)
    client, url = signed_in(it_staff), f"/stocktakes/{counted.pk}/count/"

    refused = client.post(url, queued("A1"), headers=QUEUE)
    page = client.post(url, {"code": "A1\nA2"}).content.decode()

    assert refused.status_code == 422
    assert refused.content.decode().startswith("Diese Inventur ist abgeschlossen")
    assert "A1\nA2</textarea>" in page
    assert "Diese Inventur ist abgeschlossen" in page


def test_room_of_another_school_is_refused(signed_in: Any, it_staff: Any, by: Actor) -> None:
    stocktake = open_stocktake(by=by, school=make_school())
    foreign = make_room(make_school())
    url = f"/stocktakes/{stocktake.pk}/count/"

    answer = signed_in(it_staff).post(url, queued("A1", room=foreign.pk), headers=QUEUE)

    assert (answer.status_code, answer.content.decode()) == (422, "Dieser Raum gehört nicht zur Schule.")
    assert stocktake.items.count() == 0


def test_open_place_is_not_opened_twice(signed_in: Any, it_staff: Any, counted: Stocktake) -> None:
    data = {"school": counted.school_id, "room": counted.room_id}
    page = signed_in(it_staff).post("/stocktakes/new/", data).content.decode()

    assert "Dort läuft schon eine Inventur." in page
    assert Stocktake.objects.count() == 1


def test_unknown_number_is_recorded_and_the_model_stays_chosen(
    signed_in: Any, it_staff: Any, counted: Stocktake
) -> None:
    client, url = signed_in(it_staff), f"/stocktakes/{counted.pk}/"
    client.post(f"{url}count/", {"code": "NEU1\nNEU2"})
    first = counted.items.get(code="NEU1")
    model = make_model()

    without = client.post(f"{url}items/{first.pk}/add/", {}, follow=True).content.decode()
    client.post(f"{url}items/{first.pk}/add/", {"model": model.pk})

    assert "Bitte wählen Sie das Gerätemodell." in without
    assert Device.objects.get(serial="NEU1").room == counted.room
    page = " ".join(client.get(url).content.decode().split())
    assert f'<option value="{model.pk}" selected' in page


def test_count_is_taken_back_by_a_button(signed_in: Any, it_staff: Any, counted: Stocktake) -> None:
    client, url = signed_in(it_staff), f"/stocktakes/{counted.pk}/"
    item = counted.items.with_names()[0]
    client.post(f"{url}count/", {"code": str(item)})

    client.post(f"{url}items/{item.pk}/uncount/")

    assert set(counted.items.values_list("finding", flat=True)) == {StockFinding.MISSING}


def test_school_reads_its_own_stocktakes_and_nothing_of_others(
    signed_in: Any, school_admin: Any, school: Any, by: Actor, it_staff: Any
) -> None:
    elsewhere = make_school(name="Geheime Schule")
    foreign = make_device(school=elsewhere)
    own, other = open_stocktake(by=by, school=school), open_stocktake(by=by, school=elsewhere)
    signed_in(it_staff).post(f"/stocktakes/{own.pk}/count/", {"code": foreign.serial})
    client = signed_in(school_admin)

    page = client.get(f"/stocktakes/{own.pk}/").content.decode()

    assert "Geheime Schule" not in page
    assert "andere Schule" in page
    assert client.get(f"/stocktakes/{other.pk}/").status_code == 404
    assert client.post(f"/stocktakes/{own.pk}/count/", {"code": "A1"}).status_code == 403
    assert client.get(f"/stocktakes/{own.pk}/sign-off/").status_code == 403
    assert "Geheime Schule" not in client.get("/stocktakes/").content.decode()
    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/stocktakes/{own.pk}/workbook/").streaming_content)))
    assert "Geheime Schule" not in str([[cell.value for cell in row] for row in book.active.rows])


def test_report_as_workbook_names_every_item(signed_in: Any, it_staff: Any, counted: Stocktake) -> None:
    client = signed_in(it_staff)
    first = counted.items.with_names()[0]
    client.post(f"/stocktakes/{counted.pk}/count/", {"code": f"{first}\nNICHTDA"})

    answer = client.get(f"/stocktakes/{counted.pk}/workbook/")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active

    rows = [[cell.value for cell in row[:2]] for row in sheet.iter_rows(min_row=5)]
    names = [str(item) for item in StocktakeItem.objects.with_names()]
    assert rows == [["gefunden", names[0]], ["fehlt", names[1]], ["fehlt", names[2]], ["unbekannte Nummer", "NICHTDA"]]
    assert "1 von 3 gefunden, 1 weitere" in str(sheet["A2"].value)


@pytest.mark.parametrize("page", ["", "sign-off/"])
def test_page_takes_as_many_queries_for_many_items(signed_in: Any, it_staff: Any, by: Actor, page: str) -> None:
    client, numbers = signed_in(it_staff), []
    for number in (1, 4):
        school = make_school()
        devices = make_devices(2 * number, school=school)
        stocktake = open_stocktake(by=by, school=school)
        codes = [device.serial for device in devices[:number]] + [f"U{n}" for n in range(number)]
        client.post(f"/stocktakes/{stocktake.pk}/count/", {"code": "\n".join(codes)})
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/stocktakes/{stocktake.pk}/{page}").status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]

"""Committee reports through the interface."""

import pytest

from reports.models import Publication
from tests.factories import DAY, make_devices

pytestmark = pytest.mark.django_db
URL = "/api/v1/publications/"
BODY = {
    "title": "Digitale Schule",
    "committee": "Ausschuss",
    "session_on": "2024-06-12",
    "as_of": "2024-05-31",
    "texts": [{"heading": "Lage", "text": "Gut."}],
    "figures": [{"figure": "devices_in_service", "wording": "exact"}],
}


def made(client):
    answer = client.post(URL, BODY)
    assert answer.status_code == 201, answer.json()
    return answer["Location"]


def published(client):
    url = made(client)
    answer = client.post(f"{url}publish/", {}, headers={"If-Match": client.get(url)["ETag"]})
    assert answer.status_code == 200, answer.json()
    return url


def test_report_is_written_and_published(api, manager, school):
    make_devices(3, school=school)
    client = api(manager)
    url = published(client)
    shown = client.get(url).json()
    assert {name: shown[name] for name in BODY} == BODY
    assert (shown["is_published"], shown["edition"], shown["next"], shown["left_out"]) == (True, 1, None, 0)
    assert [(one["value"], one["said"]) for one in shown["content"]["figures"]] == [(3, "3 Geräte")]


def test_published_report_cannot_be_changed(api, manager, school):
    client = api(manager)
    url = published(client)
    version = {"If-Match": client.get(url)["ETag"]}
    answer = client.patch(url, {"title": "Anders"}, headers=version)
    assert (answer.status_code, client.delete(url, headers=version).status_code) == (400, 400)
    assert Publication.objects.get().title == "Digitale Schule"


def test_late_booking_is_told_by_comparing(api, manager, school):
    make_devices(3, school=school)
    client = api(manager)
    url = published(client)
    make_devices(2, school=school, on=DAY)
    (line,) = client.get(f"{url}compare/").json()["figures"]
    assert (line["printed"], line["now"], line["difference"], line["has_changed"]) == ("3", "5", "+2", True)


def test_correction_is_a_new_edition(api, manager, school):
    client = api(manager)
    url = published(client)
    version = {"If-Match": client.get(url)["ETag"]}
    answer = client.post(f"{url}correct/", {"correction": "Nachmeldung"}, headers=version).json()
    assert (answer["edition"], answer["correction"], answer["is_published"]) == (2, "Nachmeldung", False)


def test_files_are_attachments(api, manager, school):
    client = api(manager)
    url = published(client)
    pdf, book = client.get(f"{url}pdf/"), client.get(f"{url}workbook/")
    assert pdf["Content-Disposition"] == 'attachment; filename="digitale-schule-2024-06-12.pdf"'
    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_wrong_wording_is_said_at_its_place(api, manager):
    wrong = BODY | {"figures": [{"figure": "devices_in_service", "wording": "loud"}]}
    answer = api(manager).post(URL, wrong)
    assert (answer.status_code, Publication.objects.count()) == (400, 0)


def test_reader_sees_published_reports_only(api, manager, reader):
    made(api(manager))
    published(api(manager))
    assert [one["is_published"] for one in api(reader).get(URL).json()["results"]] == [True]

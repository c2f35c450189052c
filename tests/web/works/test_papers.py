"""The diary of works, and their files."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rollout.models import JournalEntry, ProjectFile
from rollout.services import attach_file, write_journal
from tests.factories import DAY, make_project
from tests.factories_works import make_defect
from tests.web.pages import links, text
from tests.web.works.sending import PDF, PNG
from tests.web.works.sending import address as _address
from tests.web.works.sending import errors_of as _errors
from tests.web.works.sending import send as _send

pytestmark = pytest.mark.django_db


def test_diary_is_written_and_read_by_the_authority_alone(it, signed_in, school_admin, project):
    _send(it, _address(project, "journal/new/"), text="Met the foreman")
    assert JournalEntry.objects.get().text == "Met the foreman"
    assert "Met the foreman" in text(it.get(_address(project)))

    assert "Met the foreman" not in text(signed_in(school_admin).get(_address(project)))


def test_line_of_the_diary_is_corrected_and_says_so(it, by, project):
    line = write_journal(project, by=by, on=DAY, text="Met the foreman on Monday")
    address = _address(project, f"journal/{line.pk}/")

    unchanged = _send(it, address)
    done = _send(it, address, text="Met the foreman on Tuesday", reason="Misheard")

    assert _errors(unchanged) == {"__all__": ["Nothing is different from what is already recorded."]}
    assert done.url == f"{_address(project)}#journal"
    page = it.get(_address(project))
    told = text(page)
    assert ("on Monday" in told, "on Tuesday" in told) == (False, True)
    assert re.search(r"corrected on \d+ .*? by ina.it · Misheard", told)
    assert links(page)["Former wording"] == f"/audit/?kind=rollout.journalentry&record={line.pk}"


def test_withdrawn_line_of_the_diary_keeps_its_place(it, by, project):
    line = write_journal(project, by=by, on=DAY, text="Met the foreman")
    address = _address(project, f"journal/{line.pk}/withdraw/")

    _send(it, address, reason="Wrong site")

    told = text(it.get(_address(project)))
    assert ("Met the foreman" in told, "Wrong site" in told) == (False, True)
    assert re.search(r"withdrawn on \d+ .*? by ina.it · Wrong site", told)
    assert it.get(address).status_code == 404


def test_document_is_handed_out_and_never_shown(it, project):
    sent = {"file": SimpleUploadedFile("a.pdf", PDF), "name": "Acceptance record"}
    it.post(_address(project, "files/new/"), sent)
    file = ProjectFile.objects.get()

    answer = it.get(links(it.get(_address(project)))["Acceptance record"])

    assert b"".join(answer.streaming_content) == PDF
    headers = ("Content-Disposition", "Content-Type", "X-Content-Type-Options")
    assert [answer.headers[name] for name in headers] == [
        'attachment; filename="Acceptance record.pdf"',
        "application/octet-stream",
        "nosniff",
    ]
    assert it.get(_address(project, f"files/{file.pk}/picture/")).status_code == 404


def test_photo_is_shown_by_its_content(it, by, project):
    defect = make_defect(project)
    file = attach_file(project, SimpleUploadedFile("x.txt", PNG), by=by, defect=defect)

    answer = it.get(_address(project, f"files/{file.pk}/picture/"))

    assert b"".join(answer.streaming_content) == PNG
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_file_is_reached_only_through_its_own_project(it, by, project, other_school):
    file = attach_file(project, SimpleUploadedFile("a.pdf", PDF), by=by)
    other = make_project(other_school)

    assert it.get(_address(other, f"files/{file.pk}/")).status_code == 404


def test_school_gets_photos_of_defects_and_no_documents(signed_in, school_admin, by, project):
    defect = make_defect(project)
    photo = attach_file(project, SimpleUploadedFile("x.png", PNG), by=by, defect=defect)
    contract = attach_file(project, SimpleUploadedFile("a.pdf", PDF), by=by)
    client = signed_in(school_admin)

    answer = client.get(_address(project, f"files/{photo.pk}/"))

    assert b"".join(answer.streaming_content) == PNG
    assert client.get(_address(project, f"files/{contract.pk}/")).status_code == 404


def test_file_is_deleted_with_a_reason(it, by, project):
    file = attach_file(project, SimpleUploadedFile("a.pdf", PDF), by=by)

    _send(it, _address(project, f"files/{file.pk}/remove/"), reason="Wrong site")

    assert not ProjectFile.objects.exists()

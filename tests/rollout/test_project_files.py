"""Documents of projects and photos of defects: kept by content, removed for good."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actor import Actor
from audit.models import Act, Entry
from rollout.models import ProjectFile
from rollout.services import attach_file, remove_file
from schools.models import School
from tests.common.sample_files import JPEG, PDF
from tests.factories import make_project
from tests.factories_works import make_defect

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings, tmp_path: Path) -> Callable[[], list[str]]:
    """The names of the files that are kept."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return lambda: sorted(path.suffix for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


def test_document_and_photo_are_kept(school: School, by: Actor, kept: Callable[[], list[str]]) -> None:
    project = make_project(school)
    document = attach_file(project, SimpleUploadedFile("Protokoll.exe", PDF), by=by, name="Abnahmeprotokoll")
    photo = attach_file(project, SimpleUploadedFile("IMG_1.jpg", JPEG), by=by, name="", defect=make_defect(project))
    assert (document.name, document.media_type, document.size) == ("Abnahmeprotokoll", "application/pdf", len(PDF))
    assert (photo.name, photo.defect) == ("IMG_1.jpg", project.defects.get())
    assert "IMG_1" not in photo.file.name
    with photo.file.open() as stored:
        assert stored.read() == JPEG
    assert kept() == [".jpg", ".pdf"]
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert entry.changes == {
        "name": [None, "IMG_1.jpg"],
        "media_type": [None, "image/jpeg"],
        "size": [None, len(JPEG)],
        "digest": [None, photo.digest],
        "defect": [None, photo.defect_id],
    }


def test_refused_file_leaves_nothing(school: School, by: Actor, kept: Callable[[], list[str]]) -> None:
    project = make_project(school)
    for content, name, place in ((b"MZ\x90", "x.pdf", "file"), (PDF, "n" * 151, "name")):
        with pytest.raises(ValidationError) as error:
            attach_file(project, SimpleUploadedFile("x.pdf", content), by=by, name=name)
        assert list(error.value.error_dict) == [place]
    assert (ProjectFile.objects.count(), kept()) == (0, [])


def test_photo_belongs_to_a_defect_of_the_project(school: School, other_school: School, by: Actor) -> None:
    defect = make_defect(make_project(other_school))
    with pytest.raises(ValidationError) as error:
        attach_file(make_project(school), SimpleUploadedFile("x.jpg", JPEG), by=by, defect=defect)
    assert list(error.value.error_dict) == ["defect"]


def test_removed_file_is_gone_once_that_lasts(
    school: School, by: Actor, kept: Callable[[], list[str]], django_capture_on_commit_callbacks
) -> None:
    file = attach_file(make_project(school), SimpleUploadedFile("x.pdf", PDF), by=by, name="Plan")
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(file, by=by, reason="doppelt")
    assert (ProjectFile.objects.count(), kept()) == (0, [])
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert (entry.act.reason, entry.changes) == ("doppelt", {"name": ["Plan", None], "digest": [file.digest, None]})

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actor import Actor
from audit.models import Act, Entry
from costs.models import CostFile, CostPart
from costs.services import attach_document, remove_document, withdraw_cost
from tests.factories_money import make_cost

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"


def upload(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("rechnung 17.pdf", content)


def test_document_is_kept_with_its_entry(by: Actor):
    entry = make_cost()

    document = attach_document(entry, upload(), by=by, name="Rechnung 17")

    assert (document.name, document.media_type, document.size) == ("Rechnung 17", "application/pdf", len(PDF))
    assert Path(document.file.path).read_bytes() == PDF
    assert Entry.objects.get(act=Act.objects.latest("pk")).changes["name"] == [None, "Rechnung 17"]


def test_removed_document_is_gone(by: Actor, django_capture_on_commit_callbacks):
    document = attach_document(make_cost(), upload(), by=by)
    path = Path(document.file.path)

    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document, by=by)

    assert (list(CostFile.objects.all()), path.exists()) == ([], False)
    assert Entry.objects.get(act=Act.objects.latest("pk")).changes["digest"] == [document.digest, None]


def test_document_of_a_withdrawn_entry_is_seen_by_nobody(by: Actor, manager):
    kept, withdrawn = make_cost(), make_cost()
    document = attach_document(kept, upload(), by=by)
    attach_document(withdrawn, upload(), by=by)

    withdraw_cost(withdrawn, by=by, reason="doppelt")

    assert list(CostFile.objects.visible_to(manager)) == [document]
    assert list(CostPart.objects.visible_to(manager).known().values_list("entry", flat=True)) == [kept.pk]


def test_document_is_refused_by_its_content_and_for_a_withdrawn_entry(by: Actor):
    entry = make_cost()

    with pytest.raises(ValidationError) as program:
        attach_document(entry, upload(b"MZ program"), by=by)
    withdraw_cost(entry, by=by, reason="doppelt")
    with pytest.raises(ValidationError) as late:
        attach_document(entry, upload(), by=by)

    assert (list(program.value.error_dict), late.value.code) == (["file"], "revoked")

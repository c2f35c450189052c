"""What is stated by hand: evidence, documents, corrections, withdrawals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Act, Entry
from rollout.models import Attainment, EvidenceFile
from rollout.services import attain, correct_attainment, remove_evidence, withdraw_attainment
from tests.common.sample_files import PDF
from tests.factories import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


def state(day: date, known_at=None) -> tuple:
    fact = Attainment.objects.as_of(day, known_at).first()
    return (fact.value, fact.is_met, fact.evidence, fact.file and fact.file.name) if fact else ()


def upload(name: str = "konzept.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def test_fact_keeps_its_evidence_and_document(by, school):
    attain(school, "media_concept", by=by, on=DAY, is_met=True, evidence="Konzept vom 01.03.2024", upload=upload())

    assert state(DAY) == (None, True, "Konzept vom 01.03.2024", "konzept.pdf")
    entry = Entry.objects.get(kind="rollout.attainment")
    assert entry.changes == {
        "media_concept": [None, True],
        "evidence": [None, "Konzept vom 01.03.2024"],
        "file": [None, "konzept.pdf"],
    }


def test_same_value_with_new_evidence_is_a_fact_of_its_own(by, school):
    attain(school, "media_concept", by=by, on=DAY, is_met=True, evidence="alt", upload=upload())
    attain(school, "media_concept", by=by, on=LATER, is_met=True, evidence="neu")

    assert (state(DAY), state(LATER)) == ((None, True, "alt", "konzept.pdf"), (None, True, "neu", None))


def test_correction_keeps_the_document_and_what_was_known_then(by, school):
    attain(school, "bandwidth", by=by, on=DAY, value=Decimal(100), upload=upload())
    before = timezone.now()

    correct_attainment(
        Attainment.objects.get(), by=by, on=LATER, value=Decimal(200), evidence="Messung", reason="Zahlendreher"
    )

    assert (state(DAY), state(LATER)) == ((), (Decimal(200), None, "Messung", "konzept.pdf"))
    assert state(LATER, before) == (Decimal(100), None, "", "konzept.pdf")
    act = Act.objects.latest("pk")
    assert (act.verb, act.reason) == ("attainment.correct", "Zahlendreher")
    assert Entry.objects.get(act=act).changes == {
        "bandwidth": ["100.00", "200"],
        "evidence": ["", "Messung"],
        "valid_from": [DAY.isoformat(), LATER.isoformat()],
    }


def test_withdrawn_fact_gives_way_to_the_one_before(by, school):
    attain(school, "media_concept", by=by, on=DAY, is_met=False)
    attain(school, "media_concept", by=by, on=LATER, is_met=True)

    withdraw_attainment(Attainment.objects.known().get(is_met=True), by=by, reason="Irrtum")

    assert (state(DAY), state(LATER)) == ((None, False, "", None), (None, False, "", None))


def test_first_fact_withdrawn_leaves_nothing_known(by, school):
    attain(school, "media_concept", by=by, on=DAY, is_met=False)

    withdraw_attainment(Attainment.objects.get(), by=by)

    assert (state(DAY), Attainment.objects.count()) == ((), 1)


def test_correction_stays_between_its_neighbours(by, school):
    for on, value in ((DAY, 100), (LATER, 200)):
        attain(school, "bandwidth", by=by, on=on, value=Decimal(value))
    second = Attainment.objects.known().get(value=200)

    with pytest.raises(ValidationError) as info:
        correct_attainment(second, by=by, on=DAY, value=Decimal(300))

    assert info.value.error_dict["on"][0].code == "out_of_order"


def test_superseded_fact_is_not_corrected_again(by, school):
    attain(school, "bandwidth", by=by, on=DAY, value=Decimal(100))
    first = Attainment.objects.get()
    correct_attainment(first, by=by, on=DAY, value=Decimal(200))

    with pytest.raises(ValidationError) as info:
        withdraw_attainment(first, by=by)

    assert info.value.code == "superseded"


def test_refused_fact_leaves_no_file(by, school, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(ValidationError):
        attain(school, "media_concept", by=by, on=date(2999, 1, 1), is_met=True, upload=upload())

    assert EvidenceFile.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_program_is_no_evidence(by, school):
    with pytest.raises(ValidationError) as info:
        attain(
            school, "media_concept", by=by, on=DAY, is_met=True, upload=SimpleUploadedFile("x.pdf", b"MZ" + b"0" * 99)
        )

    assert info.value.error_dict["file"][0].code == "unknown_type"


def test_deleted_document_leaves_the_fact(by, school, django_capture_on_commit_callbacks):
    attain(school, "media_concept", by=by, on=DAY, is_met=True, evidence="Konzept", upload=upload())
    file = EvidenceFile.objects.get()
    stored, storage = file.file.name, file.file.storage

    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(file, by=by, reason="Namen darin")

    assert state(DAY) == (None, True, "Konzept", None)
    assert not storage.exists(stored)
    assert Entry.objects.latest("pk").changes["name"] == ["konzept.pdf", None]

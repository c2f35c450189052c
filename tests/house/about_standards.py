"""What the world has of a school's requirements, and a scenario for each service about them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actor import Actor
from audit.services import open_act
from rollout import services as works
from rollout.models import Attainment, EvidenceFile, Waiver
from schools.models import School
from tests.common.sample_files import PDF
from tests.factories import DAY, make_school
from tests.house.markers import marker
from tests.house.works_and_money import Things, stored

_KEY = "learning_platform"


def about_standards(side: str, school: School, by: Actor) -> Things:
    act = open_act(by, "attainment.record")
    fact = {"school": school, "key": _KEY, "act": act, "recorded_at": act.at, "valid_from": DAY}
    file = EvidenceFile.objects.create(school=school, key=_KEY, **stored(side, "evidencefile"))
    stated = Attainment.objects.create(is_met=False, file=file, evidence=marker(side, "attainment_evidence"), **fact)
    waiver = Waiver.objects.create(reason=marker(side, "waiver_reason"), **fact)
    return {"attainment": {"pk": stated.pk}, "waiver": {"pk": waiver.pk}, "evidence": {"pk": file.pk}}


def a_fact(by: Actor) -> Attainment:
    works.attain(
        make_school(),
        "bandwidth",
        by=by,
        on=DAY,
        value=100,
        upload=SimpleUploadedFile("m.pdf", PDF),
        evidence="Messung",
    )
    return Attainment.objects.get()


def a_file(by: Actor) -> EvidenceFile:
    file = a_fact(by).file
    assert file
    return file


def a_waiver(by: Actor) -> Waiver:
    return works.grant_waiver(make_school(), "fibre", by=by, on=DAY, reason="Das Gebäude wird abgerissen.")


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "attain": a_fact,
    "correct_attainment": lambda by: works.correct_attainment(a_fact(by), by=by, on=DAY, value=200),
    "withdraw_attainment": lambda by: works.withdraw_attainment(a_fact(by), by=by),
    "remove_evidence": lambda by: works.remove_evidence(a_file(by), by=by),
    "grant_waiver": a_waiver,
    "end_waiver": lambda by: works.end_waiver(a_waiver(by), by=by, last_day=date(2024, 12, 31)),
    "withdraw_waiver": lambda by: works.withdraw_waiver(a_waiver(by), by=by),
}

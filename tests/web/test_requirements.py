"""Requirements fulfilled by hand: recorded on a page of their own."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Act
from rollout.models import Attainment, EvidenceFile
from rollout.services import attain, grant_waiver
from tests.common.sample_files import PDF
from tests.web.pages import links, text

pytestmark = pytest.mark.django_db
CONCEPT = "/schools/100100/requirements/media_concept/"
BANDWIDTH = "/schools/100100/requirements/bandwidth/"


@pytest.fixture
def it(signed_in, it_staff, school):
    client = signed_in(it_staff)
    client.cookies["django_language"] = "en"
    return client


def _sent(client, path, **values):
    return {"version": client.get(path).context["form"].version_now, "on": "2024-03-01", **values}


def _messages(response):
    return [str(message) for message in response.context["messages"]]


def test_yes_is_recorded_with_its_day_and_reason(it, it_staff, school):
    answer = it.post(CONCEPT, _sent(it, CONCEPT, is_met="true", reason="Council of 1 March"), follow=True)

    assert answer.redirect_chain == [("/schools/100100/#media_concept", 302)]
    assert _messages(answer) == ["“Current media concept” is recorded."]
    assert answer.context["completion"].result("media_concept").state == "met"
    fact, act = Attainment.objects.get(), Act.objects.latest("pk")
    assert (fact.school, fact.key, fact.valid_from, fact.is_met) == (school, "media_concept", date(2024, 3, 1), True)
    assert (act.user, act.channel, act.reason) == (it_staff, "page", "Council of 1 March")


def test_value_is_recorded_as_people_write_it(it, school):
    it.cookies["django_language"] = "de"

    it.post(BANDWIDTH, _sent(it, BANDWIDTH, value="250,5"))

    assert Attainment.objects.get().value == Decimal("250.5")


def test_entry_of_the_past_says_until_when_it_applies(it, by, school):
    attain(school, "bandwidth", by=by, on=date(2024, 6, 1), value=Decimal(1000))

    answer = it.post(BANDWIDTH, _sent(it, BANDWIDTH, value="100"), follow=True)

    assert _messages(answer) == ["“Bandwidth” is recorded. It applies until 1 Jun 2024; after that: 1,000 Mbit/s."]
    assert "1 Mar 2024 to 1 Jun 2024 100 Mbit/s" in text(it.get(BANDWIDTH), "content")


@pytest.mark.parametrize(
    ("path", "values", "fields"),
    [
        (CONCEPT, {}, ["is_met"]),
        (CONCEPT, {"is_met": "perhaps"}, ["is_met"]),
        (BANDWIDTH, {"value": "fast"}, ["value"]),
        (BANDWIDTH, {"value": "-1"}, ["value"]),
        (BANDWIDTH, {"value": "1", "on": "soon"}, ["on"]),
        (BANDWIDTH, {"value": "1", "on": "2999-01-01"}, ["on"]),
        (BANDWIDTH, {"value": "1", "version": "x"}, ["__all__"]),
    ],
)
def test_refusal_stands_at_its_field(it, path, values, fields):
    answer = it.post(path, _sent(it, path, **values))

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, fields)
    assert Attainment.objects.count() == 0


def test_page_begins_with_the_day_that_was_shown(it):
    day = timezone.localdate() - timedelta(30)

    assert it.get(CONCEPT, {"as_of": day.isoformat()}).context["form"]["on"].value() == day


def test_what_is_counted_has_a_page_without_a_form(it):
    counted, unknown = (it.get(f"/schools/100100/requirements/{key}/") for key in ("pupil_devices", "nonsense"))

    assert (counted.status_code, unknown.status_code) == (200, 404)
    assert (counted.context["form"], counted.context["result"].key) == (None, "pupil_devices")
    assert "The same devices also count for: Pupil devices (target)." in text(counted, "content")


def test_evidence_is_recorded_shown_and_handed_out(it, school):
    upload = SimpleUploadedFile("konzept.pdf", PDF)
    sent = _sent(it, CONCEPT, is_met="true", evidence="Konzept vom 01.03.2024, Az. 40-2")
    it.post(CONCEPT, sent | {"file": upload})

    page = it.get(CONCEPT)
    assert "yes Konzept vom 01.03.2024, Az. 40-2 konzept.pdf" in text(page, "content")
    answer = it.get(f"/standards/evidence/{EvidenceFile.objects.get().pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="konzept.pdf"'


def test_entry_is_corrected_and_withdrawn(it, by, school):
    attain(school, "bandwidth", by=by, on=date(2024, 6, 1), value=Decimal(1000), evidence="Messung")
    address = f"/standards/attainments/{Attainment.objects.get().pk}/correct/"
    shown = it.get(address).context["form"]
    sent = {"version": shown.version_now, "on": "2024-06-01", "value": "1000", "evidence": "Messung"}

    assert list(it.post(address, sent).context["form"].errors) == ["__all__"]
    answer = it.post(address, sent | {"value": "100"}, follow=True)

    assert _messages(answer) == ["The entry is corrected. The former one stays on record."]
    fact = Attainment.objects.known().get()
    assert fact.value == Decimal(100)
    whole = text(it.get(BANDWIDTH, {"all": "1"}), "content")
    assert "1,000 Mbit/s Messung" in whole
    gone = it.post(f"/standards/attainments/{fact.pk}/withdraw/", {"reason": "Irrtum"}, follow=True)
    assert _messages(gone) == ["The entry is withdrawn. It stays on record."]
    assert list(Attainment.objects.known()) == []


def test_document_is_deleted(it, by, school):
    attain(school, "media_concept", by=by, on=date(2024, 6, 1), is_met=True, upload=SimpleUploadedFile("k.pdf", PDF))

    answer = it.post(f"/standards/evidence/{EvidenceFile.objects.get().pk}/remove/", {"reason": "Namen"}, follow=True)

    assert (_messages(answer), EvidenceFile.objects.count()) == (["The file is deleted."], 0)


def test_school_reads_how_it_stands(signed_in, school_admin, by, school):
    attain(school, "media_concept", by=by, on=date(2024, 6, 1), is_met=True, evidence="Konzept")
    grant_waiver(school, "fibre", by=by, on=date(2024, 6, 1), reason="Abriss")
    client = signed_in(school_admin)
    client.cookies["django_language"] = "en"

    concept, fibre = (client.get(f"/schools/100100/requirements/{key}/") for key in ("media_concept", "fibre"))

    assert (concept.context["form"], "yes Konzept" in text(concept, "content")) == (None, True)
    assert "since 1 Jun 2024, without an end Abriss" in text(fibre, "content")
    assert [label for label in links(fibre, "content") if "waiver" in label.lower()] == []


def test_school_page_leads_there_whoever_may_book(it, signed_in, school_admin, school):
    page = links(it.get("/schools/100100/"), "content")
    seen = links(signed_in(school_admin).get("/schools/100100/"), "content")

    assert (page["Record: Current media concept"], page["Record: Bandwidth"]) == (CONCEPT, BANDWIDTH)
    assert [label for label in page if label.startswith("Record: ") and "devices" in label] == []
    assert [label for label in seen if label.startswith("Record: ")] == []

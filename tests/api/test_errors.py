"""One shape for every refusal, whatever went wrong."""

import json

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from rest_framework.exceptions import Throttled
from rest_framework.test import APIClient

from api.errors import PROBLEMS, answer_problem
from api.views.devices import DeviceViewSet
from audit.actor import Actor
from schools.enums import TokenScope
from schools.tokens import create_token

URL = "/api/v1/devices/transition/"
WORDS = ("Token", "Bearer", "bearer")


def test_problem_is_exact(api, it_staff):
    answer = api(it_staff).get("/api/v1/devices/", {"status": "x"}, headers={"Accept-Language": "en"})

    assert answer.json() == {
        "type": "/api/v1/problems/invalid/",
        "title": "Bad Request",
        "status": 400,
        "detail": "Some of the input cannot be accepted.",
        "errors": [
            {
                "field": "status",
                "code": "invalid_choice",
                "message": "Select a valid choice. x is not one of the available choices.",
            }
        ],
    }


@pytest.mark.parametrize(
    "body",
    ["{", "", "[1", '{"a": NaN}', "[" * 100_000, '{"a":' * 50_000, b"\xff\xfe", '{"ids": [' + "9" * 5000 + "]}"],
    ids=["cut", "empty", "open", "nan", "deep", "deeper", "bytes", "huge"],
)
def test_unreadable_body_is_a_problem(body, api, it_staff, refused):
    answer = api(it_staff).post(URL, body, content_type="application/json")

    assert {code for _field, code in refused(answer, 400)} <= {"required"}


@pytest.mark.parametrize("body", [[], [1], "text", 7, None, True])
def test_body_of_another_type_is_a_problem(body, api, it_staff, refused):
    answer = api(it_staff).post(URL, json.dumps(body), content_type="application/json")

    assert {code for _field, code in refused(answer, 400)} <= {"invalid", "required", "null"}


def test_other_media_types_are_refused(api, it_staff, refused):
    assert refused(api(it_staff).post(URL, "ids=1", content_type="application/x-www-form-urlencoded"), 415) == []
    assert refused(api(it_staff).post(URL, {"ids": "1"}, format=None, content_type="text/xml"), 415) == []


def test_large_body_is_refused(api, it_staff, settings, refused):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert refused(api(it_staff).post(URL, {"reason": "x" * 1000}), 413) == []


def test_wrong_method_is_refused(api, it_staff, refused):
    assert refused(api(it_staff).delete("/api/v1/devices/1/"), 405) == []
    assert refused(api(it_staff).post("/api/v1/completion/", {}), 405) == []


@pytest.mark.parametrize(
    "path", ["", "nonsense/", "devices", "devices/0/", "devices/x/", "devices/99999999999999999999/", "schools/12345/"]
)
def test_other_addresses_are_not_there(path, api, it_staff, refused):
    assert refused(api(it_staff).get(f"/api/v1/{path}"), 404) == []


def test_language_follows_the_request(api, db):
    details = {
        language: api().get("/api/v1/schools/", headers={"Accept-Language": language}).json()["detail"]
        for language in ("de", "en")
    }

    assert details == {
        "de": "Anmeldedaten fehlen.",
        "en": "Authentication credentials were not provided.",
    }


def test_refusals_of_the_domain_keep_field_and_code():
    error = ValidationError(
        {
            "price": [ValidationError("too %(what)s", "range", {"what": "high"}), ValidationError("odd")],
            NON_FIELD_ERRORS: ["as a whole"],
        }
    )

    answer = answer_problem(error, {})

    assert (answer.status_code, answer.data["errors"]) == (
        400,
        [
            {"field": "price", "code": "range", "message": "too high"},
            {"field": "price", "code": "invalid", "message": "odd"},
            {"field": "", "code": "invalid", "message": "as a whole"},
        ],
    )


def test_throttled_says_when_to_come_back():
    answer = answer_problem(Throttled(wait=7), {})

    assert (answer.status_code, answer["Retry-After"], answer.data["title"]) == (429, "7", "Too Many Requests")


def test_refusal_of_the_database_is_a_conflict(caplog):
    answer = answer_problem(IntegrityError("UNIQUE constraint failed"), {})

    assert (answer.status_code, answer.data["title"], answer.data["errors"]) == (409, "Conflict", [])
    assert "UNIQUE" not in answer.data["detail"]
    assert [record.levelname for record in caplog.records if record.name == "api.errors"] == ["WARNING"]


def test_faults_of_ours_are_not_hidden():
    assert answer_problem(KeyError("x"), {}) is None


def test_fault_of_ours_is_a_problem_that_tells_nothing(api, it_staff, monkeypatch, refused):
    def fail(*_args):
        raise KeyError("secret")

    monkeypatch.setattr(DeviceViewSet, "today", fail)
    client = api(it_staff)
    client.raise_request_exception = False
    answer = client.get("/api/v1/devices/")

    assert refused(answer, 500) == []
    assert "secret" not in answer.content.decode()


def test_foreign_host_is_a_problem(api, it_staff, refused):
    assert refused(api(it_staff).get("/api/v1/devices/", headers={"Host": "evil.example"}), 400) == []


def test_type_of_a_problem_leads_to_its_meaning(api, db):
    for code, (status, _meaning) in PROBLEMS.items():
        answer = api().get(f"/api/v1/problems/{code}/")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert api().get("/api/v1/problems/nonsense/").status_code == 404


def test_token_for_reading_reads_only(api, it_staff, refused):
    client = api(token=create_token(it_staff, "r", by=Actor(None), scope=TokenScope.READ)[1])
    answer = client.post(URL, {}, headers={"Accept-Language": "en"})

    assert client.get("/api/v1/devices/").status_code == 200
    assert refused(answer, 403) == []
    assert answer.json()["detail"] == "This token is for reading only."


def test_bearer_is_taken_like_token(it_staff):
    plain = create_token(it_staff, "b", by=Actor(None))[1]

    answers = [APIClient().get("/api/v1/devices/", headers={"Authorization": f"{word} {plain}"}) for word in WORDS]
    assert [answer.status_code for answer in answers] == [200] * len(WORDS)

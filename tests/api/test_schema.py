"""The description of the interface is complete, valid, and for those who signed in."""

import pytest
from django.core.management import call_command


def test_schema_is_valid_without_a_warning(tmp_path, db):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_schema_describes_every_address(get, reader):
    status, schema = get(reader, "schema/")

    assert (status, schema["openapi"]) == (200, "3.1.1")
    assert [(path.removeprefix("/api/v1/"), sorted(what)) for path, what in schema["paths"].items()] == [
        ("categories/", ["get"]),
        ("categories/{key}/", ["get"]),
        ("completion/", ["get"]),
        ("device-models/", ["get"]),
        ("device-models/{id}/", ["get"]),
        ("devices/", ["get"]),
        ("devices/{id}/", ["get"]),
        ("devices/{id}/states/", ["get"]),
        ("devices/transition/", ["post"]),
        ("figures/", ["get"]),
        ("headcounts/", ["get"]),
        ("projects/", ["get"]),
        ("projects/{id}/", ["get"]),
        ("projects/{id}/states/", ["get"]),
        ("rooms/", ["get"]),
        ("rooms/{id}/", ["get"]),
        ("schools/", ["get"]),
        ("schools/{number}/", ["get"]),
        ("sites/", ["get"]),
        ("sites/{id}/", ["get"]),
    ]
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert all("application/problem+json" in o["responses"]["default"]["content"] for o in operations)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("devices/{id}/", ["as_of", "id", "known_at"]),
        ("devices/{id}/states/", ["all", "id", "page", "page_size"]),
        ("schools/", ["ordering", "page", "page_size", "q", "school_type"]),
        ("completion/", ["as_of", "known_at", "school"]),
    ],
)
def test_schema_names_the_parameters(path, parameters, get, reader):
    operation = get(reader, "schema/")[1]["paths"][f"/api/v1/{path}"]["get"]

    assert sorted(parameter["name"] for parameter in operation["parameters"]) == parameters


def test_schema_and_page_are_for_those_who_signed_in(api, client, refused, db):
    assert refused(api().get("/api/v1/schema/"), 401) == []
    answer = client.get("/api/v1/docs/")
    assert (answer.status_code, answer["Location"].partition("?")[2]) == (302, "next=/api/v1/docs/")


def test_page_loads_only_our_own_files(signed_in, reader):
    page = signed_in(reader).get("/api/v1/docs/").content.decode()

    assert 'data-schema="/api/v1/schema/"' in page
    assert "http" not in page.replace("http-equiv", "")

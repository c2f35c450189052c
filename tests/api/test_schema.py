"""The description of the interface is complete, valid, and for those who signed in."""

import re

import pytest
from django.core.management import call_command
from django.urls import URLPattern

from api.urls import urlpatterns

UNDESCRIBED = {"api-schema", "api-docs", "api-not-there"}


def addresses():
    """Below ``/api/v1/``, with ``{}`` for what varies."""
    patterns = [one for one in urlpatterns if isinstance(one, URLPattern) and one.name not in UNDESCRIBED]
    for one in patterns:
        text = re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", "{}", str(one.pattern))
        yield text.removeprefix("^").removesuffix("$").removesuffix("\\Z")


def test_schema_is_valid_without_a_warning(tmp_path, db):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_schema_describes_every_address(get, reader):
    status, schema = get(reader, "schema/")

    assert (status, schema["openapi"]) == (200, "3.1.1")
    described = {re.sub(r"{\w+}", "{}", path) for path in schema["paths"]}
    assert described == {f"/api/v1/{address}" for address in addresses()}


def test_every_operation_has_a_stable_name_and_says_how_it_refuses(get, reader):
    schema = get(reader, "schema/")[1]
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]

    assert len(set(names)) == len(names)
    assert not any(name.endswith(("_2", "_3")) for name in names)
    assert all("default" in operation["responses"] and "429" in operation["responses"] for operation in operations)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("devices/{id}/", ["as_of", "fields", "id", "known_at"]),
        ("devices/{id}/states/", ["all", "count", "cursor", "fields", "id", "page_size"]),
        ("schools/", ["count", "cursor", "district", "fields", "ordering", "page_size", "q", "school_type"]),
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

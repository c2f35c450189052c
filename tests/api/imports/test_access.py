"""Who sees imports."""

import pytest

from audit.actor import Actor
from schools.tokens import create_token
from tests.api.batches import URL, Imports, row, send_file, workbook

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_import_is_hidden_from_all_who_may_not_import(user, request, api, mine, tmp_path, school, refused):
    pk = mine.upload(workbook(tmp_path, row(1)))
    other = Imports(api(request.getfixturevalue(user)))

    assert refused(other.client.get(URL), 403) == []
    assert refused(send_file(other.client, URL, workbook(tmp_path, row(1))), 403) == []
    paths = [
        "",
        "progress/",
        "choices/?kind=a&text=b",
        "undo/",
        "file/",
        "marked/",
        "rows/",
        "findings/",
        "findings/workbook/",
    ]
    for path in paths:
        assert refused(other.client.get(f"{URL}{pk}/{path}"), 404) == [], path
        assert other.client.get(f"{URL}{pk}/{path}").content == other.client.get(f"{URL}987654/{path}").content, path
    for path in (
        "decide/",
        "answer/",
        "conflicts/",
        "correct/",
        "take/",
        "cancel/",
        "discard/",
        "undo/",
        "redo/",
        "profile/",
    ):
        assert refused(other.send(pk, path, {"x": 1}, version="*"), 404) == [], path
    assert refused(other.send(pk, "", {}, version="*", method="patch"), 404) == []
    assert refused(other.send(pk, "findings/act/", {}, version="*"), 404) == []


def test_token_for_one_school_sees_no_imports(api, mine, tmp_path, school, it_staff, refused):
    pk = mine.upload(workbook(tmp_path, row(1)))
    _row, plain = create_token(it_staff, "eng", by=Actor(it_staff), school=school)
    client = api(token=plain)

    assert refused(client.get(URL), 403) == []
    assert refused(client.get(f"{URL}{pk}/"), 404) == []
    assert refused(send_file(client, URL, workbook(tmp_path, row(1))), 403) == []
    assert refused(client.get("/api/v1/import-profiles/"), 403) == []

"""Kept views of lists and reports by mail by the interface for machines."""

from typing import Any

import pytest

from accounts.models import User
from reports.models import SavedView, Subscription

pytestmark = pytest.mark.django_db
GIVEN = {"list_name": "devices", "name": "Tablets", "query": "category=tablet&columns=serial", "is_shared": True}


def post(client: Any, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


def found(client: Any, path: str = "views/") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(f"/api/v1/{path}").json()["results"]
    return rows


def test_view_is_made_changed_begun_with_and_deleted(signed_in: Any, manager: User) -> None:
    client = signed_in(manager)

    made = post(client, "views/", GIVEN | {"query": f"{GIVEN['query']}&page=2&utm=x"})

    view = SavedView.objects.get()
    assert (made.status_code, made["Location"]) == (201, f"http://testserver/api/v1/views/{view.pk}/")
    expected = {"id": view.pk, **GIVEN, "is_mine": True, "is_default": False, "owner": "mara.leitung"}
    assert made.json() == expected
    page = f"/api/v1/views/{view.pk}/"
    changed = client.patch(
        page, {"query": "status=in_service"}, content_type="application/json", headers={"If-Match": made["ETag"]}
    )
    assert changed.json() == expected | {"query": "status=in_service"}
    assert post(client, f"views/{view.pk}/begin/", **{"If-Match": made["ETag"]}).status_code == 412
    begun = post(client, f"views/{view.pk}/begin/", **{"If-Match": changed["ETag"]})
    assert begun.json()["is_default"] is True
    assert client.get("/devices/").url == f"/lists/devices/?status=in_service&view={view.pk}"
    ended = post(client, f"views/{view.pk}/begin/", {"is_default": False}, **{"If-Match": begun["ETag"]})
    assert ended.json()["is_default"] is False
    assert client.delete(page, headers={"If-Match": ended["ETag"]}).status_code == 204
    assert not SavedView.objects.exists()


def test_others_read_what_is_shared_and_change_nothing(signed_in: Any, manager: User, school_admin: User) -> None:
    shared = post(signed_in(manager), "views/", GIVEN)
    post(signed_in(manager), "views/", GIVEN | {"name": "mine", "is_shared": False})
    client = signed_in(school_admin)

    rows = found(client)

    assert [(row["name"], row["is_mine"], row["owner"]) for row in rows] == [("Tablets", False, None)]
    page, version = f"/api/v1/views/{rows[0]['id']}/", {"If-Match": shared["ETag"]}
    assert client.patch(page, {"name": "x"}, content_type="application/json", headers=version).status_code == 403
    assert client.delete(page, headers=version).status_code == 403


def test_no_view_of_a_list_that_one_may_not_see(signed_in: Any, manager: User, reader: User) -> None:
    assert post(signed_in(reader), "views/", GIVEN | {"list_name": "costs"}).status_code == 403
    assert post(signed_in(manager), "views/", GIVEN | {"list_name": "costs"}).status_code == 201
    assert found(signed_in(reader)) == []


def test_a_name_is_used_once(signed_in: Any, manager: User, refused: Any) -> None:
    post(signed_in(manager), "views/", GIVEN)
    assert refused(post(signed_in(manager), "views/", GIVEN), 400) == [("name", "invalid")]


@pytest.fixture
def _mail(settings: Any, manager: User) -> None:
    settings.EMAIL_HOST = "mail.example"
    manager.email = "mara@stadt.example"
    manager.save()


@pytest.mark.usefixtures("_mail")
def test_subscription_is_ordered_read_and_given_up(signed_in: Any, manager: User, it_staff: User) -> None:
    client = signed_in(manager)

    made = post(client, "subscriptions/", {"subject": "progress", "rhythm": "weekly", "language": "en"})

    one = Subscription.objects.get()
    assert made.status_code == 201
    assert made.json() == {
        "id": one.pk,
        "subject": "progress",
        "figure": "",
        "rhythm": "weekly",
        "language": "en",
        "begins_on": one.begins_on.isoformat(),
    }
    assert (one.owner, one.address) == (manager, "http://testserver")
    page = f"subscriptions/{one.pk}/"
    assert [found(client, path) for path in ("subscriptions/", f"{page}mails/")] == [[made.json()], []]
    assert found(signed_in(it_staff), "subscriptions/") == []
    assert signed_in(it_staff).get(f"/api/v1/{page}").status_code == 404
    assert signed_in(manager).delete(f"/api/v1/{page}", headers={"If-Match": made["ETag"]}).status_code == 204
    assert not Subscription.objects.exists()


@pytest.mark.usefixtures("_mail")
def test_subscription_to_what_one_may_not_have_is_refused(signed_in: Any, manager: User, refused: Any) -> None:
    client = signed_in(manager)
    unknown = post(client, "subscriptions/", {"subject": "figure", "figure": "unknown", "rhythm": "weekly"})
    assert refused(unknown, 400) == [("", "refused")]
    given = {"subject": "progress", "rhythm": "monthly"}
    post(client, "subscriptions/", given)
    assert refused(post(client, "subscriptions/", given), 400) == [("", "invalid")]


def test_subscription_where_no_mail_is_sent_is_refused(signed_in: Any, manager: User, refused: Any) -> None:
    answer = post(signed_in(manager), "subscriptions/", {"subject": "progress", "rhythm": "weekly"})
    assert refused(answer, 400) == [("", "refused")]

"""People, roles, invitations and tokens through the interface."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.models import Entry
from schools.enums import Role, TokenScope
from schools.invitations import open_invitation
from schools.models import ApiToken, Invitation, Membership
from schools.tokens import create_token, token_holder
from tests.factories import make_user

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def admin(db):
    return make_user("adam.admin", role=Role.ADMINISTRATOR)


@pytest.fixture
def send(api):
    """``send(user, method, path, body)`` with the version that the record has now."""

    def ask(user, method, path, body=None):
        client = api(user)
        version = client.get(API + path.split("!")[0]).headers.get("ETag", "*")
        return getattr(client, method)(API + path.replace("!", ""), body or {}, headers={"If-Match": version})

    return ask


def test_people_are_listed_for_those_who_look_after_them(get, api, admin, it_staff, refused):
    status, body = get(admin, "users/")

    assert (status, [one["username"] for one in body["results"]]) == (200, ["adam.admin", "ina.it"])
    assert body["results"][1] == {
        "id": it_staff.pk,
        "username": "ina.it",
        "first_name": "",
        "last_name": "",
        "email": "",
        "is_active": True,
        "last_login": None,
        "date_joined": body["results"][1]["date_joined"],
        "erased_at": None,
    }
    assert refused(api(it_staff).get(f"{API}users/"), 403) == []
    assert refused(api(it_staff).get(f"{API}users/{admin.pk}/"), 404) == []
    assert api(it_staff).get(f"{API}users/{it_staff.pk}/").status_code == 200


def test_name_is_corrected(send, admin, it_staff):
    answer = send(admin, "patch", f"users/{it_staff.pk}/", {"first_name": "Ina"})

    assert (answer.status_code, answer.json()["first_name"]) == (200, "Ina")
    assert User.objects.get(pk=it_staff.pk).first_name == "Ina"
    assert "Ina" not in str(list(Entry.objects.values_list("changes", "label")))


def test_person_is_deactivated_and_let_in_again(send, api, admin, it_staff, refused):
    client = api(it_staff)
    assert send(admin, "post", f"users/{it_staff.pk}/!deactivate/").json()["is_active"] is False
    assert refused(client.get(f"{API}account/"), 401) == []
    assert send(admin, "post", f"users/{it_staff.pk}/!reactivate/").json()["is_active"] is True
    assert refused(send(admin, "post", f"users/{admin.pk}/!deactivate/"), 400) == [("", "oneself")]


def test_person_is_erased_only_by_name(send, admin, it_staff, refused):
    assert refused(send(admin, "post", f"users/{it_staff.pk}/!erase/", {"username": "x"}), 400) == [
        ("username", "other_name")
    ]
    answer = send(admin, "post", f"users/{it_staff.pk}/!erase/", {"username": "ina.it", "reason": "ausgeschieden"})

    assert (answer.status_code, answer.json()["is_active"], answer.json()["first_name"]) == (200, False, "")
    assert answer.json()["erased_at"] is not None


def test_second_factors_are_reset(send, admin, it_staff):
    assert send(admin, "post", f"users/{it_staff.pk}/!reset-factors/").status_code == 200


def test_stored_data_are_told(get, admin, it_staff):
    status, body = get(admin, f"users/{it_staff.pk}/data/")

    assert (status, list(body)) == (200, ["person", "own", "deeds", "trail"])
    assert body["person"]["username"] == "ina.it"
    assert "password" not in body["person"]


def test_own_second_factors_are_not_removed_without_the_password(send, admin, refused):
    assert refused(send(admin, "post", f"users/{admin.pk}/!reset-factors/"), 400) == [("", "oneself")]


@pytest.mark.parametrize("path", ["deactivate/", "reactivate/", "reset-factors/", "erase/"])
def test_nobody_else_changes_people(api, it_staff, admin, refused, path):
    """One's own account is visible: 403; that of others is not: 404."""
    client, headers = api(it_staff), {"If-Match": "*"}

    assert refused(client.post(f"{API}users/{it_staff.pk}/{path}", {}, headers=headers), 403) == []
    assert refused(client.post(f"{API}users/{admin.pk}/{path}", {}, headers=headers), 404) == []


def test_account_tells_roles_and_rights(get, school_admin):
    status, body = get(school_admin, "account/")

    assert (status, body["username"]) == (200, "selma.schule")
    assert body["roles"] == [{"role": "school_admin", "school": "100100", "until": None}]
    assert body["rights"] == ["see", "export", "report"]


def test_account_tells_what_a_token_leaves(api, it_staff):
    _row, plain = create_token(it_staff, "lesen", by=Actor(it_staff), scope=TokenScope.READ)

    assert api(token=plain).get(f"{API}account/").json()["rights"] == ["see", "export", "money"]


def test_own_name_is_corrected(api, it_staff, refused):
    client = api(it_staff)
    shown = client.get(f"{API}account/")
    answer = client.patch(f"{API}account/", {"last_name": "It"}, headers={"If-Match": shown["ETag"]})

    assert (answer.status_code, answer.json()["last_name"]) == (200, "It")
    assert refused(client.patch(f"{API}account/", {"last_name": "x"}), 428) == []
    again = client.patch(f"{API}account/", {"last_name": "Z"}, headers={"If-Match": shown["ETag"]})
    assert refused(again, 412) == []
    assert again.json()["current"]["last_name"] == "It"


def test_role_is_given_changed_and_ended(send, api, admin, outsider, school):
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    body = {"user": outsider.pk, "role": "school_reader", "school": school.number, "until": until}

    given = api(admin).post(f"{API}memberships/", body)

    membership = Membership.objects.get(user=outsider)
    assert (given.status_code, given.json()) == (
        201,
        {
            "id": membership.pk,
            "user": outsider.pk,
            "username": "otto.fremd",
            "role": "school_reader",
            "school": "100100",
            "until": until,
            "source": "manual",
        },
    )
    path = f"memberships/{membership.pk}/"
    assert send(admin, "patch", path, {"until": None}).json()["until"] is None
    assert send(admin, "post", f"{path}!end/").json()["until"] == timezone.localdate().isoformat()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"role": "king"}, ("role", "invalid_choice")),
        ({"school": "999999"}, ("school", "does_not_exist")),
        ({"school": None}, ("", "")),
        ({"user": 987654}, ("user", "does_not_exist")),
        ({"until": "2020-01-01"}, ("until", "past")),
        ({"colour": "red"}, ("colour", "unknown_field")),
    ],
)
def test_wrong_role_is_refused(api, admin, outsider, school, refused, change, problem):
    body = {"user": outsider.pk, "role": "school_reader", "school": school.number}

    (found,) = refused(api(admin).post(f"{API}memberships/", body | change), 400)
    assert found[0] == problem[0]
    assert not Membership.objects.filter(user=outsider).exists()


def test_nobody_gives_themselves_a_role(api, admin, it_staff, refused):
    body = {"user": admin.pk, "role": "manager"}
    assert refused(api(admin).post(f"{API}memberships/", body), 400) == [("", "oneself")]
    assert refused(api(it_staff).post(f"{API}memberships/", {"user": it_staff.pk, "role": "administrator"}), 403) == []
    own = Membership.objects.get(user=it_staff)
    headers = {"If-Match": "*"}
    assert refused(api(it_staff).patch(f"{API}memberships/{own.pk}/", {"until": None}, headers=headers), 403) == []
    foreign = Membership.objects.get(user=admin)
    assert refused(api(it_staff).post(f"{API}memberships/{foreign.pk}/end/", {}, headers=headers), 404) == []


def test_everybody_sees_their_own_roles(get, it_staff, admin):
    assert [one["username"] for one in get(it_staff, "memberships/")[1]["results"]] == ["ina.it"]
    assert [one["username"] for one in get(admin, "memberships/")[1]["results"]] == ["adam.admin", "ina.it"]


def test_invitation_tells_its_link_once(api, send, admin, school):
    body = {"email": "neu@example.org", "role": "school_admin", "school": school.number}

    client = api(admin)

    first, second = (client.post(f"{API}invitations/", body, headers={"Idempotency-Key": "i1"}) for _ in range(2))

    link = first.json()["link"]
    invitation = Invitation.objects.get()
    assert (first.status_code, open_invitation(link.split("/")[-2], timezone.now())) == (201, invitation)
    assert second.json() == first.json() | {"link": None}
    shown = api(admin).get(f"{API}invitations/{invitation.pk}/").json()
    assert shown == {name: value for name, value in first.json().items() if name != "link"}
    assert send(admin, "delete", f"invitations/{invitation.pk}/").status_code == 204
    assert not Invitation.objects.exists()


def test_invitations_are_for_those_who_look_after_people(api, admin, manager, refused):
    body = {"email": "neu@example.org", "role": "reader"}
    pk = api(admin).post(f"{API}invitations/", body).json()["id"]

    assert refused(api(manager).get(f"{API}invitations/"), 403) == []
    assert refused(api(manager).post(f"{API}invitations/", body), 403) == []
    assert refused(api(manager).get(f"{API}invitations/{pk}/"), 404) == []
    assert refused(api(manager).delete(f"{API}invitations/{pk}/", headers={"If-Match": "*"}), 404) == []


def test_token_tells_its_text_once(api, send, it_staff, school):
    client, key = api(it_staff), {"Idempotency-Key": "t1"}
    body = {"name": "monitoring", "scope": "read", "school": school.number}

    first, second = (client.post(f"{API}tokens/", body, headers=key) for _ in range(2))

    token = ApiToken.objects.get(name="monitoring")
    plain = first.json()["token"]
    assert (first.status_code, token_holder(plain, timezone.now())[1].pk) == (201, token.pk)
    assert {name: first.json()[name] for name in ("name", "user", "scope", "school", "expires_at")} == {
        "name": "monitoring",
        "user": "ina.it",
        "scope": "read",
        "school": "100100",
        "expires_at": None,
    }
    assert second.json() == first.json() | {"token": None}
    assert plain not in client.get(f"{API}tokens/").content.decode()
    assert send(it_staff, "delete", f"tokens/{token.pk}/").status_code == 204
    assert token_holder(plain, timezone.now()) is None


def test_token_makes_no_token_that_may_more(api, it_staff, school, other_school, refused):
    ends = timezone.now() + timedelta(days=9)
    _row, narrow = create_token(it_staff, "eng", by=Actor(it_staff), school=school, expires_at=ends)
    client = api(token=narrow)
    body = {"name": "x", "school": "100100", "expires_at": ends.isoformat()}

    assert client.post(f"{API}tokens/", body).status_code == 201
    assert refused(client.post(f"{API}tokens/", body | {"school": None}), 403) == []
    assert refused(client.post(f"{API}tokens/", body | {"school": "100200"}), 400) == [("school", "does_not_exist")]
    assert refused(client.post(f"{API}tokens/", body | {"expires_at": None}), 403) == []
    later = (ends + timedelta(days=1)).isoformat()
    assert refused(client.post(f"{API}tokens/", body | {"expires_at": later}), 403) == []
    _row, reading = create_token(it_staff, "lesen", by=Actor(it_staff), scope=TokenScope.READ)
    assert refused(api(token=reading).post(f"{API}tokens/", body), 403) == []


def test_tokens_of_others_are_not_there(api, it_staff, manager, admin, refused):
    token, _plain = create_token(manager, "fremd", by=Actor(manager))

    assert refused(api(it_staff).get(f"{API}tokens/{token.pk}/"), 404) == []
    assert refused(api(it_staff).delete(f"{API}tokens/{token.pk}/", headers={"If-Match": "*"}), 404) == []
    assert api(admin).delete(f"{API}tokens/{token.pk}/", headers={"If-Match": "*"}).status_code == 204

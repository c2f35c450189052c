"""A change names the version that it was decided on; who is overtaken sees both."""

import pytest

from audit.versions import ChangedMeanwhile, unchanged_since
from inventory.services import change_device
from schools.invitations import invite
from schools.models import ApiToken, Site
from schools.tokens import create_token, revoke_token
from tests.factories import DAY, main_site, make_device, make_user


@pytest.fixture
def site(school):
    return main_site(school)


def address(site):
    return f"/api/v1/sites/{site.pk}/"


def test_record_has_the_version_of_its_newest_entry(api, it_staff, site):
    client = api(it_staff)
    before = client.get(address(site))["ETag"]
    answer = client.patch(address(site), {"name": "Campus"}, headers={"If-Match": before})

    assert (answer.status_code, answer.json()["name"]) == (200, "Campus")
    assert answer["ETag"] == client.get(address(site))["ETag"] != before


def test_change_without_a_version_is_refused(api, it_staff, site, refused):
    assert refused(api(it_staff).patch(address(site), {"name": "X"}), 428) == []
    assert Site.objects.get().name != "X"


@pytest.mark.parametrize("tag", ["1", '"x"', '"1", "2"', '"' + "9" * 30 + '"', "W/1"])
def test_what_is_no_version_is_refused(tag, api, it_staff, site, refused):
    assert refused(api(it_staff).patch(address(site), {"name": "X"}, headers={"If-Match": tag}), 400) == []


def test_second_of_two_sees_both_versions(api, it_staff, manager, site, refused):
    first, second = api(it_staff), api(manager)
    seen = first.get(address(site))["ETag"]
    first.patch(address(site), {"name": "Campus"}, headers={"If-Match": seen})
    answer = second.patch(address(site), {"name": "Areal"}, headers={"If-Match": seen})

    assert refused(answer, 412) == []
    body = answer.json()
    assert body["current"] == second.get(address(site)).json()
    (change,) = body["changes"]
    assert (change["by"], change["fields"]["name"]["new"]) == (str(it_staff), "Campus")
    assert second.patch(address(site), {"name": "Areal"}, headers={"If-Match": answer["ETag"]}).status_code == 200


def test_any_version_can_be_overwritten_on_purpose(api, it_staff, site):
    assert api(it_staff).patch(address(site), {"name": "X"}, headers={"If-Match": "*"}).status_code == 200


def test_weak_tag_of_a_proxy_is_taken(api, it_staff, site):
    client = api(it_staff)
    weak = f"W/{client.get(address(site))['ETag']}"

    assert client.patch(address(site), {"name": "X"}, headers={"If-Match": weak}).status_code == 200


def test_change_of_a_device_makes_its_version_old(api, it_staff, by, school, refused):
    device = make_device(school=school)
    client = api(it_staff)
    seen = client.get(f"/api/v1/devices/{device.pk}/")["ETag"]
    change_device(device, by=by, on=DAY.replace(month=9), status="in_repair")

    assert refused(client.patch(f"/api/v1/devices/{device.pk}/", {"note": "X"}, headers={"If-Match": seen}), 412) == []


def test_record_that_is_gone_meanwhile_is_overtaken(it_staff, by):
    token, _plain = create_token(it_staff, "t", by=by)
    revoke_token(ApiToken.objects.get(pk=token.pk), by=by)

    with pytest.raises(ChangedMeanwhile) as caught, unchanged_since(token, None):
        pass
    assert [entry.act.verb for entry in caught.value.entries] == ["token.revoke"]


OVERTAKEN = [
    ("patch", "users/{user}/", {"first_name": "X"}),
    ("post", "users/{user}/deactivate/", {}),
    ("post", "users/{user}/reset-factors/", {}),
    ("post", "users/{user}/erase/", {"username": "ina.it"}),
    ("patch", "memberships/{role}/", {"until": None}),
    ("post", "memberships/{role}/end/", {}),
    ("delete", "tokens/{token}/", None),
    ("delete", "invitations/{invitation}/", None),
]


@pytest.mark.parametrize(("method", "path", "body"), OVERTAKEN)
def test_who_is_overtaken_is_told_so_by_every_kind_of_record(method, path, body, api, it_staff, by, refused):
    admin = make_user("adam.admin", role="administrator")
    keys = {
        "user": it_staff.pk,
        "role": it_staff.memberships.get().pk,
        "token": create_token(it_staff, "t", by=by)[0].pk,
        "invitation": invite("x@schule.example", "reader", by=by)[0].pk,
    }

    answer = getattr(api(admin), method)(f"/api/v1/{path.format(**keys)}", body, headers={"If-Match": '"99999999"'})

    assert refused(answer, 412) == []
    assert answer.json()["current"]["id"] in keys.values()
    assert answer.json()["changes"] == []


def test_past_days_have_no_version(api, it_staff, school):
    device = make_device(school=school)

    assert "ETag" not in api(it_staff).get(f"/api/v1/devices/{device.pk}/", {"as_of": "2024-06-01"})

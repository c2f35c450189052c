"""The administration of Django is no second door for writes."""

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from inventory.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("wurzel", password="geheim")


def test_nothing_registered_can_be_written(superuser: User) -> None:
    request = RequestFactory().get("/admin/")
    request.user = superuser
    allowed = {
        model._meta.label: writes
        for model, one in admin.site._registry.items()
        if (writes := {name for name, may in one.get_model_perms(request).items() if may and name != "view"})
    }
    assert allowed == {}
    assert Category in admin.site._registry


def test_superuser_looks_at_records_and_cannot_send_any(superuser: User, client: Client) -> None:
    client.force_login(superuser)
    category = Category.objects.first()
    url = reverse("admin:inventory_category_change", args=[category.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "Anders"}).status_code == 403
    assert client.post(reverse("admin:inventory_category_add"), {"name": "Neu"}).status_code == 403
    assert Category.objects.get(pk=category.pk).name == category.name


def test_password_is_changed_where_it_leaves_a_line(superuser: User, client: Client) -> None:
    client.force_login(superuser)
    assert client.get("/admin/password_change/").headers["Location"] == reverse("account_change_password")

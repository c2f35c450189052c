"""Categories, manufacturers and models: the catalogue that devices are made of."""

from typing import Any

from django.db.models import QuerySet

from api.serializers.devices import (
    CategoryChange,
    CategoryInput,
    CategorySerializer,
    DeviceModelChange,
    DeviceModelInput,
    DeviceModelSerializer,
    ManufacturerInput,
    ManufacturerSerializer,
)
from api.views.authority import AuthorityMixin, check_money
from api.views.base import ChangeMixin, CreateMixin, ReadViewSet, actor
from inventory.models import Category, DeviceModel, Manufacturer
from inventory.services import (
    add_category,
    add_manufacturer,
    add_model,
    edit_category,
    edit_manufacturer,
    edit_model,
)
from schools.access import Right

_EDIT = {"create": Right.EDIT, "partial_update": Right.EDIT}


class CategoryViewSet(AuthorityMixin, CreateMixin, ChangeMixin, ReadViewSet):
    serializer_class = CategorySerializer
    lookup_field = "key"
    lookup_value_regex = "[a-z0-9_-]{1,40}"
    inputs = {"create": CategoryInput, "partial_update": CategoryChange}
    rights = _EDIT

    def get_queryset(self) -> QuerySet[Category]:
        return Category.objects.visible_to(self.request.user)

    def add(self, data: dict[str, Any]) -> Category:
        return add_category(by=actor(self.request), **data)

    def change(self, record: Category, data: dict[str, Any]) -> None:
        edit_category(record, by=actor(self.request), **data)


class ManufacturerViewSet(AuthorityMixin, CreateMixin, ChangeMixin, ReadViewSet):
    serializer_class = ManufacturerSerializer
    inputs = {"create": ManufacturerInput, "partial_update": ManufacturerInput}
    rights = _EDIT

    def get_queryset(self) -> QuerySet[Manufacturer]:
        return Manufacturer.objects.visible_to(self.request.user).order_by("name", "pk")

    def add(self, data: dict[str, Any]) -> Manufacturer:
        return add_manufacturer(by=actor(self.request), **data)

    def change(self, record: Manufacturer, data: dict[str, Any]) -> None:
        data.setdefault("name", record.name)
        edit_manufacturer(record, by=actor(self.request), **data)


class DeviceModelViewSet(AuthorityMixin, CreateMixin, ChangeMixin, ReadViewSet):
    serializer_class = DeviceModelSerializer
    inputs = {"create": DeviceModelInput, "partial_update": DeviceModelChange}
    rights = _EDIT

    def get_queryset(self) -> QuerySet[DeviceModel]:
        models = DeviceModel.objects.visible_to(self.request.user).select_related("manufacturer", "category")
        return models.order_by("manufacturer__name", "name", "pk")

    def add(self, data: dict[str, Any]) -> DeviceModel:
        check_money(self.request.user, data)
        return add_model(by=actor(self.request), **data)

    def change(self, record: DeviceModel, data: dict[str, Any]) -> None:
        check_money(self.request.user, data)
        edit_model(record, by=actor(self.request), **data)

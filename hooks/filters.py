"""Filter of the list of webhooks."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilter
from hooks.models import Webhook


class WebhookFilter(ListFilter):
    state = django_filters.ChoiceFilter(
        choices=[("on", _("switched on")), ("off", _("switched off"))],
        method="in_state",
        label=_("State"),
        empty_label=_("all"),
    )

    class Meta:
        model = Webhook
        fields: list[str] = []

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        return queryset.filter(is_active=state == "on")

"""Filter of the list of webhooks."""

import django_filters
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilter
from hooks.models import Webhook


class WebhookFilter(ListFilter):
    is_active = django_filters.BooleanFilter(label=_("Switched on"))

    class Meta:
        model = Webhook
        fields: list[str] = []

"""Template tags of the pages about webhooks."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from audit.models import Act
from hooks.enums import DeliveryState, Topic
from hooks.guard import shown_address
from hooks.models import Webhook
from reports.verbs import verb_text
from web.tones import BAD, GONE_TONE, GOOD, WAY

register = template.Library()

_TONES = {DeliveryState.WAITING: WAY, DeliveryState.DELIVERED: GOOD, DeliveryState.FAILED: BAD}


@register.inclusion_tag("web/_status_badge.html")
def webhook_state(webhook: Webhook) -> dict[str, Any]:
    if webhook.is_active:
        return {"text": _("switched on"), "tone": GOOD}
    return {"text": _("switched off"), "tone": GONE_TONE}


@register.inclusion_tag("web/_status_badge.html")
def delivery_state(state: str) -> dict[str, Any]:
    known = DeliveryState(state)
    return {"text": known.label, "tone": _TONES[known]}


@register.filter
def topics(values: Iterable[str]) -> str:
    return ", ".join(str(Topic(value).label) for value in values) or _("everything")


@register.filter
def act_text(act: Act) -> str:
    return verb_text(act.verb, act.channel)


receiver = register.filter("receiver", shown_address)

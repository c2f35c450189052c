"""The papers of a delivery: its note, the invoice."""

from django.core.files import File
from django.db import transaction

from audit.actor import Actor
from audit.editing import insert_record, locked
from audit.services import Record, log_records, open_act
from common.files import file_fields, kept_or_removed, remove_with_file
from inventory.models import Delivery, DeliveryFile

_TOLD = ("name", "media_type", "size", "digest")


def attach_delivery_file(delivery: Delivery, upload: File, *, by: Actor, name: str = "") -> DeliveryFile:
    """Keep a file with a delivery; ``name``: as people read it. Raises ``ValidationError`` at ``file``."""
    with transaction.atomic():
        current = locked(delivery)
        act = open_act(by, "delivery.attach", subject=str(current))
        paper = DeliveryFile(delivery=current, **file_fields(upload, name, act.at))
        with kept_or_removed(paper):
            # without the school: it does not read the papers of the authority
            return insert_record(paper, act, ("delivery", *_TOLD))


def remove_delivery_file(paper: DeliveryFile, *, by: Actor, reason: str = "") -> None:
    """Delete a file of a delivery for good; the trail keeps its name and its digest."""
    with transaction.atomic():
        current = locked(paper)
        act = open_act(by, "delivery.detach", subject=str(current.delivery), reason=reason)
        gone = {name: [getattr(current, name), None] for name in _TOLD}
        log_records(
            act,
            DeliveryFile,
            [Record(current.pk, str(current), None, {"delivery": [current.delivery_id, None]} | gone)],
        )
        remove_with_file(current)

"""Documents of cost entries: contracts, invoices, receipts."""

from django.core.files import File
from django.db import transaction

from audit.actor import Actor
from audit.editing import insert_record, locked
from audit.services import Record, log_records, open_act
from common.files import file_fields, kept_or_removed, remove_with_file
from costs.models import CostEntry, CostFile
from costs.services.entries import current_label, locked_entry


def attach_document(entry: CostEntry, upload: File, *, by: Actor, name: str = "", reason: str = "") -> CostFile:
    """Keep a file with an entry; ``name``: as people read it. Raises ``ValidationError`` at ``file``."""
    with transaction.atomic():
        current = locked_entry(entry)
        act = open_act(by, "cost.attach", subject=current_label(current), reason=reason)
        document = CostFile(entry=current, **file_fields(upload, name, act.at))
        with kept_or_removed(document):
            return insert_record(document, act, ("entry", "name", "media_type", "size", "digest"))


def remove_document(document: CostFile, *, by: Actor, reason: str = "") -> None:
    """Delete a file of an entry for good; the trail keeps its name and its digest."""
    with transaction.atomic():
        current = locked(document)
        act = open_act(by, "cost.detach", subject=current_label(current.entry), reason=reason)
        gone = {name: [getattr(current, name), None] for name in ("name", "media_type", "size", "digest")}
        told = {"entry": [current.entry_id, None]} | gone
        log_records(act, CostFile, [Record(current.pk, str(current), None, told)])
        remove_with_file(current)

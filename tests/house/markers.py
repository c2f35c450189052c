"""A text of its own in every field of both schools, so that whatever leaks can be told by what it says.

``Qown7note7`` stands in a note of the cast's own school, ``Qoth7note7`` of the other one, ``Qaut7supplier7`` in a
record of the authority alone. Numbers that are markers stand in ``NUMBERS``.
"""

import re
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

#: Model → the way from it to its school, ``""``: it belongs to the authority alone.
OWNER = {
    "schools.school": "pk",
    "schools.schoolalias": "school",
    "schools.site": "uses__school",
    "schools.building": "site__uses__school",
    "schools.room": "school",
    "schools.headcount": "school",
    "schools.invitation": "school",
    "schools.apitoken": "user__memberships__school",
    "inventory.device": "school",
    "inventory.defectphoto": "defect__school",
    "inventory.deviceprotocol": "device__school",
    "inventory.installationstep": "device__school",
    "inventory.delivery": "school",
    "inventory.deliveryfile": "delivery__school",
    "inventory.devicedefect": "school",
    "inventory.handout": "school",
    "inventory.returncampaign": "school",
    "inventory.returnscan": "campaign__school",
    "inventory.retirement": "items__device__school",
    "inventory.retirementfile": "retirement__items__device__school",
    "inventory.order": "",
    "inventory.orderline": "",
    "inventory.plannedhandover": "school",
    "rollout.constructionproject": "site__uses__school",
    "rollout.projectstate": "project__site__uses__school",
    "rollout.milestone": "project__site__uses__school",
    "rollout.milestonestate": "milestone__project__site__uses__school",
    "rollout.worksdefect": "project__site__uses__school",
    "rollout.journalentry": "project__site__uses__school",
    "rollout.projectfile": "project__site__uses__school",
    "rollout.attainment": "school",
    "rollout.waiver": "school",
    "rollout.evidencefile": "school",
    "funding.programme": "",
    "funding.programmemilestone": "",
    "funding.grantnotice": "",
    "funding.drawdown": "",
    "funding.financing": "",
    "costs.costentry": "parts__school",
    "costs.costfile": "entry__parts__school",
    "reports.reporttemplate": "",
    "reports.savedview": "",
    "inventory.scan": "",
    "inventory.stocktake": "school",
    "inventory.stocktakeitem": "stocktake__school",
    "reports.customfigure": "",
    "imports.importbatch": "",
    "imports.importprofile": "",
    "imports.importrow": "",
    "imports.finding": "",
    "rollout.masterplan": "",
    "rollout.objective": "",
    "rollout.initiative": "",
    "rollout.progressentry": "",
    "rollout.publicfigure": "",
    "hooks.webhook": "",
    "hooks.webhookdelivery": "",
}
#: Fields, models and packages that are left as they are, and why no marker can stand there.
LEFT = {
    "schools.school.number": "six digits, a marker as it is",
    "schools.school.authority_number": "ten digits, the same for all",
    "schools.school.sort_key": "set with the name",
    "schools.site.sort_key": "set with the name",
    "schools.site.postcode": "too short for one",
    "schools.schoolalias.key": "never shown",
    "schools.invitation.digest": "never shown",
    "schools.apitoken.digest": "never shown",
    "accounts.user": "names are written by the world, the password is never shown",
    "audit": "append-only: the world writes its markers with an act",
    "imports.importprofile.fingerprint": "never shown",
    "imports.importprofile.mapping": "words of ours and headings",
    "imports.importprofile.options": "words of ours",
    "imports.importprofile.decisions": "words of ours",
    "imports.importbatch.file": "a path of the server",
    "imports.importbatch.sha256": "a fingerprint",
    "imports.importbatch.options": "words of ours",
    "imports.importbatch.decisions": "words of ours",
    "imports.importbatch.mapping": "words of ours and headings",
    "imports.importbatch.corrections": "shown with the rows",
    "imports.importbatch.summary": "counts, and problems as the rows have them",
    "imports.importbatch.undo": "counts",
    "inventory.delivery.receipt": "serial numbers and words of ours, in the shape that the report reads",
    "inventory.delivery.token": "never shown",
    "inventory.deliveryfile.file": "a path of the server; the file has a marker of its own",
    "inventory.deliveryfile.media_type": "found by content",
    "inventory.deliveryfile.digest": "a fingerprint",
    "inventory.retirement.token": "never shown",
    "inventory.retirementfile.file": "a path of the server; the file has a marker of its own",
    "inventory.retirementfile.media_type": "found by content",
    "inventory.retirementfile.digest": "a fingerprint",
    "inventory.holding.counts": "keys of models, states and numbers",
    "imports.importrow.problems": "shown as the changes are",
    "hooks.webhook.secret": "never shown",
    "hooks.webhook.topics": "words of ours",
    "hooks.webhookdelivery.body": "made of acts",
    "api.answeredrequest": "an answer that its own person got before",
    "inventory.category": "reference data for everybody",
    "inventory.manufacturer": "reference data for everybody",
    "inventory.devicemodel": "reference data for everybody",
    "inventory.labelsheet": "reference data for everybody",
    "reports.publication": "frozen once it is published: the world writes its markers with a service",
    "rollout.standard": "reference data for everybody",
    "rollout.requirement": "reference data for everybody",
    "rollout.progressentry.figure_key": "key of a figure",
    "rollout.publicfigure.figure_key": "key of a figure",
    "rollout.attainment.key": "keys of requirements",
    "rollout.waiver.key": "keys of requirements",
    "rollout.evidencefile.key": "keys of requirements",
    "rollout.evidencefile.file": "a path of the server; the file has a marker of its own",
    "rollout.evidencefile.media_type": "found by content",
    "rollout.evidencefile.digest": "a fingerprint",
    "inventory.deviceprotocol.file": "a path of the server; the file has a marker of its own",
    "inventory.deviceprotocol.media_type": "found by content",
    "inventory.deviceprotocol.digest": "a fingerprint",
    "inventory.defectphoto.file": "a path of the server; the file has a marker of its own",
    "inventory.defectphoto.name": "says only that it is a photo, and is not shown",
    "inventory.defectphoto.media_type": "found by content",
    "inventory.defectphoto.digest": "a fingerprint",
    "rollout.projectfile.file": "a path of the server; the file has a marker of its own",
    "rollout.projectfile.media_type": "found by content",
    "rollout.projectfile.digest": "a fingerprint",
    "costs.costfile.file": "a path of the server; the file has a marker of its own",
    "costs.costfile.media_type": "found by content",
    "costs.costfile.digest": "a fingerprint",
    "reports.reporttemplate.file": "a path of the server; the file has a marker of its own",
    "reports.reporttemplate.media_type": "found by content",
    "reports.reporttemplate.digest": "a fingerprint",
    "reports.savedview.query": "words of ours",
    "reports.customfigure.query": "words of ours",
    "reports.customfigure.part_query": "words of ours, for a share alone",
    "reports.subscription": "words of ours, and the address of this installation",
    "reports.subscriptionmail": "words of ours",
    "funding.programme.key": "own money is found by it",
    "funding.programme.trades": "words of ours",
}
#: Numbers that can be told from all others: side → field → number.
NUMBERS: dict[str, dict[str, Any]] = {
    "own": {"number": "100100", "pupils": 98765, "price": Decimal("4711.11")},
    "oth": {"number": "100200", "pupils": 87654, "price": Decimal("5822.22")},
    # what a device costs by the catalogue: for people with the right to money
    "aut": {"price": Decimal("6933.33")},
}
#: Sums of works and programmes, likewise: nobody of a school reads them.
MONEY: dict[str, dict[str, Decimal]] = {
    "own": {"contract_sum": Decimal("313131.11"), "cost": Decimal("414141.11"), "net": Decimal("404040.11")},
    "oth": {"contract_sum": Decimal("323232.22"), "cost": Decimal("424242.22"), "net": Decimal("405050.22")},
    "aut": {"granted": Decimal("818181.33"), "drawn": Decimal("828282.33"), "cap": Decimal("838383.33")},
}
_TEXT = (models.CharField, models.TextField, models.JSONField)
_MARK = re.compile(r"q(own|oth|aut)7([a-z_]+?)7")
_NAMES = {"100100": "100100|lindenschule", "100200": "100200|kastanienschule"}
_SEPARATORS = str.maketrans({",": "[.,]?", ".": "[.,]"})


def _bare(text: str) -> str:
    """Without what separates the digits of a number."""
    return text.replace(",", "").replace(".", "")


def _words(number: Any) -> list[str]:
    return [_bare(word) for word in _NAMES.get(number, str(number)).split("|")]


def _pattern(number: Any) -> str:
    """How a number may be written, in German and in English, with and without separators."""
    return _NAMES[number] if isinstance(number, str) else f"{number:,}".translate(_SEPARATORS)


#: With the digits alone: where they are not in a text, looking for the pattern is not worth the while.
_DIGITS = {
    re.compile(rf"(?<!\d)(?:{_pattern(number)})(?!\d)"): (_words(number), (side, field))
    for numbers in (NUMBERS, MONEY)
    for side, fields in numbers.items()
    for field, number in fields.items()
}


def marker(side: str, field: str) -> str:
    return f"Q{side}7{field}7"


def marks_in(text: str) -> set[tuple[str, str]]:
    """``(side, field)`` of all markers in ``text``."""
    text = text.lower()  # once: patterns that ignore case take three times as long
    found = set(_MARK.findall(text))
    bare = _bare(text)
    return found | {
        mark
        for pattern, (words, mark) in _DIGITS.items()
        if any(word in bare for word in words) and pattern.search(text)
    }


def text_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Fields in which somebody may have written something, without those that have a choice of values."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, (*_TEXT, models.FileField)) and not field.choices and not field.is_relation
    ]


def plant(side: str, school: int) -> None:
    """Markers into everything that belongs to the school; into records of the authority, too."""
    for label, path in OWNER.items():
        model = apps.get_model(label)
        rows = model._base_manager.filter(**{path: school}) if path else model._base_manager.all()
        for pk in set(rows.values_list("pk", flat=True)):
            values = _values(label, model, side if path else "aut", pk)
            model._base_manager.filter(pk=pk).update(**values)


def _values(label: str, model: type[models.Model], side: str, pk: int) -> dict[str, Any]:
    name = label.partition(".")[2]
    return {
        field.name: _value(field, marker(side, f"{name}_{field.name}"), pk)
        for field in text_fields(model)
        if f"{label}.{field.name}" not in LEFT
    }


def _value(field: models.Field[Any, Any], mark: str, pk: int) -> Any:
    if isinstance(field, models.JSONField):
        return {"note": ["", mark]}
    if isinstance(field, models.EmailField):
        return f"{mark}{pk}@schule.example"
    if isinstance(field, models.URLField):
        return f"https://{mark}.example/"
    text = f"{mark}{pk}" if field.name.endswith(("serial", "asset_tag", "mdm_id", "username")) else f"{mark} {pk}"
    assert field.max_length is None or len(mark) <= field.max_length, field
    return text[: field.max_length]

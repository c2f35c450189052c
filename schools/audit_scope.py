"""Who sees which entries of the audit trail, and which of their values."""

from typing import Any

from django.db.models import Q

from schools.access import Right, has_right, schools_with, sees_everything, visible_school_ids

#: Kinds of records that a school sees, where an entry names it.
SCHOOL_KINDS = (
    "schools.school", "schools.schoolalias", "schools.siteuse", "schools.room", "schools.headcount",
    "inventory.device", "inventory.devicetest", "rollout.constructionproject", "rollout.attainment",
    "rollout.waiver", "rollout.evidencefile",
)  # fmt: skip
#: What everybody sees who works for the authority. Never people, their roles, tokens and invitations.
AUTHORITY_KINDS = (
    *SCHOOL_KINDS,
    "schools.site", "schools.building",
    "inventory.category", "inventory.manufacturer", "inventory.devicemodel",
    "inventory.order", "inventory.orderline", "inventory.delivery",
    "rollout.standard", "rollout.requirement",
    "funding.programme", "funding.programmeschool", "funding.programmemilestone", "funding.financing",
    "funding.financingshare", "inventory.fundedcategory", "inventory.plannedhandover",
)  # fmt: skip
#: For those who may see money.
MONEY_KINDS = ("funding.grantnotice", "funding.drawdown", "costs.costentry", "costs.costfile")
IMPORT_KINDS = ("imports.importbatch", "imports.importprofile", "imports.finding")
#: Fields that only those see who may see money.
MONEY_FIELDS = frozenset({"price", "unit_price", "amount", "cap", "cap_per_device", "contract_sum"})


def entries_seen_by(user: Any) -> Q | None:
    """All for those who audit; else those about records that ``user`` may see. ``None``: none at all."""
    audited = schools_with(user, Right.AUDIT)
    if audited is None:
        return Q()
    if not has_right(user, Right.SEE):
        return None
    if not sees_everything(user):
        return Q(kind__in=SCHOOL_KINDS, school__in=visible_school_ids(user)) | Q(school__in=audited)
    imports = IMPORT_KINDS if has_right(user, Right.IMPORT) else ()
    money = MONEY_KINDS if has_right(user, Right.MONEY) else ()
    return Q(kind__in=AUTHORITY_KINDS + imports + money)


def fields_hidden_from(user: Any) -> frozenset[str]:
    """Names in ``changes`` whose values ``user`` may not read."""
    return frozenset() if has_right(user, Right.MONEY) else MONEY_FIELDS
